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
		"width=9&fit=inside":                   {Width: 9, Fit: Inside, Format: PNG},
		"width=100&padding=10":                 {Width: 100, Padding: 10, Fit: Contain, Format: PNG},
		"width=100&padding=10&density=3":       {Width: 300, Padding: 30, Fit: Contain, Format: PNG},
		"width=100&padding=0":                  {Width: 100, Fit: Contain, Format: PNG},
		"width=200&padding=10%25&density=2":    {Width: 400, Padding: 40, Fit: Contain, Format: PNG},
		"padding=25%25&height=80&width=200":    {Width: 200, Height: 80, Padding: 20, Fit: Contain, Format: PNG},
		"height=80&padding=25%25":              {Height: 80, Padding: 20, Fit: Contain, Format: PNG},
		"width=9&compression=best":             {Width: 9, Fit: Contain, Format: PNG, Compression: Best},
	} {
		if got := spec(t, query); got != want {
			t.Errorf("%s: want %+v, got %+v", query, want, got)
		}
	}
}

func TestRefusedSpecs(t *testing.T) {
	refused := map[string]string{
		"":                                      "width",
		"width=":                                "width",
		"width=0":                               "width",
		"width=-1":                              "width",
		"width=4097":                            "width",
		"width=0400":                            "width",
		"width=+4":                              "width",
		"width=4e2":                             "width",
		"width=400px":                           "width",
		"width=99999999999999999999":            "width",
		"height=4097&width=9":                   "height",
		"width=9&width=9":                       "width",
		"width=2049&density=2":                  "width",
		"width=9&density=0.5":                   "density",
		"width=9&density=5":                     "density",
		"width=9&density=NaN":                   "density",
		"width=9&density=1.001":                 "density",
		"width=9&density=0x1":                   "density",
		"width=9&fit=cover":                     "fit",
		"width=9&fit=fill":                      "fit",
		"width=9&format=tiff":                   "format",
		"width=9&format=PNG":                    "format",
		"width=9&format=../../etc/passwd":       "format",
		"width=9&quality=50":                    "quality",
		"width=9&format=jpeg&quality=0":         "quality",
		"width=9&format=jpeg&quality=101":       "quality",
		"width=9&background=red":                "background",
		"width=9&background=%2300ff00":          "background",
		"width=9&padding=":                      "padding",
		"width=9&padding=-1":                    "padding",
		"width=9&padding=1.5":                   "padding",
		"width=9&padding=01":                    "padding",
		"width=9&padding=%25":                   "padding",
		"width=9&padding=5":                     "padding",
		"width=99&padding=50%25":                "padding",
		"width=99&padding=10px":                 "padding",
		"width=99&padding=99999999999999999999": "padding",
		"width=99&height=10&padding=5":          "padding",
		"width=99&padding=1&padding=1":          "padding",
		"width=9&compression=":                  "compression",
		"width=9&compression=9":                 "compression",
		"width=9&compression=best&format=webp":  "compression",
		"width=9&compression=best&format=jpeg":  "compression",
		"width=9&rotate=90":                     "rotate",
		"width=9&Width=9":                       "Width",
		"width=9&%E0=9":                         "\ufffd",
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
		Fit:    rapid.SampledFrom([]Fit{Contain, Inside, Pad, Cover, Stretch}).Draw(t, "fit"),
		Format: rapid.SampledFrom([]Format{PNG, JPEG, WebP}).Draw(t, "format"),
	}
	s.Padding = rapid.IntRange(0, (min(s.Width, s.Height)-1)/2).Draw(t, "padding")
	if s.Format == PNG {
		s.Compression = rapid.SampledFrom([]Compression{Normal, Best}).Draw(t, "compression")
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
	for one, other := range map[string]string{
		"width=100&density=2": "width=200", "width=200&padding=10%25": "width=200&padding=20", "width=9&padding=0": "width=9",
		"width=100&padding=5&density=2": "width=200&padding=10",
	} {
		if Key(a, spec(t, one)) != Key(a, spec(t, other)) {
			t.Errorf("%s and %s are one rendition with two keys", one, other)
		}
	}
}

func FuzzParseSpec(f *testing.F) {
	f.Add("width=400&height=300&fit=cover&format=jpeg&quality=80&background=ffffff&density=1.5")
	f.Add("width=9&width=9;%zz")
	f.Add("width=90&padding=12%25&fit=inside&compression=best")
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
