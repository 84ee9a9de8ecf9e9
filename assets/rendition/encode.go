package rendition

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"sync"

	"github.com/HugoSmits86/nativewebp"
)

// onCanvas lays a picture on the background. Without one, and with nothing to
// pad, it is the canvas itself.
func onCanvas(picture *image.RGBA, p plan, s Spec) *image.NRGBA {
	canvas := image.Rectangle{Max: p.canvas}
	if picture.Rect == canvas && (s.Background.A == 0 || picture.Opaque()) {
		return unmultiply(picture)
	}
	blended := image.NewRGBA(canvas)
	if s.Background.A > 0 {
		draw.Draw(blended, canvas, image.NewUniform(s.Background), image.Point{}, draw.Src)
	}
	draw.Draw(blended, picture.Rect.Add(p.at), picture, image.Point{}, draw.Over)
	return unmultiply(blended)
}

// encoderBuffers keeps what the PNG encoder works with: half a megabyte each.
type encoderBuffers struct{ pool sync.Pool }

var buffers = &encoderBuffers{}

// Get returns a buffer, or nil for a new one.
func (e *encoderBuffers) Get() *png.EncoderBuffer {
	b, _ := e.pool.Get().(*png.EncoderBuffer)
	return b
}

// Put takes a buffer back.
func (e *encoderBuffers) Put(b *png.EncoderBuffer) { e.pool.Put(b) }

// encode writes a picture without any metadata.
func encode(picture *image.NRGBA, s Spec) ([]byte, error) {
	var b bytes.Buffer
	var err error
	switch s.Format {
	case JPEG:
		// The background was opaque, so straight and premultiplied are the same,
		// and for this type the encoder has a fast way.
		opaque := &image.RGBA{Pix: picture.Pix, Stride: picture.Stride, Rect: picture.Rect}
		err = jpeg.Encode(&b, opaque, &jpeg.Options{Quality: s.Quality})
	case WebP:
		err = nativewebp.Encode(&b, picture, nil)
	default:
		// The level that is called best takes up to 13 times as long as the
		// default one, for at most 2 % (photos and logos, 400 and 1600 pixels).
		level := png.BestSpeed
		if s.Compression == Best {
			level = png.DefaultCompression
		}
		err = (&png.Encoder{CompressionLevel: level, BufferPool: buffers}).Encode(&b, picture)
	}
	return b.Bytes(), err
}
