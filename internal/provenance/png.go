package provenance

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"io"
)

const (
	pngSignature = "\x89PNG\r\n\x1a\n"
	// maxChunks is enough for a gigabyte in pieces of the usual 8 kB.
	maxChunks  = 130_000
	pngKeyword = "XML:com.adobe.xmp\x00"
	// plainHead begins a chunk with a packet as it should be: neither compressed
	// nor with a language or a translated keyword.
	plainHead = pngKeyword + "\x00\x00\x00\x00"
)

// pngLayout walks over the chunks (PNG, third edition, section 5). A new packet
// goes before the first IDAT, where programs find it that read from a stream.
func pngLayout(r *io.SectionReader) (layout, error) {
	l := layout{place: -1, most: maxPacket - len(plainHead), wrap: wrapPNG}
	var head [8]byte
	if err := readPart(r, head[:], 0); err != nil {
		return l, err
	}
	if string(head[:]) != pngSignature {
		return l, broken("this is no PNG")
	}
	at := int64(len(head))
	for i := range maxChunks {
		if err := readPart(r, head[:], at); err != nil {
			return l, err
		}
		length, kind := int64(binary.BigEndian.Uint32(head[:])), string(head[4:])
		next := at + 8 + length + 4
		switch {
		case (i == 0) != (kind == "IHDR"):
			return l, broken("the header is not at the beginning")
		case next > r.Size():
			return l, io.EOF
		case kind == "IDAT" && l.place < 0:
			l.place = at
		case kind == "IEND" && l.place < 0:
			return l, broken("there is no picture")
		case kind == "IEND":
			return l, nil
		case kind == "iTXt" && length <= maxPacket:
			p, ok, err := pngPiece(r, span{at, next})
			if ok && err == nil {
				err = l.add(p)
			}
			if err != nil {
				return l, err
			}
		}
		at = next
	}
	return l, tooLarge("there are more than %d chunks", maxChunks)
}

// pngPiece reads an iTXt chunk, and tells whether it holds XMP. One whose
// checksum is wrong does not, as decoders pass over it.
func pngPiece(r io.ReaderAt, at span) (piece, bool, error) {
	begin := make([]byte, min(int64(len(pngKeyword)), at.to-at.from-12))
	if err := readPart(r, begin, at.from+8); err != nil || string(begin) != pngKeyword {
		return piece{}, false, err
	}
	chunk := make([]byte, at.to-at.from)
	if err := readPart(r, chunk, at.from); err != nil {
		return piece{}, false, err
	}
	data, sum := chunk[8:len(chunk)-4], chunk[len(chunk)-4:]
	if crc32.ChecksumIEEE(chunk[4:len(chunk)-4]) != binary.BigEndian.Uint32(sum) {
		return piece{}, false, nil
	}
	if xmp, plain := bytes.CutPrefix(data, []byte(plainHead)); plain {
		return piece{span: at, xmp: xmp}, true, nil
	}
	xmp, ok := otherText(data[len(pngKeyword):])
	return piece{span: at, xmp: xmp, kept: true}, ok, nil
}

// otherText reads what follows the keyword of an iTXt chunk (section 11.3.3.4):
// flag and method of compression, language, translated keyword, text.
func otherText(data []byte) ([]byte, bool) {
	if len(data) < 2 {
		return nil, false
	}
	compressed, method := data[0], data[1]
	parts := bytes.SplitN(data[2:], []byte{0}, 3)
	if len(parts) < 3 {
		return nil, false
	}
	if compressed == 0 {
		return parts[2], true
	}
	if compressed != 1 || method != 0 {
		return nil, false
	}
	z, err := zlib.NewReader(bytes.NewReader(parts[2]))
	if err != nil {
		return nil, false
	}
	text, err := io.ReadAll(io.LimitReader(z, maxPacket+1))
	return text, err == nil && len(text) <= maxPacket
}

func wrapPNG(xmp []byte) []byte {
	data := append([]byte("iTXt"+plainHead), xmp...)
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)-4))
	chunk = append(chunk, data...)
	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(data))
}
