// Package identify answers from a file alone which version it is, and whether that
// is in force: by the digest of its bytes, or by what is stamped into it.
//
// A digest is certain. A stamp can be copied into any file: it says what the file
// claims to be, and the registry says what has become of that.
package identify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"time"

	"signet/assets"
	"signet/domain"
	"signet/internal/provenance"
	"signet/projections"
)

// By says how a file was known.
type By string

// The ways, the surest first.
const (
	Digest By = "digest" // of exactly these bytes, or of those without the stamp
	Stamp  By = "stamp"  // of what the file says of itself
)

// State says what a version is worth at an instant.
type State string

// The states.
const (
	Scheduled  State = "scheduled" // approved, and not yet in force
	InForce    State = "in_force"
	Superseded State = "superseded"
	Withdrawn  State = "withdrawn" // may not be used any more
)

// Limits of one question.
const (
	MaxDigests = 100
	most       = 100 // answers
)

// Claims are what is known of a file.
type Claims struct {
	Digests []string // SHA-256, as 64 lower-case hexadecimal digits
	// Item and Version are those of a stamp; empty if there is none.
	Item    string
	Version int
}

// Read finds out what is known of a file from itself: its digest, which the caller
// has computed, what is stamped into it (nil if nothing is), and the digest that it
// had before that. A file that can't be read so says nothing of itself; the error is
// the context's.
func Read(ctx context.Context, file io.ReaderAt, size int64, digest string) (Claims, *provenance.Stamp, error) {
	claims := Claims{Digests: []string{digest}}
	info, err := assets.Inspect(ctx, file, size)
	if err != nil || !provenance.Supports(info.Media) {
		return claims, nil, ctx.Err()
	}
	stamp, there, err := provenance.Read(file, size, info.Media)
	if err != nil || !there {
		return claims, nil, ctx.Err()
	}
	claims.Item, claims.Version = stamp.Item, stamp.Version
	sum := sha256.New()
	if err := provenance.Strip(sum, file, size, info.Media); err == nil {
		claims.Digests = append(claims.Digests, hex.EncodeToString(sum.Sum(nil)))
	}
	return claims, &stamp, nil
}

// Answer is a version that the file is, or claims to be.
type Answer struct {
	By      By          `json:"by,omitempty"`
	Digest  string      `json:"digest,omitempty"` // that was known
	Item    string      `json:"item"`
	Kind    domain.Kind `json:"kind"`
	Version int         `json:"version"`
	File    string      `json:"file,omitempty"` // its name in the version
	State   State       `json:"state"`
	// Since is from when the state holds; Until is when the version ceased to be in
	// force, if it did.
	Since   time.Time `json:"since,omitzero"`
	Until   time.Time `json:"until,omitzero"`
	Edition int       `json:"edition,omitempty"` // that put it in force
	// Current is the version that is in force instead; 0 if none is.
	Current int `json:"current,omitempty"`
	// Reason is why it was withdrawn, and Replacement what is to be used instead, if
	// anything was named.
	Reason      string             `json:"reason,omitempty"`
	Replacement *domain.VersionRef `json:"replacement,omitempty"`
	Licence     string             `json:"licence,omitempty"`
}

// Asker is who asks, and when.
type Asker struct {
	Now time.Time
	// Approved may know of everything that was approved. Others know of what is public,
	// from when it was in force first.
	Approved bool
}

