package domain

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// contentStories draft a version of an item of a kind, whose content is right but
// for one change.
func contentStories() []story {
	const mb10 = 10 << 20
	many := func(n int, text string) Texts {
		out := Texts{"vi": text}
		for i := range n - 1 { // qaa … qtz are for private use (ISO 639-2)
			out[Locale(fmt.Sprintf("q%c%c", 'a'+i/26, 'a'+i%26))] = text
		}
		return out
	}
	notes := func(n int, text string) func(*Content) {
		return func(c *Content) {
			for i := range n {
				c.Units = append(c.Units, unit(fmt.Sprintf("note-%d", i), UnitNote, Texts{"vi": text}))
			}
		}
	}
	gaps := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "{{p%d}} ", i)
		}
		return b.String()
	}
	say := func(l Locale, text string) func(*Content) { return func(c *Content) { c.Units[1].Text[l] = text } }
	body := func(l Locale, text string) func(*Content) { return func(c *Content) { c.Units[2].Text[l] = text } }
	file := func(change func(*File)) func(*Content) { return func(c *Content) { change(&c.Files[1]) } }
	named := func(name string) func(*Content) { return file(func(f *File) { f.Name = name }) }
	placeholder := func(p Placeholder) func(*Content) {
		return func(c *Content) { c.Placeholders = append(c.Placeholders, p) }
	}
	cases := []struct {
		name   string
		kind   Kind
		change func(*Content)
		reason string
		field  string
	}{
		{"not UTF-8", Slogan, say("en", "Hai Phong \xff"), "not_utf8", "content.units[1].text.en"},
		{"decoded wrongly before", Slogan, say("en", "H\ufffdi Phong"), "not_utf8", "content.units[1].text.en"},
		{"a text of 10 MB", Slogan, say("en", strings.Repeat("x", mb10)), "text_too_long", "content.units[1].text.en"},
		{"one character too many", Slogan, say("ja", strings.Repeat("海", MaxText+1)), "text_too_long", "content.units[1].text.ja"},
		{"a null character", Slogan, say("en", "Hai\x00Phong"), "control_character", "content.units[1].text.en"},
		{"a lone carriage return", Slogan, say("en", "Hai\rPhong"), "control_character", "content.units[1].text.en"},
		{"an override of direction", Slogan, say("en", "Hai \u202ePhong"), "control_character", "content.units[1].text.en"},
		{"an isolate of direction", Slogan, say("en", "\u2066Hai Phong\u2069"), "control_character", "content.units[1].text.en"},
		{"an unknown locale", Slogan, say("xx", "?"), "unknown_locale", "content.units[1].text"},
		{"a locale in two spellings", Slogan, say("EN", "?"), "duplicate_locale", "content.units[1].text.en"},
		{"an empty text", Slogan, say("en", " \n"), "empty_text", "content.units[1].text.en"},
		{"too many locales", Slogan, func(c *Content) { c.Units[1].Text = many(MaxLocales+1, "x") }, "too_many_locales", "content.units[1].text"},
		{"no text in the source locale", Slogan, func(c *Content) { delete(c.Units[1].Text, "vi") }, "source_missing", "content.units[1].text.vi"},

		{"a unit without an id", Slogan, func(c *Content) { c.Units[0].ID = "" }, "invalid_key", "content.units[0].id"},
		{"two units of an id", Slogan, func(c *Content) { c.Units[1].ID = c.Units[0].ID }, "duplicate_unit", "content.units[1].id"},
		{"a unit that slogans do not have", Slogan, func(c *Content) { c.Units[1].Role = UnitBody }, "unknown_unit_role", "content.units[1].role"},
		{"a slogan for an audience", Slogan, func(c *Content) { c.Units[1].Audience = "press" }, "not_a_message", "content.units[1].pillar"},
		{"no slogan", Slogan, func(c *Content) { c.Units = c.Units[:1] }, "unit_count", "content.units"},
		{"two names", Slogan, func(c *Content) { c.Units = append(c.Units, unit("n2", UnitName, Texts{"vi": "x"})) }, "unit_count", "content.units"},
		{"too many units", Slogan, notes(MaxUnits, "x"), "too_many_units", "content.units"},
		{"too many bytes in all", Slogan, notes(30, strings.Repeat("x", MaxText)), "content_too_large", "content"},
		{"a licence that is no text", Slogan, func(c *Content) { c.Licence = "\xff" }, "not_utf8", "content.licence"},
		{"a slogan with placeholders", Slogan, placeholder(Placeholder{Name: "a"}), "not_a_template", "content.placeholders"},
		{"a slogan with files", Slogan, func(c *Content) { c.Files = logoContent().Files }, "not_a_logo", "content.files"},
		{"a slogan with colours", Slogan, func(c *Content) { c.Colours = logoContent().Colours }, "not_a_logo", "content.colours"},

		{"a pillar without a key", MessageSet, func(c *Content) { c.Units[1].Pillar = "Cảng" }, "invalid_key", "content.units[1].pillar"},
		{"an audience without a key", MessageSet, func(c *Content) { c.Units[1].Audience = "-" }, "invalid_key", "content.units[1].audience"},
		{"no message at all", MessageSet, func(c *Content) { c.Units = c.Units[:1] }, "no_message", "content.units"},
		{"two core messages", MessageSet, func(c *Content) {
			c.Units = append(c.Units, unit("c1", UnitCore, Texts{"vi": "x"}), unit("c2", UnitCore, Texts{"vi": "y"}))
		}, "unit_count", "content.units"},

		{"a translation without a placeholder", Template, body("en", "{{investor}}"), "placeholder_mismatch", "content.units[2].text.en"},
		{"a translation with one more", Template, body("en", "{{investor}} {{date}} {{x}}"), "placeholder_mismatch", "content.units[2].text.en"},
		{"a placeholder with a space", Template, body("en", "{{ date }}"), "invalid_placeholder", "content.units[2].text.en"},
		{"a placeholder in Vietnamese", Template, body("vi", "{{ngày}}"), "invalid_placeholder", "content.units[2].text.vi"},
		{"a placeholder that is not closed", Template, body("vi", "{{date"), "invalid_placeholder", "content.units[2].text.vi"},
		{"too many placeholders", Template, func(c *Content) {
			c.Units[2].Text = Texts{"vi": gaps(MaxPlaceholders)}
		}, "too_many_placeholders", "content.placeholders"},
		{"a placeholder that is not used", Template, placeholder(Placeholder{Name: "ghost"}), "unused_placeholder", "content.placeholders[2].name"},
		{"a placeholder described twice", Template, placeholder(Placeholder{Name: "date"}), "duplicate_placeholder", "content.placeholders[2].name"},
		{"a note in no language", Template, func(c *Content) { c.Placeholders[0].Note = Texts{"": "x"} }, "unknown_locale", "content.placeholders[0].note"},
		{"an example that is no text", Template, func(c *Content) { c.Placeholders[1].Example = "\x1b[0m" }, "control_character", "content.placeholders[1].example"},
		{"no body", Template, func(c *Content) { c.Units = c.Units[:2] }, "unit_count", "content.units"},

		{"a logo without files", Logo, func(c *Content) { c.Files = nil }, "file_count", "content.files"},
		{"too many files", Logo, func(c *Content) { c.Files = make([]File, MaxFiles+1) }, "file_count", "content.files"},
		{"two files of a variant", Logo, file(func(f *File) { f.MediaType = "image/svg+xml" }), "duplicate_file", "content.files[1]"},
		{"two files of a name", Logo, named("biểu-trưng.svg"), "duplicate_file", "content.files[1]"},
		{"two files of a name in two normal forms", Logo, named("biê\u0309u-trưng.svg"), "duplicate_file", "content.files[1]"},
		{"an unknown colour variant", Logo, file(func(f *File) { f.Colour = "sepia" }), "unknown_variant", "content.files[1].colour"},
		{"an unknown layout", Logo, file(func(f *File) { f.Layout = "diagonal" }), "unknown_variant", "content.files[1].layout"},
		{"a digest in upper case", Logo, file(func(f *File) { f.Digest = strings.ToUpper(digest) }), "invalid_digest", "content.files[1].digest"},
		{"a file without a name", Logo, named(" "), "invalid_file_name", "content.files[1].name"},
		{"a hidden file", Logo, named(".png"), "invalid_file_name", "content.files[1].name"},
		{"a path", Logo, named("../logo.png"), "invalid_file_name", "content.files[1].name"},
		{"a path of Windows", Logo, named(`a\logo.png`), "invalid_file_name", "content.files[1].name"},
		{"a stream of Windows", Logo, named("logo.png:x"), "invalid_file_name", "content.files[1].name"},
		{"a name of more than 255 bytes", Logo, named(strings.Repeat("ậ", 100)), "invalid_file_name", "content.files[1].name"},
		{"a name that is no text", Logo, named("a\x00.png"), "control_character", "content.files[1].name"},
		{"a file that was not uploaded", Logo, file(func(f *File) { f.Size = 0 }), "unknown_file", "content.files[1].digest"},
		{"a file without a type", Logo, file(func(f *File) { f.MediaType = "" }), "unknown_file", "content.files[1].digest"},
		{"too many colours", Logo, func(c *Content) { c.Colours = make([]Colour, MaxColours+1) }, "too_many_colours", "content.colours"},
		{"a colour in words", Logo, func(c *Content) { c.Colours[0].Hex = "red" }, "invalid_colour", "content.colours[0].hex"},
		{"a colour named in no language", Logo, func(c *Content) { c.Colours[0].Name = Texts{"xx": "?"} }, "unknown_locale", "content.colours[0].name"},
	}
	out := keptStories()
	for _, c := range cases {
		content := contentOf(c.kind)
		c.change(&content)
		out = append(out, draftStory(string(c.kind)+": "+c.name, c.kind, content, refused(Invalid, c.reason, c.field)))
	}
	return out
}

