package history

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"signet/internal/portal/frame"
)

type localized struct{ Locale, Text string }

// file is a picture of a version.
type file struct {
	Name, Colour, Layout, Digest, MediaType string
	Size, Width, Height                     int
}

// Dark tells that a picture is made for dark grounds.
func (f file) Dark() bool { return f.Colour == "REVERSED" }

// Picture tells that it can be looked at.
func (f file) Picture() bool { return strings.HasPrefix(f.MediaType, "image/") }

// Look is the address of a small picture of it, of a version of an item: to look at, which
// is no download.
func (f file) Look(key string, number int) string {
	return fmt.Sprintf("/files/%s/%d/%s?width=600&format=webp&preview=1", url.PathEscape(key), number, url.PathEscape(f.Name))
}

const fileFields = `name colour layout digest mediaType size width height`

// content is what a version says.
type content struct {
	Licence string
	Units   []struct {
		ID, Role, Pillar, Audience string
		Texts                      []localized
	}
	Placeholders []struct {
		Name, Type, Example string
	}
	Files   []file
	Colours []struct {
		Names []localized
		Hex   string
	}
}

// versionPage is one version as it is or was.
type versionPage struct {
	Item *struct {
		Key, Kind, Name string
		InForce         *standing
		Version         *struct {
			life

			Missing []string
			Content content
		}
		Versions frame.List[struct{ Number int }]
	}
	Shown    string // how it stands, a state or status
	Pictures bool   // the visitor is shown its files
	Member   bool
	Sees     bool
	// Newer and Older are the numbers beside it; 0 for none.
	Newer, Older int
}

func version(v *frame.Visit) error {
	const document = `query PortalHistoryVersion($key: String!, $number: Int!, $locale: Locale!, $member: Boolean!) {
	item(key: $key) {
		key kind name(locale: $locale)
		inForce { number edition validFrom validUntil }
		versions(first: 100) @include(if: $member) { edges { node { number } } }
		version(number: $number) {
			` + lifeFields + ` missing
			content {
				licence
				units { id role pillar audience texts { locale text } }
				placeholders { name type example }
				files { ` + fileFields + ` } colours { names { locale text } hex }
			}
		}
	}
}`
	page := versionPage{Member: isMember(v), Sees: seesSteps(v)}
	number := count(v.PathValue("number"))
	if number == 0 {
		return unknown("unknown_version")
	}
	if err := v.Ask(document, frame.Vars{"key": v.PathValue("key"), "number": number, "locale": v.Lang, "member": page.Member}, &page); err != nil {
		return err
	}
	if page.Item == nil || page.Item.Version == nil {
		return unknown("unknown_version")
	}
	page.Shown, page.Pictures = page.Item.Version.Shown(), showsFiles(v, &page.Item.Version.life)
	for _, other := range page.Item.Versions.Nodes() {
		switch {
		case other.Number > number:
			page.Newer = other.Number
		case other.Number < number && page.Older == 0:
			page.Older = other.Number
		}
	}
	return v.Show("history/version", &page)
}

// showsFiles tells whether the server shows files of a version to the visitor: what was
// withdrawn only to who may read drafts (docs/access.md).
func showsFiles(v *frame.Visit, l *life) bool {
	return seesSteps(v) || l.State != "WITHDRAWN" || l.WithdrawnFrom.After(time.Now())
}
