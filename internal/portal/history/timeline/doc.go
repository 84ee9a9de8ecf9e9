// Package timeline lays time over a width: scales, the marks of a calendar, flags that
// keep clear of each other, and the phases in the life of a version.
//
// A drawing has no fixed width. Where something stands is told in percent, so that words
// keep their size however wide the drawing is; and what has room only from some width on
// is told by a level, see [Widths].
package timeline