// Find answers, by digest first; no answer means that the registry knows nothing of
// it, or nothing that the asker may know. Refusals: too_many, invalid_digest.
func Find(ctx context.Context, views *projections.Views, asker Asker, claims Claims) ([]Answer, error) {
	if len(claims.Digests) > MaxDigests {
		return nil, domain.Refuse(domain.Invalid, "too_many", "at most %d digests at a time", MaxDigests).At("digests")
	}
	for i, d := range claims.Digests {
		if _, err := domain.ParseDigest(d); err != nil {
			return nil, domain.AsError(err).At("digests[%d]", i)
		}
	}
	held, err := views.HoldersOf(ctx, claims.Digests, most)
	if err != nil {
		return nil, err
	}
	var out []Answer
	for _, f := range held {
		a, err := Of(ctx, views, asker, f.Item, f.Version)
		if err != nil {
			return nil, err
		}
		if a != nil {
			a.By, a.Digest, a.File = Digest, f.Digest, f.Name
			out = append(out, *a)
		}
	}
	if len(out) > 0 || claims.Item == "" {
		return out, nil
	}
	a, err := Of(ctx, views, asker, claims.Item, claims.Version)
	if err != nil || a == nil {
		return nil, err
	}
	a.By = Stamp
	return []Answer{*a}, nil
}

// Of tells what has become of a version; nil if the asker may not know of it.
func Of(ctx context.Context, views *projections.Views, asker Asker, key string, number int) (*Answer, error) {
	of := projections.VersionKey{Item: key, Number: number}
	answers, err := Many(ctx, views, asker, []projections.VersionKey{of})
	return answers[of], err
}

// Many tells what has become of versions; those that the asker may not know of are
// left out.
func Many(ctx context.Context, views *projections.Views, asker Asker, keys []projections.VersionKey) (map[projections.VersionKey]*Answer, error) {
	versions, err := views.VersionsByKey(ctx, keys)
	if err != nil {
		return nil, err
	}
	items := make([]string, 0, len(keys))
	for _, k := range keys {
		items = append(items, k.Item)
		if v := versions[k]; v != nil && v.Replacement.Item != "" {
			items = append(items, v.Replacement.Item)
		}
	}
	slices.Sort(items)
	items = slices.Compact(items)
	known, err := views.ItemsByKey(ctx, items)
	if err != nil {
		return nil, err
	}
	validities, err := views.ValiditiesByKey(ctx, keys)
	if err != nil {
		return nil, err
	}
	standings, err := views.InForceByKey(ctx, items, asker.Now)
	if err != nil {
		return nil, err
	}
	out := make(map[projections.VersionKey]*Answer, len(keys))
	for _, k := range keys {
		var replacement *projections.Item
		if v := versions[k]; v != nil {
			replacement = known[v.Replacement.Item]
		}
		if a := asker.told(known[k.Item], versions[k], validities[k], standings[k.Item], replacement); a != nil {
			out[k] = a
		}
	}
	return out, nil
}

// told is what the asker is told of a version; nil for nothing. What is not there is
// nil; replacement is the item to use instead.
func (asker Asker) told(item *projections.Item, version *projections.Version, validities []*projections.Validity, standing *projections.Standing, replacement *projections.Item) *Answer {
	if item == nil || version == nil || !item.Public && !asker.Approved || version.Approved.IsZero() || version.Approved.After(asker.Now) {
		return nil
	}
	a := &Answer{Item: item.Key, Kind: item.Kind, Version: version.Number, State: Scheduled, Since: version.Approved, Licence: version.Content.Licence}
	if begun := a.judge(validities, asker.Now); !begun && !asker.Approved {
		return nil
	}
	if w := version.WithdrawnFrom; !w.IsZero() && !w.After(asker.Now) {
		a.State, a.Since, a.Reason = Withdrawn, w, version.WithdrawnWhy
		if of := version.Replacement.Item; of != "" && (asker.Approved || replacement != nil && replacement.Public) {
			a.Replacement = &version.Replacement
		}
	}
	if standing != nil && standing.Version != version.Number {
		a.Current = standing.Version
	}
	return a
}

// judge tells from its intervals what a version is worth, and whether it ever was.
func (a *Answer) judge(validities []*projections.Validity, now time.Time) (begun bool) {
	latest, holds := projections.Latest(validities, now)
	switch {
	case latest == nil:
		return false
	case holds:
		a.State, a.Since = InForce, latest.From
	default:
		a.State, a.Since, a.Until = Superseded, latest.Until, latest.Until
	}
	a.Edition = latest.Edition
	return true
}
