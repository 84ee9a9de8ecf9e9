package assets

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/gif"
	"image/png"
	"io"
	"math"
	"strings"

	"golang.org/x/image/webp"

	"signet/assets/svg"
)

// What a picture may take once it is decoded.
const (
	// MaxPixels is width times height.
	MaxPixels = 50_000_000
	// MaxDecodedBytes is what the pixels take in memory: four bytes each, eight
	// where a channel has 16 bits, and for a progressive JPEG its coefficients
	// as well.
	MaxDecodedBytes = 4 * MaxPixels
)

// Info is what the content of a file says about it.
type Info struct {
	// Ref and Size name the blob; Inspect leaves them empty.
	Stat
	// Media is decided by the content.
	Media Media
	// Width and Height are in pixels as the picture is to be seen, that is,
	// after the orientation of its EXIF data; of an SVG its natural size in CSS
	// pixels, rounded up. They are 0 for what is no picture, and for an SVG that
	// does not say.
	Width, Height int
	// Warnings tell the author of what is accepted but may not be meant.
	Warnings []svg.Warning
}

// Inspect tells what the size bytes of r are, by their content. It reads
// headers, and of an SVG everything; no pixel is decoded. Errors:
// [ErrUnsupportedMedia], [ErrUnsafeSVG], [ErrTooLarge] (an SVG over
// svg.MaxBytes), [ErrTooManyPixels], [ErrBrokenImage] (it begins as a picture
// and does not go on as one, or ends too early), or that of r or the context.
func Inspect(ctx context.Context, r io.ReaderAt, size int64) (Info, error) {
	if err := ctx.Err(); err != nil {
		return Info{}, err
	}
	head := make([]byte, min(size, 512))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		return Info{}, err
	}
	media, err := sniff(head, r, size)
	if err != nil {
		return Info{}, err
	}
	switch {
	case media == SVG:
		return inspectSVG(ctx, r, size)
	case media.IsBitmap():
		h, err := readHeader(media, r, size)
		if err != nil {
			return Info{}, err
		}
		return Info{Media: media, Width: h.Width, Height: h.Height}, nil
	}
	return Info{Media: media}, nil
}

// sniff decides what a file claims to be by how it begins.
func sniff(head []byte, r io.ReaderAt, size int64) (Media, error) {
	begins := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case begins("\x89PNG\r\n\x1a\n"):
		return PNG, nil
	case begins("\xff\xd8\xff"):
		return JPEG, nil
	case begins("GIF87a"), begins("GIF89a"):
		return GIF, nil
	case begins("RIFF") && len(head) >= 12 && string(head[8:12]) == "WEBP":
		return WebP, nil
	case begins("%PDF-1."), begins("%PDF-2."):
		return sniffPDF(r, size)
	case begins("PK\x03\x04"):
		return sniffOffice(r, size)
	case begins("wOF2"), begins("wOFF"), begins("OTTO"), begins("\x00\x01\x00\x00"), begins("true"):
		return sniffFont(head, r, size)
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	if bytes.HasPrefix(text, []byte("<")) && looksLikeSVG(r, size) {
		return SVG, nil
	}
	return "", ErrUnsupportedMedia
}

// looksLikeSVG tells SVG from HTML and other mark-up, only so that the error is
// the helpful one: the svg package decides.
func looksLikeSVG(r io.ReaderAt, size int64) bool {
	head := make([]byte, min(size, 64<<10))
	n, _ := r.ReadAt(head, 0)
	head = head[:n]
	at := bytes.Index(head, []byte("<svg"))
	if at < 0 {
		at = bytes.Index(head, []byte(":svg"))
	}
	html := bytes.Index(bytes.ToLower(head), []byte("<html"))
	return at >= 0 && (html < 0 || html > at)
}

func inspectSVG(ctx context.Context, r io.ReaderAt, size int64) (Info, error) {
	if size > svg.MaxBytes {
		return Info{}, ErrTooLarge.Because("an SVG file may have %d bytes", svg.MaxBytes)
	}
	file, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		return Info{}, err
	}
	report, err := svg.Check(ctx, file, embeddedPictures())
	if err != nil {
		var unsafe *svg.Error
		if errors.As(err, &unsafe) {
			return Info{}, ErrUnsafeSVG.Because("%s", unsafe.Sentence).onLine(unsafe.Line)
		}
		return Info{}, err
	}
	return Info{
		Media: SVG, Width: pixels(report.Width), Height: pixels(report.Height), Warnings: report.Warnings,
	}, nil
}

