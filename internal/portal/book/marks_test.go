package book

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWordsAreMarkedWhereTheSearchFindsThem(t *testing.T) {
	for _, test := range []struct{ text, query, want string }{
		{"vươn ra biển lớn", "bien lon", "vươn ra [biển] [lớn]"},
		{"Hải Phòng", "PHÒ", "Hải [Phò]ng"},
		{"Đà Nẵng", "da nang", "[Đà] [Nẵng]"},
		{"abien bien", "bien", "abien [bien]"},
		{"ハイフォン、ともに大海原へ", "大海", "ハイフォン、ともに[大海]原へ"},
		{"か が", "か", "[か] が"},
		{"하이퐁, 함께", "함", "하이퐁, [함]께"},
		{"e\u0301cole", "eco", "[e\u0301co]le"},
		{"50 % of it", "% 50", "[50] % of it"},
		{"nothing", "", "nothing"},
		{"", "x", ""},
	} {
		var b strings.Builder
		for _, p := range marked(test.text, test.query) {
			if p.Hit {
				p.Text = "[" + p.Text + "]"
			}
			b.WriteString(p.Text)
		}
		if b.String() != test.want {
			t.Errorf("%q in %q: %q, want %q", test.query, test.text, b.String(), test.want)
		}
	}
}

// The pieces are the text, in turn marked and not.
func FuzzMarked(f *testing.F) {
	for _, seed := range [][2]string{{"vươn ra biển lớn", "bien"}, {"大海原", "海"}, {"e\u0301", "e"}, {"ﬁsh", "f"}, {"\xff\xfe", "x"}, {"İı", "i"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, query string) {
		var b strings.Builder
		pieces := marked(text, query)
		for i, p := range pieces {
			b.WriteString(p.Text)
			if p.Text == "" || i > 0 && p.Hit == pieces[i-1].Hit || utf8.ValidString(text) && !utf8.ValidString(p.Text) {
				t.Errorf("%q, %q: %+v", text, query, pieces)
			}
		}
		if b.String() != text {
			t.Errorf("%q became %q", text, b.String())
		}
	})
}
