package assets

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"io"
)

// jpegFrame is what the segments of a JPEG file before its pixels tell (ITU-T
// T.81, annex B).
type jpegFrame struct {
	width, height int
	progressive   bool
	// samples is the number of samples per 64 pixels, over all components.
	samples     int64
	orientation Orientation
}

// bytesPerPixel counts the samples, rounded up; a progressive file also keeps
// all coefficients as 32-bit numbers until its last scan.
func (f jpegFrame) bytesPerPixel() int64 {
	perPixel := max((f.samples+63)/64, 4)
	if f.progressive {
		perPixel += (4*f.samples + 63) / 64
	}
	return perPixel
}

// Orientation is the EXIF tag 0x0112: how stored rows and columns are to be
// seen. 1 is as stored; 5 to 8 are turned by a quarter.
type Orientation int

func (o Orientation) turns() bool { return o >= 5 && o <= 8 }

// errManySegments is for a file that hides its frame behind others.
var errManySegments = errors.New("too many segments before the picture")

// errRareJPEG is for processes that the decoder of the standard library does not
// know: without loss, with arithmetic coding, or with more than 8 bits.
var errRareJPEG = errors.New("this kind of JPEG is not read here; baseline and progressive ones are")

// ReadOrientation returns the EXIF orientation of a JPEG file, 1 if it has none
// or is no JPEG.
func ReadOrientation(file *io.SectionReader) Orientation {
	frame, err := readJPEG(file)
	if err != nil {
		return 1
	}
	return frame.orientation
}

// maxScans is how many scans a progressive file may have; encoders write a dozen. Each
// goes over the whole picture, also one of 30 bytes that changes nothing in it: in a
// megabyte of those is room for minutes of work.
const maxScans = 100

var errManyScans = errors.New("the picture is refined more often than is accepted")

// readJPEG walks over the segments to the first scan, and looks for the end
// marker, so that a file that was cut off is found out.
func readJPEG(file *io.SectionReader) (jpegFrame, error) {
	r := bufio.NewReaderSize(file, 64<<10)
	frame := jpegFrame{orientation: 1}
	if _, err := r.Discard(2); err != nil {
		return frame, err
	}
	for range 4096 {
		marker, length, err := nextSegment(r)
		if err != nil {
			return frame, err
		}
		switch {
		case marker == endOfImage, marker == startOfScan && (frame.width == 0 || frame.height == 0):
			return frame, errNoHeader
		case marker == startOfScan && frame.progressive:
			return frame, countScans(r, length)
		case marker == startOfScan:
			return frame, findEnd(file, r)
		}
		if err := frame.segment(r, marker, length); err != nil {
			return frame, err
		}
	}
	return frame, errManySegments
}

// The markers of which a picture's pixels are made up.
const (
	endOfImage  = 0xD9
	startOfScan = 0xDA
)

// countScans walks over all segments after the header of the first scan, which has
// length bytes, to the end marker.
func countScans(r *bufio.Reader, length int) error {
	for scans := 1; scans <= maxScans; {
		if _, err := r.Discard(length); err != nil {
			return errNoEnd
		}
		marker, next, err := nextSegment(r)
		switch {
		case err != nil:
			return errNoEnd
		case marker == endOfImage:
			return nil
		case marker == startOfScan:
			scans++
		}
		length = next
	}
	return errManyScans
}

// nextSegment reads a marker and, unless it stands alone, its length. What comes before
// the marker is passed over.
func nextSegment(r *bufio.Reader) (marker byte, length int, err error) {
	for marker == 0 || marker == 0xFF || marker == 0x01 || marker >= 0xD0 && marker <= 0xD7 {
		if marker, err = r.ReadByte(); err != nil {
			return 0, 0, err
		}
		if marker != 0xFF {
			marker = 0 // between segments: the decoder of the standard library skips it too
			continue
		}
		for marker == 0xFF {
			if marker, err = r.ReadByte(); err != nil {
				return 0, 0, err
			}
		}
	}
	if marker == endOfImage {
		return marker, 0, nil
	}
	var field [2]byte
	if _, err := io.ReadFull(r, field[:]); err != nil {
		return 0, 0, err
	}
	length = int(binary.BigEndian.Uint16(field[:])) - 2
	if length < 0 {
		return 0, 0, errNoHeader
	}
	return marker, length, nil
}