// pixels rounds a natural size up, and leaves out what would be absurd.
func pixels(v float64) int {
	if v > math.MaxInt32 {
		return 0
	}
	return int(math.Ceil(v))
}

// embeddedPictures checks the pictures in one SVG, which share one budget.
func embeddedPictures() svg.CheckImage {
	var decoded int64
	return func(declared string, data []byte) error {
		r := bytes.NewReader(data)
		media, err := sniff(data[:min(len(data), 512)], r, r.Size())
		if err != nil {
			return err
		}
		if string(media) != declared {
			return ErrUnsupportedMedia.Because("it is declared as %s and is %s", declared, media)
		}
		h, err := readHeader(media, r, r.Size())
		if err != nil {
			return err
		}
		if decoded += h.decoded; decoded > MaxDecodedBytes {
			return ErrTooManyPixels
		}
		return nil
	}
}

// header is what the first bytes of a bitmap tell.
type header struct {
	Width, Height int   // as it is to be seen
	decoded       int64 // bytes in memory
}

// readHeader reads the header of a bitmap and holds it against the budget. The
// decoders are called by name: image.Decode would also take the formats that
// imported packages register, such as TIFF.
func readHeader(media Media, r io.ReaderAt, size int64) (header, error) {
	file := io.NewSectionReader(r, 0, size)
	var config image.Config
	var err error
	bytesPerPixel := int64(4)
	turned := false
	switch media {
	case PNG:
		config, err = png.DecodeConfig(file)
		if err == nil {
			bytesPerPixel, err = pngBytes(r, size)
		}
	case GIF:
		config, err = gif.DecodeConfig(file)
	case WebP:
		config, err = webp.DecodeConfig(file)
	case JPEG:
		var frame jpegFrame
		frame, err = readJPEG(file)
		config = image.Config{Width: frame.width, Height: frame.height}
		bytesPerPixel, turned = frame.bytesPerPixel(), frame.orientation.turns()
	default:
		return header{}, ErrNoRendition
	}
	if err != nil {
		return header{}, ErrBrokenImage.From(err)
	}
	if err := withinBudget(config.Width, config.Height, bytesPerPixel); err != nil {
		return header{}, err
	}
	if err := isWhole(media, r, size); err != nil {
		return header{}, err
	}
	h := header{Width: config.Width, Height: config.Height, decoded: int64(config.Width) * int64(config.Height) * bytesPerPixel}
	if turned {
		h.Width, h.Height = h.Height, h.Width
	}
	return h, nil
}

// isWhole looks at what only some formats need beyond their header.
func isWhole(media Media, r io.ReaderAt, size int64) error {
	switch media {
	case GIF:
		if err := gifFrame(io.NewSectionReader(r, 0, size)); err != nil {
			return ErrBrokenImage.From(err)
		}
		return nil
	case WebP:
		return checkWebP(r, size)
	default:
		return nil
	}
}

func withinBudget(width, height int, bytesPerPixel int64) error {
	if width <= 0 || height <= 0 {
		return ErrBrokenImage.Because("this picture is empty")
	}
	pixels := int64(width) * int64(height)
	if int64(width) > MaxPixels || int64(height) > MaxPixels || pixels > MaxPixels || pixels*bytesPerPixel > MaxDecodedBytes {
		return ErrTooManyPixels.Because("%d × %d pixels of %d bytes are more than is accepted", width, height, bytesPerPixel)
	}
	return nil
}

// sniffPDF wants the end of the file as well, which a stopped upload lacks.
func sniffPDF(r io.ReaderAt, size int64) (Media, error) {
	tail := make([]byte, min(size, 2048))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return "", err
	}
	if !strings.Contains(string(tail), "%%EOF") {
		return "", ErrBrokenImage.Because("this PDF has no end")
	}
	return PDF, nil
}
