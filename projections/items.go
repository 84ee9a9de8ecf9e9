package projections

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
)

// items answers where each version of each item stands in its life.
var items = projection{
	name: "items",
	schema: `
CREATE TABLE item (
	key TEXT PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, public INTEGER NOT NULL, agency TEXT NOT NULL,
	registered INTEGER NOT NULL, versions INTEGER NOT NULL, revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX item_by_kind ON item (kind, key);
CREATE TABLE version (
	item TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL, content INTEGER NOT NULL,
	author TEXT NOT NULL, agency TEXT NOT NULL, drafted INTEGER NOT NULL, submitted INTEGER NOT NULL, approved INTEGER NOT NULL,
	effective_at INTEGER NOT NULL, effective_edition INTEGER NOT NULL, policy TEXT NOT NULL,
	withdrawn_from INTEGER NOT NULL, withdrawn_reason TEXT NOT NULL, replacement_item TEXT NOT NULL, replacement_version INTEGER NOT NULL,
	due TEXT NOT NULL, lead_due TEXT NOT NULL,
	PRIMARY KEY (item, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX version_by_state ON version (state, item, number);
CREATE INDEX version_by_drafting ON version (state, drafted);
CREATE INDEX version_by_agency ON version (agency, state, drafted);
CREATE INDEX version_by_edition ON version (effective_edition, item, number) WHERE effective_edition > 0;
CREATE INDEX version_by_approval ON version (approved, item, number) WHERE approved > 0;
CREATE INDEX version_by_withdrawal ON version (withdrawn_from, item, number) WHERE withdrawn_from > 0;
CREATE TABLE content (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE signature (
	item TEXT NOT NULL, version INTEGER NOT NULL, agency TEXT NOT NULL, member TEXT NOT NULL, at INTEGER NOT NULL,
	delegation TEXT NOT NULL, parts TEXT NOT NULL, standing INTEGER NOT NULL,
	PRIMARY KEY (item, version, agency)
) STRICT, WITHOUT ROWID;
CREATE TABLE file (
	digest TEXT NOT NULL, item TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL,
	PRIMARY KEY (digest, item, version, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_by_version ON file (item, version);
`,
	apply: applyItems,
}

func applyItems(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.ItemRegistered:
		return w.exec("INSERT INTO item VALUES (?,?,?,?,?,?,0,?)", e.Key, e.Kind, e.Source, e.Public, e.Agency, f.at(), f.envelope.Revision)
	case domain.ItemVisibilityChanged:
		return w.exec("UPDATE item SET public = ?, revision = ? WHERE key = ?", e.Public, f.envelope.Revision, e.Key)
	case domain.VersionDrafted:
		if err := w.exec("INSERT INTO version VALUES (?,?,?,?,?,?,?,0,0,0,0,'{}',0,'','',0,'','')",
			e.Key, e.Version, domain.Drafted, int64(f.position), e.Author.String(), e.Agency, f.at()); err != nil {
			return err
		}
		if err := w.exec("UPDATE item SET versions = ? WHERE key = ?", e.Version, e.Key); err != nil {
			return err
		}
		return errors.Join(w.keepContent(f, e.Key, e.Version, e.Content), w.touch(f, e.Key))
	case domain.VersionRevised:
		if err := w.exec("UPDATE version SET state = ?, due = '' WHERE item = ? AND number = ?", domain.Drafted, e.Key, e.Version); err != nil {
			return err
		}
		return w.replaceContent(f, e.Key, e.Version, e.Content)
	case domain.VersionTranslated:
		before, err := w.versionContent(e.Key, e.Version)
		if err != nil {
			return err
		}
		return w.replaceContent(f, e.Key, e.Version, before.Translated(e.Locale, e.Texts))
	default:
		return applyLife(w, f)
	}
}

func (w *writer) touch(f fact, key string) error {
	return w.exec("UPDATE item SET revision = ? WHERE key = ?", f.envelope.Revision, key)
}

// Item is a slogan, logo, message set or template, with all its versions.
type Item struct {
	Key        string
	Kind       domain.Kind
	Source     domain.Locale
	Public     bool
	Agency     string
	Registered time.Time
	Versions   int // how many versions there are
	Revision   eventlog.Revision
}

// Version is one version of an item.
type Version struct {
	Item          string
	Number        int
	State         domain.VersionState
	Content       *domain.Content // shared: not to be changed
	Author        uuid.UUID
	Agency        string
	Drafted       time.Time
	Submitted     time.Time // zero: not yet; so for the others
	Approved      time.Time
	Effective     domain.Effective
	Policy        domain.PolicyTerms
	WithdrawnFrom time.Time
	WithdrawnWhy  string
	// Replacement is what is to be used instead of what was withdrawn; its Item is
	// empty where nothing was named.
	Replacement domain.VersionRef
	// Due is the day by which coordinating agencies are to sign, or the author is to
	// answer a return; LeadDue that of the leads. Empty: no deadline.
	Due, LeadDue domain.Date
	contentID    int64
}

// Signature is an agency's sign-off of a version.
type Signature struct {
	Agency string
	Member uuid.UUID
	At     time.Time
	// Delegation is the id of the delegation by which the member signed; empty for
	// a reviewer of the agency.
	Delegation string
	// Parts are the locales of the texts on which it stands, sorted; that of the
	// source stands for all that is no text, too.
	Parts []domain.Locale
}

