package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
)

// items answers where each version of each item stands in its life.
var items = projection{
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

// applyLife moves a version through its life.
func applyLife(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.VersionSubmitted:
		return errors.Join(w.submit(f, e), w.touch(f, e.Key))
	case domain.VersionSigned:
		return errors.Join(w.sign(f, e), w.touch(f, e.Key))
	case domain.VersionReturned:
		if err := w.endSubmission(e.Key, e.Version, e.Agency); err != nil {
			return err
		}
		return errors.Join(w.exec("UPDATE version SET state = ?, due = ?, lead_due = '' WHERE item = ? AND number = ?",
			domain.Returned, e.Due, e.Key, e.Version), w.touch(f, e.Key))
	case domain.SubmissionWithdrawn:
		if err := w.endSubmission(e.Key, e.Version, ""); err != nil {
			return err
		}
		return errors.Join(w.exec("UPDATE version SET state = ?, due = '', lead_due = '' WHERE item = ? AND number = ?",
			domain.Drafted, e.Key, e.Version), w.touch(f, e.Key))
	case domain.SignerRecused:
		return errors.Join(w.leadDue(e.Key, e.Version, e.LeadDue), w.touch(f, e.Key))
	case domain.VersionApproved:
		return errors.Join(w.exec("UPDATE version SET state = ?, approved = ? WHERE item = ? AND number = ?",
			domain.Approved, f.at(), e.Key, e.Version), w.touch(f, e.Key))
	case domain.VersionRescheduled:
		return errors.Join(w.exec("UPDATE version SET effective_edition = ? WHERE item = ? AND number = ?", e.Edition, e.Key, e.Version), w.touch(f, e.Key))
	case domain.VersionWithdrawn:
		var replacement domain.VersionRef
		if e.Replacement != nil {
			replacement = *e.Replacement
		}
		return errors.Join(w.exec(`UPDATE version SET state = ?, withdrawn_from = ?, withdrawn_reason = ?, replacement_item = ?, replacement_version = ?
			WHERE item = ? AND number = ?`,
			domain.Withdrawn, micros(e.From), e.Reason, replacement.Item, replacement.Version, e.Key, e.Version), w.touch(f, e.Key))
	case domain.ReviewEscalated:
		return w.touch(f, e.Key)
	case domain.VersionCommented:
		return w.touch(f, e.Key)
	case domain.CommentResolved:
		return w.touch(f, e.Key)
	}
	return nil
}

// submit lets those signatures stand that survive, and no others.
func (w *writer) submit(f fact, e domain.VersionSubmitted) error {
	policy, err := asJSON(e.Policy)
	if err != nil {
		return err
	}
	if len(e.Kept) > 0 {
		if err := w.exec("UPDATE signature SET standing = 0 WHERE item = ? AND version = ?", e.Key, e.Version); err != nil {
			return err
		}
	}
	for _, kept := range e.Kept {
		parts, err := asJSON(kept.Parts)
		if err != nil {
			return err
		}
		if err := w.exec("UPDATE signature SET standing = 1, parts = ? WHERE item = ? AND version = ? AND agency = ?", parts, e.Key, e.Version, kept.Agency); err != nil {
			return err
		}
	}
	gone := "DELETE FROM signature WHERE item = ? AND version = ? AND standing = 0"
	if len(e.Kept) == 0 {
		gone = "DELETE FROM signature WHERE item = ? AND version = ?"
	}
	if err := w.exec(gone, e.Key, e.Version); err != nil {
		return err
	}
	var at int64
	if e.Effective.At != nil {
		at = micros(*e.Effective.At)
	}
	return w.exec(`UPDATE version SET state = ?, submitted = ?, effective_at = ?, effective_edition = ?, policy = ?, due = ?, lead_due = ?
		WHERE item = ? AND number = ?`, domain.Submitted, f.at(), at, e.Effective.Edition, policy, e.Due, e.LeadDue, e.Key, e.Version)
}

