package rendition

import (
	"bytes"
	"encoding/binary"
	"image"
	"math"
)

// window is the part of a picture that is scaled, in its pixels; its borders
// may lie within one.
type window struct{ left, top, right, bottom float64 }

// lobes is the width of the Lanczos kernel to each side.
const lobes = 3

// unit is 1 in the fixed point of the weights.
const (
	unitBits = 14
	unit     = 1 << unitBits
)

// taps are the pixels that make up a new one: those from start on, each with
// its weight; the weights add up to unit.
type taps struct {
	start   int
	weights []int64
}

// kernel returns the taps for each of count new pixels that cover from to to.
// Nothing outside of this part counts.
func kernel(from, to float64, count int) []taps {
	scale := (to - from) / float64(count)
	wide := max(scale, 1)
	first, end := int(math.Floor(from)), int(math.Ceil(to))
	all := make([]taps, count)
	for i := range all {
		centre := from + (float64(i)+0.5)*scale
		start := max(int(math.Ceil(centre-lobes*wide-0.5)), first)
		stop := min(int(math.Floor(centre+lobes*wide-0.5)), end-1)
		exact := make([]float64, 0, stop-start+1)
		sum := 0.0
		for x := start; x <= stop; x++ {
			w := lanczos((float64(x) + 0.5 - centre) / wide)
			exact = append(exact, w)
			sum += w
		}
		all[i] = fixed(start, exact, sum)
	}
	return all
}

// fixed rounds weights so that they still add up, and leaves out zeros at the
// ends.
func fixed(start int, exact []float64, sum float64) taps {
	weights := make([]int64, len(exact))
	largest, rest := 0, int64(unit)
	for i, w := range exact {
		weights[i] = int64(math.Round(w / sum * unit))
		rest -= weights[i]
		if weights[i] > weights[largest] {
			largest = i
		}
	}
	weights[largest] += rest
	for len(weights) > 1 && weights[0] == 0 {
		weights, start = weights[1:], start+1
	}
	for len(weights) > 1 && weights[len(weights)-1] == 0 {
		weights = weights[:len(weights)-1]
	}
	return taps{start, weights}
}

func lanczos(x float64) float64 {
	if x == 0 {
		return 1
	}
	if math.Abs(x) >= lobes {
		return 0
	}
	x *= math.Pi
	return lobes * math.Sin(x) * math.Sin(x/lobes) / (x * x)
}

// resample scales a part of a picture. Which direction comes first is chosen so
// that what lies between is small, whatever the proportions are.
func resample(src image.Image, part window, size image.Point) *image.RGBA {
	across, down := kernel(part.left, part.right, size.X), kernel(part.top, part.bottom, size.Y)
	bounds := src.Bounds()
	if int64(size.X)*int64(bounds.Dy()) <= int64(bounds.Dx())*int64(size.Y) {
		return resampleDown(resampleAcross(src, across, span(down)), down)
	}
	return resampleAcross(resampleDown(premultiplied(src), down), across, [2]int{0, size.Y})
}

// span returns the first row that counts, and the one after the last.
func span(all []taps) [2]int {
	last := all[len(all)-1]
	return [2]int{all[0].start, last.start + len(last.weights)}
}

// Two channels are added up in one 64-bit number, each in 32 bits: a negative
// sum of the lower one borrows from the upper one, and gives it back in split.

func pack(p uint32) (redBlue, greenAlpha int64) {
	const lanes = 0xFF000000FF
	v := int64(p)
	return (v | v<<16) & lanes, (v>>8 | v<<8) & lanes
}

// The sums begin with what rounds them.
const rounding = unit/2 + (unit/2)<<32

func split(sum int64) (low, high uint32) {
	l := int32(sum) // the lower half, with its sign
	h := int32((sum - int64(l)) >> 32)
	return clamp(l), clamp(h)
}

func clamp(v int32) uint32 { return uint32(min(max(v>>unitBits, 0), 0xFF)) }

