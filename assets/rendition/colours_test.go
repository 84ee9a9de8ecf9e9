package rendition

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"math"
	"testing"

	"github.com/HugoSmits86/nativewebp"

	"signet/assets"
)

func s15Fixed16(values ...float64) (b []byte) {
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*65536))))
	}
	return b
}

// profileOf makes an ICC profile of tags.
func profileOf(space string, tags map[string][]byte) []byte {
	header := make([]byte, 128)
	copy(header[12:], "mntr"+space+"XYZ ")
	copy(header[36:], "acsp")
	table := binary.BigEndian.AppendUint32(header, uint32(len(tags)))
	at := len(table) + 12*len(tags)
	var data []byte
	for _, name := range []string{"rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC", "kTRC", "A2B0"} {
		if tag, ok := tags[name]; ok {
			table = binary.BigEndian.AppendUint32(append(table, name...), uint32(at+len(data)))
			table = binary.BigEndian.AppendUint32(table, uint32(len(tag)))
			data = append(data, tag...)
		}
	}
	return append(table, data...)
}

func xyz(x, y, z float64) []byte {
	return append([]byte("XYZ \x00\x00\x00\x00"), s15Fixed16(x, y, z)...)
}

// srgbCurve is that of IEC 61966-2-1, as a formula.
func srgbCurve() []byte {
	return append([]byte("para\x00\x00\x00\x00\x00\x03\x00\x00"), s15Fixed16(2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)...)
}

func rgbProfile(r, g, b, curve []byte) []byte {
	return profileOf("RGB ", map[string][]byte{"rXYZ": r, "gXYZ": g, "bXYZ": b, "rTRC": curve, "gTRC": curve, "bTRC": curve})
}

// displayP3 has the primaries of Apple's profile of that name.
func displayP3() []byte {
	return rgbProfile(xyz(0.51512, 0.2412, -0.00105), xyz(0.29198, 0.69225, 0.04189), xyz(0.1571, 0.06657, 0.78407), srgbCurve())
}

func sRGBProfile() []byte {
	return rgbProfile(xyz(0.43607, 0.22249, 0.01392), xyz(0.38515, 0.71687, 0.09708), xyz(0.14307, 0.06061, 0.7141), srgbCurve())
}

// withTables has tables and no matrix, as profiles of presses do.
func withTables() []byte {
	return profileOf("RGB ", map[string][]byte{"A2B0": bytes.Repeat([]byte("mft2table"), 20_000)})
}

// profiled carries a profile in a file of each format that can.
func profiled(t testing.TB, p *image.NRGBA, profile []byte) map[assets.Media][]byte {
	t.Helper()
	var b bytes.Buffer
	if err := nativewebp.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	// RFC 9649: a header of features, the profile, and then the picture.
	body := append([]byte("WEBPVP8X\x0a\x00\x00\x00\x20\x00\x00\x00"), byte(p.Rect.Dx()-1), 0, 0, byte(p.Rect.Dy()-1), 0, 0)
	body = append(binary.LittleEndian.AppendUint32(append(body, "ICCP"...), uint32(len(profile))), profile...)
	body = append(append(body, make([]byte, len(profile)&1)...), b.Bytes()[12:]...)
	return map[assets.Media][]byte{
		assets.PNG:  withProfile(pngOf(t, p), profile, PNG),
		assets.JPEG: withProfile(jpegOf(t, p, 0), profile, JPEG),
		assets.WebP: append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...),
	}
}

// The pairs are those of CSS Color 4 for color(display-p3 …) and the same colour
// in sRGB.
func TestColoursAreConverted(t *testing.T) {
	w := newWorkshop(t, Options{})
	for title, c := range map[string]struct{ p3, want color.NRGBA }{
		"red": {color.NRGBA{234, 51, 35, 255}, red}, "green": {color.NRGBA{117, 251, 76, 255}, green},
		"blue": {color.NRGBA{0, 0, 245, 255}, blue}, "grey": {color.NRGBA{128, 128, 128, 255}, color.NRGBA{128, 128, 128, 255}},
		"beyond sRGB": {red, red}, "half transparent": {color.NRGBA{234, 51, 35, 128}, color.NRGBA{255, 0, 0, 128}},
	} {
		for media, file := range profiled(t, drawing(16, 16, func(int, int) color.NRGBA { return c.p3 }), displayP3()) {
			if media == assets.JPEG && c.p3.A < 255 {
				continue
			}
			for _, format := range []string{"png", "jpeg", "webp"} {
				content := w.bytes(t, w.put(t, file), "width=8&background=000000&format="+format)
				want := c.want
				if want.A < 255 {
					want = color.NRGBA{128, 0, 0, 255}
				}
				near(t, decoded(t, content, Format(format)), 4, 4, want, 6)
				if readProfile(Format(format).Media(), sectionOf(content)) != nil {
					t.Errorf("%s of %s as %s still has a profile", title, media, format)
				}
			}
		}
	}
}