// ErrNotFound: there is no such row.
var ErrNotFound = domain.Refuse(domain.NotFound, "not_found", "there is no such thing")

const selectItem = "SELECT key, kind, source, public, agency, registered, versions, revision FROM item "

// Item returns the item with the key, or ErrNotFound.
func (v *Views) Item(ctx context.Context, key string) (*Item, error) {
	return one(ctx, v, scanItem, selectItem+"WHERE key = ?", key)
}

// Items returns the items of a kind (all when empty) whose keys follow after, in
// order of their keys, at most limit.
func (v *Views) Items(ctx context.Context, kind domain.Kind, after string, limit int) ([]*Item, error) {
	if kind == "" {
		return many(ctx, v, scanItem, selectItem+"WHERE key > ? ORDER BY key LIMIT ?", after, limit)
	}
	return many(ctx, v, scanItem, selectItem+"WHERE kind = ? AND key > ? ORDER BY key LIMIT ?", kind, after, limit)
}

func scanItem(rows columns) (*Item, error) {
	var i Item
	var registered int64
	err := rows.Scan(&i.Key, &i.Kind, &i.Source, &i.Public, &i.Agency, &registered, &i.Versions, &i.Revision)
	i.Registered = fromMicros(registered)
	return &i, err
}

const selectVersion = `SELECT item, number, state, content, author, agency, drafted, submitted, approved,
	effective_at, effective_edition, policy, withdrawn_from, withdrawn_reason, replacement_item, replacement_version, due, lead_due FROM version `

// Version returns one version of an item, or ErrNotFound.
func (v *Views) Version(ctx context.Context, key string, number int) (*Version, error) {
	row, err := one(ctx, v, scanVersion, selectVersion+"WHERE item = ? AND number = ?", key, number)
	if err != nil {
		return nil, err
	}
	return row, v.fillContents(ctx, []*Version{row})
}

// Versions returns the versions of an item with numbers below before (0: all),
// the newest first, at most limit; only those that were approved, if so asked.
func (v *Views) Versions(ctx context.Context, key string, before, limit int, approved bool) ([]*Version, error) {
	if before == 0 {
		before = 1 << 30
	}
	rows, err := many(ctx, v, scanVersion, selectVersion+"WHERE item = ? AND number < ? AND (approved > 0 OR NOT ?) ORDER BY number DESC LIMIT ?", key, before, approved, limit)
	if err != nil {
		return nil, err
	}
	return rows, v.fillContents(ctx, rows)
}

func scanVersion(rows columns) (*Version, error) {
	var r Version
	var author, policy string
	var drafted, submitted, approvedAt, effective, withdrawn int64
	if err := rows.Scan(&r.Item, &r.Number, &r.State, &r.contentID, &author, &r.Agency, &drafted, &submitted, &approvedAt,
		&effective, &r.Effective.Edition, &policy, &withdrawn, &r.WithdrawnWhy, &r.Replacement.Item, &r.Replacement.Version, &r.Due, &r.LeadDue); err != nil {
		return nil, err
	}
	if effective != 0 {
		at := fromMicros(effective)
		r.Effective.At = &at
	}
	r.Drafted = fromMicros(drafted)
	r.Submitted, r.Approved, r.WithdrawnFrom = orZero(submitted), orZero(approvedAt), orZero(withdrawn)
	var err error
	if r.Author, err = uuid.Parse(author); err != nil {
		return nil, err
	}
	return &r, json.Unmarshal([]byte(policy), &r.Policy)
}

func orZero(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return fromMicros(us)
}

// Signatures returns the signatures that a version has now, in order of time.
func (v *Views) Signatures(ctx context.Context, key string, version int) ([]*Signature, error) {
	of := VersionKey{key, version}
	all, err := v.SignaturesByKey(ctx, []VersionKey{of})
	return all[of], err
}

// HeldFile is a file that a version holds.
type HeldFile struct {
	Digest  string
	Item    string
	Version int
	Name    string
}

// HoldersOf tells which versions hold files of the digests, in the order of digest,
// item and version, the newest first, at most limit.
func (v *Views) HoldersOf(ctx context.Context, digests []string, limit int) ([]*HeldFile, error) {
	list, err := asJSON(digests)
	if err != nil {
		return nil, err
	}
	return many(ctx, v, func(rows columns) (*HeldFile, error) {
		var f HeldFile
		return &f, rows.Scan(&f.Digest, &f.Item, &f.Version, &f.Name)
	}, "SELECT digest, item, version, name FROM file WHERE digest IN (SELECT value FROM json_each(?)) ORDER BY digest, item, version DESC LIMIT ?", list, limit)
}

// FileOf tells which version of an item holds a file of the digest; the newest
// one when there are several. ErrNotFound if none does.
func (v *Views) FileOf(ctx context.Context, digest, key string) (int, error) {
	n, err := one(ctx, v, func(rows columns) (*int, error) {
		var n int
		return &n, rows.Scan(&n)
	}, "SELECT version FROM file WHERE digest = ? AND item = ? ORDER BY version DESC LIMIT 1", digest, key)
	if err != nil {
		return 0, err
	}
	return *n, nil
}
