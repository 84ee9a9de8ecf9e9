package bundle_test

import (
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"signet/assets"
	"signet/internal/bundle"
)

const folder = "logos/logo-sample"

func TestNamesOfFiles(t *testing.T) {
	long := strings.Repeat("ậ", 100)
	for _, c := range []struct {
		name     string
		in, want []string
	}{
		{"they stay as they are", []string{"hải-phòng.svg", "Logo 2 (in).svg"}, []string{"hải-phòng.svg", "Logo 2 (in).svg"}},
		{"they are composed", []string{"ha\u0309i.svg"}, []string{"hải.svg"}},
		{"case alone makes no difference", []string{"Logo.svg", "logo.svg", "LOGO.svg"}, []string{"Logo.svg", "logo-2.svg", "LOGO-3.svg"}},
		{"ß and SS are one name for who folds case", []string{"straße.svg", "STRASSE.svg"}, []string{"straße.svg", "STRASSE-2.svg"}},
		{"a number that is taken is passed over", []string{"a-2.svg", "a.svg", "A.svg"}, []string{"a-2.svg", "a.svg", "A-3.svg"}},
		{"nothing leaves the folder", []string{"../../etc/passwd", "/etc/passwd.svg", `..\..\x.svg`, "C:x.svg"}, nil},
		{"Windows can save them", []string{"con.svg", "a?b*c.svg", "dot. .svg", "a<b>|\".svg"}, []string{"_con.svg", "a-b-c.svg", "dot.svg", "a-b---.svg"}},
		{"the extension is that of the bytes", []string{"logo.exe", "logo", "logo.SVG"}, []string{"logo.svg", "logo-2.svg", "logo-3.svg"}},
		{"marks that turn text are left out", []string{"a\u202egvs.exe.svg"}, []string{"agvs.exe.svg"}},
		{"what is left of nothing", []string{".svg", "...", ""}, nil},
		{"long ones are cut, also with a number", []string{long + ".svg", long + "b.svg"}, nil},
		{"long ones of letters that combine with nothing are cut", []string{strings.Repeat("海", 60) + ".svg", strings.Repeat("1", 150) + ".svg"}, nil},
		{"bytes that are no text are left out", []string{strings.Repeat("a\xcc", 200) + ".svg"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := bundle.Take(folder, assets.SVG, c.in...)
			safe(t, got)
			for i, want := range c.want {
				if got[i] != folder+"/"+want {
					t.Errorf("%q is called %q, not %q", c.in[i], got[i], want)
				}
			}
		})
	}
}

// safe sees that paths can be unpacked anywhere.
func safe(t *testing.T, paths []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, p := range paths {
		name, ok := strings.CutPrefix(p, folder+"/")
		switch {
		case !ok || path.Clean(p) != p || strings.ContainsAny(name, "/\\:*?\"<>|\x00\n\r") || name == "" || name[0] == '.':
			t.Errorf("%q leaves its folder, or can't be saved", p)
		case len(p) > bundle.MaxName || !utf8.ValidString(p) || !norm.NFC.IsNormalString(p):
			t.Errorf("%q has %d bytes, or no form to rely on", p, len(p))
		case seen[bundle.Fold(p)]:
			t.Errorf("%q is there twice for who does not tell case", p)
		}
		seen[bundle.Fold(p)] = true
	}
}

func FuzzNames(f *testing.F) {
	for _, seed := range []string{"logo.svg", "../x", "a\x00b", strings.Repeat("ậ", 200), "con", "\xff\xfe", strings.Repeat("\xff", 200) + ".svg", strings.Repeat("a\xcc", 200), "Ａ.svg", "i\u0307", "e\u0323\u0302.PNG", "..."} {
		f.Add(seed, strings.ToUpper(seed), "image/png")
		f.Add(seed, norm.NFD.String(seed), "")
	}
	f.Fuzz(func(t *testing.T, a, b, media string) {
		m, err := assets.ParseMedia(media)
		if err != nil {
			m = ""
		}
		got := bundle.Take(folder, m, a, b, a)
		safe(t, got)
		if !slices.Equal(got, bundle.Take(folder, m, a, b, a)) {
			t.Errorf("%q has other paths the second time", a)
		}
	})
}

func TestKeysThatAreDevices(t *testing.T) {
	for key, want := range map[string]string{
		"logo": "logo", "con": "_con", "aux": "_aux", "com1": "_com1", "lpt9": "_lpt9", "com10": "com10", "coma": "coma", "con-a": "con-a", "nul": "_nul",
	} {
		if got := bundle.KeyName(key); got != want {
			t.Errorf("%s is called %s", key, got)
		}
	}
}

// TestHostileNamesOfAKit goes through a whole registry.
func TestHostileNamesOfAKit(t *testing.T) {
	r := newRegistry(t, "hải-phòng-ngang-đủ-màu.svg", "hải#1 %41 'phòng'.svg", "hải-phòng-ngang-đủ-màu.png", "HẢI#1 %41 'PHÒNG'.png")
	b := r.bundle(t, bundle.Selection{})
	var logos []string
	for name := range unpack(t, b) {
		if strings.HasPrefix(name, "logos/") {
			logos = append(logos, name)
		}
	}
	safe(t, logos)
	if !slices.Contains(logos, folder+"/hải#1 %41 'phòng'.svg") {
		t.Errorf("%q", logos)
	}
}