// pixel makes a premultiplied pixel of the sums: Lanczos overshoots, but no
// colour is stronger than its opacity.
func pixel(redBlue, greenAlpha int64) uint32 {
	r, b := split(redBlue)
	g, a := split(greenAlpha)
	return min(r, a) | min(g, a)<<8 | min(b, a)<<16 | a<<24
}

// resampleAcross scales the rows of a picture; those outside of used stay empty.
func resampleAcross(src image.Image, across []taps, used [2]int) *image.RGBA {
	width := src.Bounds().Dx()
	dst := image.NewRGBA(image.Rect(0, 0, len(across), src.Bounds().Dy()))
	parallel(used[1]-used[0], func(from, to int) {
		source := newRows(src)
		packed, same := make([][2]int64, width), make([]int32, width)
		for y := used[0] + from; y < used[0]+to; y++ {
			row := source.row(y)
			packRow(packed, same, row)
			out := dst.Pix[y*dst.Stride : y*dst.Stride+4*len(across)]
			for x, t := range across {
				if int(same[t.start]) >= t.start+len(t.weights) {
					copy(out[4*x:4*x+4], row[4*t.start:4*t.start+4])
					continue
				}
				redBlue, greenAlpha := int64(rounding), int64(rounding)
				under := packed[t.start : t.start+len(t.weights)]
				for i, w := range t.weights[:len(under)] {
					redBlue += w * under[i][0]
					greenAlpha += w * under[i][1]
				}
				binary.LittleEndian.PutUint32(out[4*x:], pixel(redBlue, greenAlpha))
			}
		}
	})
	return dst
}

// packRow packs a row, and finds for each pixel where those that are the same
// end: what lies under one weight after the other there needs no adding up, and
// logos are flat for the most part.
func packRow(packed [][2]int64, same []int32, row []byte) {
	end, last := int32(len(packed)), uint32(0)
	for x := len(packed) - 1; x >= 0; x-- {
		p := binary.LittleEndian.Uint32(row[4*x : 4*x+4])
		if p != last {
			end, last = int32(x+1), p
		}
		same[x] = end
		packed[x][0], packed[x][1] = pack(p)
	}
}

// block is how many pixels of a row are looked at together.
const block = 16

// resampleDown scales the columns of a picture.
func resampleDown(src *image.RGBA, down []taps) *image.RGBA {
	width := src.Rect.Dx()
	dst := image.NewRGBA(image.Rect(0, 0, width, len(down)))
	parallel(len(down), func(from, to int) {
		for y := from; y < to; y++ {
			for x := 0; x < 4*width; x += 4 * block {
				end := min(x+4*block, 4*width)
				downBlock(dst.Pix[y*dst.Stride+x:y*dst.Stride+end], src.Pix[x:], src.Stride, down[y])
			}
		}
	})
	return dst
}

// downBlock makes a block of a row from the blocks under it, of which the columns
// begin at src.
func downBlock(out, src []byte, stride int, t taps) {
	first := src[t.start*stride:][:len(out)]
	flat := true
	for i := 1; flat && i < len(t.weights); i++ {
		flat = bytes.Equal(first, src[(t.start+i)*stride:][:len(out)])
	}
	if flat {
		copy(out, first)
		return
	}
	var kept [block][2]int64
	sums := kept[:len(out)/4]
	for x := range sums {
		sums[x] = [2]int64{rounding, rounding}
	}
	for i, w := range t.weights {
		addRow(sums, src[(t.start+i)*stride:][:len(out)], w)
	}
	for x := range sums {
		binary.LittleEndian.PutUint32(out[4*x:], pixel(sums[x][0], sums[x][1]))
	}
}

func addRow(sums [][2]int64, row []byte, weight int64) {
	for x := range sums {
		redBlue, greenAlpha := pack(binary.LittleEndian.Uint32(row[4*x : 4*x+4]))
		s := &sums[x]
		s[0] += weight * redBlue
		s[1] += weight * greenAlpha
	}
}
