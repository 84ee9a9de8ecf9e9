package rendition

import (
	"encoding/binary"
	"errors"
	"image"
	"math"
)

// Colours of a profile other than sRGB are converted here where the profile is a
// matrix with curves, as those of cameras, telephones and screens are (Display
// P3, Adobe RGB; ICC.1:2022, F.3). No library is used: those in pure Go read
// profiles, or have no releases. Profiles with tables are carried along in a
// PNG or JPEG.

// errOtherProfile is for a profile that is not converted.
var errOtherProfile = errors.New("not a profile of a matrix and curves")

// conversion turns colours of a profile into sRGB.
type conversion struct {
	linear [3][256]float64 // by channel and value
	// matrix makes linear sRGB of linear device colours; a grey profile has none.
	matrix *[3][3]float64
}

// toSRGB makes linear sRGB of XYZ relative to D50, the white of all profiles:
// the primaries of IEC 61966-2-1, adapted as ICC.1:2022, annex E, has it.
var toSRGB = [3][3]float64{
	{3.1338561, -1.6168667, -0.4906146},
	{-0.9787684, 1.9161415, 0.0334540},
	{0.0719453, -0.2289914, 1.4052427},
}

// encodings is the sRGB curve for linear light in steps of 1/4095.
var encodings = func() (table [4096]uint8) {
	for i := range table {
		v := float64(i) / 4095
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		table[i] = uint8(math.Round(255 * v))
	}
	return table
}()

func encoded(linear float64) uint8 {
	return encodings[int(min(max(linear, 0), 1)*4095+0.5)]
}

func (c *conversion) colour(r, g, b uint8) (red, green, blue uint8) {
	x, y, z := c.linear[0][r], c.linear[1][g], c.linear[2][b]
	m := c.matrix
	if m == nil {
		return encoded(x), encoded(y), encoded(z)
	}
	return encoded(m[0][0]*x + m[0][1]*y + m[0][2]*z), encoded(m[1][0]*x + m[1][1]*y + m[1][2]*z), encoded(m[2][0]*x + m[2][1]*y + m[2][2]*z)
}

// changesNothing tells whether the profile is sRGB by another name.
func (c *conversion) changesNothing() bool {
	near := func(a, b uint8) bool { return max(a, b)-min(a, b) <= 2 }
	for r := 0; r < 256; r += 51 {
		for g := 0; g < 256; g += 51 {
			for b := 0; b < 256; b += 51 {
				x, y, z := c.colour(uint8(r), uint8(g), uint8(b))
				if !near(x, uint8(r)) || !near(y, uint8(g)) || !near(z, uint8(b)) {
					return false
				}
			}
		}
	}
	return true
}

// apply converts a premultiplied picture in place.
func (c *conversion) apply(p *image.RGBA) {
	parallel(p.Rect.Dy(), func(from, to int) {
		for y := from; y < to; y++ {
			row := p.Pix[y*p.Stride : y*p.Stride+4*p.Rect.Dx()]
			for i := 0; i+4 <= len(row); i += 4 {
				q := row[i : i+4 : i+4]
				if q[3] == 0 {
					continue
				}
				if a := uint32(q[3]); a != 0xFF {
					for k := range 3 {
						q[k] = uint8(min((uint32(q[k])*0xFF+a/2)/a, 0xFF))
					}
				}
				q[0], q[1], q[2] = c.colour(q[0], q[1], q[2])
				premultiply(q, q)
			}
		}
	})
}

// readConversion reads a profile (ICC.1:2022, section 7).
func readConversion(profile []byte) (*conversion, error) {
	tags, err := profileTags(profile)
	if err != nil {
		return nil, err
	}
	c := &conversion{}
	if string(profile[16:20]) == "GRAY" {
		if err := readCurve(tags["kTRC"], &c.linear[0]); err != nil {
			return nil, err
		}
		c.linear[1], c.linear[2] = c.linear[0], c.linear[0]
		return c, nil
	}
	if string(profile[16:20]) != "RGB " || string(profile[20:24]) != "XYZ " || tags["A2B0"] != nil {
		return nil, errOtherProfile
	}
	c.matrix = new([3][3]float64)
	for i, name := range []string{"r", "g", "b"} {
		if err := readCurve(tags[name+"TRC"], &c.linear[i]); err != nil {
			return nil, err
		}
		xyz := tags[name+"XYZ"]
		if len(xyz) < 20 || string(xyz[:4]) != "XYZ " {
			return nil, errOtherProfile
		}
		for row := range 3 {
			for k := range 3 {
				c.matrix[row][i] += toSRGB[row][k] * fixed16(xyz[8+4*k:])
			}
		}
	}
	return c, nil
}

