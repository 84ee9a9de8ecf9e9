package domain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// Kind is the kind of an item.
type Kind string

// The kinds of items, from the plan's rows 3 and 14.
const (
	Slogan     Kind = "slogan"
	Logo       Kind = "logo"
	MessageSet Kind = "message_set"
	Template   Kind = "template"
)

// Kinds are all kinds, in the order in which they are shown.
var Kinds = []Kind{Slogan, Logo, MessageSet, Template}

// ParseKind accepts one of Kinds.
func ParseKind(s string) (Kind, error) {
	if !slices.Contains(Kinds, Kind(s)) {
		return "", Refuse(Invalid, "unknown_kind", "%q is not a kind of item", clip(s))
	}
	return Kind(s), nil
}

// DefaultSource is the source locale of items that name no other.
const DefaultSource Locale = "vi"

// UnitRole is what a text unit is for.
type UnitRole string

// The roles of text units. Which an item may have depends on its kind.
const (
	UnitName        UnitRole = "name"        // title of the item: exactly one
	UnitSlogan      UnitRole = "slogan"      // slogans: exactly one
	UnitPositioning UnitRole = "positioning" // message sets
	UnitCore        UnitRole = "core"        // message sets: the core message
	UnitPillar      UnitRole = "pillar"      // message sets: what a pillar says
	UnitMessage     UnitRole = "message"     // message sets: for an audience, on a pillar
	UnitSubject     UnitRole = "subject"     // templates: at most one
	UnitBody        UnitRole = "body"        // templates: exactly one
	UnitNote        UnitRole = "note"        // rules of use, rationale
)

// bounds of how many units of a role a kind has; a role that is absent may not
// be used. max 0 means any number.
var unitBounds = map[Kind]map[UnitRole]struct{ min, max int }{
	Slogan:     {UnitName: {1, 1}, UnitSlogan: {1, 1}, UnitNote: {0, 0}},
	Logo:       {UnitName: {1, 1}, UnitNote: {0, 0}},
	MessageSet: {UnitName: {1, 1}, UnitPositioning: {0, 1}, UnitCore: {0, 1}, UnitPillar: {0, 0}, UnitMessage: {0, 0}, UnitNote: {0, 0}},
	Template:   {UnitName: {1, 1}, UnitSubject: {0, 1}, UnitBody: {1, 1}, UnitNote: {0, 0}},
}

// Limits of a version's content.
const (
	MaxUnits        = 300
	MaxFiles        = 60
	MaxColours      = 60
	MaxPlaceholders = 60
	MaxContentBytes = 512 << 10 // of its JSON, so that its event fits into the log
)

// Content is what a version says: text units, and for logos files.
type Content struct {
	Units        []Unit        `json:"units"`
	Placeholders []Placeholder `json:"placeholders,omitempty"`
	Files        []File        `json:"files,omitempty"`
	Colours      []Colour      `json:"colours,omitempty"`
	// Licence gives the terms of use.
	Licence string `json:"licence,omitempty"`
}

// Unit is a text that is translated as a whole.
type Unit struct {
	ID       string   `json:"id"`
	Role     UnitRole `json:"role"`
	Pillar   string   `json:"pillar,omitempty"`
	Audience string   `json:"audience,omitempty"`
	Text     Texts    `json:"text"`
}

// Placeholder is a named gap in a template, written {{name}} in its texts.
type Placeholder struct {
	Name    string `json:"name"`
	Note    Texts  `json:"note,omitempty"`
	Example string `json:"example,omitempty"`
}

// LogoColour and LogoLayout name the variant of a logo's file.
type (
	LogoColour string
	LogoLayout string
)

// The variants of logos.
const (
	FullColour LogoColour = "full"
	OneColour  LogoColour = "one"
	Reversed   LogoColour = "reversed"

	Horizontal LogoLayout = "horizontal"
	Stacked    LogoLayout = "stacked"
	Mark       LogoLayout = "mark"
)

// File is one file of a logo.
type File struct {
	Colour LogoColour `json:"colour"`
	Layout LogoLayout `json:"layout"`
	// Name is the file's name, in NFC, without a path.
	Name string `json:"name"`
	// Digest is the lower-case hexadecimal SHA-256 of the bytes.
	Digest string `json:"digest"`
	// MediaType was decided by the content, not by the name.
	MediaType string `json:"media_type"`
	// Size is in bytes; Width and Height are in pixels (of an SVG: its user units,
	// rounded up), 0 where the format has none.
	Size   int64 `json:"size"`
	Width  int   `json:"width,omitempty"`
	Height int   `json:"height,omitempty"`
}

// Colour is one colour of a logo's palette.
type Colour struct {
	Name Texts  `json:"name"`
	Hex  string `json:"hex"` // #RRGGBB, upper case
}

