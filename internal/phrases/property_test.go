package phrases_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"signet/internal/phrases"
)

// between is what may stand between any two characters of an exact phrase in a page.
var between = []string{"", "", "", "", "<b>", "</b>", "<span title='Hải'>", "</a>", "<wbr>", "<!-- biển -->", "&shy;", "\u200b", "<img alt=''>", "<svg><desc>lớn</desc></svg>"}

// spaces stand for a space.
var spaces = []string{" ", "\n\t", "&nbsp;", "<br>", " <i> ", "\u3000"}

func TestAPhraseInAnyMarkupIsFoundAtItsBytes(t *testing.T) {
	all := everything()
	x := index(t, all...)
	rapid.Check(t, func(t *rapid.T) {
		which := rapid.IntRange(0, len(all)-1).Draw(t, "phrase")
		filler := rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"sông ", "<p>", "<div class='x'>", "港 ", "&amp;", "</td>", "<img alt='núi'>", "\n"}), 0, 5), func(s []string) string { return strings.Join(s, "") })
		before, after := filler.Draw(t, "before")+"<p>", "<p>"+filler.Draw(t, "after")
		var b strings.Builder
		for i, r := range all[which] {
			switch {
			case r == ' ':
				b.WriteString(rapid.SampledFrom(spaces).Draw(t, "space"))
			case i > 0:
				b.WriteString(rapid.SampledFrom(between).Draw(t, "between"))
				fallthrough
			default:
				b.WriteString(rapid.SampledFrom([]string{string(r), string(r), norm.NFD.String(string(r)), references("&#%d;")(string(r))}).Draw(t, "character"))
			}
		}
		source := before + b.String() + after
		uses := x.Find(page(t, source))
		if len(uses) != 1 || uses[0].How != phrases.Exact || !slices.Equal(uses[0].Phrases, []int{which}) {
			t.Fatalf("%s: %+v", source, uses)
		}
		if u := uses[0]; u.Start != len(before) || u.End != len(before)+b.Len() {
			t.Fatalf("%s: %q", source, source[u.Start:u.End])
		}
	})
}

func TestRandomTextSaysNothing(t *testing.T) {
	x := index(t, everything()...)
	letters := rapid.SampledFrom([]rune("aáàạbcdđeêghiklmnoôơpquưvxy 海防港大へのかハ항구 .,<>&;\n"))
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(letters).Draw(t, "text"))
		for title, d := range map[string]phrases.Document{"plain": file(t, text), "HTML": page(t, text)} {
			if uses := x.Find(d); len(uses) > 0 {
				t.Fatalf("%s: %q says %+v", title, text, uses)
			}
		}
	})
}

// edit makes up to n edits in letters, none of them at the ends.
func edit(t *rapid.T, letters []rune, n int, alphabet *rapid.Generator[rune]) []rune {
	out := slices.Clone(letters)
	for range rapid.IntRange(0, n).Draw(t, "edits") {
		i := rapid.IntRange(1, len(out)-2).Draw(t, "at")
		switch rapid.IntRange(0, 2).Draw(t, "edit") {
		case 0:
			out = slices.Delete(out, i, i+1)
		case 1:
			out = slices.Insert(out, i, alphabet.Draw(t, "letter"))
		default:
			out[i] = alphabet.Draw(t, "letter")
		}
	}
	return out
}

// Candidates are chosen by pieces; none may be lost by that.
func TestEveryChangeWithinTheBoundIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alphabet := rapid.SampledFrom([]rune(rapid.SampledFrom([]string{"ab", "abcdeghi"}).Draw(t, "alphabet")))
		var texts []string
		var all [][]rune
		for range rapid.IntRange(1, 6).Draw(t, "phrases") {
			p := rapid.SliceOfN(alphabet, 12, 70).Draw(t, "phrase")
			all, texts = append(all, p), append(texts, string(p))
		}
		which := rapid.IntRange(0, len(all)-1).Draw(t, "which")
		changed := edit(t, all[which], (len(all[which])+5)/10, alphabet)
		text := "... " + string(changed) + " ..."
		uses := index(t, texts...).Find(file(t, text))
		if len(uses) != 1 {
			t.Fatalf("%q in %q: %+v", texts[which], text, uses)
		}
		if u := uses[0]; u.Distance != levenshtein(all[u.Phrases[0]], changed) || u.Distance > levenshtein(all[which], changed) && len(all[u.Phrases[0]]) <= len(all[which]) {
			t.Fatalf("%q in %q: %+v", texts[which], text, uses)
		}
	})
}

func TestEditsAnywhereAreFound(t *testing.T) {
	for edits, phrase := range map[int]string{1: "abcdefghijklmn", 2: "abcdefghijklmnopqrst", 3: "abcdefghijklmnopqrstuvwxyz"} {
		x := index(t, phrase)
		place := make([]int, edits)
		for place[0] = range len(phrase) {
			for place[edits/2] = place[0]; place[edits/2] < len(phrase); place[edits/2]++ {
				for place[edits-1] = place[edits/2]; place[edits-1] < len(phrase); place[edits-1]++ {
					for _, instead := range []string{"", "0", "0#"} {
						changed := []byte(phrase)
						for _, i := range slices.Backward(place) {
							changed = slices.Replace(changed, i, min(i+1, len(changed)), []byte(strings.ReplaceAll(instead, "#", phrase[i:i+1]))...)
						}
						if uses := x.Find(file(t, "- "+string(changed)+" -")); len(uses) != 1 {
							t.Fatalf("%q in %q: %+v", phrase, changed, uses)
						}
						if edits == 1 {
							break
						}
					}
				}
			}
		}
	}
}

func TestWindowsDoNotMatter(t *testing.T) {
	all := append(everything(), "Kính gửi {{name}}, mời bạn đến {{place}}!", "Hải Phòng")
	wide, narrow := index(t, all...), index(t, all...)
	narrow.SetWindow(1)
	parts := slices.Concat(all, []string{"sông ", "x", "港", " ", ", ", "Hải Phòng – vươn xa biển lớn", "HAI PHONG", "ハイフォン"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 60, 120).Draw(t, "text"), ". ")
		d := file(t, text)
		if diff := cmp.Diff(wide.Find(d), narrow.Find(d)); diff != "" {
			t.Fatalf("%q: %s", text, diff)
		}
	})
}

func TestWindowsDoNotMatterAmongShortPhrases(t *testing.T) {
	wide, narrow := index(t, "大海", "海防", "防大海海"), index(t, "大海", "海防", "防大海海")
	narrow.SetWindow(1)
	rapid.Check(t, func(t *rapid.T) {
		d := file(t, string(rapid.SliceOfN(rapid.SampledFrom([]rune("大海防")), 500, 2000).Draw(t, "text")))
		if diff := cmp.Diff(wide.Find(d), narrow.Find(d)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// levenshtein is the edit distance, by its definition.
func levenshtein(a, b []rune) int {
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
		for j := range table[i] {
			switch {
			case i == 0 || j == 0:
				table[i][j] = i + j
			case a[i-1] == b[j-1]:
				table[i][j] = table[i-1][j-1]
			default:
				table[i][j] = 1 + min(table[i-1][j-1], table[i-1][j], table[i][j-1])
			}
		}
	}
	return table[len(a)][len(b)]
}
