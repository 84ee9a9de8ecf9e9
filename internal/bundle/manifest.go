package bundle

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"signet/domain"
	"signet/projections"
)

// Format is what manifest.json and kit.json call themselves. Fields may be added
// under the same name.
const Format = "signet-bundle/v1"

// listing is a file of the archive in manifest.json. Those that belong to no item
// have only the first four fields.
type listing struct {
	Path      string `json:"path"`
	SHA256    string `json:"sha256"` // lower-case hexadecimal
	Bytes     int64  `json:"bytes"`
	MediaType string `json:"mediaType"`

	// Name is that of the file in the registry, which a path may not be able to hold.
	Name         string        `json:"name,omitempty"`
	Item         string        `json:"item,omitempty"`
	Kind         domain.Kind   `json:"kind,omitempty"`
	Version      int           `json:"version,omitempty"`
	Edition      int           `json:"edition,omitempty"`
	Locale       domain.Locale `json:"locale,omitempty"`
	SourceLocale domain.Locale `json:"sourceLocale,omitempty"`
	InForceFrom  *time.Time    `json:"inForceFrom,omitempty"`
	InForceUntil *time.Time    `json:"inForceUntil,omitempty"`
	Licence      string        `json:"licence,omitempty"`

	of *item
}

// manifest is the content of manifest.json. Instants are those of RFC 3339 in UTC.
type manifest struct {
	Format   string `json:"format"`
	Registry string `json:"registry,omitempty"`
	// AsOf is the instant that was asked about, and absent where the kit of the day
	// was: that it did not change since the day before is no difference.
	AsOf *time.Time `json:"asOf,omitempty"`
	// LatestInForceFrom is when the youngest part came into force.
	LatestInForceFrom *time.Time `json:"latestInForceFrom"`
	// Edition is the number of the one that was asked for.
	Edition   int       `json:"edition,omitempty"`
	Editions  []edition `json:"editions,omitempty"`
	Selection choice    `json:"selection"`
	// Withdrawn is what was in force at that time, and is left out.
	Withdrawn []withdrawal `json:"withdrawn,omitempty"`
	Files     []listing    `json:"files"`
}

// edition tells by which decisions things came into force.
type edition struct {
	Number   int          `json:"number"`
	Title    domain.Texts `json:"title"`
	Issued   *time.Time   `json:"issued"`
	Decision string       `json:"decision,omitempty"`
	Decided  domain.Date  `json:"decided,omitempty"`
	Basis    *basis       `json:"legalBasis,omitempty"`
}

type basis struct {
	Decision string      `json:"decision"`
	Decided  domain.Date `json:"decided,omitempty"`
}

// withdrawal names a version that may not be used any more.
type withdrawal struct {
	Item    string     `json:"item"`
	Version int        `json:"version"`
	From    *time.Time `json:"withdrawnFrom"`
}

// choice tells what was asked for; empty lists mean all.
type choice struct {
	Kinds     []domain.Kind   `json:"kinds"`
	Locales   []domain.Locale `json:"locales"`
	Audiences []string        `json:"audiences"`
	Items     []string        `json:"items"`
	Public    bool            `json:"publicOnly"`
}

// manifest lists the files in the order of their paths.
func (k *kit) manifest(files []listing) manifest {
	s := k.selection
	m := manifest{
		Format: Format, Registry: s.Registry, AsOf: instant(s.AsOf), LatestInForceFrom: instant(k.latest), Edition: s.Edition,
		Selection: choice{s.Kinds, s.Locales, s.Audiences, s.Items, s.Public},
	}
	for _, e := range k.editions {
		m.Editions = append(m.Editions, editionOf(e))
	}
	for _, v := range k.withdrawn {
		m.Withdrawn = append(m.Withdrawn, withdrawal{v.Item, v.Number, instant(v.WithdrawnFrom)})
	}
	for _, f := range files {
		if i := f.of; i != nil {
			f.Item, f.Kind, f.Version, f.Edition, f.SourceLocale, f.Licence = i.Item, i.Kind, i.Version, i.Edition, i.Source, i.Content.Licence
			f.InForceFrom, f.InForceUntil = instant(i.From), instant(i.Until)
		}
		m.Files = append(m.Files, f)
	}
	slices.SortFunc(m.Files, func(a, b listing) int { return strings.Compare(a.Path, b.Path) })
	return m
}

func editionOf(e *projections.Edition) edition {
	out := edition{Number: e.Number, Title: e.Title, Issued: instant(e.Issued), Decision: e.Decision, Decided: e.Decided}
	if e.Basis.Decision != "" {
		out.Basis = &basis{e.Basis.Decision, e.Basis.Decided}
	}
	return out
}

// instant is nil for none.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// checksums lists digests as sha256sum of GNU coreutils reads them ("sha256sum
// --check SHA256SUMS"). No path has what it would have to escape.
func checksums(files []listing) []byte {
	sorted := slices.SortedFunc(slices.Values(files), func(a, b listing) int { return strings.Compare(a.Path, b.Path) })
	var b bytes.Buffer
	for _, f := range sorted {
		fmt.Fprintf(&b, "%s  %s\n", f.SHA256, f.Path)
	}
	return b.Bytes()
}

// contents is kit.json: what every item says, by its fields in the registry.
func (k *kit) contents() any {
	type entry struct {
		Key          string         `json:"key"`
		Kind         domain.Kind    `json:"kind"`
		Version      int            `json:"version"`
		Edition      int            `json:"edition,omitempty"`
		Source       domain.Locale  `json:"sourceLocale"`
		InForceFrom  *time.Time     `json:"inForceFrom"`
		InForceUntil *time.Time     `json:"inForceUntil,omitempty"`
		Content      domain.Content `json:"content"`
		Paths        []string       `json:"paths,omitempty"` // of content.files, one by one
	}
	out := struct {
		Format string  `json:"format"`
		Items  []entry `json:"items"`
	}{Format: Format}
	for _, i := range k.items {
		out.Items = append(out.Items, entry{i.Item, i.Kind, i.Version, i.Edition, i.Source, instant(i.From), instant(i.Until), i.Content, i.Paths})
	}
	return out
}
