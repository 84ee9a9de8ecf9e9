package provenance

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"strings"
)

// Chunks of the WebP container (RFC 9649, section 2).
const (
	chunkExtended = "VP8X"
	chunkLossy    = "VP8 "
	chunkLossless = "VP8L"
	chunkXMP      = "XMP "
)

const (
	riffHead       = 12     // the length of what stands before the first chunk
	extendedLength = 8 + 10 // of a whole VP8X chunk
	extendedFlags  = 8      // where it has its flags
	flagXMP        = 0x04
	flagAlpha      = 0x10
)

// markSimple replaces the beginning of a packet in a file that was in the simple format,
// so that stripping makes it simple again. White space means nothing there.
const (
	unmarked   = "?>" + opened
	markSimple = "?>\n" + opened
)

// webp is what matters of a file's container.
type webp struct {
	kinds    []string // of its chunks
	end      int64    // of the container; more bytes may follow
	extended []byte   // the VP8X chunk; nil in the simple format
	needed   []byte   // the one that the picture would have in the simple format, with XMP
	ours     bool     // it was in the simple format before its stamp
}

// webpLayout walks over the chunks. A new packet goes behind the picture and EXIF, where
// the container wants it.
func webpLayout(r *io.SectionReader) (layout, error) {
	w := webp{}
	l := layout{most: maxPacket, wrap: wrapWebP}
	var head [riffHead]byte
	if err := readPart(r, head[:], 0); err != nil {
		return l, err
	}
	w.end = 8 + int64(binary.LittleEndian.Uint32(head[4:]))
	switch {
	case string(head[:4]) != "RIFF" || string(head[8:]) != "WEBP":
		return l, broken("this is no WebP")
	case w.end > r.Size():
		return l, io.EOF
	}
	for at := int64(riffHead); at < w.end; {
		if len(w.kinds) == maxChunks {
			return l, tooLarge("there are more than %d chunks", maxChunks)
		}
		if err := readPart(r, head[:8], at); err != nil {
			return l, err
		}
		length := int64(binary.LittleEndian.Uint32(head[4:]))
		part := span{at, at + 8 + length + length%2}
		if part.to > w.end {
			return l, io.EOF
		}
		w.kinds = append(w.kinds, string(head[:4]))
		if err := w.chunk(&l, r, part, length); err != nil {
			return l, err
		}
		at = part.to
	}
	if w.ours = w.isOurs(l); w.ours || w.extended == nil {
		l.wrap = wrapSimpleWebP
	}
	l.around = w.around
	return l, w.check(l)
}

// chunk notes one, which is the last of the kinds.
func (w *webp) chunk(l *layout, r io.ReaderAt, part span, length int64) error {
	switch kind := w.kinds[len(w.kinds)-1]; kind {
	case chunkExtended:
		if w.extended != nil {
			return nil
		}
		if w.extended = make([]byte, extendedLength); len(w.kinds) > 1 || part.to-part.from != extendedLength {
			return broken("the header is not as it has to be")
		}
		return readPart(r, w.extended, part.from)
	case chunkLossy, chunkLossless:
		l.place = part.to
		if w.needed != nil {
			return nil
		}
		begin := make([]byte, min(length, 10))
		if err := readPart(r, begin, part.from+8); err != nil {
			return err
		}
		w.needed = extendedFor(kind, begin)
	case "ANMF", "EXIF":
		l.place = part.to
	case chunkXMP:
		if length > maxPacket {
			return nil
		}
		chunk := make([]byte, part.to-part.from)
		if err := readPart(r, chunk, part.from); err != nil {
			return err
		}
		xmp := chunk[8 : 8+length]
		return l.add(piece{span: part, xmp: xmp, kept: !bytes.Equal(wrapWebP(xmp), chunk)})
	}
	return nil
}