func (w *writer) sign(f fact, e domain.VersionSigned) error {
	parts, err := w.parts(e.Key, e.Version)
	if err != nil {
		return err
	}
	list, err := asJSON(parts)
	if err != nil {
		return err
	}
	var delegation string
	if e.Delegation != nil {
		delegation = e.Delegation.String()
	}
	return errors.Join(w.exec("INSERT OR REPLACE INTO signature VALUES (?,?,?,?,?,?,?,1)", e.Key, e.Version, e.Agency, e.Member.String(), f.at(), delegation, list),
		w.leadDue(e.Key, e.Version, e.LeadDue))
}

// leadDue sets until when the leads are to sign, if that follows from an event.
func (w *writer) leadDue(key string, version int, due domain.Date) error {
	if due == "" {
		return nil
	}
	return w.exec("UPDATE version SET lead_due = ? WHERE item = ? AND number = ?", due, key, version)
}

// endSubmission keeps the signatures that may survive, without that of one agency.
func (w *writer) endSubmission(key string, version int, without string) error {
	return errors.Join(w.exec("DELETE FROM signature WHERE item = ? AND version = ? AND agency = ?", key, version, without),
		w.exec("UPDATE signature SET standing = 0 WHERE item = ? AND version = ?", key, version))
}

func (w *writer) touch(f fact, key string) error {
	return w.exec("UPDATE item SET revision = ? WHERE key = ?", f.envelope.Revision, key)
}

// replaceContent lets a version say something else.
func (w *writer) replaceContent(f fact, key string, version int, c domain.Content) error {
	if err := w.exec("UPDATE version SET content = ? WHERE item = ? AND number = ?", int64(f.position), key, version); err != nil {
		return err
	}
	if err := w.exec("DELETE FROM file WHERE item = ? AND version = ?", key, version); err != nil {
		return err
	}
	return errors.Join(w.keepContent(f, key, version, c), w.touch(f, key))
}

// keepContent keeps a content under the position at which it was written; it
// never changes under that number.
func (w *writer) keepContent(f fact, key string, version int, c domain.Content) error {
	body, err := asJSON(c)
	if err != nil {
		return err
	}
	if err := w.exec("INSERT INTO content VALUES (?,?)", int64(f.position), body); err != nil {
		return err
	}
	w.contents.Add(int64(f.position), contentOf(int64(f.position), c))
	for _, file := range c.Files {
		if err := w.exec("INSERT INTO file VALUES (?,?,?,?)", file.Digest, key, version, file.Name); err != nil {
			return err
		}
	}
	return nil
}

// content is what the writer needs of a content: the ways to ask for it, and the
// locales of its texts, sorted.
type content struct {
	id      int64
	facets  []counted
	locales []domain.Locale
}

func contentOf(id int64, c domain.Content) *content {
	return &content{id, facets(c), c.Parts("")[1:]} // the empty locale, which no text has, comes first
}

// content reads a content within the writer's transaction, or remembers it. Under
// a number it never changes, but for one that a lost transaction wrote; see
// rollback.
func (w *writer) content(id int64) (*content, error) {
	if c, ok := w.contents.Get(id); ok {
		return c, nil
	}
	c, err := w.body(id)
	if err != nil {
		return nil, err
	}
	known := contentOf(id, c)
	w.contents.Add(id, known)
	return known, nil
}

// body reads all of a content.
func (w *writer) body(id int64) (domain.Content, error) {
	var c domain.Content
	var body string
	if err := w.row("SELECT body FROM content WHERE id = ?", id).Scan(&body); err != nil {
		return c, err
	}
	err := json.Unmarshal([]byte(body), &c)
	return c, err
}

// versionContent reads what a version says.
func (w *writer) versionContent(key string, version int) (domain.Content, error) {
	var id int64
	if err := w.row("SELECT content FROM version WHERE item = ? AND number = ?", key, version).Scan(&id); err != nil {
		return domain.Content{}, err
	}
	return w.body(id)
}

