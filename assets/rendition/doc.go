// Package rendition makes pictures of other sizes and formats of a stored
// original.
//
// A rendition is a pure function of the original's [assets.Ref], the [Spec], and
// the [Version] of this package: the same three give the same bytes. So it is
// made once, kept under the digest of the three in a directory of limited size,
// and can be thrown away at any time.
//
// A picture is halved to the level that suits the rendition (pyramid), from there
// scaled by Lanczos with premultiplied colours, turned as its EXIF orientation
// says, and laid on its background. Colours become sRGB. An ICC profile that is
// not of a matrix and curves goes along in a PNG or JPEG, in which case the
// background is of that profile too, and is lost in a WebP.
//
// Pictures come from strangers. The header is held against a budget of pixels
// before anything is decoded, only a few are made at once, each with a time
// limit, and a decoder that panics is an error like any other. SVG is drawn in a
// sandbox (package resvg) after it has been checked again. No other
// metadata of the original, such as the place where a photo was taken, is copied.
package rendition