// segment reads what a segment tells, and passes over it.
func (f *jpegFrame) segment(r *bufio.Reader, marker byte, length int) error {
	isFrame := marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
	if !isFrame && marker != 0xE1 {
		_, err := r.Discard(length)
		return err
	}
	data := make([]byte, length)
	if _, err := io.ReadFull(r, data); err != nil {
		return err
	}
	if marker == 0xE1 {
		if exif, ok := bytes.CutPrefix(data, []byte("Exif\x00\x00")); ok && f.orientation == 1 {
			f.orientation = exifOrientation(exif)
		}
		return nil
	}
	if len(data) < 6 || len(data) < 6+3*int(data[5]) {
		return errNoHeader
	}
	if marker > 0xC2 || data[0] != 8 {
		return errRareJPEG
	}
	f.height, f.width = int(binary.BigEndian.Uint16(data[1:])), int(binary.BigEndian.Uint16(data[3:]))
	f.progressive = marker == 0xC2
	f.samples = samples(data[6 : 6+3*int(data[5])])
	return nil
}

// samples counts the samples per 64 pixels from the sampling factors of the
// components.
func samples(components []byte) int64 {
	widest, highest := int64(1), int64(1)
	for i := 1; i < len(components); i += 3 {
		widest, highest = max(widest, int64(components[i]>>4)), max(highest, int64(components[i]&15))
	}
	var total int64
	for i := 1; i < len(components); i += 3 {
		total += 64 * max(int64(components[i]>>4), 1) * max(int64(components[i]&15), 1) / (widest * highest)
	}
	return total
}

// findEnd looks for the end marker after the start of a scan, where r stands. It
// is nearly always in the last bytes, which saves reading all of a large file;
// what cameras append (a second picture, a film) may push it further up.
func findEnd(file *io.SectionReader, r *bufio.Reader) error {
	const near = 4 << 10
	at, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	from := max(at-int64(r.Buffered()), file.Size()-near)
	tail := make([]byte, file.Size()-from)
	if _, err := file.ReadAt(tail, from); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if bytes.Contains(tail, []byte{0xFF, 0xD9}) {
		return nil
	}
	return scanForEnd(r)
}

func scanForEnd(r *bufio.Reader) error {
	for {
		if _, err := r.ReadSlice(0xFF); err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return errNoEnd
		} else if err != nil {
			continue
		}
		next, err := r.ReadByte()
		if err != nil {
			return errNoEnd
		}
		if next == endOfImage {
			return nil
		}
		if next == 0xFF {
			if err := r.UnreadByte(); err != nil {
				return err
			}
		}
	}
}

// exifOrientation reads tag 0x0112 of the first directory of a TIFF structure
// (Exif 2.32, section 4.6).
func exifOrientation(tiff []byte) Orientation {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == 0x0112 {
			if o := Orientation(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

// Seen returns the size that a stored picture has when it is seen.
func (o Orientation) Seen(stored image.Point) image.Point {
	if o.turns() {
		return image.Pt(stored.Y, stored.X)
	}
	return stored
}

// Stored returns where a part of the seen picture lies in the stored one, which
// has the given size and its corner at 0,0.
func (o Orientation) Stored(seen image.Rectangle, stored image.Point) image.Rectangle {
	if o.turns() {
		seen = image.Rect(seen.Min.Y, seen.Min.X, seen.Max.Y, seen.Max.X)
	}
	if o == 2 || o == 3 || o == 7 || o == 8 {
		seen.Min.X, seen.Max.X = stored.X-seen.Max.X, stored.X-seen.Min.X
	}
	if o == 3 || o == 4 || o == 6 || o == 7 {
		// 6 and 8 mirror one side of the transposed picture each.
		seen.Min.Y, seen.Max.Y = stored.Y-seen.Max.Y, stored.Y-seen.Min.Y
	}
	return seen
}
