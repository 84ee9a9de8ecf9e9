// Package check finds uses of the kit in web sites and folders, and tells what they
// are worth: of what is in force, superseded, withdrawn, altered, or not registered.
//
// A use is known by the digest of a file, by what is stamped into it, by what a
// picture looks like, or by the words. Where a use can't be told from one of what is
// in force, it is taken for that: nobody is accused by chance.
package check

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"slices"
	"strconv"
	"strings"
	"sync"

	"signet/assets/resvg"
	"signet/domain"
	"signet/internal/catalogue"
	"signet/internal/crawl"
	"signet/internal/identify"
	"signet/internal/phrases"
	"signet/internal/sight"
)

// Options of a check.
type Options struct {
	// Unknown also tells of pictures that are not recognised at all: in a folder in which
	// everything should be of the kit.
	Unknown bool
	// All also tells of uses of what is in force, which are only counted otherwise.
	All bool
	// Evidence keeps a small picture with each finding that is one.
	Evidence bool
}

// Finding is a use of something.
type Finding struct {
	Address string // of the resource, as crawl tells it
	Line    int    // where it stands in it; 0 for the whole resource
	Column  int    // in characters
	// From are places that refer to the resource, and References how many there are.
	From       []crawl.Reference
	References int

	Outcome   domain.Outcome
	Certainty domain.Certainty
	By        domain.Recognised
	// Of is what is used; nil if it is nothing registered.
	Of *catalogue.Version
	// Others are versions that it can't be told from.
	Others []*catalogue.Version
	Locale domain.Locale // of words
	// Text is what stands there, with some of what is around it.
	Text, Before, After string
	// Box is where in a picture it is; empty for the whole.
	Box image.Rectangle
	// Note says more, in English.
	Note string
	// Picture is a small PNG of what was found; nil unless it was asked for.
	Picture []byte
	SHA256  string // of the resource
}

// Bad tells whether the use should not be: of what is not in force, for certain or
// likely.
func (f Finding) Bad() bool {
	return f.Outcome != domain.UseCurrent && f.Certainty != domain.Look
}

// use is a version that a finding may be of.
type use struct {
	version *catalogue.Version
	file    *catalogue.File
	locale  domain.Locale
}

// Checker compares resources with a catalogue. It is safe for concurrent use. Close it.
type Checker struct {
	options  Options
	registry string
	versions map[string]*catalogue.Version // by item/number
	digests  map[string][]use
	said     [][]use // by the index of a phrase
	phrases  *phrases.Index
	looks    []use // by the number that is the id of an entry
	gallery  *sight.Gallery
	renderer *resvg.Renderer

	mu     sync.Mutex
	counts map[domain.Tally]int // guarded by mu; Places is 0 in the keys
}

// New prepares a checker, in about a millisecond for each picture. It fails for a
// catalogue with more words than phrases.New takes.
func New(c *catalogue.Catalogue, o Options) (*Checker, error) {
	k := &Checker{
		options: o, registry: c.Registry, versions: map[string]*catalogue.Version{}, digests: map[string][]use{}, counts: map[domain.Tally]int{},
		renderer: resvg.New(resvg.Options{}),
	}
	numbers := map[string]int{}
	var words []string
	var pictures []sight.Entry
	for i := range c.Versions {
		v := &c.Versions[i]
		k.versions[v.Item+"/"+strconv.Itoa(v.Version)] = v
		for _, t := range v.Texts {
			for _, paragraph := range paragraphs(t.Text) {
				n, known := numbers[paragraph]
				if !known {
					n = len(words)
					numbers[paragraph] = n
					words = append(words, paragraph)
					k.said = append(k.said, nil)
				}
				k.said[n] = append(k.said[n], use{version: v, locale: t.Locale})
			}
		}
		for j := range v.Files {
			f := &v.Files[j]
			u := use{version: v, file: f}
			k.digests[f.Digest] = append(k.digests[f.Digest], u)
			if !f.Print.IsZero() {
				pictures = append(pictures, sight.Entry{ID: strconv.Itoa(len(k.looks)), Print: f.Print})
				k.looks = append(k.looks, u)
			}
		}
	}
	k.gallery = sight.NewGallery(pictures)
	var err error
	if k.phrases, err = phrases.New(words); err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	return k, nil
}

// Close frees what draws pictures.
func (k *Checker) Close(ctx context.Context) error { return k.renderer.Close(ctx) }

// paragraphs are the parts of a text that stand in blocks of their own.
func paragraphs(text string) []string {
	var out []string
	for p := range strings.SplitSeq(text, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// Resource finds what a resource uses. The error is the context's: what can't be read
// uses nothing.
func (k *Checker) Resource(ctx context.Context, r crawl.Resource) ([]Finding, error) {
	sum := sha256.Sum256(r.Body)
	digest := hex.EncodeToString(sum[:])
	found := k.byDigest(digest)
	if found == nil && isPicture(r.Media) {
		var err error
		if found, err = k.picture(ctx, r, digest); err != nil {
			return nil, err
		}
	}
	found = append(found, k.words(r)...)
	var told []Finding
	for _, f := range found {
		f.Address, f.From, f.References = r.Address, r.From, r.References
		k.count(f)
		if f.Outcome != domain.UseCurrent || k.options.All {
			told = append(told, f)
		}
	}
	return told, ctx.Err()
}

// byDigest knows a file by its bytes.
func (k *Checker) byDigest(digest string) []Finding {
	uses := k.digests[digest]
	if len(uses) == 0 {
		return nil
	}
	f := k.verdict(uses)
	f.Certainty, f.By, f.SHA256 = domain.Certain, domain.ByDigest, digest
	return []Finding{f}
}

// verdict is what a use is that may be of any of the versions: of one in force if it
// can be.
func (k *Checker) verdict(uses []use) Finding {
	best := slices.MinFunc(uses, func(a, b use) int {
		return cmp.Or(cmp.Compare(rank[a.version.State], rank[b.version.State]), b.version.Since.Compare(a.version.Since))
	})
	f := Finding{Of: best.version, Locale: best.locale, Outcome: outcomes[best.version.State]}
	for _, u := range uses {
		if u.version != best.version && !slices.Contains(f.Others, u.version) {
			f.Others = append(f.Others, u.version)
		}
	}
	return f
}

// rank orders states, from that which is best for who uses a version.
var rank = map[identify.State]int{identify.InForce: 0, identify.Scheduled: 1, identify.Superseded: 2, identify.Withdrawn: 3}

// What a use of a version is, by its state. One that is to come again was in force.
var outcomes = map[identify.State]domain.Outcome{
	identify.InForce: domain.UseCurrent, identify.Scheduled: domain.UseSuperseded,
	identify.Superseded: domain.UseSuperseded, identify.Withdrawn: domain.UseWithdrawn,
}

// count counts a use.
func (k *Checker) count(f Finding) {
	if f.Certainty == domain.Look {
		return
	}
	t := domain.Tally{Outcome: f.Outcome}
	if f.Of != nil {
		t.Item, t.Version = f.Of.Item, f.Of.Version
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.counts[t]++
}

// Counts are the uses that were found for certain or likely, in order of item, version
// and outcome.
func (k *Checker) Counts() []domain.Tally {
	k.mu.Lock()
	defer k.mu.Unlock()
	out := make([]domain.Tally, 0, len(k.counts))
	for t, n := range k.counts {
		t.Places = n
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b domain.Tally) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Outcome, b.Outcome))
	})
	return out
}
