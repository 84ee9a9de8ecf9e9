package rendition

import (
	"regexp"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestPresetsCanBeMade(t *testing.T) {
	names, titles := map[string]bool{}, map[string]bool{}
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for _, p := range Presets("") {
		if err := p.Spec.Check(); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		if spec(t, p.Spec.String()) != p.Spec {
			t.Errorf("%s can't be asked for in a URL", p.Name)
		}
		if names[p.Name] || !kebab.MatchString(p.Name) {
			t.Errorf("%s is no name, or one of two", p.Name)
		}
		for _, title := range []string{p.English, p.Vietnamese} {
			if title == "" || titles[title] || !norm.NFC.IsNormalString(title) {
				t.Errorf("%s: %q is no title, or one of two", p.Name, title)
			}
			titles[title] = true
		}
		names[p.Name] = true
		if found, ok := FindPreset(p.Name); !ok || found != p {
			t.Errorf("%s is not found", p.Name)
		}
	}
	if p, ok := FindPreset("web-poster"); ok || p != (Preset{}) {
		t.Errorf("found %+v", p)
	}
}

func TestPresetsOfAKind(t *testing.T) {
	total := 0
	for _, kind := range []PresetKind{Web, Print, Social, Icon} {
		of := Presets(kind)
		total += len(of)
		for _, p := range of {
			if p.Kind != kind {
				t.Errorf("%s is not of %s", p.Name, kind)
			}
		}
		if len(of) == 0 {
			t.Errorf("there are none of %s", kind)
		}
	}
	if all := Presets(""); len(all) != total {
		t.Errorf("%d of %d are of a kind", total, len(all))
	}
	if got := Presets("poster"); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	Presets("")[0].Name = "changed"
	if _, ok := FindPreset("changed"); ok {
		t.Error("the table can be changed")
	}
}

func TestTheIconsThatAreLookedFor(t *testing.T) {
	w := newWorkshop(t, Options{})
	ref := w.put(t, drawing60(`<path d="M0 0h60v30H0z" fill="#da251d"/>`))
	sizes := map[int]bool{}
	for _, p := range Presets(Icon) {
		made := decoded(t, w.bytes(t, ref, p.Spec.String()), p.Spec.Format)
		if made.Rect.Dx() != made.Rect.Dy() || made.Rect.Dx() != p.Spec.Width {
			t.Errorf("%s is %v", p.Name, made.Rect)
		}
		sizes[p.Spec.Width] = true
	}
	for _, size := range []int{16, 32, 48, 180, 192, 512} {
		if !sizes[size] {
			t.Errorf("there is none of %d pixels", size)
		}
	}
}

// What is made at approval is what the presets for pages ask for of a PNG.
func TestTheStandardOnesHaveNames(t *testing.T) {
	for _, s := range StandardSpecs("image/png", 4000, Normal) {
		found := false
		for _, p := range Presets(Web) {
			found = found || p.Spec == s
		}
		if !found {
			t.Errorf("%s has no name", s)
		}
	}
}
