package rendition

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
	mathbits "math/bits"
	"math/rand/v2"
	"testing"
)

// jpegWriter writes JPEG files with the samplings and restarts that the encoder of
// the standard library does not write, of made-up coefficients, with that
// encoder's tables.
type jpegWriter struct {
	codes [2][256]struct{ code, length uint32 } // DC and AC of its first tables
	out   []byte
	acc   uint64
	have  uint32
}

// tablesOf returns the segments DQT and DHT of a file, whole.
func tablesOf(file []byte) (tables []byte, huffmans []byte) {
	for at := 2; file[at+1] != 0xDA; {
		length := 2 + int(binary.BigEndian.Uint16(file[at+2:]))
		if file[at+1] == 0xDB || file[at+1] == 0xC4 {
			tables = append(tables, file[at:at+length]...)
		}
		if file[at+1] == 0xC4 {
			huffmans = append(huffmans, file[at+4:at+length]...)
		}
		at += length
	}
	return tables, huffmans
}

func (w *jpegWriter) learn(huffmans []byte) {
	for len(huffmans) > 0 {
		class, number := huffmans[0]>>4, huffmans[0]&15
		code, at := uint32(0), 17
		for length := uint32(1); length <= 16; length++ {
			for range huffmans[length] {
				if number == 0 {
					w.codes[class][huffmans[at]] = struct{ code, length uint32 }{code, length}
				}
				code++
				at++
			}
			code <<= 1
		}
		huffmans = huffmans[at:]
	}
}

func (w *jpegWriter) put(v, length uint32) {
	w.acc = w.acc<<length | uint64(v)
	for w.have += length; w.have >= 8; w.have -= 8 {
		b := byte(w.acc >> (w.have - 8))
		if w.out = append(w.out, b); b == 0xFF {
			w.out = append(w.out, 0)
		}
	}
}

func (w *jpegWriter) symbol(class int, s byte) {
	w.put(w.codes[class][s].code, w.codes[class][s].length)
}

func (w *jpegWriter) value(v int) uint32 {
	size := uint32(mathbits.Len(uint(max(v, -v))))
	if v < 0 {
		v += 1<<size - 1
	}
	w.put(uint32(v), size)
	return size
}

// block writes a difference and some coefficients.
func (w *jpegWriter) block(r *rand.Rand, difference int) {
	size := mathbits.Len(uint(max(difference, -difference)))
	w.symbol(0, byte(size))
	if size > 0 {
		w.value(difference)
	}
	k := 1
	for range r.IntN(5) {
		run := r.IntN(30)
		if k+run > 63 {
			break
		}
		k += run + 1
		for ; run >= 16; run -= 16 {
			w.symbol(1, 0xF0)
		}
		v := r.IntN(9) - 4
		if v == 0 {
			v = 5
		}
		w.symbol(1, byte(run<<4|mathbits.Len(uint(max(v, -v)))))
		w.value(v)
	}
	if k < 64 {
		w.symbol(1, 0)
	}
}

func (w *jpegWriter) flush() {
	if w.have > 0 {
		w.put(1<<(8-w.have)-1, 8-w.have)
	}
}

// sampledJPEG returns a file whose first component has across × down blocks to a
// unit, and the two others one, with a restart after each so many units.
func sampledJPEG(t testing.TB, width, height, across, down, restart int, seed uint64) []byte {
	t.Helper()
	var model bytes.Buffer
	if err := jpeg.Encode(&model, premultiplied(photo(8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	tables, huffmans := tablesOf(model.Bytes())
	w := &jpegWriter{out: append([]byte{0xFF, 0xD8}, tables...)}
	w.learn(huffmans)
	w.out = append(w.out, 0xFF, 0xC0, 0, 17, 8, byte(height>>8), byte(height), byte(width>>8), byte(width), 3,
		1, byte(across<<4|down), 0, 2, 0x11, 1, 3, 0x11, 1,
		0xFF, 0xDD, 0, 4, byte(restart>>8), byte(restart),
		0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0)
	r := rand.New(rand.NewPCG(seed, 1))
	units := ((width + 8*across - 1) / (8 * across)) * ((height + 8*down - 1) / (8 * down))
	for unit := range units {
		if restart > 0 && unit > 0 && unit%restart == 0 {
			w.flush()
			w.out = append(w.out, 0xFF, 0xD0+byte(unit/restart-1)&7)
		}
		for range across*down + 2 {
			w.block(r, r.IntN(41)-20)
		}
	}
	w.flush()
	return append(w.out, 0xFF, 0xD9)
}