func draftStory(name string, kind Kind, content Content, then outcome) story {
	const key = "muc"
	return story{
		name, city.and(ItemRegistered{Key: key, Kind: kind, Source: "vi"}), lan,
		try(Items, DraftVersion{Key: key, Content: content}), then,
	}
}

// keptStories tell how a content is kept that is not refused.
func keptStories() []story {
	kept := func(name string, kind Kind, give, keep func(*Content)) story {
		given, wanted := contentOf(kind), contentOf(kind)
		give(&given)
		keep(&wanted)
		return draftStory("kept: "+name, kind, given, happens(VersionDrafted{
			Key: "muc", Version: 1, Author: lan.Member, Agency: lan.Agency, Content: wanted,
		}))
	}
	say := func(l Locale, text string) func(*Content) { return func(c *Content) { c.Units[1].Text[l] = text } }
	asIs := func(*Content) {}
	longest := strings.Repeat("ậ", MaxText)
	out := []story{
		kept("NFD becomes NFC", Slogan, say("vi", "Ha\u0309i Pho\u0300ng"), say("vi", "Hải Phòng")),
		kept("line ends become LF", Slogan, say("vi", "Hải\r\nPhòng\r\n"), say("vi", "Hải\nPhòng")),
		kept("white space around it falls", Slogan, say("vi", "\t Hải\tPhòng \u00a0"), say("vi", "Hải\tPhòng")),
		kept("angle brackets and ampersands stay", Slogan, say("en", "<b>R&D</b> \u2028"), say("en", "<b>R&D</b>")),
		kept("the longest text", Slogan, say("vi", longest), say("vi", longest)),
		kept("the longest text, in NFD", Slogan, say("vi", strings.Repeat("a\u0323\u0302", MaxText)), say("vi", longest)),
		kept("locales become canonical", Slogan, say("ZH-hant-tw", "海"), say("zh-Hant-TW", "海")),
		kept("a note and a licence", Slogan, func(c *Content) { c.Licence = " CC BY 4.0 " }, func(c *Content) { c.Licence = "CC BY 4.0" }),
		kept("placeholders that nobody described, in the order of their use", Template, func(c *Content) { c.Placeholders = nil }, asIs),
		kept("placeholders that were described in another order", Template, func(c *Content) {
			c.Placeholders = []Placeholder{{Name: "date", Note: Texts{"VI": "ngày"}, Example: " 01/7 "}}
		}, func(c *Content) {
			c.Placeholders = []Placeholder{{Name: "investor"}, {Name: "date", Note: Texts{"vi": "ngày"}, Example: "01/7"}}
		}),
		kept("a file name in NFC", Logo, func(c *Content) { c.Files[0].Name = " bie\u0302\u0309u-tru\u031bng.svg" }, asIs),
	}
	for _, kind := range Kinds {
		out = append(out, kept("as it is, "+string(kind), kind, asIs, asIs))
	}
	return out
}

func TestContentKnowsItsNameAndLocales(t *testing.T) {
	named := Content{Units: []Unit{unit("n", UnitName, Texts{"vi": "x", "ko": "y"}), unit("s", UnitSlogan, Texts{"vi": "x", "en": "y"})}}
	if got := named.Name(); len(got) != 2 || got["ko"] != "y" {
		t.Errorf("Name() = %v", got)
	}
	if got, want := named.Locales(), []Locale{"en", "vi"}; !slices.Equal(got, want) {
		t.Errorf("Locales() = %v, want %v: those of the name do not count", got, want)
	}
	if got, want := logoContent().Locales(), []Locale{"vi"}; !slices.Equal(got, want) {
		t.Errorf("Locales() of a logo = %v, want %v", got, want)
	}
	if got := (Content{}).Name(); got != nil {
		t.Errorf("Name() of nothing = %v", got)
	}
	other := sloganContent()
	other.Units[1].Text["vi"] += "!"
	if sloganContent().Equal(other) || !sloganContent().Equal(sloganContent()) {
		t.Error("Equal does not tell what contents say")
	}
}
