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

	"golang.org/x/sync/errgroup"

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
	begin := len(c.Versions)
	for _, k := range keys {
		a, v := answers[k], versions[k]
		if a == nil || v == nil {
			continue
		}
		out := Version{Answer: *a, Texts: textsOf(v.Content)}
		for _, f := range v.Content.Files {
			out.Files = append(out.Files, File{Name: f.Name, Digest: f.Digest, MediaType: f.MediaType})
		}
		c.Versions = append(c.Versions, out)
	}
	return takePrints(ctx, c.Versions[begin:], prints)
}

// atOnce is how many prints are taken at the same time.
const atOnce = 4

// takePrints takes the prints of all files.
func takePrints(ctx context.Context, versions []Version, prints Printer) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, v := range versions {
		for i := range v.Files {
			group.Go(func() error {
				f := &v.Files[i]
				var err error
				if f.Print, err = prints(ctx, f.Digest); err != nil {
					return fmt.Errorf("catalogue: %s of %s: %w", f.Name, v.Item, err)
				}
				return nil
			})
		}
	}
	return group.Wait()
}

// Warm takes the prints of everything that was ever in force, so that who asks for a
// catalogue first does not wait for them. It ends with the context's error or that of
// the read models; a picture that fails is tried again when somebody asks.
func Warm(ctx context.Context, views *projections.Views, now time.Time, prints Printer) error {
	var after projections.VersionKey
	for {
		keys, err := views.Begun(ctx, now, false, after, page)
		if err != nil {
			return err
		}
		versions, err := views.VersionsByKey(ctx, keys)
		if err != nil {
			return err
		}
		for _, k := range keys {
			v := versions[k]
			if v == nil {
				continue
			}
			for _, f := range v.Content.Files {
				if _, err := prints(ctx, f.Digest); err != nil && ctx.Err() != nil {
					return ctx.Err()
				}
			}
		}
		if len(keys) < page {
			return nil
		}
		after = keys[len(keys)-1]
	}
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
