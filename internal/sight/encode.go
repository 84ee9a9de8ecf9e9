package sight

import (
	"encoding"
	"encoding/base64"
	"encoding/binary"
	"slices"
)

var (
	_ encoding.BinaryMarshaler   = Print{}
	_ encoding.BinaryUnmarshaler = (*Print)(nil)
	_ encoding.TextMarshaler     = Print{}
	_ encoding.TextUnmarshaler   = (*Print)(nil)
)

// The binary form: one byte with the version; the width, the height and the four
// margins, as big-endian numbers of 16 bits; and the planes of red, green, blue and
// coverage, row by row.
const (
	printVersion = 1
	headLength   = 1 + 2*6
	// EncodedLength is that of the binary form of a print, in bytes.
	EncodedLength = headLength + 4*side*side
)

// IsZero tells the zero value.
func (p Print) IsZero() bool { return len(p.cells) == 0 }

// MarshalBinary gives EncodedLength bytes, or ErrBadPrint for the zero value.
func (p Print) MarshalBinary() ([]byte, error) {
	if len(p.cells) == 0 {
		return nil, ErrBadPrint
	}
	out := make([]byte, 0, EncodedLength)
	out = append(out, printVersion)
	for _, v := range append([]uint16{p.width, p.height}, p.margins[:]...) {
		out = binary.BigEndian.AppendUint16(out, v)
	}
	return append(out, p.cells...), nil
}

// UnmarshalBinary reads what MarshalBinary writes, and keeps none of the bytes;
// anything else is ErrBadPrint, and leaves the print as it was.
func (p *Print) UnmarshalBinary(b []byte) error {
	if len(b) != EncodedLength || b[0] != printVersion {
		return ErrBadPrint
	}
	var head [6]uint16
	for i := range head {
		head[i] = binary.BigEndian.Uint16(b[1+2*i:])
	}
	read := Print{width: head[0], height: head[1], margins: [4]uint16(head[2:]), cells: slices.Clone(b[headLength:])}
	if !read.valid() {
		return ErrBadPrint
	}
	*p = read
	return nil
}

// valid tells whether Of could have made the print.
func (p Print) valid() bool {
	m := p.margins
	wide, high := int(p.width)+int(m[0])+int(m[2]), int(p.height)+int(m[1])+int(m[3])
	if min(p.width, p.height) < leastWide || max(p.width, p.height) < leastLong || max(wide, high) > workSide || p.plain() {
		return false
	}
	for c := range 3 {
		for i, v := range p.plane(c) {
			if v > p.plane(3)[i]+1 && p.plane(3)[i] < 255 {
				return false
			}
		}
	}
	return true
}

// MarshalText gives the binary form in base64.
func (p Print) MarshalText() ([]byte, error) {
	b, err := p.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.AppendEncode(nil, b), nil
}

// UnmarshalText reads what MarshalText writes, and nothing else: ErrBadPrint.
func (p *Print) UnmarshalText(text []byte) error {
	if len(text) != base64.StdEncoding.EncodedLen(EncodedLength) {
		return ErrBadPrint
	}
	b, err := base64.StdEncoding.Strict().AppendDecode(nil, text)
	if err != nil {
		return ErrBadPrint
	}
	return p.UnmarshalBinary(b)
}
