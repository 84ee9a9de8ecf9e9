package book

import (
	"fmt"
	"math"
	"net/url"
	"testing"

	"signet/assets/rendition"
)

// The ratios are those of https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
func TestContrast(t *testing.T) {
	for hex, want := range map[string]struct {
		white, black float64
		ink, fits    string
	}{
		"#000000": {21, 1, paper, "text"}, "#FFFFFF": {1, 21, "#000000", "none"}, "#777777": {4.48, 4.69, "#000000", "large"},
		"#C8202F": {5.66, 3.71, paper, "text"}, "#0a0": {21, 1, paper, "text"}, "": {21, 1, paper, "text"},
	} {
		c := colour{Hex: hex}
		if math.Abs(c.OnWhite()-want.white) > 0.02 || math.Abs(c.OnBlack()-want.black) > 0.02 || c.Ink() != want.ink || c.Fits(c.OnWhite()) != want.fits {
			t.Errorf("%s: %.2f on white, %.2f on black, ink %s, %s", hex, c.OnWhite(), c.OnBlack(), c.Ink(), c.Fits(c.OnWhite()))
		}
	}
}

// Whatever a picture's proportions are, it is drawn undistorted, with as much space on
// each side, and within the drawing.
func TestClearSpaceIsDrawnForAllProportions(t *testing.T) {
	for _, size := range [][2]int{{1771, 480}, {480, 480}, {796, 656}, {100, 900}, {4000, 50}, {1, 4000}, {0, 0}} {
		d := clearSpaceOf(size[0], size[1])
		in, out := d.Inner, d.Outer
		x := in.X - out.X
		if x < 10 || in.Y-out.Y != x || out.W-in.W != 2*x || out.H-in.H != 2*x {
			t.Errorf("%v: %+v in %+v", size, in, out)
		}
		if out.X < 0 || out.Y < 0 || out.X+out.W > d.W || out.Y+out.H > d.H || len(d.Measures) != 4 {
			t.Errorf("%v: %+v sticks out of %d × %d", size, out, d.W, d.H)
		}
		if size[1] > 0 && math.Abs(float64(in.W*size[1])-float64(in.H*size[0])) > float64(max(size[0], size[1])) {
			t.Errorf("%v: %+v is distorted", size, in)
		}
	}
}

func TestWhatTheNotesSayOfSpaceAndSize(t *testing.T) {
	for _, test := range []struct {
		note         string
		clear, small string
		mm, px       float64
	}{
		{"Khoảng trống bằng chữ «H». Chiều rộng tối thiểu: 24 mm khi in, 120 px trên màn hình.", "Khoảng trống bằng chữ «H».", "Chiều rộng tối thiểu: 24 mm khi in, 120 px trên màn hình.", 24, 120},
		{"Keep free around it 2.5 units. The smallest width is 12,5 mm", "Keep free around it 2.5 units.", "The smallest width is 12,5 mm", 12.5, DefaultPX},
		{"Nothing of that. 5 mm of rain.", "", "", DefaultMM, DefaultPX},
		{"Minimum 0 px.", "", "Minimum 0 px.", DefaultMM, DefaultPX},
		{"", "", "", DefaultMM, DefaultPX},
	} {
		v := &version{}
		v.Content.Units = []unit{{Role: "NOTE", Texts: sayings{{"vi", test.note}}}}
		m := v.Manual("en")
		if m.Clear.Text != test.clear || m.Small.Text != test.small || m.MM != test.mm || m.PX != test.px {
			t.Errorf("%q: %+v", test.note, m)
		}
		if m.Clear.Text != "" && m.Clear.Locale != "vi" {
			t.Error("what is quoted is of another language")
		}
	}
}

// What shows a preset is what the registry makes, of a size that a preview may have.
func TestPresetsCanBeShown(t *testing.T) {
	for _, p := range rendition.Presets("") {
		q, err := url.ParseQuery(shown(p.Spec))
		if err != nil {
			t.Fatal(err)
		}
		s, err := rendition.ParseSpec(q)
		if err != nil || max(s.Width, s.Height) > widestShown || s.Fit != p.Spec.Fit || s.Format != p.Spec.Format || s.Background != p.Spec.Background {
			t.Errorf("%s is shown by %+v: %v", p.Name, s, err)
		}
	}
}

func TestARemarkStandsApartFromAName(t *testing.T) {
	for name, want := range map[string]title{
		"Biển lớn (mẫu đề xuất)": {Main: "Biển lớn", Aside: "mẫu đề xuất"}, "大海（提案样本）": {Main: "大海", Aside: "提案样本"},
		"(all of it)": {Main: "(all of it)"}, "a (b) c": {Main: "a (b) c"}, ")": {Main: ")"}, "": {},
	} {
		if got := titled(said{Text: name}); got != want {
			t.Errorf("%q: %+v", name, got)
		}
	}
}

func TestWhatAReaderIsTold(t *testing.T) {
	all := sayings{{"en", "e"}, {"ja", "j"}, {"vi", "v"}, {"zh", "z"}, {"fr", "f"}}
	for lang, want := range map[string]string{"vi": "[{vi v} {en e} {zh z} {ja j} {fr f}]", "en": "[{en e} {vi v} {zh z} {ja j} {fr f}]", "ko": "[{vi v} {en e} {zh z} {ja j} {fr f}]"} {
		if got := fmt.Sprint(all.For(lang)); got != want {
			t.Errorf("%s: %s", lang, got)
		}
	}
	if all.In("ko").Text != "v" || sayings(nil).In("vi") != (said{}) || len(all.Rest("vi")) != 4 || sayings(nil).Rest("vi") != nil {
		t.Error("what is missing is not made good by the source")
	}
}

func TestTermsAreToldInTheirLanguages(t *testing.T) {
	v := &version{}
	for licence, want := range map[string]string{
		"Được dùng tự do, CC BY 4.0 / Free to use, CC BY 4.0": "[{vi Được dùng tự do, CC BY 4.0} {en Free to use, CC BY 4.0}]",
		"Mẫu": "[{vi Mẫu}]", "": "[]", " / Sample": "[{en Sample}]",
	} {
		if v.Content.Licence = licence; fmt.Sprint(v.Terms()) != want {
			t.Errorf("%q: %v", licence, v.Terms())
		}
	}
}
