// Package sight recognises registered logos and pictures in other pictures, by what
// they look like: also in other sizes, on other grounds, in other colours, cut a
// little, or as part of something larger.
//
// A registered picture is kept as a [Print]. Its colours and what shows through it are
// four planes, and whatever is usually done to colours (grey, inverted, tinted, laid on
// another ground) makes of each of red, green and blue a mixture of these planes. So
// how well the best such mixture explains what is seen tells whether it is the same
// drawing, and the mixture itself tells what became of the colours. The steps are:
// boxes in which something may be; for each of them the entries that look most like
// it, at 11 by 11 cells; their places, improved by small steps; and then a closer look
// at the edges, at 44 by 44 cells.
//
// What it answers is [Likely] or [Look], never certain. What it is worth is measured
// with public logos by TestPublicLogos. It is not made for strong turns and cuts,
// mirrored pictures, perspective, or drawings that are like many others, such as a
// disc or three bars.
package sight