// profileTags returns the tags by their signature.
func profileTags(profile []byte) (map[string][]byte, error) {
	const header, entry, most = 132, 12, 100
	if len(profile) < header || string(profile[36:40]) != "acsp" {
		return nil, errOtherProfile
	}
	count := binary.BigEndian.Uint32(profile[128:])
	if count > most || len(profile) < header+entry*int(count) {
		return nil, errOtherProfile
	}
	tags := map[string][]byte{}
	for i := range int(count) {
		e := profile[header+entry*i:]
		at, size := uint64(binary.BigEndian.Uint32(e[4:])), uint64(binary.BigEndian.Uint32(e[8:]))
		if at+size > uint64(len(profile)) {
			return nil, errOtherProfile
		}
		tags[string(e[:4])] = profile[at : at+size]
	}
	return tags, nil
}

// fixed16 reads an s15Fixed16Number.
func fixed16(b []byte) float64 { return float64(int32(binary.BigEndian.Uint32(b))) / 65536 }

// readCurve fills in what each value is in linear light.
func readCurve(tag []byte, linear *[256]float64) error {
	if len(tag) < 12 {
		return errOtherProfile
	}
	var curve func(float64) float64
	var err error
	switch string(tag[:4]) {
	case "curv":
		curve, err = sampledCurve(tag)
	case "para":
		curve, err = formulaCurve(tag)
	default:
		return errOtherProfile
	}
	if err != nil {
		return err
	}
	for i := range linear {
		v := curve(float64(i) / 255)
		if math.IsNaN(v) {
			return errOtherProfile
		}
		linear[i] = min(max(v, 0), 1)
	}
	return nil
}

// sampledCurve reads a curveType (section 10.6).
func sampledCurve(tag []byte) (func(float64) float64, error) {
	count := int64(binary.BigEndian.Uint32(tag[8:]))
	if int64(len(tag)) < 12+2*count {
		return nil, errOtherProfile
	}
	switch count {
	case 0:
		return func(v float64) float64 { return v }, nil
	case 1:
		gamma := float64(binary.BigEndian.Uint16(tag[12:])) / 256
		return func(v float64) float64 { return math.Pow(v, gamma) }, nil
	}
	return func(v float64) float64 {
		place := v * float64(count-1)
		i := min(int64(place), count-2)
		low, high := float64(binary.BigEndian.Uint16(tag[12+2*i:])), float64(binary.BigEndian.Uint16(tag[14+2*i:]))
		return (low + (high-low)*(place-float64(i))) / 65535
	}, nil
}

// formulaCurve reads a parametricCurveType (section 10.18).
func formulaCurve(tag []byte) (func(float64) float64, error) {
	kind := int(binary.BigEndian.Uint16(tag[8:]))
	counts := [...]int{1, 3, 4, 5, 7}
	if kind >= len(counts) || len(tag) < 12+4*counts[kind] {
		return nil, errOtherProfile
	}
	// Kinds with fewer parameters are the last one with these.
	p := [7]float64{1, 1, 0, 0, 0, 0, 0} // g a b c d e f
	for i := range counts[kind] {
		p[i] = fixed16(tag[12+4*i:])
	}
	g, a, b, c, d, e, f := p[0], p[1], p[2], p[3], p[4], p[5], p[6]
	switch kind {
	case 1, 2: // here the third parameter is added, and below -b/a it is all
		e, f, c = c, c, 0
		if a == 0 {
			return nil, errOtherProfile
		}
		d = -b / a
	}
	return func(v float64) float64 {
		if v >= d {
			return math.Pow(a*v+b, g) + e
		}
		return c*v + f
	}, nil
}
