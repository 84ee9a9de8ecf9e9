package sight

import "image"

// content is the part of a picture that differs from its ground.
type content struct {
	box image.Rectangle
	// tolerance is how much a pixel must differ to belong to it.
	tolerance uint8
}

// relief is how much each pixel of a part stands out from the ground, from 0 to 255; in
// a transparent picture, how much it covers.
func (p *picture) relief(part image.Rectangle, g *ground) []uint8 {
	out := make([]uint8, 0, area(part))
	const one = 1 << 8 // whole numbers with 8 more bits are several times as fast
	var step [3]int
	if g != nil {
		for c, v := range g.across {
			step[c] = int(v * one)
		}
	}
	for y := part.Min.Y; y < part.Max.Y; y++ {
		row := p.pixels.Pix[p.pixels.PixOffset(part.Min.X, y):]
		row = row[:4*part.Dx()]
		var behind [3]int
		if g != nil {
			for c, v := range g.at(float32(part.Min.X), float32(y)) {
				behind[c] = int(v * one)
			}
		}
		for i := 0; i < len(row); i += 4 {
			if g == nil {
				out = append(out, row[i+3])
				continue
			}
			most := 0
			for c := range behind {
				d := int(row[i+c])*one - behind[c]
				if d < 0 {
					d = -d
				}
				if d > most {
					most = d
				}
				behind[c] += step[c]
			}
			out = append(out, uint8(min(most/one, 255)))
		}
	}
	return out
}

// trim finds what stands out in a part; ok is false if nothing does.
func trim(part image.Rectangle, relief []uint8) (found content, ok bool) {
	var counts [256]int
	for _, v := range relief {
		counts[v]++
	}
	// A few pixels that differ most say nothing.
	most, few := 255, len(relief)/1000
	for ; most > 0 && counts[most] <= few; most-- {
		few -= counts[most]
	}
	tolerance := min(max(float32(most)*0.12, 6), 30)
	if float32(most) <= tolerance {
		return content{}, false
	}
	found.tolerance = uint8(tolerance)
	columns, rows := make([]int, part.Dx()), make([]int, part.Dy())
	for y := range rows {
		for x, v := range relief[y*len(columns) : (y+1)*len(columns)] {
			if v > found.tolerance {
				columns[x]++
				rows[y]++
			}
		}
	}
	x0, x1 := ends(columns, 1+len(rows)/300)
	y0, y1 := ends(rows, 1+len(columns)/300)
	found.box = image.Rect(x0, y0, x1, y1).Add(part.Min)
	return found, !found.box.Empty()
}

// ends are the first and behind the last place that has enough.
func ends(counts []int, enough int) (first, behind int) {
	behind = len(counts)
	for first < behind && counts[first] < enough {
		first++
	}
	for behind > first && counts[behind-1] < enough {
		behind--
	}
	return first, behind
}

// content trims a part of the picture.
func (p *picture) content(part image.Rectangle, g *ground) (content, bool) {
	return trim(part, p.relief(part, g))
}

// cutOut says for each pixel whether it belongs to the content (255) or to the ground
// that reaches it from the edge (0).
func (p *picture) cutOut(g *ground, tolerance uint8) []uint8 {
	relief := p.relief(p.bounds(), g)
	w, h := p.bounds().Dx(), p.bounds().Dy()
	mask := make([]uint8, w*h)
	for i := range mask {
		mask[i] = 255
	}
	var queue []int
	visit := func(i int) {
		if mask[i] != 0 && relief[i] <= tolerance {
			mask[i] = 0
			queue = append(queue, i)
		}
	}
	for x := range w {
		visit(x)
		visit((h-1)*w + x)
	}
	for y := range h {
		visit(y * w)
		visit(y*w + w - 1)
	}
	for len(queue) > 0 {
		i := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if i%w > 0 {
			visit(i - 1)
		}
		if i%w < w-1 {
			visit(i + 1)
		}
		if i >= w {
			visit(i - w)
		}
		if i < (h-1)*w {
			visit(i + w)
		}
	}
	return mask
}
