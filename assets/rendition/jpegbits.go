package rendition

import (
	"encoding/binary"
)

// zigzag is the place in a block of each coefficient in the order of the file
// (T.81, figure A.6).
var zigzag = [64]uint8{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}

// shortBits is the length up to which a code is looked up at once.
const shortBits = 10

// huffman is a table of codes (T.81, annex C).
type huffman struct {
	// short has, for each beginning of shortBits bits, the symbol and the length
	// of the code; 0 if the code is longer, or is none.
	short [1 << shortBits]struct{ symbol, length uint8 }
	// Of the longer codes: for each length the first code that is larger than
	// all of that length, left-aligned in 16 bits, and what makes a place in
	// symbols of a code.
	limit  [17]uint32
	offset [17]int32
	symbol []uint8
}

func (r *jpegReader) huffmanTables(s []byte) error {
	for len(s) > 0 {
		if len(s) < 17 || s[0]>>4 > 1 || s[0]&15 > 3 {
			return errOtherJPEG
		}
		count := 0
		for _, n := range s[1:17] {
			count += int(n)
		}
		if count == 0 || count > 256 || len(s) < 17+count {
			return errOtherJPEG
		}
		table, ok := newHuffman(s[1:17], s[17:17+count])
		if !ok {
			return errOtherJPEG
		}
		r.tables[s[0]>>4][s[0]&15] = table
		s = s[17+count:]
	}
	return nil
}

// newHuffman makes a table, unless there are more codes than bits can tell apart.
func newHuffman(counts, symbols []byte) (*huffman, bool) {
	h := &huffman{symbol: symbols}
	code, at := uint32(0), 0
	for i, n := range counts {
		length := i + 1
		h.offset[length] = int32(at) - int32(code)
		for range n {
			if code >= 1<<length {
				return nil, false
			}
			if length <= shortBits {
				first := code << (shortBits - length)
				for j := range uint32(1) << (shortBits - length) {
					h.short[first+j] = struct{ symbol, length uint8 }{symbols[at], uint8(length)}
				}
			}
			code++
			at++
		}
		h.limit[length] = code << (16 - length)
		code <<= 1
	}
	return h, true
}

// bits reads the scan. After its end it reads zeros, and overrun tells of it.
type bits struct {
	data []byte
	at   int
	next uint64 // the next bits, the first one highest
	have int    // how many of them there are
	fed  int    // how many of them, the last ones, are made up
}

// fill sees to 48 bits at least.
func (b *bits) fill() {
	if b.at+8 <= len(b.data) {
		v := binary.BigEndian.Uint64(b.data[b.at:])
		const ones, tops = 0x0101010101010101, 0x8080808080808080
		if (^v-ones)&v&tops == 0 { // no byte is FF
			whole := (64 - b.have) / 8
			b.next |= v >> (64 - 8*whole) << (64 - 8*whole) >> b.have
			b.at += whole
			b.have += 8 * whole
			return
		}
	}
	for b.have <= 56 {
		v := byte(0)
		switch {
		case b.at < len(b.data) && b.data[b.at] != 0xFF:
			v = b.data[b.at]
			b.at++
		case b.at+1 < len(b.data) && b.data[b.at+1] == 0: // a stuffed FF
			v = 0xFF
			b.at += 2
		default: // a marker, or the end
			b.fed += 8
		}
		b.next |= uint64(v) << (56 - b.have)
		b.have += 8
	}
}

func (b *bits) skip(n int) {
	b.next <<= n
	b.have -= n
}

// overrun tells whether made-up bits were used.
func (b *bits) overrun() bool { return b.have < b.fed }

// passRestart passes over the marker that is due.
func (b *bits) passRestart(number byte) bool {
	if b.have-b.fed >= 8 || b.at+1 >= len(b.data) || b.data[b.at] != 0xFF || b.data[b.at+1] != 0xD0+number {
		return false
	}
	*b = bits{data: b.data, at: b.at + 2}
	return true
}

// decode reads a code; there are 16 bits at least.
func (b *bits) decode(h *huffman) (uint8, bool) {
	if s := h.short[b.next>>(64-shortBits)]; s.length > 0 {
		b.skip(int(s.length))
		return s.symbol, true
	}
	code := uint32(b.next >> 48)
	for length := shortBits + 1; length <= 16; length++ {
		if code < h.limit[length] {
			b.skip(length)
			return h.symbol[int32(code>>(16-length))+h.offset[length]], true
		}
	}
	return 0, false
}

// value reads a number of n bits, 1 to 15 (T.81, F.2.2.1).
func (b *bits) value(n uint8) int32 {
	v := int32(b.next >> (64 - n))
	b.skip(int(n))
	if v < 1<<(n-1) {
		v -= 1<<n - 1
	}
	return v
}

// block reads the coefficients of a block, which is empty, multiplied with
// their quantization, and returns the number of the last one that is not 0.
func (b *bits) block(block *[64]int32, c *component, q *[64]int32) (last int, err error) {
	b.fill()
	size, ok := b.decode(c.dc)
	if !ok || size > 15 {
		return 0, errOtherJPEG
	}
	if size > 0 {
		c.predicted += b.value(size)
	}
	block[0] = c.predicted * q[0]
	for k := 1; k < 64; k++ {
		if b.have < 32 {
			b.fill()
		}
		symbol, ok := b.decode(c.ac)
		if !ok {
			return 0, errOtherJPEG
		}
		run, size := int(symbol>>4), symbol&15
		if size == 0 {
			if run < 15 {
				break
			}
			k += 15
			continue
		}
		k += run
		if k > 63 {
			return 0, errOtherJPEG
		}
		place := zigzag[k] & 63
		block[place] = b.value(size) * q[place]
		last = k
	}
	return last, nil
}