// parts are the parts of a version that are signed, see domain.Signature.
func (w *writer) parts(key string, version int) ([]domain.Locale, error) {
	var id int64
	var source domain.Locale
	if err := w.row("SELECT v.content, i.source FROM version v JOIN item i ON i.key = v.item WHERE v.item = ? AND v.number = ?", key, version).Scan(&id, &source); err != nil {
		return nil, err
	}
	c, err := w.content(id)
	if err != nil {
		return nil, err
	}
	return c.parts(source), nil
}

func (c *content) parts(source domain.Locale) []domain.Locale {
	if slices.Contains(c.locales, source) {
		return c.locales
	}
	parts := append(slices.Clone(c.locales), source)
	slices.Sort(parts)
	return parts
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

func scanItem(rows *sql.Rows) (*Item, error) {
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

// VersionsIn returns the versions in a state that follow (item, number), in that
// order, at most limit: what waits for authors or for reviewers.
func (v *Views) VersionsIn(ctx context.Context, state domain.VersionState, afterItem string, afterNumber, limit int) ([]*Version, error) {
	rows, err := many(ctx, v, scanVersion, selectVersion+"WHERE state = ? AND (item, number) > (?, ?) ORDER BY item, number LIMIT ?", state, afterItem, afterNumber, limit)
	if err != nil {
		return nil, err
	}
	return rows, v.fillContents(ctx, rows)
}

func scanVersion(rows *sql.Rows) (*Version, error) {
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

func (v *Views) fillContents(ctx context.Context, rows []*Version) error {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.contentID
	}
	contents, err := v.contentsOf(ctx, ids)
	if err != nil {
		return err
	}
	for i, r := range rows {
		r.Content = contents[i]
	}
	return nil
}

// contentsOf returns contents by their numbers, in the same order: from memory
// those that were read before, the others by one query.
func (v *Views) contentsOf(ctx context.Context, ids []int64) ([]*domain.Content, error) {
	out := make([]*domain.Content, len(ids))
	var missing []int64
	for i, id := range ids {
		if c, ok := v.contents.Get(id); ok {
			out[i] = c
		} else {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	list, err := asJSON(missing)
	if err != nil {
		return nil, err
	}
	read, err := many(ctx, v, scanContent, "SELECT id, body FROM content WHERE id IN (SELECT value FROM json_each(?))", list)
	if err != nil {
		return nil, err
	}
	fresh := make(map[int64]*domain.Content, len(read))
	for _, r := range read {
		fresh[r.id] = &r.content
		v.contents.Add(r.id, &r.content)
	}
	for i, id := range ids {
		if out[i] == nil {
			out[i] = fresh[id]
		}
		if out[i] == nil {
			return nil, fmt.Errorf("projections: there is no content %d", id)
		}
	}
	return out, nil
}

type contentRow struct {
	id      int64
	content domain.Content
}

func scanContent(rows *sql.Rows) (*contentRow, error) {
	var r contentRow
	var body sql.RawBytes
	if err := rows.Scan(&r.id, &body); err != nil {
		return nil, err
	}
	return &r, json.Unmarshal(body, &r.content)
}

// Signatures returns the signatures that a version has now, in order of time.
func (v *Views) Signatures(ctx context.Context, key string, version int) ([]*Signature, error) {
	of := VersionKey{key, version}
	all, err := v.SignaturesByKey(ctx, []VersionKey{of})
	return all[of], err
}

// FileOf tells which version of an item holds a file of the digest; the newest
// one when there are several. ErrNotFound if none does.
func (v *Views) FileOf(ctx context.Context, digest, key string) (int, error) {
	n, err := one(ctx, v, func(rows *sql.Rows) (*int, error) {
		var n int
		return &n, rows.Scan(&n)
	}, "SELECT version FROM file WHERE digest = ? AND item = ? ORDER BY version DESC LIMIT 1", digest, key)
	if err != nil {
		return 0, err
	}
	return *n, nil
}
