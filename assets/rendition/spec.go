package rendition

import (
	"fmt"
	"image"
	"image/color"
	"strconv"
	"strings"

	"signet/assets"
	"signet/assets/resvg"
)

// Version changes whenever the same original and Spec may give other bytes.
const Version = "2+" + resvg.Version

// MaxSide is the longest side of a rendition, in pixels.
const MaxSide = 4096

// Fit says what becomes of the proportions of a picture in a box of others.
type Fit string

// The fits, named as those of CSS object-fit where it has them.
const (
	// Contain makes the largest picture that fits into the box.
	Contain Fit = "contain"
	// Inside is Contain, but a bitmap is not made larger than it is. A drawing
	// (SVG) has no size of its own in pixels, and is made as by Contain.
	Inside Fit = "inside"
	// Pad is Contain, centred on a background that fills the box.
	Pad Fit = "pad"
	// Cover fills the box and cuts off, on both sides alike, what lies outside.
	Cover Fit = "cover"
	// Stretch fills the box and gives up the proportions.
	Stretch Fit = "stretch"
)

// Format is a file format.
type Format string

// The formats. WebP is lossless, and carries no colour profile.
const (
	PNG  Format = "png"
	JPEG Format = "jpeg"
	WebP Format = "webp"
)

// Media returns the media type.
func (f Format) Media() assets.Media {
	switch f {
	case JPEG:
		return assets.JPEG
	case WebP:
		return assets.WebP
	case PNG:
	}
	return assets.PNG
}

// DefaultQuality is that of a JPEG.
const DefaultQuality = 85

// Compression says how much time is spent on a smaller file.
type Compression string

// The compressions; both give the same pixels.
const (
	// Normal is the zero value: quick, for what somebody waits for.
	Normal Compression = ""
	// Best takes about three times as long, for a PNG that is 10 to 15 %
	// smaller. It suits files that are made once and fetched often.
	Best Compression = "best"
)

// Spec is what is asked for. Make one with ParseSpec, or fill in the fields and
// call Check.
type Spec struct {
	// Width and Height are those of the box in pixels, 1 to MaxSide. One of
	// them may be 0 with Contain and Inside: then it follows from the other.
	Width, Height int
	Fit           Fit
	Format        Format
	// Padding is the clear space within each side of the box, in pixels; what
	// is left of the box has one pixel at least.
	Padding int
	// Compression is that of a PNG; the other formats have Normal alone.
	Compression Compression
	// Quality is that of a JPEG, 1 to 100, and 0 otherwise.
	Quality int
	// Background lies under what is transparent and around what is padded. The
	// zero value is transparent; that of a JPEG is opaque.
	Background color.NRGBA
}

// Check returns an assets.ErrInvalidSpec that names the field, unless the Spec
// can be made.
func (s Spec) Check() error {
	switch {
	case s.Width == 0 && s.Height == 0:
		return invalid("width", "a width or a height is needed")
	case s.Width < 0 || s.Width > MaxSide:
		return invalid("width", "a side has 1 to %d pixels", MaxSide)
	case s.Height < 0 || s.Height > MaxSide:
		return invalid("height", "a side has 1 to %d pixels", MaxSide)
	case s.Padding < 0, s.Width > 0 && s.Padding > (s.Width-1)/2, s.Height > 0 && s.Padding > (s.Height-1)/2:
		return invalid("padding", "the clear space leaves nothing of the box")
	}
	if err := s.checkFit(); err != nil {
		return err
	}
	return s.checkFormat()
}

func (s Spec) checkFit() error {
	switch s.Fit {
	case Contain, Inside:
	case Pad, Cover, Stretch:
		if s.Width == 0 || s.Height == 0 {
			return invalid("fit", "%s needs both width and height", s.Fit)
		}
	default:
		return invalid("fit", "this is none of contain, inside, pad, cover, stretch")
	}
	return nil
}

func (s Spec) checkFormat() error {
	switch {
	case s.Compression != Normal && s.Compression != Best:
		return invalid("compression", "this is not best")
	case s.Compression == Best && s.Format != PNG:
		return invalid("compression", "only a PNG is compressed better")
	}
	switch s.Format {
	case JPEG:
		if s.Quality < 1 || s.Quality > 100 {
			return invalid("quality", "a quality is 1 to 100")
		}
		if s.Background.A != 0xFF {
			return invalid("background", "a JPEG has an opaque background")
		}
	case PNG, WebP:
		if s.Quality != 0 {
			return invalid("quality", "a %s is without loss", s.Format)
		}
	default:
		return invalid("format", "this is none of png, jpeg, webp")
	}
	return nil
}

// String returns the one spelling of a Spec, as the query of a URL, which
// ParseSpec reads back.
func (s Spec) String() string {
	var b strings.Builder
	write := func(name, value string) {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(name + "=" + value)
	}
	if s.Width > 0 {
		write("width", strconv.Itoa(s.Width))
	}
	if s.Height > 0 {
		write("height", strconv.Itoa(s.Height))
	}
	if s.Padding > 0 {
		write("padding", strconv.Itoa(s.Padding))
	}
	write("fit", string(s.Fit))
	write("format", string(s.Format))
	if s.Quality > 0 {
		write("quality", strconv.Itoa(s.Quality))
	}
	if s.Compression != Normal {
		write("compression", string(s.Compression))
	}
	if c := s.Background; c.A > 0 {
		write("background", fmt.Sprintf("%02x%02x%02x%02x", c.R, c.G, c.B, c.A))
	}
	return b.String()
}

// inner returns the box without its clear space.
func (s Spec) inner() image.Point {
	box := image.Pt(s.Width, s.Height)
	if box.X > 0 {
		box.X -= 2 * s.Padding
	}
	if box.Y > 0 {
		box.Y -= 2 * s.Padding
	}
	return box
}

// Key names the rendition of an original: what it is cached under.
func Key(original assets.Ref, s Spec) assets.Ref {
	return assets.RefOf([]byte("rendition " + Version + "\n" + string(original) + "\n" + s.String()))
}

func invalid(field, sentence string, args ...any) error {
	return assets.ErrInvalidSpec.Because(sentence, args...).At(field)
}
