package review

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// written writes pieces as {-deleted-}{+inserted+} and <marked>.
func written(pieces []piece) string {
	var b strings.Builder
	for _, p := range pieces {
		text := map[string]string{inserted: "{+" + p.Text + "+}", deleted: "{-" + p.Text + "-}", kept: p.Text}[p.Op]
		if p.Mark {
			text = "<" + text + ">"
		}
		b.WriteString(text)
	}
	return b.String()
}

func TestPassagesAreMarkedWhereTheyStand(t *testing.T) {
	text := []piece{{Op: kept, Text: "Cảng "}, {Op: inserted, Text: "海防"}, {Op: kept, Text: " mới"}}
	for name, c := range map[string]struct {
		passages []passage
		want     string
	}{
		"nothing":             {nil, "Cảng {+海防+} mới"},
		"across a change":     {[]passage{{Start: 4, End: 6}}, "Cảng< ><{+海+}>{+防+} mới"},
		"two that meet":       {[]passage{{Start: 0, End: 2}, {Start: 2, End: 4}}, "<Cảng> {+海防+} mới"},
		"two that overlap":    {[]passage{{Start: 0, End: 3}, {Start: 1, End: 4}}, "<Cảng> {+海防+} mới"},
		"all of it":           {[]passage{{Start: 0, End: 11}}, "<Cảng ><{+海防+}>< mới>"},
		"beyond the last one": {[]passage{{Start: 9, End: 99}}, "Cảng {+海防+} m<ới>"},
	} {
		if got := written(marked(text, c.passages)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestMarksNeverChangeTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pieces []piece
		for range rapid.IntRange(0, 4).Draw(t, "pieces") {
			pieces = append(pieces, piece{Op: kept, Text: rapid.StringN(1, 6, -1).Draw(t, "text")})
		}
		start := rapid.IntRange(0, 12).Draw(t, "start")
		passages := []passage{{Start: start, End: start + rapid.IntRange(1, 12).Draw(t, "length")}}
		got := marked(pieces, passages)
		if plain(got) != plain(pieces) {
			t.Fatalf("%q became %q", plain(pieces), plain(got))
		}
		count := 0
		for _, p := range got {
			if p.Mark {
				count += len([]rune(p.Text))
			}
		}
		all := len([]rune(plain(pieces)))
		if want := max(0, min(passages[0].End, all)-start); count != want {
			t.Fatalf("%d code points are marked, want %d", count, want)
		}
	})
}

func contentOf(locales []string, texts map[string]string) content {
	u := unit{ID: "slogan", Role: "SLOGAN"}
	for _, l := range locales {
		u.Texts = append(u.Texts, text{l, texts[l]})
	}
	return content{Units: []unit{u}, Locales: locales, Licence: "L"}
}

func TestAllThatAVersionSaysIsCompared(t *testing.T) {
	before := contentOf([]string{"ko", "vi"}, map[string]string{"vi": "a", "ko": "가"})
	after := contentOf([]string{"ja", "vi"}, map[string]string{"vi": "b", "ja": "あ"})
	changes := []change{
		{Field: "slogan.vi", Segments: []segment{{deleted, "a"}, {inserted, "b"}}},
		{Field: "slogan.ja", Segments: []segment{{inserted, "あ"}}},
		{Field: "slogan.ko", Segments: []segment{{deleted, "가"}}},
		{Field: "slogan.pillar", Segments: []segment{{inserted, "green"}}},
		{Field: "files.x.svg", Segments: []segment{{inserted, "x"}}},
	}
	c := compare("vi", &before, &after, changes, [2]string{})
	var got []string
	for _, s := range append(c.Sections, c.Facts) {
		for _, r := range s.Rows {
			got = append(got, s.Locale+" "+r.Unit+r.Field+" "+written(r.Before)+"|"+written(r.After))
		}
	}
	want := []string{"vi slogan {-a-}|{+b+}", "ja slogan |{+あ+}", "ko slogan {-가-}|", " licence L|L", " slogan.pillar |{+green+}"}
	if !slices.Equal(got, want) || c.Changes != 4 || c.Empty() {
		t.Errorf("%d changes %q, want %q", c.Changes, got, want)
	}
	if f := c.Facts; len(f.Folded()) != 1 || len(f.Shown()) != 1 {
		t.Error("what is unchanged is not folded")
	}
	first := compare("vi", nil, &after, nil, [2]string{})
	if !first.Empty() || len(first.Sections[0].Shown()) != 1 || len(first.Facts.Folded()) != 0 {
		t.Error("of a first version nothing is folded")
	}
	for _, r := range first.Sections[0].Rows {
		if r.Before != nil || r.Changed {
			t.Errorf("a first version has nothing beside it: %+v", r)
		}
	}
}

func TestFilesStandBesideThoseThatTheyReplace(t *testing.T) {
	f := func(name, colour, media, digest string) file {
		return file{Name: name, Colour: colour, Layout: "MARK", MediaType: media, Digest: digest}
	}
	const svg, png = "image/svg+xml", "image/png"
	for name, c := range map[string]struct {
		before, after []file
		want          string
	}{
		"the same":             {[]file{f("a", "FULL", svg, "1")}, []file{f("a", "FULL", svg, "1")}, "/1/a=/2/a"},
		"the same name":        {[]file{f("a", "FULL", svg, "1"), f("b", "FULL", svg, "2")}, []file{f("b", "FULL", svg, "3")}, "/1/b>/2/b /1/a>"},
		"the variant and type": {[]file{f("a", "ONE", png, "1"), f("b", "ONE", svg, "2")}, []file{f("c", "ONE", svg, "3")}, "/1/b>/2/c /1/a>"},
		"the variant":          {[]file{f("a", "ONE", png, "1")}, []file{f("c", "ONE", svg, "3")}, "/1/a>/2/c"},
		"nothing":              {[]file{f("a", "ONE", png, "1")}, []file{f("c", "FULL", png, "1")}, ">/2/c /1/a>"},
		"a name takes first":   {[]file{f("a", "FULL", svg, "1")}, []file{f("z", "FULL", svg, "2"), f("a", "FULL", svg, "3")}, ">/2/z /1/a>/2/a"},
		"another variant":      {[]file{f("a", "FULL", svg, "1")}, []file{f("a", "ONE", svg, "1")}, "/1/a>/2/a"},
		"an odd name":          {nil, []file{f("đủ màu?.svg", "FULL", svg, "1")}, ">/2/%C4%91%E1%BB%A7%20m%C3%A0u%3F.svg"},
	} {
		var got []string
		for _, p := range pair(c.before, c.after, [2]string{"/1/", "/2/"}) {
			sign := ">"
			if p.Same {
				sign = "="
			}
			urls := [2]string{}
			for i, s := range []*shot{p.Before, p.After} {
				if s != nil {
					urls[i] = s.URL
				}
			}
			got = append(got, urls[0]+sign+urls[1])
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestFactsAreNamed(t *testing.T) {
	for field, want := range map[string]label{
		"licence": {Kind: "licence"}, "placeholders.ten": {"placeholder", "{{ten}}"}, "placeholders.ten.example": {"example", "{{ten}}"},
		"placeholders.n.forms.vi.other": {"forms", "{{n}}"}, "placeholders.n.note.vi": {"note", "{{n}}"}, "colours[0]": {"colour", "1"},
		"colours[11].name.vi": {"colourname", "12"}, "m1.pillar": {"", "m1.pillar"},
	} {
		if got := (&row{Field: field}).Label(); got != want {
			t.Errorf("%s: %v, want %v", field, got, want)
		}
	}
}
