package rendition

import (
	"errors"
	"image/color"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"signet/assets"
)

func TestParseSpec(t *testing.T) {
	for query, want := range map[string]Spec{
		"width=400":                            {Width: 400, Fit: Contain, Format: PNG},
		"height=1":                             {Height: 1, Fit: Contain, Format: PNG},
		"width=200&density=2":                  {Width: 400, Fit: Contain, Format: PNG},
		"width=333&density=1.5":                {Width: 500, Fit: Contain, Format: PNG},
		"width=4096&height=4096&fit=cover":     {Width: 4096, Height: 4096, Fit: Cover, Format: PNG},
		"width=9&format=jpeg":                  {Width: 9, Fit: Contain, Format: JPEG, Quality: 85, Background: white},
		"width=9&format=jpeg&quality=1":        {Width: 9, Fit: Contain, Format: JPEG, Quality: 1, Background: white},
		"width=9&background=DA251D":            {Width: 9, Fit: Contain, Format: PNG, Background: color.NRGBA{0xDA, 0x25, 0x1D, 0xFF}},
		"width=9&background=12345600":          {Width: 9, Fit: Contain, Format: PNG},
		"width=9&height=9&fit=pad&format=webp": {Width: 9, Height: 9, Fit: Pad, Format: WebP},
	} {
		if got := spec(t, query); got != want {
			t.Errorf("%s: want %+v, got %+v", query, want, got)
		}
	}
}

func TestRefusedSpecs(t *testing.T) {
	refused := map[string]string{
		"":                                "width",
		"width=":                          "width",
		"width=0":                         "width",
		"width=-1":                        "width",
		"width=4097":                      "width",
		"width=0400":                      "width",
		"width=+4":                        "width",
		"width=4e2":                       "width",
		"width=400px":                     "width",
		"width=99999999999999999999":      "width",
		"height=4097&width=9":             "height",
		"width=9&width=9":                 "width",
		"width=2049&density=2":            "width",
		"width=9&density=0.5":             "density",
		"width=9&density=5":               "density",
		"width=9&density=NaN":             "density",
		"width=9&density=1.001":           "density",
		"width=9&density=0x1":             "density",
		"width=9&fit=cover":               "fit",
		"width=9&fit=fill":                "fit",
		"width=9&format=tiff":             "format",
		"width=9&format=PNG":              "format",
		"width=9&format=../../etc/passwd": "format",
		"width=9&quality=50":              "quality",
		"width=9&format=jpeg&quality=0":   "quality",
		"width=9&format=jpeg&quality=101": "quality",
		"width=9&background=red":          "background",
		"width=9&background=%2300ff00":    "background",
		"width=9&rotate=90":               "rotate",
		"width=9&Width=9":                 "Width",
		"width=9&%E0=9":                   "\ufffd",
	}
	refused["width=9&background=12345680&format=jpeg"] = "background"
	refused["width=9&"+strings.Repeat("x", 500)+"=1"] = strings.Repeat("x", 40) + "…"
	for query, field := range refused {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ParseSpec(values)
		if !errors.Is(err, assets.ErrInvalidSpec) || assets.AsError(err).Field != field {
			t.Errorf("%s: want %s to be refused, got %v", query, field, err)
		}
	}
}

func anySpec(t *rapid.T) Spec {
	s := Spec{
		Width: rapid.IntRange(1, MaxSide).Draw(t, "width"), Height: rapid.IntRange(1, MaxSide).Draw(t, "height"),
		Fit:    rapid.SampledFrom([]Fit{Contain, Pad, Cover, Stretch}).Draw(t, "fit"),
		Format: rapid.SampledFrom([]Format{PNG, JPEG, WebP}).Draw(t, "format"),
	}
	b := rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "background")
	s.Background = color.NRGBA{b[0], b[1], b[2], b[3]}
	if s.Format == JPEG {
		s.Background.A, s.Quality = 0xFF, rapid.IntRange(1, 100).Draw(t, "quality")
	}
	if s.Background.A == 0 {
		s.Background = color.NRGBA{}
	}
	return s
}

func TestTheSpellingIsReadBackAndUnique(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, other := anySpec(t), anySpec(t)
		values, err := url.ParseQuery(s.String())
		if err != nil {
			t.Fatal(err)
		}
		read, err := ParseSpec(values)
		if err != nil || read != s {
			t.Fatalf("%+v became %s and %+v, %v", s, s, read, err)
		}
		if (s == other) != (s.String() == other.String()) {
			t.Fatalf("%+v and %+v are both %s", s, other, s)
		}
	})
}

func TestKeysDiffer(t *testing.T) {
	a, b := assets.RefOf([]byte("a")), assets.RefOf([]byte("b"))
	one, two := spec(t, "width=1"), spec(t, "width=2")
	keys := map[assets.Ref]bool{Key(a, one): true, Key(a, two): true, Key(b, one): true, Key(b, two): true, a: true, b: true}
	if len(keys) != 6 {
		t.Fatalf("%d keys", len(keys))
	}
	if Key(a, spec(t, "width=100&density=2")) != Key(a, spec(t, "width=200")) {
		t.Fatal("two spellings of one rendition have two keys")
	}
}

func FuzzParseSpec(f *testing.F) {
	f.Add("width=400&height=300&fit=cover&format=jpeg&quality=80&background=ffffff&density=1.5")
	f.Add("width=9&width=9;%zz")
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		s, err := ParseSpec(values)
		if err != nil {
			if !errors.Is(err, assets.ErrInvalidSpec) || assets.AsError(err).Field == "" && !values.Has("") {
				t.Fatalf("%q: %v", query, err)
			}
			return
		}
		if again := spec(t, s.String()); again != s || s.Check() != nil {
			t.Fatalf("%q is %+v, and read again %+v", query, s, again)
		}
	})
}
