package domain

import (
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Signature is an agency's sign-off of a version, part by part. A part is named
// by a locale: that of the source stands for the source text and all that is not
// text, every other one for the translation into it.
type Signature struct {
	Agency string    `json:"agency"`
	Member uuid.UUID `json:"member"`
	// Parts are those on which the signature stands, sorted.
	Parts []Locale `json:"parts"`
}

// Parts returns the parts of a content whose texts are written first in the
// source locale, sorted.
func (c Content) Parts(source Locale) []Locale {
	all := map[Locale]bool{source: true}
	for _, u := range c.Units {
		for l := range u.Text {
			all[l] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// sourcePart is the content without its translations.
func (c Content) sourcePart(source Locale) Content {
	c.Units = slices.Clone(c.Units)
	for i, u := range c.Units {
		c.Units[i].Text = Texts{source: u.Text[source]}
	}
	return c
}

// translation returns the texts in a locale, by unit.
func (c Content) translation(l Locale) map[string]string {
	out := map[string]string{}
	for _, u := range c.Units {
		if text, ok := u.Text[l]; ok {
			out[u.ID] = text
		}
	}
	return out
}

// unchangedParts returns the parts that two contents have in common, sorted.
func unchangedParts(source Locale, a, b Content) []Locale {
	var out []Locale
	for _, l := range b.Parts(source) {
		same := maps.Equal(a.translation(l), b.translation(l))
		if l == source {
			same = a.sourcePart(source).Equal(b.sourcePart(source))
		}
		if same {
			out = append(out, l)
		}
	}
	return out
}

// submission is what agencies were asked to sign, and how far they had come, when
// it ended without an approval.
type submission struct {
	Content    Content
	Effective  Effective
	Signatures []Signature
}

// survivors are the signatures of the last submission that stand when the version
// is submitted again, for the beginning and under the terms given.
func (v *Version) survivors(source Locale, effective Effective, terms PolicyTerms) []Signature {
	last := v.Last
	if terms.Survival == SurviveNone || !last.Effective.equal(effective) {
		return nil
	}
	asked := terms.Signers()
	same := unchangedParts(source, last.Content, v.Content)
	if !slices.Contains(same, source) {
		return nil
	}
	var out []Signature
	for _, s := range last.Signatures {
		s.Parts = intersection(s.Parts, same)
		if len(s.Parts) > 0 && !slices.Contains(v.Authors, s.Member) && slices.Contains(asked, s.Agency) {
			out = append(out, s)
		}
	}
	return out
}

func (e Effective) equal(o Effective) bool {
	if e.Edition != o.Edition || (e.At == nil) != (o.At == nil) {
		return false
	}
	return e.At == nil || e.At.Equal(*o.At)
}

func intersection[T comparable](a, b []T) []T {
	var out []T
	for _, v := range a {
		if slices.Contains(b, v) {
			out = append(out, v)
		}
	}
	return out
}

// Signed returns the agencies whose signatures stand on every part, in order of
// their signatures.
func (v *Version) Signed(source Locale) []string {
	parts := v.Content.Parts(source)
	var out []string
	for _, s := range v.Signatures {
		if len(difference(parts, s.Parts)) == 0 {
			out = append(out, s.Agency)
		}
	}
	return out
}

// Awaited tells whose signature is asked for now, and whose only after those.
func (v *Version) Awaited(source Locale) (now, after []string) {
	return v.Policy.Awaited(v.Signed(source), v.recusedAgencies())
}

// sign returns the signatures with the agency's on all parts.
func (v *Version) sign(source Locale, agency string, member uuid.UUID) []Signature {
	all := slices.DeleteFunc(slices.Clone(v.Signatures), func(s Signature) bool { return s.Agency == agency })
	return append(all, Signature{Agency: agency, Member: member, Parts: v.Content.Parts(source)})
}

// endSubmission keeps what may survive, without the signature of one agency.
func (v *Version) endSubmission(without string) {
	v.Last = submission{Content: v.Content, Effective: v.Effective, Signatures: slices.DeleteFunc(
		slices.Clone(v.Signatures), func(s Signature) bool { return s.Agency == without })}
	v.Signatures, v.Due, v.LeadDue = nil, "", ""
}

// Recusal says that a member, or their whole agency, does not sign a version.
type Recusal struct {
	Agency string
	Member uuid.UUID
	Whole  bool
}

func (v *Version) recusedAgencies() []string {
	var out []string
	for _, r := range v.Recused {
		if r.Whole {
			out = append(out, r.Agency)
		}
	}
	return out
}

// Overdue is an agency that did not do its step in time.
type Overdue struct {
	Agency string `json:"agency"`
	Due    Date   `json:"due"`
}

// Overdue returns the agencies whose step was due before the day of the instant,
// sorted: signers of a version under review, or the author's agency of one that
// was returned.
func (v *Version) Overdue(source Locale, now time.Time) []Overdue {
	var out []Overdue
	late := func(agency string, due Date) {
		if due != "" && DateOf(now).DaysAfter(due) > 0 {
			out = append(out, Overdue{agency, due})
		}
	}
	switch v.State {
	case Submitted:
		awaited, _ := v.Awaited(source)
		for _, agency := range awaited {
			if slices.Contains(v.Policy.Leads, agency) {
				late(agency, v.LeadDue)
			} else {
				late(agency, v.Due)
			}
		}
	case Returned:
		late(v.Agency, v.Due)
	default: // nobody is waited for
	}
	return out
}