// check refuses what could not be given back as it was, or is no picture.
func (w *webp) check(l layout) error {
	switch {
	case l.place == 0:
		return broken("there is no picture")
	case w.extended == nil && (w.needed == nil || len(w.kinds) > 1):
		return broken("there is something else than a picture")
	case w.extended != nil && w.flagged() != slices.Contains(w.kinds, chunkXMP):
		return broken("the header is wrong in whether there is XMP")
	}
	return nil
}

func (w *webp) flagged() bool { return w.extended[extendedFlags]&flagXMP != 0 }

// isOurs tells whether a file is what Write makes of one in the simple format.
func (w *webp) isOurs(l layout) bool {
	if len(w.kinds) != 3 || w.kinds[2] != chunkXMP || len(l.packets) != 1 || !bytes.Equal(w.extended, w.needed) {
		return false
	}
	xmp := l.packets[0].xmp
	doc, err := scan(xmp, false)
	return err == nil && doc.wholly() && bytes.Contains(xmp, []byte(markSimple))
}

// around adds what the container says of a packet to the edits that put it in or take
// it out.
func (w *webp) around(edits []edit) ([]edit, error) {
	if len(edits) == 0 {
		return nil, nil
	}
	packets := 0
	for _, kind := range w.kinds {
		if kind == chunkXMP {
			packets++
		}
	}
	for _, e := range edits {
		if e.from == e.to {
			packets++
		} else if len(e.put) == 0 {
			packets--
		}
	}
	switch {
	case w.extended == nil:
		edits = append(edits, edit{span{riffHead, riffHead}, w.needed})
	case w.ours && packets == 0:
		edits = append(edits, edit{span: span{riffHead, riffHead + extendedLength}})
	case w.flagged() != (packets > 0):
		at := int64(riffHead + extendedFlags)
		edits = append(edits, edit{span{at, at + 1}, []byte{w.extended[extendedFlags] ^ flagXMP}})
	}
	length := w.end - 8
	for _, e := range edits {
		length += int64(len(e.put)) - (e.to - e.from)
	}
	if length > math.MaxUint32-10 { // RFC 9649, section 2.4
		return nil, tooLarge("a WebP file may have 4 GB")
	}
	return append(edits, edit{span{4, 8}, binary.LittleEndian.AppendUint32(nil, uint32(length))}), nil
}

// extendedFor makes the VP8X chunk that a picture needs to have XMP beside it, from the
// first bytes of its data (RFC 6386, section 9.1; RFC 9649, section 3.4); nil if they
// can't be read.
func extendedFor(kind string, data []byte) []byte {
	var width, height uint32
	flags := byte(flagXMP)
	switch {
	case kind == chunkLossy && len(data) == 10 && data[0]&1 == 0 && string(data[3:6]) == "\x9d\x01\x2a":
		width, height = uint32(binary.LittleEndian.Uint16(data[6:])&0x3FFF), uint32(binary.LittleEndian.Uint16(data[8:])&0x3FFF)
	case kind == chunkLossless && len(data) >= 5 && data[0] == 0x2F:
		bits := binary.LittleEndian.Uint32(data[1:])
		width, height = bits&0x3FFF+1, bits>>14&0x3FFF+1
		if bits>>28&1 == 1 {
			flags |= flagAlpha
		}
	}
	if width == 0 || height == 0 {
		return nil
	}
	width, height = width-1, height-1
	return append([]byte(chunkExtended), 10, 0, 0, 0, flags, 0, 0, 0,
		byte(width), byte(width>>8), byte(width>>16), byte(height), byte(height>>8), byte(height>>16))
}

func wrapWebP(xmp []byte) []byte {
	chunk := binary.LittleEndian.AppendUint32([]byte(chunkXMP), uint32(len(xmp)))
	chunk = append(chunk, xmp...)
	return append(chunk, make([]byte, len(xmp)%2)...)
}

func wrapSimpleWebP(xmp []byte) []byte {
	return wrapWebP([]byte(strings.Replace(string(xmp), unmarked, markSimple, 1)))
}
