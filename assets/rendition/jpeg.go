package rendition

import (
	"encoding/binary"
	"errors"
	"image"
)

// The decoder of the standard library makes every pixel of a JPEG, and most
// renditions need one of sixteen. This one makes the levels of the pyramid from
// the coefficients (ITU-T T.81), at a size of 1/1, 1/2, 1/4 or 1/8 each. It
// reads the usual files: one baseline scan, grey or YCbCr. Others, and all that
// it finds fault with, are left to the standard library, whose word counts.

// errOtherJPEG is for a file that this decoder leaves to the standard library.
var errOtherJPEG = errors.New("not one of the usual JPEG files")

// maxJPEGLevel is where a block of 8 × 8 samples has become one.
const maxJPEGLevel = 3

// component is one channel (T.81, B.2.2).
type component struct {
	id           byte
	across, down int // blocks in a unit (MCU)
	quantization byte
	dc, ac       *huffman
	predicted    int32
	planes       [maxJPEGLevel + 1][]byte
	strides      [maxJPEGLevel + 1]int
}

type jpegReader struct {
	data          []byte
	width, height int
	components    []component
	quantizations [4]*[64]int32 // by place in the block, not in zigzag order
	tables        [2][4]*huffman
	restart       int // units between restarts, or 0
	levels        []int
	scan          bits
}

// decodeJPEG makes the given levels, 0 to maxJPEGLevel, of a file that is whole
// in memory and whose size is within the budget.
func decodeJPEG(data []byte, levels []int) (map[int]image.Image, error) {
	r := &jpegReader{data: data, levels: levels}
	at, err := r.headers()
	if err != nil {
		return nil, err
	}
	r.allocate()
	r.scan = bits{data: data, at: at}
	if err := r.units(); err != nil {
		return nil, err
	}
	made := map[int]image.Image{}
	for _, k := range levels {
		made[k] = r.picture(k)
	}
	return made, nil
}

// headers reads all segments up to the scan, and returns where its bits begin.
func (r *jpegReader) headers() (int, error) {
	at := 2
	for at+4 <= len(r.data) {
		if r.data[at] != 0xFF {
			return 0, errOtherJPEG
		}
		marker := r.data[at+1]
		if marker == 0xFF { // a fill byte
			at++
			continue
		}
		length := int(binary.BigEndian.Uint16(r.data[at+2:]))
		if length < 2 || at+2+length > len(r.data) {
			return 0, errOtherJPEG
		}
		segment := r.data[at+4 : at+2+length]
		at += 2 + length
		if marker == 0xDA {
			return at, r.scanHeader(segment)
		}
		if err := r.segment(marker, segment); err != nil {
			return 0, err
		}
	}
	return 0, errOtherJPEG
}

// segment reads what stands before the scan.
func (r *jpegReader) segment(marker byte, s []byte) error {
	switch {
	case marker == 0xC0, marker == 0xC1:
		return r.frame(s)
	case marker == 0xC4:
		return r.huffmanTables(s)
	case marker == 0xDB:
		return r.quantizationTables(s)
	case marker == 0xDD && len(s) == 2:
		r.restart = int(binary.BigEndian.Uint16(s))
		return nil
	case marker == 0xEE && len(s) >= 12 && string(s[:5]) == "Adobe" && s[11] != 1:
		return errOtherJPEG // its colours are none of YCbCr
	case marker < 0xE0:
		return errOtherJPEG
	}
	return nil
}

func (r *jpegReader) frame(s []byte) error {
	if r.components != nil || len(s) < 6 || s[0] != 8 || len(s) != 6+3*int(s[5]) || s[5] != 1 && s[5] != 3 {
		return errOtherJPEG
	}
	r.height, r.width = int(binary.BigEndian.Uint16(s[1:])), int(binary.BigEndian.Uint16(s[3:]))
	if r.height == 0 || r.width == 0 {
		return errOtherJPEG
	}
	for s = s[6:]; len(s) > 0; s = s[3:] {
		c := component{id: s[0], across: int(s[1] >> 4), down: int(s[1] & 15), quantization: s[2]}
		if c.across < 1 || c.across > 2 || c.down < 1 || c.down > 2 || c.quantization > 3 {
			return errOtherJPEG
		}
		r.components = append(r.components, c)
	}
	return usual(r.components)
}

// usual tells whether the components are grey, or YCbCr with colours that have at
// most the samples of the brightness.
func usual(c []component) error {
	if len(c) == 1 {
		// T.81, A.2.2: a scan of one component has its blocks in lines.
		c[0].across, c[0].down = 1, 1
		return nil
	}
	if c[1].across*c[1].down*c[2].across*c[2].down != 1 || c[0].id == 'R' && c[1].id == 'G' && c[2].id == 'B' {
		return errOtherJPEG
	}
	return nil
}

