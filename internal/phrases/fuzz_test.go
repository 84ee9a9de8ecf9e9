package phrases_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"signet/internal/phrases"
)

func seeds(f *testing.F) {
	f.Helper()
	for _, d := range disguises {
		f.Add([]byte("<p title='" + slogan + "'>" + d.make(slogan) + "<svg><text>" + d.make(slogans["ja"][1])))
	}
	f.Add([]byte("<!DOCTYPE html><ruby>海<rt>x<rb>防</ruby><script type=application/ld+json>{\"a\":\"\\uD83C\\uDF0A\"}</script><plaintext>&#1;"))
	f.Add([]byte("<svg><![CDATA[ x ]]><title/><style/></svg><a b=c/ d='e' = f=\"g>&amp;lt"))
	f.Add([]byte("Hải {{x}} Phòng \\u{1ea3}\\\r\n\r\n" + strings.Repeat("-", 70) + "vươn ra biển lớn"))
	f.Add([]byte(wide("<b>"+slogan, true)))
	f.Add([]byte("\xEF\xBB\xBFa\u0309\u0323ｶﾞ\ufdfaﬁ" + slogan))
}

func FuzzHTML(f *testing.F) {
	seeds(f)
	x := fuzzed(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		d, err := phrases.HTML(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		holds(t, x, d, file)
	})
}

func FuzzPlain(f *testing.F) {
	seeds(f)
	x := fuzzed(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		d, err := phrases.Plain(bytes.NewReader(file))
		if errors.Is(err, phrases.ErrNotText) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		holds(t, x, d, file)
	})
}

// FuzzNew sees that every phrase is found in itself.
func FuzzNew(f *testing.F) {
	for _, text := range everything() {
		f.Add(text)
	}
	f.Add("か\u3099ﬁ①x\u0323\u0307")
	f.Add("Kính gửi {{name}}, {{x}} mời bạn đến {{place}}!")
	f.Fuzz(func(t *testing.T, text string) {
		x, err := phrases.New([]string{text})
		if err != nil {
			return
		}
		d, err := phrases.Plain(strings.NewReader(text))
		if err != nil || len(text) > 64 || strings.ContainsAny(text, "\\&{\n") {
			return
		}
		uses := x.Find(d)
		if said := strings.ContainsAny(text, "abcdefghijklmnopqrstuvwxyz0123456789"); said && (len(uses) != 1 || uses[0].How != phrases.Exact) {
			t.Fatalf("%q: %+v", text, uses)
		}
	})
}

func fuzzed(f *testing.F) *phrases.Index {
	f.Helper()
	return index(f, append(everything(), "Hải Phòng", "海防", "B", "Kính gửi {{name}}, {{x}} mời bạn đến {{place}}!", "{{a}} Hải Phòng {{b}}")...)
}

// holds sees that what must hold of every document does.
func holds(t *testing.T, x *phrases.Index, d phrases.Document, file []byte) {
	t.Helper()
	uses := x.Find(d)
	for i, u := range uses {
		switch {
		case u.Start < 0 || u.Start >= u.End || u.End > len(file):
			t.Fatalf("not within %d bytes: %+v", len(file), u)
		case i > 0 && u.Start < uses[i-1].Start:
			t.Fatalf("out of order: %+v", uses)
		case i > 0 && (u.Line < uses[i-1].Line || u.Line == uses[i-1].Line && u.Column < uses[i-1].Column):
			t.Fatalf("lines out of order: %+v", uses)
		case u.Line < 1 || u.Column < 1 || u.Line > 1+bytes.Count(file, []byte("\n"))+bytes.Count(file, []byte("\r")):
			t.Fatalf("no such line: %+v", u)
		case len(u.Phrases) == 0 || u.Text == "" || (u.Distance > 0) != (u.How == phrases.Changed):
			t.Fatalf("says nothing: %+v", u)
		}
	}
}
