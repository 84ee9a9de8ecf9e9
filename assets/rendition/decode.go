package rendition

import (
	"fmt"
	"image"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"slices"

	"golang.org/x/image/webp"

	"signet/assets"
)

// maxInMemory is the longest JPEG file that is read at once, in bytes; longer
// ones go to the decoder that reads piece by piece.
const maxInMemory = 64 << 20

// decodeLevels decodes a bitmap of the given size so that the pyramid has the
// given levels, in rising order.
func decodeLevels(media assets.Media, file *io.SectionReader, size image.Point, levels []int) (*pyramid, error) {
	p := &pyramid{size: size}
	if media == assets.JPEG && file.Size() <= maxInMemory && p.scaled(file, levels) {
		return p, nil
	}
	whole, err := Decode(media, file)
	if err != nil {
		return nil, err
	}
	if whole.Bounds().Size() != size {
		return nil, assets.ErrBrokenImage
	}
	p.levels[0] = whole
	for _, k := range levels {
		p.level(k)
	}
	// What no rendition is made from need not wait for the end of their making.
	for k := range p.levels {
		if !slices.Contains(levels, k) {
			p.levels[k] = nil
		}
	}
	return p, nil
}

// scaled makes the levels of a JPEG from its coefficients, and tells whether it
// could.
func (p *pyramid) scaled(file *io.SectionReader, levels []int) (ok bool) {
	defer func() {
		if r := recover(); r != nil {
			ok = false
		}
	}()
	data := make([]byte, file.Size())
	if n, err := file.ReadAt(data, 0); n < len(data) && err != nil {
		return false
	}
	var direct []int
	for _, k := range levels {
		if k = min(k, maxJPEGLevel); !slices.Contains(direct, k) {
			direct = append(direct, k)
		}
	}
	made, err := decodeJPEG(data, direct)
	if err != nil || len(direct) == 0 {
		return false
	}
	for k, picture := range made {
		p.levels[k] = picture
	}
	for _, k := range levels {
		p.level(k)
	}
	return true
}

// Decode reads a bitmap whose header has been held against the budget (assets.Inspect
// does): PNG, JPEG, WebP, or the first frame of a GIF. Errors: ErrBrokenImage,
// ErrNoRendition of assets. The
// decoders are called by name, and on this goroutine: image.Decode would take
// every format that an imported package registers, and a panic of another
// goroutine could not be recovered from.
func Decode(media assets.Media, file io.Reader) (picture image.Image, err error) {
	defer func() {
		if r := recover(); r != nil {
			picture, err = nil, assets.ErrBrokenImage.From(fmt.Errorf("the decoder panicked: %v", r))
		}
	}()
	switch media {
	case assets.PNG:
		picture, err = png.Decode(file)
	case assets.JPEG:
		picture, err = jpeg.Decode(file)
	case assets.WebP:
		picture, err = webp.Decode(file)
	case assets.GIF:
		picture, err = firstFrame(file)
	default:
		return nil, assets.ErrNoRendition
	}
	if err != nil {
		return nil, assets.ErrBrokenImage.From(err)
	}
	return picture, nil
}

// firstFrame decodes the first frame of a GIF, in its place on the screen.
func firstFrame(file io.Reader) (image.Image, error) {
	var read []byte
	kept := io.TeeReader(file, writerFunc(func(p []byte) (int, error) {
		// The screen's size stands in the first ten bytes.
		if len(read) < 10 {
			read = append(read, p...)
		}
		return len(p), nil
	}))
	frame, err := gif.Decode(kept)
	if err != nil {
		return nil, err
	}
	screen := image.Rect(0, 0, int(read[6])|int(read[7])<<8, int(read[8])|int(read[9])<<8)
	if frame.Bounds() == screen {
		return frame, nil
	}
	picture := image.NewRGBA(screen)
	draw.Draw(picture, frame.Bounds(), frame, frame.Bounds().Min, draw.Src)
	return picture, nil
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
