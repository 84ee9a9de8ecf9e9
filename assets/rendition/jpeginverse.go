package rendition

// Inverse transforms of a block (T.81, A.3.3) to 8 × 8, 4 × 4, 2 × 2 samples and
// one. The smaller ones take the coefficients that so many samples can show, at
// the scale at which the mean stays the same.

// Cosines of n·π/16 in fixed point, and what rounds and scales the result: the
// transform of each direction has a factor of 1/2.
const (
	fraction = 11
	cos1     = 2009 // round(2048 · cos(1·π/16))
	cos2     = 1892
	cos3     = 1703
	cos4     = 1448
	cos5     = 1138
	cos6     = 784
	cos7     = 400
	keep     = 2 // bits of fraction that are kept between the two directions
	middle   = 128
)

func sample(v int32) byte { return byte(min(max(v+middle, 0), 255)) }

// flat fills n × n samples with the mean that the first coefficient says.
func flat(samples []byte, stride, n int, dc int32) {
	v := sample((dc + 4) >> 3)
	for y := range n {
		line := samples[y*stride : y*stride+n]
		for x := range line {
			line[x] = v
		}
	}
}

// four is the transform of 4 values in one direction, doubled.
func four(a, b, c, d int32) (w, x, y, z int32) {
	even, odd := (a+c)*cos4, (a-c)*cos4
	outer, inner := b*cos2+d*cos6, b*cos6-d*cos2
	return even + outer, odd + inner, odd - inner, even - outer
}

func inverse2(samples []byte, stride int, b *[64]int32) {
	top, bottom := b[0]+b[8], b[0]-b[8]
	topAcross, bottomAcross := b[1]+b[9], b[1]-b[9]
	samples[0], samples[1] = sample((top+topAcross+4)>>3), sample((top-topAcross+4)>>3)
	samples[stride], samples[stride+1] = sample((bottom+bottomAcross+4)>>3), sample((bottom-bottomAcross+4)>>3)
}

func inverse4(samples []byte, stride int, b *[64]int32) {
	const round1, round2 = 1 << (fraction - keep), 1 << (fraction + keep)
	var t [16]int32
	for x := range 4 {
		w0, w1, w2, w3 := four(b[x], b[8+x], b[16+x], b[24+x])
		t[x], t[4+x] = (w0+round1)>>(fraction+1-keep), (w1+round1)>>(fraction+1-keep)
		t[8+x], t[12+x] = (w2+round1)>>(fraction+1-keep), (w3+round1)>>(fraction+1-keep)
	}
	for y := range 4 {
		w0, w1, w2, w3 := four(t[4*y], t[4*y+1], t[4*y+2], t[4*y+3])
		line := samples[y*stride : y*stride+4]
		line[0], line[1] = sample((w0+round2)>>(fraction+1+keep)), sample((w1+round2)>>(fraction+1+keep))
		line[2], line[3] = sample((w2+round2)>>(fraction+1+keep)), sample((w3+round2)>>(fraction+1+keep))
	}
}

// eight is the transform of 8 values in one direction, doubled.
func eight(v *[8]int32) {
	e0, e1, e2, e3 := four(v[0], v[2], v[4], v[6])
	a, b, c, d := v[1], v[3], v[5], v[7]
	o0 := a*cos1 + b*cos3 + c*cos5 + d*cos7
	o1 := a*cos3 - b*cos7 - c*cos1 - d*cos5
	o2 := a*cos5 - b*cos1 + c*cos7 + d*cos3
	o3 := a*cos7 - b*cos5 + c*cos3 - d*cos1
	*v = [8]int32{e0 + o0, e1 + o1, e2 + o2, e3 + o3, e3 - o3, e2 - o2, e1 - o1, e0 - o0}
}

func inverse8(samples []byte, stride int, b *[64]int32) {
	const round1, round2 = 1 << (fraction - keep), 1 << (fraction + keep)
	var t [64]int32
	for x := range 8 {
		v := [8]int32{b[x], b[8+x], b[16+x], b[24+x], b[32+x], b[40+x], b[48+x], b[56+x]}
		if v[1]|v[2]|v[3]|v[4]|v[5]|v[6]|v[7] == 0 {
			// cos4 is 2048 · cos(π/4): the mean in each direction.
			flat := (v[0]*cos4 + round1) >> (fraction + 1 - keep)
			for y := range 8 {
				t[8*y+x] = flat
			}
			continue
		}
		eight(&v)
		for y := range 8 {
			t[8*y+x] = (v[y] + round1) >> (fraction + 1 - keep)
		}
	}
	for y := range 8 {
		v := [8]int32(t[8*y : 8*y+8])
		eight(&v)
		line := samples[y*stride : y*stride+8]
		for x := range 8 {
			line[x] = sample((v[x] + round2) >> (fraction + 1 + keep))
		}
	}
}
