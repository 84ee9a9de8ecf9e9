package domain

import (
	"fmt"
	"maps"
	"slices"
)

// TextKey names the text of a unit in one locale.
type TextKey struct {
	Unit   string
	Locale Locale
}

// StaleTexts are the translations of a version that were made from another source
// text than it has now, with that text.
type StaleTexts map[TextKey]string

// MarshalText writes a key of the map for those who look at it.
func (k TextKey) MarshalText() ([]byte, error) { return []byte(k.Unit + "." + string(k.Locale)), nil }

// After returns what is stale when one content follows another: a translation
// that stayed as it was although its source changed, until the source is again what
// it was made from. One that changed with its source was made from the new one.
func (s StaleTexts) After(source Locale, before, after Content) StaleTexts {
	old := make(map[string]Texts, len(before.Units))
	for _, u := range before.Units {
		old[u.ID] = u.Text
	}
	var out StaleTexts
	for _, u := range after.Units {
		was, there := old[u.ID]
		if !there {
			continue
		}
		for l, text := range u.Text {
			if l == source || was[l] != text {
				continue
			}
			madeFrom := was[source]
			if basis, stale := s[TextKey{u.ID, l}]; stale {
				madeFrom = basis
			}
			if madeFrom != u.Text[source] {
				if out == nil {
					out = StaleTexts{}
				}
				out[TextKey{u.ID, l}] = madeFrom
			}
		}
	}
	return out
}

// Without returns what is stale when the texts of some units were written or
// confirmed.
func (s StaleTexts) Without(l Locale, texts map[string]string) StaleTexts {
	out := maps.Clone(s)
	for unit := range texts {
		delete(out, TextKey{unit, l})
	}
	return out
}

// first returns the first stale text in the order of the units, and of the
// locales; index is that of the unit.
func (s StaleTexts) first(c Content) (index int, l Locale, found bool) {
	for i, u := range c.Units {
		for _, l := range u.Text.Locales() {
			if _, stale := s[TextKey{u.ID, l}]; stale {
				return i, l, true
			}
		}
	}
	return 0, "", false
}

// Translated returns the content with texts of some units in a locale replaced;
// an empty one is taken out.
func (c Content) Translated(l Locale, texts map[string]string) Content {
	c.Units = slices.Clone(c.Units)
	for i, u := range c.Units {
		text, given := texts[u.ID]
		if !given {
			continue
		}
		u.Text = copied(u.Text)
		u.Text[l] = text
		if text == "" {
			delete(u.Text, l)
		}
		c.Units[i].Text = u.Text
	}
	return c
}

// TextState is where the text of a unit stands in one locale.
type TextState string

// The states of a text.
const (
	TextMissing  TextState = "missing"
	TextDraft    TextState = "draft"
	TextInReview TextState = "in_review"
	TextApproved TextState = "approved"
	TextStale    TextState = "stale" // its source has changed since
)

// StateOf tells where a text stands in a version of the given state.
func StateOf(version VersionState, there, stale bool) TextState {
	switch {
	case !there:
		return TextMissing
	case stale:
		return TextStale
	case version == Submitted:
		return TextInReview
	case version == Approved, version == Withdrawn:
		return TextApproved
	default:
		return TextDraft
	}
}

// TranslateVersion writes texts of a draft, or of a version that was returned, in
// one locale. A text that is as it was is confirmed against the present source; an
// empty one is taken out.
type TranslateVersion struct {
	Key     string
	Version int
	Locale  Locale
	Texts   map[string]string // by unit
}

// Stream is the item's.
func (c TranslateVersion) Stream() string { return ItemStream(c.Key) }

// Needs the permission to translate; into which locale is decided.
func (TranslateVersion) Needs() (Permission, Scope) { return TranslateVersions, Scope{} }

// Decide lets authors of the version's agency translate, and translators into
// their locales. Who translates has written on the version.
func (c TranslateVersion) Decide(s Item, call Call) ([]Event, error) {
	v, err := s.open(c.Key, c.Version, Drafted, Returned)
	if err != nil {
		return nil, err
	}
	locale, err := c.locale(s.Source)
	if err != nil {
		return nil, err
	}
	if err := v.mayTranslate(call.Actor, locale); err != nil {
		return nil, err
	}
	texts, err := c.changed(v, locale)
	if err != nil || len(texts) == 0 {
		return nil, err
	}
	after := v.Content.Translated(locale, texts)
	if _, err := after.Normalise(s.Kind, s.Source); err != nil {
		return nil, err
	}
	return []Event{VersionTranslated{
		Key: c.Key, Version: c.Version, Author: call.Actor.Member, Agency: call.Actor.Agency, Locale: locale, Texts: texts,
	}}, nil
}

func (c TranslateVersion) locale(source Locale) (Locale, error) {
	locale, err := ParseLocale(string(c.Locale))
	if err != nil {
		return "", AsError(err).At("locale")
	}
	if locale == source {
		return "", Refuse(Invalid, "source_locale", "%s is the source; revise the draft instead", locale).At("locale")
	}
	return locale, nil
}

// changed returns the texts that say something new, or confirm a stale one.
func (c TranslateVersion) changed(v *Version, l Locale) (map[string]string, error) {
	if len(c.Texts) > MaxUnits {
		return nil, Refuse(Invalid, "too_many_units", "at most %d text units", MaxUnits).At("texts")
	}
	out := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(c.Texts)) {
		field := fmt.Sprintf("texts.%s", clip(id))
		i := slices.IndexFunc(v.Content.Units, func(u Unit) bool { return u.ID == id })
		if i < 0 {
			return nil, Refuse(NotFound, "unknown_unit", "version %d has no unit %q", c.Version, clip(id)).At("%s", field)
		}
		text, err := NormaliseText(c.Texts[id], MaxText)
		if err != nil {
			return nil, AsError(err).At("%s", field)
		}
		_, stale := v.Stale[TextKey{id, l}]
		if stale || text != v.Content.Units[i].Text[l] {
			out[id] = text
		}
	}
	return out, nil
}

func (v *Version) mayTranslate(a Actor, l Locale) error {
	if a.Roles.Has(RoleTranslator) && slices.Contains(a.Locales, l) {
		return nil
	}
	if a.Roles.Has(RoleAuthor) {
		return v.sameAgency(a)
	}
	return Refuse(Forbidden, "not_your_locale", "you translate into %q, not into %s", a.Locales, l).At("locale")
}
