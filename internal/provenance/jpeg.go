package provenance

import (
	"bytes"
	"encoding/binary"
	"io"
)

const (
	// jpegHead begins a segment with a packet. Its continuation (extended XMP)
	// begins otherwise, and is left as it is: it belongs to the first part.
	jpegHead    = "http://ns.adobe.com/xap/1.0/\x00"
	maxSegments = 4096
	// maxSegment is the length that a segment may have with its length field.
	maxSegment = 0xFFFF
)

// Markers of ITU-T T.81, table B.1.
const (
	markerSOI  = 0xD8
	markerEOI  = 0xD9
	markerSOS  = 0xDA
	markerAPP0 = 0xE0
	markerAPP1 = 0xE1
	markerAPP2 = 0xE2
)

// jpegLayout walks over the segments before the first scan. A new packet goes
// behind JFIF and EXIF, which both want to be first, and before everything else:
// an APP2 segment with an index of more pictures counts bytes from itself to the
// end of the file.
func jpegLayout(r io.ReaderAt) (layout, error) {
	l := layout{place: 2, most: maxSegment - 2 - len(jpegHead), wrap: wrapJPEG}
	var head [2]byte
	if err := readPart(r, head[:], 0); err != nil {
		return l, err
	}
	if head[0] != 0xFF || head[1] != markerSOI {
		return l, broken("this is no JPEG")
	}
	s := segments{r: r, at: 2}
	leading, indexed := true, false
	for range maxSegments {
		marker, part, err := s.next()
		if err != nil || marker == markerSOS {
			return l, err
		}
		leading = leading && (marker == markerAPP0 || marker == markerAPP1)
		if leading {
			l.place = part.to
		}
		indexed = indexed || marker == markerAPP2
		if marker != markerAPP1 {
			continue
		}
		data := make([]byte, part.to-part.from-4)
		if err := readPart(r, data, part.from+4); err != nil {
			return l, err
		}
		if xmp, ok := bytes.CutPrefix(data, []byte(jpegHead)); ok {
			if err := l.add(piece{span: part, xmp: xmp, kept: indexed}); err != nil {
				return l, err
			}
		}
	}
	return l, tooLarge("there are more than %d segments", maxSegments)
}

// segments goes from segment to segment.
type segments struct {
	r      io.ReaderAt
	at     int64
	filled int // bytes between segments so far
}

// maxFill is how many bytes may stand between segments, in all.
const maxFill = 64 << 10

// next finds the next segment. As decoders do, it passes over fill bytes and what
// belongs to no segment. Of the one that begins a scan only the marker is read.
func (s *segments) next() (marker byte, part span, err error) {
	var head [4]byte
	for ; ; s.at++ {
		if err := readPart(s.r, head[:2], s.at); err != nil {
			return 0, span{}, err
		}
		if marker = head[1]; head[0] == 0xFF && marker > 0x01 && marker != 0xFF && (marker < 0xD0 || marker > 0xD7) {
			break
		}
		if s.filled++; s.filled > maxFill {
			return 0, span{}, broken("there is no next segment")
		}
	}
	part = span{s.at, s.at + 2}
	switch marker {
	case markerSOS:
		return marker, part, nil
	case markerEOI:
		return marker, part, broken("there is no picture")
	}
	if err := readPart(s.r, head[:], s.at); err != nil {
		return 0, span{}, err
	}
	length := int64(binary.BigEndian.Uint16(head[2:]))
	if length < 2 {
		return 0, span{}, broken("a segment can't be read")
	}
	part.to += length // if that is behind the end, the next marker is not found
	s.at = part.to
	return marker, part, nil
}

func wrapJPEG(xmp []byte) []byte {
	data := append([]byte(jpegHead), xmp...)
	segment := binary.BigEndian.AppendUint16([]byte{0xFF, markerAPP1}, uint16(2+len(data)))
	return append(segment, data...)
}