func TestCurves(t *testing.T) {
	sampled := []byte("curv\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x40\x00\xff\xff") // 0, 1/4, 1
	gamma := []byte("curv\x00\x00\x00\x00\x00\x00\x00\x01\x02\x00")                   // 2.0
	linear := []byte("curv\x00\x00\x00\x00\x00\x00\x00\x00")
	formula := func(kind byte, p ...float64) []byte {
		return append([]byte{'p', 'a', 'r', 'a', 0, 0, 0, 0, 0, kind, 0, 0}, s15Fixed16(p...)...)
	}
	for title, c := range map[string]struct {
		tag  []byte
		want float64 // at one half
	}{
		"none": {linear, 0.5}, "gamma": {gamma, 0.25}, "sampled": {sampled, 0.25},
		"power": {formula(0, 2), 0.25}, "scaled": {formula(1, 2, 0.5, 0.5), 0.5625}, "scaled, low": {formula(1, 2, 1, -0.75), 0},
		"raised": {formula(2, 2, 1, 0, 0.125), 0.375}, "raised, low": {formula(2, 2, 1, -0.75, 0.125), 0.125},
		"two parts, low": {formula(3, 2, 1, 0, 0.5, 0.9), 0.25}, "seven": {formula(4, 2, 1, 0, 0.5, 0.9, 0.1, 0.25), 0.5},
	} {
		var table [256]float64
		if err := readCurve(c.tag, &table); err != nil || math.Abs((table[127]+table[128])/2-c.want) > 0.005 {
			t.Errorf("%s: %v to %v, %v, want %v", title, table[127], table[128], err, c.want)
		}
	}
	for title, tag := range map[string][]byte{
		"short": gamma[:11], "cut off": sampled[:15], "unknown": []byte("mft2\x00\x00\x00\x00\x00\x00\x00\x00"), "kind 5": formula(5, 1, 1, 1, 1, 1, 1, 1),
		"too few": formula(4, 1), "four thousand million": []byte("curv\x00\x00\x00\x00\xff\xff\xff\xff\x00\x00"), "no slope": formula(1, 2, 0, 1),
	} {
		if err := readCurve(tag, new([256]float64)); err == nil {
			t.Errorf("%s: it was read", title)
		}
	}
}

func TestOtherProfiles(t *testing.T) {
	w := newWorkshop(t, Options{})
	p := quarters(16, 16)
	plain := w.bytes(t, w.put(t, pngOf(t, p)), "width=8")
	for title, profile := range map[string][]byte{"sRGB": sRGBProfile(), "damaged": displayP3()[:140], "none": []byte("x")} {
		for _, media := range []assets.Media{assets.PNG, assets.WebP} {
			if got := w.bytes(t, w.put(t, profiled(t, p, profile)[media]), "width=8"); !bytes.Equal(got, plain) {
				t.Errorf("%s in %s changes something", title, media)
			}
		}
	}
	for media, file := range profiled(t, p, withTables()) {
		for _, format := range []Format{PNG, JPEG, WebP} {
			content := w.bytes(t, w.put(t, file), "width=8&format="+string(format))
			near(t, decoded(t, content, format), 1, 1, red, 8)
			carried := readProfile(format.Media(), sectionOf(content))
			if want := format != WebP; bytes.Equal(carried, withTables()) != want {
				t.Errorf("%s as %s carries %d bytes of a profile", media, format, len(carried))
			}
		}
	}
	gray := profileOf("GRAY", map[string][]byte{"kTRC": []byte("curv\x00\x00\x00\x00\x00\x00\x00\x01\x01\x00")})
	linear := w.picture(t, withProfile(pngOf(t, grayOf(drawing(8, 8, func(int, int) color.NRGBA { return color.NRGBA{55, 55, 55, 255} }))), gray, PNG), "width=8")
	near(t, linear, 4, 4, color.NRGBA{128, 128, 128, 255}, 1) // linear light of 0.2158
}

// FuzzProfile: no profile makes anything panic, and what is converted is a colour
// for every colour.
func FuzzProfile(f *testing.F) {
	f.Add(displayP3())
	f.Add(withTables()[:300])
	f.Add(profileOf("GRAY", map[string][]byte{"kTRC": srgbCurve()}))
	f.Fuzz(func(t *testing.T, profile []byte) {
		c, err := readConversion(profile)
		if err != nil {
			return
		}
		c.changesNothing()
		p := premultiplied(quarters(4, 4))
		c.apply(p)
		for i := 3; i < len(p.Pix); i += 4 {
			if p.Pix[i] != 0xFF {
				t.Fatal("the opacity changed")
			}
		}
	})
}

// FuzzFindProfile: whatever a file says, looking for a profile ends, and takes no
// more memory than a profile may.
func FuzzFindProfile(f *testing.F) {
	for _, file := range profiled(f, quarters(8, 8), displayP3()) {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, media := range []assets.Media{assets.PNG, assets.JPEG, assets.WebP, assets.GIF} {
			if p := readProfile(media, sectionOf(file)); len(p) > maxProfile {
				t.Fatalf("%d bytes", len(p))
			}
		}
	})
}
