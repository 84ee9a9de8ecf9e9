package rendition

import (
	"fmt"
	"image"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"

	"signet/assets"
)

// decode reads a bitmap whose header has been held against the budget. The
// decoders are called by name, and on this goroutine: image.Decode would take
// every format that an imported package registers, and a panic of another
// goroutine could not be recovered from.
func decode(media assets.Media, file io.Reader) (picture image.Image, err error) {
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
