package phrases_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"signet/internal/phrases"
)

// disguise is a way of writing a slogan in a page so that it is not found as it is.
type disguise struct {
	title string
	make  func(slogan string) string
	how   phrases.How
}

// spread puts something between all characters.
func spread(between string) func(string) string {
	return func(s string) string { return strings.Join(strings.Split(s, ""), between) }
}

func references(format string) func(string) string {
	return func(s string) string {
		var b strings.Builder
		for _, r := range s {
			fmt.Fprintf(&b, format, r)
		}
		return b.String()
	}
}

// elsewhere writes other punctuation.
var elsewhere = strings.NewReplacer(" – ", ": ", "——", " | ", "、", "・", ", ", " / ")

// halves splits a slogan behind its first punctuation.
func halves(between string) func(string) string {
	return func(s string) string {
		for _, mark := range []string{" – ", "——", "、", ", "} {
			if a, b, ok := strings.Cut(s, mark); ok {
				return a + strings.TrimRight(mark, " ") + between + b
			}
		}
		return s
	}
}

var disguises = []disguise{
	{"no disguise", func(s string) string { return s }, phrases.Exact},
	{"bold in the middle", func(s string) string { return s[:3] + "<b class=x>" + s[3:] + "</b>" }, phrases.Exact},
	{"every character in an element", func(s string) string { return "<span>" + spread("</span><span>")(s) + "</span>" }, phrases.Exact},
	{"a line break", halves("<br />"), phrases.Exact},
	{"a source broken into lines", halves("\r\n\t\t"), phrases.Exact},
	{"no-break spaces", func(s string) string { return strings.ReplaceAll(s, " ", "&nbsp;") }, phrases.Exact},
	{"decimal references", references("&#%d;"), phrases.Exact},
	{"hexadecimal references", references("&#x%X;"), phrases.Exact},
	{"decomposed marks", norm.NFD.String, phrases.Exact},
	{"invisible characters", spread("\u200b"), phrases.Exact},
	{"soft hyphens", spread("&shy;"), phrases.Exact},
	{"joiners and marks of direction", spread("\u200d\u2060\ufeff\u200e"), phrases.Exact},
	{"letter spacing", spread(" "), phrases.Disguised},
	{"letter spacing by three", spread("&nbsp; "), phrases.Disguised},
	{"hyphens between all", spread("-"), phrases.Disguised},
	{"no blanks", func(s string) string { return strings.Join(strings.Fields(s), "") }, phrases.Disguised},
	{"full width", width.Widen.String, phrases.Disguised},
	{"half width", width.Narrow.String, phrases.Disguised},
	{"other punctuation", elsewhere.Replace, phrases.Disguised},
	{"no punctuation", func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsPunct(r) {
				return -1
			}
			return r
		}, s)
	}, phrases.Disguised},
	{"capitals", strings.ToUpper, phrases.Disguised},
	{"no marks", bare, phrases.Disguised},
	{"a picture in the middle", halves("🌊"), phrases.Disguised},
	{"marks in elements of their own", func(s string) string {
		var b strings.Builder
		for _, r := range norm.NFD.String(s) {
			if unicode.IsMark(r) {
				fmt.Fprintf(&b, "<i>&#%d;</i>", r)
			} else {
				b.WriteRune(r)
			}
		}
		return b.String()
	}, phrases.Exact},
}

// bare takes the marks from Latin letters.
func bare(s string) string {
	var b strings.Builder
	latin := false
	for _, r := range norm.NFD.String(s) {
		if !unicode.IsMark(r) {
			latin = unicode.Is(unicode.Latin, r)
		} else if latin {
			continue
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(strings.NewReplacer("đ", "d", "Đ", "D").Replace(b.String()))
}

func TestADisguisedSloganIsFoundInEveryLanguage(t *testing.T) {
	x := index(t, kit()...)
	for _, d := range disguises {
		for i, slogan := range kit() {
			text := d.make(slogan)
			how := d.how
			if text == slogan || norm.NFC.String(text) == slogan {
				how = phrases.Exact
			}
			if d.title == "letter spacing" || d.title == "letter spacing by three" || d.title == "no blanks" {
				if l := languages[i/3]; l == "ja" || l == "zh" && d.title == "no blanks" { // but between dashes, blanks mean nothing there
					how = phrases.Exact
				}
			}
			source := "<h1>Xin chào</h1><p>" + text + "</p>"
			uses := x.Find(page(t, source))
			if len(uses) != 1 || uses[0].How != how || len(uses[0].Phrases) != 1 || uses[0].Phrases[0] != i {
				t.Errorf("%s: %q: %+v, want phrase %d %s", d.title, text, uses, i, how)
			}
		}
	}
}

func TestMarksOfKanaAndFormsOfHanAreLetters(t *testing.T) {
	x := index(t, "がんばるみなとまち", "海防驶向大洋彼岸", "Đường ra biển lớn", "ガンバルミナトマチ", "ไฮฟองสู่ทะเลกว้าง")
	for text, how := range map[string]phrases.How{
		"かんはるみなとまち":                     "",
		"カンハルミナトマチ":                     "",
		"ｶﾞﾝﾊﾞﾙﾐﾅﾄﾏﾁ":                   phrases.Disguised, // of katakana, which are other letters than hiragana
		"か\u3099んは\u3099るみなとまち":         phrases.Exact,
		"か゛んば\u200bるみなとまち":              "",
		"海防駛向大洋彼岸":                      phrases.Changed, // traditional 駛
		"海防駛嚮大洋彼岸":                      "",
		"Ðường ra biển lớn":             phrases.Disguised, // eth
		"Duong ra bien lon":             phrases.Disguised,
		"ⓓⓤⓞⓝⓖ ⓡⓐ 𝐛𝐢𝐞̂̉𝐧 𝒍𝒐𝒏":           phrases.Disguised,
		"Đường ra biển\u0336 lớn\u0336": phrases.Disguised, // such letters there are not by themselves
		"Đường ra biển lớn™":            phrases.Exact,
		"ชมไฮฟองสู่ทะเลกว้างกัน":        phrases.Exact, // no blanks between words
		"ไฮฟองสูทะเลกวาง":               phrases.Changed,
	} {
		uses := x.Find(file(t, text))
		if how == "" && len(uses) > 0 || how != "" && (len(uses) != 1 || uses[0].How != how) {
			t.Errorf("%q: %+v, want %q", text, uses, how)
		}
	}
}
