package provenance

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"signet/domain"
)

// Limits of a stamp. With all of them reached a packet still fits into a
// segment of a JPEG, which has 64 kB.
const (
	MaxTitle     = 1_000         // characters of Stamp.Title
	MaxURL       = 1_000         // bytes of Stamp.Registry and Stamp.Link
	MaxRendition = 200           // characters of Stamp.Rendition
	MaxNumber    = 1_000_000_000 // the highest version and edition
)

// Stamp is what a file says of itself.
type Stamp struct {
	// Registry is the address of the registry: an absolute URL of http or https,
	// without query and fragment.
	Registry string
	// Item is the key of the item, as of domain.ParseKey.
	Item string
	// Version is the number of the version, from 1.
	Version int
	// Original is the SHA-256 of the original's bytes before any stamp, in
	// lower-case hexadecimal.
	Original string
	// Edition is the number of the edition that the version belongs to; 0 for none.
	Edition int
	// InForceFrom is since when the version is in force, in UTC; zero if that is
	// not known yet.
	InForceFrom time.Time
	// Licence gives the terms of use; may be empty.
	Licence string
	// Title is the name of the item, for people; may be empty.
	Title string
	// Link is a URL that answers whether the version is still in force; may be empty.
	Link string
	// Rendition says what was made of the original; empty for the original itself.
	Rendition string
}

// Normalise returns the stamp as it will be written and read: texts in NFC, the
// instant in UTC. What can't be right is refused with the name of the field as
// its property has it ("Version").
func (s Stamp) Normalise() (Stamp, error) {
	var err error
	if s.Item, err = domain.ParseKey(s.Item); err != nil {
		return Stamp{}, domain.AsError(err).At("Item")
	}
	if !isDigest(s.Original) {
		return Stamp{}, domain.Refuse(domain.Invalid, "invalid_digest", "this is no SHA-256 in lower-case hexadecimal").At("Original")
	}
	if s.Version < 1 || s.Version > MaxNumber {
		return Stamp{}, domain.Refuse(domain.Invalid, "invalid_number", "versions are counted from 1").At("Version")
	}
	if s.Edition < 0 || s.Edition > MaxNumber {
		return Stamp{}, domain.Refuse(domain.Invalid, "invalid_number", "editions are counted from 1").At("Edition")
	}
	if s.InForceFrom = s.InForceFrom.UTC().Round(0); s.InForceFrom.Year() < 1 || s.InForceFrom.Year() > 9999 { // RFC 3339 has no others
		return Stamp{}, domain.Refuse(domain.Invalid, "invalid_time", "the year is out of range").At("InForceFrom")
	}
	if !isAddress(s.Registry) || strings.ContainsAny(s.Registry, "?#") {
		return Stamp{}, domain.Refuse(domain.Invalid, "invalid_url", "the registry has an absolute URL without query and fragment").At("Registry")
	}
	if s.Link != "" && !isAddress(s.Link) {
		return Stamp{}, domain.Refuse(domain.Invalid, "invalid_url", "this is no absolute URL of http or https").At("Link")
	}
	for _, t := range []struct {
		field string
		text  *string
		most  int
	}{{"Licence", &s.Licence, domain.MaxReason}, {"Title", &s.Title, MaxTitle}, {"Rendition", &s.Rendition, MaxRendition}} {
		if *t.text, err = text(*t.text, t.most); err != nil {
			return Stamp{}, domain.AsError(err).At("%s", t.field)
		}
	}
	return s, nil
}

// text is domain.NormaliseText without the two characters that it lets through
// and XML 1.0 (section 2.2) has no way to write.
func text(s string, most int) (string, error) {
	s, err := domain.NormaliseText(s, most)
	if err == nil && strings.ContainsAny(s, "\ufffe\uffff") {
		return "", domain.Refuse(domain.Invalid, "control_character", "the text contains what is no character")
	}
	return s, err
}

func isDigest(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}

// isAddress wants a URL that is the same in every program: no spaces, nothing
// outside of ASCII, no password.
func isAddress(s string) bool {
	if len(s) > MaxURL || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= utf8.RuneSelf || r == 0x7F }) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// fields are the properties of the stamp that are not empty, in the order in
// which they are written.
func (s Stamp) fields() []field {
	all := []field{
		{"Registry", s.Registry},
		{"Item", s.Item},
		{"Version", strconv.Itoa(s.Version)},
		{"Original", s.Original},
	}
	if s.Edition != 0 {
		all = append(all, field{"Edition", strconv.Itoa(s.Edition)})
	}
	if !s.InForceFrom.IsZero() {
		all = append(all, field{"InForceFrom", s.InForceFrom.Format(time.RFC3339Nano)})
	}
	for _, f := range []field{{"Licence", s.Licence}, {"Title", s.Title}, {"StatusURL", s.Link}, {"Rendition", s.Rendition}} {
		if f.value != "" {
			all = append(all, f)
		}
	}
	return all
}

// field is a property of [Namespace]. It is never called "Link" or another name
// of HTML that the svg package refuses in every namespace.
type field struct{ name, value string }

// stampOf is the reverse of fields. A value that can't be right is broken, with
// the name of its property.
func stampOf(values map[string]string) (Stamp, error) {
	s := Stamp{
		Registry: values["Registry"], Item: values["Item"], Original: values["Original"], Licence: values["Licence"],
		Title: values["Title"], Link: values["StatusURL"], Rendition: values["Rendition"],
	}
	var err error
	if s.Version, err = strconv.Atoi(values["Version"]); err != nil {
		return Stamp{}, broken("the stamp has no version").At("Version")
	}
	if edition, ok := values["Edition"]; ok {
		if s.Edition, err = strconv.Atoi(edition); err != nil {
			return Stamp{}, broken("the edition is no number").At("Edition")
		}
	}
	if from, ok := values["InForceFrom"]; ok {
		if s.InForceFrom, err = time.Parse(time.RFC3339Nano, from); err != nil {
			return Stamp{}, broken("the instant is none of RFC 3339").At("InForceFrom")
		}
	}
	if s, err = s.Normalise(); err != nil {
		refused := domain.AsError(err)
		return Stamp{}, broken("the stamp can't be right: %s", refused.Sentence).At("%s", refused.Field)
	}
	return s, nil
}
