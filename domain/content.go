package domain

import (
	"bytes"
	"encoding/json"
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

// KeyLocales are the key languages (ngôn ngữ trọng điểm) of the plan beside the
// source, into which everything is to be translated.
var KeyLocales = []Locale{"en", "ja", "ko", "zh"}

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
	// Type is what a value is; absent for text.
	Type PlaceholderType `json:"type,omitempty"`
	// Style is how a date or a number is written, see PlaceholderStyles.
	Style string `json:"style,omitempty"`
	// Forms are the texts of a plural in each locale by CLDR category
	// (https://unicode.org/reports/tr35/tr35-numbers.html#Language_Plural_Rules), in
	// which # stands for the number.
	Forms map[Locale]PluralForms `json:"forms,omitempty"`
}

// PluralForms are the texts of a plural in one locale, by category.
type PluralForms map[PluralCategory]string

// PluralCategory is a plural category of CLDR.
type PluralCategory string

// PluralCategories are all categories, in the order of CLDR. Which a locale has
// is not known here.
var PluralCategories = []PluralCategory{"zero", "one", "two", "few", "many", "other"}

// PlaceholderType is what the value of a placeholder is.
type PlaceholderType string

// The types of placeholders.
const (
	PlaceholderText   PlaceholderType = "" // as it is given
	PlaceholderNumber PlaceholderType = "number"
	PlaceholderDate   PlaceholderType = "date"
	PlaceholderPlural PlaceholderType = "plural"
)

// PlaceholderStyles are the ways in which a value of a type may be written; the
// empty one is the first of the named ones of CLDR's "long" or "decimal".
var PlaceholderStyles = map[PlaceholderType][]string{
	PlaceholderText:   {""},
	PlaceholderNumber: {"", "percent"},
	PlaceholderDate:   {"", "full", "long", "medium", "short"},
	PlaceholderPlural: {""},
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