var (
	placeholderPattern = regexp.MustCompile(`\{\{([^{}]*)\}\}`)
	placeholderName    = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	digestPattern      = regexp.MustCompile(`^[0-9a-f]{64}$`)
	hexPattern         = regexp.MustCompile(`^#[0-9A-F]{6}$`)
)

// Normalise returns the content as it will be kept: canonical locales, NFC,
// trimmed texts; or the first thing that is wrong with it for an item of the kind
// whose texts are written first in the source locale.
func (c Content) Normalise(kind Kind, source Locale) (Content, error) {
	out := Content{Placeholders: c.Placeholders, Files: c.Files, Colours: c.Colours}
	var err error
	if out.Units, err = normaliseUnits(kind, source, c.Units); err != nil {
		return Content{}, err
	}
	if out.Placeholders, err = normalisePlaceholders(kind, source, c.Placeholders, out.Units); err != nil {
		return Content{}, err
	}
	if out.Files, err = normaliseFiles(kind, c.Files); err != nil {
		return Content{}, err
	}
	if out.Colours, err = normaliseColours(kind, c.Colours); err != nil {
		return Content{}, err
	}
	if out.Licence, err = NormaliseText(c.Licence, MaxReason); err != nil {
		return Content{}, AsError(err).At("content.licence")
	}
	size, err := marshalPlain(out)
	if err != nil {
		return Content{}, err
	}
	if len(size) > MaxContentBytes {
		return Content{}, Refuse(Invalid, "content_too_large", "the version has %d bytes, at most %d", len(size), MaxContentBytes).At("content")
	}
	return out, nil
}

func normaliseUnits(kind Kind, source Locale, in []Unit) ([]Unit, error) {
	if len(in) > MaxUnits {
		return nil, Refuse(Invalid, "too_many_units", "at most %d text units", MaxUnits).At("content.units")
	}
	bounds := unitBounds[kind]
	count := map[UnitRole]int{}
	ids := map[string]bool{}
	out := make([]Unit, 0, len(in))
	for i, u := range in {
		field := fmt.Sprintf("content.units[%d]", i)
		if err := checkUnit(kind, u, field); err != nil {
			return nil, err
		}
		if ids[u.ID] {
			return nil, Refuse(Invalid, "duplicate_unit", "two units have the id %q", u.ID).At("%s.id", field)
		}
		ids[u.ID] = true
		count[u.Role]++
		text, err := u.Text.normalise(field + ".text")
		if err != nil {
			return nil, err
		}
		if text[source] == "" {
			return nil, Refuse(Invalid, "source_missing", "unit %q lacks its text in the source locale %s", u.ID, source).At("%s.text.%s", field, source)
		}
		u.Text = text
		out = append(out, u)
	}
	for _, role := range slices.Sorted(maps.Keys(bounds)) { // sorted, so that the same input has the same answer
		b := bounds[role]
		if n := count[role]; n < b.min || b.max > 0 && n > b.max {
			return nil, Refuse(Invalid, "unit_count", "a %s has %d to %d units of role %s, this one %d", kind, b.min, b.max, role, n).At("content.units")
		}
	}
	if kind == MessageSet && count[UnitPositioning]+count[UnitCore]+count[UnitPillar]+count[UnitMessage] == 0 {
		return nil, Refuse(Invalid, "no_message", "a message set has at least one message").At("content.units")
	}
	return out, nil
}

func checkUnit(kind Kind, u Unit, field string) error {
	if _, err := ParseKey(u.ID); err != nil {
		return AsError(err).At("%s.id", field)
	}
	if _, ok := unitBounds[kind][u.Role]; !ok {
		return Refuse(Invalid, "unknown_unit_role", "a %s has no units of role %q", kind, clip(string(u.Role))).At("%s.role", field)
	}
	if kind != MessageSet && (u.Pillar != "" || u.Audience != "") {
		return Refuse(Invalid, "not_a_message", "only message sets have pillars and audiences").At("%s.pillar", field)
	}
	if _, err := ParseKey(u.Pillar); err != nil && u.Pillar != "" {
		return AsError(err).At("%s.pillar", field)
	}
	if _, err := ParseKey(u.Audience); err != nil && u.Audience != "" {
		return AsError(err).At("%s.audience", field)
	}
	return nil
}