func (r *jpegReader) quantizationTables(s []byte) error {
	for len(s) > 0 {
		wide, number := int(s[0]>>4), s[0]&15
		size := 64 * (wide + 1)
		if wide > 1 || number > 3 || len(s) < 1+size {
			return errOtherJPEG
		}
		table := new([64]int32)
		for i := range table {
			if wide == 1 {
				table[zigzag[i]] = int32(binary.BigEndian.Uint16(s[1+2*i:]))
			} else {
				table[zigzag[i]] = int32(s[1+i])
			}
		}
		r.quantizations[number] = table
		s = s[1+size:]
	}
	return nil
}

func (r *jpegReader) scanHeader(s []byte) error {
	n := len(r.components)
	if n == 0 || len(s) != 4+2*n || int(s[0]) != n || s[1+2*n] != 0 || s[2+2*n] != 63 || s[3+2*n] != 0 {
		return errOtherJPEG
	}
	for i := range r.components {
		c := &r.components[i]
		id, tables := s[1+2*i], s[2+2*i]
		if id != c.id || tables>>4 > 3 || tables&15 > 3 {
			return errOtherJPEG
		}
		c.dc, c.ac = r.tables[0][tables>>4], r.tables[1][tables&15]
		if c.dc == nil || c.ac == nil || r.quantizations[c.quantization] == nil {
			return errOtherJPEG
		}
	}
	return nil
}

// allocate makes the planes, whole units wide and high.
func (r *jpegReader) allocate() {
	across, down := r.unitCount()
	for i := range r.components {
		c := &r.components[i]
		for _, k := range r.levels {
			n := 8 >> k
			c.strides[k] = across * c.across * n
			c.planes[k] = make([]byte, c.strides[k]*down*c.down*n)
		}
	}
}

func (r *jpegReader) unitCount() (across, down int) {
	width, height := 8*r.components[0].across, 8*r.components[0].down
	return (r.width + width - 1) / width, (r.height + height - 1) / height
}

// units decodes the scan.
func (r *jpegReader) units() error {
	across, down := r.unitCount()
	var block [64]int32
	for unit := range across * down {
		if r.restart > 0 && unit > 0 && unit%r.restart == 0 {
			if !r.scan.passRestart(byte(unit/r.restart-1) & 7) {
				return errOtherJPEG
			}
			for i := range r.components {
				r.components[i].predicted = 0
			}
		}
		x, y := unit%across, unit/across
		for i := range r.components {
			c := &r.components[i]
			q := r.quantizations[c.quantization]
			for b := range c.across * c.down {
				last, err := r.scan.block(&block, c, q)
				if err != nil {
					return err
				}
				r.place(&block, last, c, x*c.across+b%c.across, y*c.down+b/c.across)
			}
		}
		if r.scan.overrun() {
			return errOtherJPEG
		}
	}
	return nil
}

// place writes the samples of a block on all levels, and empties it.
func (r *jpegReader) place(block *[64]int32, last int, c *component, x, y int) {
	for _, k := range r.levels {
		n := 8 >> k
		samples := c.planes[k][y*n*c.strides[k]+x*n:]
		if last == 0 {
			flat(samples, c.strides[k], n, block[0])
			continue
		}
		switch k {
		case 0:
			inverse8(samples, c.strides[0], block)
		case 1:
			inverse4(samples, c.strides[1], block)
		case 2:
			inverse2(samples, c.strides[2], block)
		default:
			flat(samples, c.strides[3], 1, block[0])
		}
	}
	if last == 0 {
		block[0] = 0
		return
	}
	clear(block[:])
}

// picture wraps the planes of a level.
func (r *jpegReader) picture(k int) image.Image {
	shrunk := image.Rect(0, 0, (r.width+1<<k-1)>>k, (r.height+1<<k-1)>>k)
	first := &r.components[0]
	if len(r.components) == 1 {
		return &image.Gray{Pix: first.planes[k], Stride: first.strides[k], Rect: shrunk}
	}
	ratio := image.YCbCrSubsampleRatio444
	switch {
	case first.across == 2 && first.down == 2:
		ratio = image.YCbCrSubsampleRatio420
	case first.across == 2:
		ratio = image.YCbCrSubsampleRatio422
	case first.down == 2:
		ratio = image.YCbCrSubsampleRatio440
	}
	return &image.YCbCr{
		Y: first.planes[k], Cb: r.components[1].planes[k], Cr: r.components[2].planes[k],
		YStride: first.strides[k], CStride: r.components[1].strides[k], SubsampleRatio: ratio, Rect: shrunk,
	}
}
