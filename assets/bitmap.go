package assets

import (
	"encoding/binary"
	"errors"
	"io"
)

var (
	errNoEnd    = errors.New("the file ends before the picture does")
	errNoHeader = errors.New("the header is missing")
	// errManyChunks is for a file that costs a read for every few bytes.
	errManyChunks = errors.New("there are too many chunks")
)

// maxChunks is what a PNG may be cut into: programs write pieces of 8 KiB or
// more, so that this is half a gigabyte.
const maxChunks = 1 << 16

// pngBytes walks over the chunks of a PNG (https://www.w3.org/TR/png-3/#5Chunk-layout)
// to its end, and returns the bytes that a decoded pixel takes.
func pngBytes(r io.ReaderAt, size int64) (int64, error) {
	var head [26]byte
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return 0, err
	}
	perPixel := int64(4)
	if head[24] == 16 {
		perPixel = 8
	}
	const signature, around = 8, 12
	at := int64(signature)
	for range maxChunks {
		if at+around > size {
			return 0, errNoEnd
		}
		var chunk [8]byte
		if _, err := r.ReadAt(chunk[:], at); err != nil {
			return 0, err
		}
		at += around + int64(binary.BigEndian.Uint32(chunk[:4]))
		if string(chunk[4:]) == "IEND" && at <= size {
			return perPixel, nil
		}
	}
	return 0, errManyChunks
}

// checkWebP compares the length that the container states with the file's, and
// refuses an animation (https://www.rfc-editor.org/rfc/rfc9649, section 2.7.1.1),
// of which the decoder could not draw even the first frame.
func checkWebP(r io.ReaderAt, size int64) error {
	var head [21]byte
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return ErrBrokenImage.From(err)
	}
	if int64(binary.LittleEndian.Uint32(head[4:]))+8 > size {
		return ErrBrokenImage.From(errNoEnd)
	}
	const animation = 0x02
	if string(head[12:16]) == "VP8X" && head[20]&animation != 0 {
		return ErrUnsupportedMedia.Because("an animated WebP is not kept; a GIF or a still picture is")
	}
	return nil
}
