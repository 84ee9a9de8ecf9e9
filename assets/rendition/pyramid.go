package rendition

import (
	"encoding/binary"
	"image"
)

// pyramid is a decoded picture with its levels: level k has half the pixels of
// level k-1 across and down, rounded up. Which level a rendition is made from
// follows from its size alone, and a level from the picture alone, so that five
// renditions made in one go have the bytes that they would have one by one.
type pyramid struct {
	size   image.Point // of level 0
	levels [maxLevel + 1]image.Image
}

// maxLevel is where a side of assets.MaxPixels has become one pixel.
const maxLevel = 26

// levelFor returns how often a side can be halved before it has less than five
// quarters of the target's length. Averaging so far shows no difference (of the
// finest detail that the target can show it takes a quarter of the contrast away
// at worst), and Lanczos costs as many pixels as are left.
func levelFor(length float64, target int) int {
	k := 0
	for k < maxLevel && 2*length >= 5*float64(int64(target)<<k) {
		k++
	}
	return k
}

// level returns level k, and halves its way there from the nearest one.
func (p *pyramid) level(k int) image.Image {
	have := k
	for p.levels[have] == nil {
		have--
	}
	for ; have < k; have++ {
		p.levels[have+1] = halve(p.levels[have], 2, 2)
	}
	return p.levels[k]
}

// halve averages across pixels by down pixels, each 1 or 2, of a picture. A
// last column or row without a partner stays as it is.
func halve(src image.Image, across, down int) *image.RGBA {
	size := src.Bounds().Size()
	width, height := (size.X+across-1)/across, (size.Y+down-1)/down
	dst := image.NewRGBA(image.Rect(0, 0, width, height))
	parallel(height, func(from, to int) {
		upper, lower := newRows(src), newRows(src)
		for y := from; y < to; y++ {
			a := upper.row(y * down)
			b := a
			if last := min(y*down+down, size.Y) - 1; last != y*down {
				b = lower.row(last)
			}
			average(dst.Pix[y*dst.Stride:y*dst.Stride+4*width], a, b, across)
		}
	})
	return dst
}

// average writes the mean of two rows of pixels, of which as many as across
// lie under each new one.
func average(dst, a, b []byte, across int) {
	const lanes = 0x00FF00FF
	last := len(a) - 4
	for i, at := 0, 0; i+4 <= len(dst); i, at = i+4, at+4*across {
		next := min(at+4*(across-1), last)
		a0, a1 := binary.LittleEndian.Uint32(a[at:]), binary.LittleEndian.Uint32(a[next:])
		b0, b1 := binary.LittleEndian.Uint32(b[at:]), binary.LittleEndian.Uint32(b[next:])
		even := (a0&lanes + a1&lanes + b0&lanes + b1&lanes + 0x00020002) >> 2 & lanes
		odd := (a0>>8&lanes + a1>>8&lanes + b0>>8&lanes + b1>>8&lanes + 0x00020002) >> 2 & lanes
		binary.LittleEndian.PutUint32(dst[i:], even|odd<<8)
	}
}
