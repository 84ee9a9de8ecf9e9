// Package catalogue lists everything that was ever in force: the words, the digests
// and the looks by which it is known again, and what has become of it. With it a
// program finds uses of the kit where no registry can look.
package catalogue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"signet/domain"
	"signet/internal/identify"
	"signet/internal/sight"
	"signet/projections"
)

// Format is what a catalogue calls itself. Fields may be added under the same name.
const Format = "signet-catalogue/v1"

// MaxBytes bounds a catalogue that is read.
const MaxBytes = 512 << 20

// Catalogue is everything that somebody may know of that was ever in force.
type Catalogue struct {
	Format   string    `json:"format"`
	Registry string    `json:"registry"` // its address, with a slash at the end
	AsOf     time.Time `json:"asOf"`     // by then the states hold
	Versions []Version `json:"versions"` // in order of item and number
}

// Version is a version, and what it is known by.
type Version struct {
	identify.Answer

	// Texts are what it says, by unit and language. Names and notes, which are not
	// meant to be published, are left out.
	Texts []Text `json:"texts,omitempty"`
	Files []File `json:"files,omitempty"`
}

// Text is what a unit says in a language.
type Text struct {
	Unit   string        `json:"unit"`
	Locale domain.Locale `json:"locale"`
	Text   string        `json:"text"`
}

// File is a file of a version.
type File struct {
	Name      string `json:"name"`
	Digest    string `json:"sha256"` // lower-case hexadecimal
	MediaType string `json:"mediaType"`
	// Print is what the picture is recognised by; zero when it is none, or plain.
	Print sight.Print `json:"print,omitzero"`
}

// Printer takes the print of a stored picture; the zero print when there is none.
type Printer func(ctx context.Context, digest string) (sight.Print, error)

// page is how many versions are read at once.
const page = 500

// Make lists what the asker may know of. The registry is its address.
func Make(ctx context.Context, views *projections.Views, asker identify.Asker, registry string, prints Printer) (*Catalogue, error) {
	c := &Catalogue{Format: Format, Registry: registry, AsOf: asker.Now, Versions: []Version{}}
	var after projections.VersionKey
	for {
		keys, err := views.Begun(ctx, asker.Now, !asker.Approved, after, page)
		if err != nil {
			return nil, err
		}
		if err := c.add(ctx, views, asker, keys, prints); err != nil {
			return nil, err
		}
		if len(keys) < page {
			return c, nil
		}
		after = keys[len(keys)-1]
	}
}

// add adds versions, in their order.
func (c *Catalogue) add(ctx context.Context, views *projections.Views, asker identify.Asker, keys []projections.VersionKey, prints Printer) error {
	answers, err := identify.Many(ctx, views, asker, keys)
	if err != nil {
		return err
	}
	versions, err := views.VersionsByKey(ctx, keys)
	if err != nil {
		return err
	}
	for _, k := range keys {
		a, v := answers[k], versions[k]
		if a == nil || v == nil {
			continue
		}
		out := Version{Answer: *a, Texts: textsOf(v.Content)}
		for _, f := range v.Content.Files {
			taken, err := prints(ctx, f.Digest)
			if err != nil {
				return fmt.Errorf("catalogue: %s of %s: %w", f.Name, k.Item, err)
			}
			out.Files = append(out.Files, File{f.Name, f.Digest, f.MediaType, taken})
		}
		c.Versions = append(c.Versions, out)
	}
	return nil
}

// unpublished are units that are about an item rather than of it.
var unpublished = []domain.UnitRole{domain.UnitName, domain.UnitNote}

func textsOf(c *domain.Content) []Text {
	var out []Text
	for _, u := range c.Units {
		if slices.Contains(unpublished, u.Role) {
			continue
		}
		for _, t := range u.List() {
			out = append(out, Text{u.ID, t.Locale, t.Text})
		}
	}
	return out
}

// Read reads a catalogue of at most MaxBytes. It fails for another format, and for one
// that was made for a newer program.
func Read(r io.Reader) (*Catalogue, error) {
	limited := &io.LimitedReader{R: r, N: MaxBytes}
	var c Catalogue
	if err := json.NewDecoder(limited).Decode(&c); err != nil {
		if limited.N == 0 {
			err = errors.New("it is too long")
		}
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	if c.Format != Format {
		return nil, fmt.Errorf("catalogue: the format is %q, not %s", c.Format, Format)
	}
	return &c, nil
}