// PlaceholdersOf returns the names in {{…}} of a text, in order of first use. A
// name that is not made of a-z, 0-9 and _ is refused.
func PlaceholdersOf(text string) ([]string, error) {
	var names []string
	for _, m := range placeholderPattern.FindAllStringSubmatch(text, -1) {
		if !placeholderName.MatchString(m[1]) {
			return nil, Refuse(Invalid, "invalid_placeholder", "{{%s}}: a placeholder is made of a-z, 0-9 and _, and begins with a letter", clip(m[1]))
		}
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	rest := placeholderPattern.ReplaceAllString(text, " ") // a space, so that no new pair comes about
	if bytes.Contains([]byte(rest), []byte("{{")) || bytes.Contains([]byte(rest), []byte("}}")) {
		return nil, Refuse(Invalid, "invalid_placeholder", "a brace pair {{ or }} stands alone")
	}
	return names, nil
}

// normalisePlaceholders holds every translation of a template to the
// placeholders of its source, and the list of placeholders to those used.
func normalisePlaceholders(kind Kind, source Locale, in []Placeholder, units []Unit) ([]Placeholder, error) {
	if kind != Template {
		if len(in) > 0 {
			return nil, Refuse(Invalid, "not_a_template", "only templates have placeholders").At("content.placeholders")
		}
		return nil, nil
	}
	used, err := usedPlaceholders(source, units)
	if err != nil {
		return nil, err
	}
	if len(used) > MaxPlaceholders {
		return nil, Refuse(Invalid, "too_many_placeholders", "at most %d placeholders", MaxPlaceholders).At("content.placeholders")
	}
	described := map[string]Placeholder{}
	for i, p := range in {
		field := fmt.Sprintf("content.placeholders[%d]", i)
		if !slices.Contains(used, p.Name) {
			return nil, Refuse(Invalid, "unused_placeholder", "{{%s}} is described but not used", clip(p.Name)).At("%s.name", field)
		}
		if _, twice := described[p.Name]; twice {
			return nil, Refuse(Invalid, "duplicate_placeholder", "{{%s}} is described twice", p.Name).At("%s.name", field)
		}
		if p.Note, err = p.Note.normalise(field + ".note"); err != nil {
			return nil, err
		}
		if p.Example, err = NormaliseText(p.Example, MaxReason); err != nil {
			return nil, AsError(err).At("%s.example", field)
		}
		described[p.Name] = p
	}
	out := make([]Placeholder, 0, len(used))
	for _, name := range used {
		p := described[name]
		p.Name = name
		if len(p.Note) == 0 {
			p.Note = nil
		}
		out = append(out, p)
	}
	return out, nil
}

// usedPlaceholders returns the names used in the source texts, in order, after
// it has compared every translation with its source.
func usedPlaceholders(source Locale, units []Unit) ([]string, error) {
	var used []string
	for i, u := range units {
		if u.Role != UnitBody && u.Role != UnitSubject {
			continue
		}
		wanted, err := PlaceholdersOf(u.Text[source])
		if err != nil {
			return nil, AsError(err).At("content.units[%d].text.%s", i, source)
		}
		for _, name := range wanted {
			if !slices.Contains(used, name) {
				used = append(used, name)
			}
		}
		for _, l := range u.Text.Locales() {
			names, err := PlaceholdersOf(u.Text[l])
			if err != nil {
				return nil, AsError(err).At("content.units[%d].text.%s", i, l)
			}
			if missing, extra := difference(wanted, names), difference(names, wanted); len(missing)+len(extra) > 0 {
				return nil, Refuse(Invalid, "placeholder_mismatch", "the text in %s lacks the placeholders %q and has %q too many", l, missing, extra).
					At("content.units[%d].text.%s", i, l)
			}
		}
	}
	return used, nil
}

// difference returns what is in a and not in b.
func difference(a, b []string) []string {
	out := []string{}
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}

func normaliseFiles(kind Kind, in []File) ([]File, error) {
	if kind != Logo {
		if len(in) > 0 {
			return nil, Refuse(Invalid, "not_a_logo", "only logos have files").At("content.files")
		}
		return nil, nil
	}
	if len(in) == 0 || len(in) > MaxFiles {
		return nil, Refuse(Invalid, "file_count", "a logo has 1 to %d files", MaxFiles).At("content.files")
	}
	type variant struct {
		colour LogoColour
		layout LogoLayout
		media  string
	}
	seen, names := map[variant]bool{}, map[string]bool{}
	out := slices.Clone(in)
	for i := range out {
		field := fmt.Sprintf("content.files[%d]", i)
		if err := out[i].normalise(field); err != nil {
			return nil, err
		}
		v := variant{out[i].Colour, out[i].Layout, out[i].MediaType}
		if seen[v] || names[out[i].Name] {
			return nil, Refuse(Invalid, "duplicate_file", "two files of the same variant and format, or of the same name").At("%s", field)
		}
		seen[v], names[out[i].Name] = true, true
	}
	return out, nil
}

func (f *File) normalise(field string) error {
	if !slices.Contains([]LogoColour{FullColour, OneColour, Reversed}, f.Colour) {
		return Refuse(Invalid, "unknown_variant", "%q is not a colour variant", clip(string(f.Colour))).At("%s.colour", field)
	}
	if !slices.Contains([]LogoLayout{Horizontal, Stacked, Mark}, f.Layout) {
		return Refuse(Invalid, "unknown_variant", "%q is not a layout variant", clip(string(f.Layout))).At("%s.layout", field)
	}
	if !digestPattern.MatchString(f.Digest) {
		return Refuse(Invalid, "invalid_digest", "a digest is the lower-case hexadecimal SHA-256 of the bytes").At("%s.digest", field)
	}
	name, err := NormaliseText(f.Name, 150)
	if err != nil {
		return AsError(err).At("%s.name", field)
	}
	if name == "" || name[0] == '.' || bytes.ContainsAny([]byte(name), "/\\:\n\t") || len(name) > 255 {
		return Refuse(Invalid, "invalid_file_name", "a file name is not empty, does not begin with a dot and has no path").At("%s.name", field)
	}
	f.Name = name
	if f.MediaType == "" || f.Size <= 0 {
		return Refuse(Invalid, "unknown_file", "upload the file first").At("%s.digest", field)
	}
	return nil
}

func normaliseColours(kind Kind, in []Colour) ([]Colour, error) {
	if kind != Logo && len(in) > 0 {
		return nil, Refuse(Invalid, "not_a_logo", "only logos have colours").At("content.colours")
	}
	if len(in) > MaxColours {
		return nil, Refuse(Invalid, "too_many_colours", "at most %d colours", MaxColours).At("content.colours")
	}
	out := slices.Clone(in)
	for i := range out {
		field := fmt.Sprintf("content.colours[%d]", i)
		if !hexPattern.MatchString(out[i].Hex) {
			return nil, Refuse(Invalid, "invalid_colour", "a colour is written #RRGGBB in upper case").At("%s.hex", field)
		}
		var err error
		if out[i].Name, err = out[i].Name.normalise(field + ".name"); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Name returns the item's title in each locale.
func (c Content) Name() Texts {
	for _, u := range c.Units {
		if u.Role == UnitName {
			return u.Text
		}
	}
	return nil
}

// Locales returns every locale in which the version has a text other than its
// name, sorted; for logos, whose only texts are names, those of the name.
func (c Content) Locales() []Locale {
	all := Texts{}
	for _, u := range c.Units {
		if u.Role == UnitName && len(c.Files) == 0 {
			continue
		}
		for l := range u.Text {
			all[l] = ""
		}
	}
	return all.Locales()
}

// Equal tells whether two contents say the same.
func (c Content) Equal(o Content) bool {
	a, errA := marshalPlain(c)
	b, errB := marshalPlain(o)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// marshalPlain is json.Marshal without the escaping meant for HTML, so that what
// is stored is what was written.
func marshalPlain(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// LocalizedText is a text in one locale.
type LocalizedText struct {
	Locale Locale
	Text   string
}

// List returns the texts in order of their locales.
func (t Texts) List() []LocalizedText {
	out := make([]LocalizedText, 0, len(t))
	for _, l := range t.Locales() {
		out = append(out, LocalizedText{Locale: l, Text: t[l]})
	}
	return out
}

// First returns the text in the locale, or else the first there is.
func (t Texts) First(l Locale) string {
	if s, ok := t[l]; ok {
		return s
	}
	for _, l := range t.Locales() {
		return t[l]
	}
	return ""
}

// in returns the text in a locale, or nil.
func (t Texts) in(l Locale) *string {
	if s, ok := t[l]; ok {
		return &s
	}
	return nil
}

// NameIn returns the item's title in the locale, or nil.
func (c Content) NameIn(locale Locale) *string { return c.Name().in(locale) }

// mainRoles are the roles of the unit for which an item is there, the first one
// that it has.
var mainRoles = []UnitRole{UnitSlogan, UnitBody, UnitPositioning, UnitCore, UnitPillar, UnitMessage}

// TextIn returns in the locale what the item is there to say: the slogan, the
// body of a template, the first of positioning, core message, pillars and
// messages of a message set; nil when it has none in the locale, and for logos.
func (c Content) TextIn(locale Locale) *string {
	for _, role := range mainRoles {
		for _, u := range c.Units {
			if u.Role == role {
				return u.In(locale)
			}
		}
	}
	return nil
}

// In returns the unit's text in the locale, or nil.
func (u Unit) In(locale Locale) *string { return u.Text.in(locale) }

// List returns the unit's texts in order of their locales.
func (u Unit) List() []LocalizedText { return u.Text.List() }

// Notes returns the placeholder's notes in order of their locales.
func (p Placeholder) Notes() []LocalizedText { return p.Note.List() }

// Names returns the colour's names in order of their locales.
func (c Colour) Names() []LocalizedText { return c.Name.List() }
