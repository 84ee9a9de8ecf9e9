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

// access answers who is who: agencies, their members and tokens, and the
// sign-off policies that name them.
var access = projection{
	name: "access",
	schema: `
CREATE TABLE agency (key TEXT PRIMARY KEY, name TEXT NOT NULL, registered INTEGER NOT NULL, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE member (
	id TEXT NOT NULL, agency TEXT NOT NULL, roles TEXT NOT NULL, added INTEGER NOT NULL, locales TEXT NOT NULL,
	PRIMARY KEY (agency, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE token (
	id TEXT PRIMARY KEY, agency TEXT NOT NULL, member TEXT NOT NULL, hash TEXT NOT NULL, issued INTEGER NOT NULL, expires INTEGER NOT NULL, scopes TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX token_by_member ON token (agency, member, id);
CREATE TABLE delegation (
	agency TEXT NOT NULL, id TEXT NOT NULL, member TEXT NOT NULL, member_agency TEXT NOT NULL, valid_from INTEGER NOT NULL, valid_until INTEGER NOT NULL,
	reason TEXT NOT NULL, at INTEGER NOT NULL,
	PRIMARY KEY (agency, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX delegation_by_member ON delegation (member_agency, member);
CREATE TABLE policy (
	kind TEXT NOT NULL, revision INTEGER NOT NULL, terms TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
	PRIMARY KEY (kind, revision)
) STRICT, WITHOUT ROWID;
`,
	apply: applyAccess,
}

func applyAccess(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.AgencyRegistered:
		name, err := asJSON(e.Name)
		if err != nil {
			return err
		}
		return w.exec("INSERT INTO agency VALUES (?,?,?,?)", e.Key, name, f.at(), f.envelope.Revision)
	case domain.AgencyRenamed:
		name, err := asJSON(e.Name)
		if err != nil {
			return err
		}
		return w.exec("UPDATE agency SET name = ?, revision = ? WHERE key = ?", name, f.envelope.Revision, e.Key)
	case domain.PolicySet:
		terms, err := asJSON(e.Terms)
		if err != nil {
			return err
		}
		return w.exec("INSERT INTO policy VALUES (?,?,?,?,?)", e.Kind, f.envelope.Revision, terms, e.Reason, f.at())
	default:
		return applyMembers(w, f)
	}
}

func applyMembers(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.MemberAdded:
		roles, locales, err := memberJSON(e.Roles, e.Locales)
		if err != nil {
			return err
		}
		return errors.Join(w.exec("INSERT INTO member VALUES (?,?,?,?,?)", e.Member.String(), e.Agency, roles, f.at(), locales), w.touchAgency(f, e.Agency))
	case domain.MemberRolesChanged:
		roles, locales, err := memberJSON(e.Roles, e.Locales)
		if err != nil {
			return err
		}
		return errors.Join(w.exec("UPDATE member SET roles = ?, locales = ? WHERE agency = ? AND id = ?", roles, locales, e.Agency, e.Member.String()), w.touchAgency(f, e.Agency))
	case domain.MemberRemoved:
		return errors.Join(w.exec("DELETE FROM member WHERE agency = ? AND id = ?", e.Agency, e.Member.String()),
			w.exec("DELETE FROM token WHERE agency = ? AND member = ?", e.Agency, e.Member.String()),
			w.exec("DELETE FROM delegation WHERE agency = ? AND member_agency = ? AND member = ?", e.Agency, e.Agency, e.Member.String()), w.touchAgency(f, e.Agency))
	case domain.SigningDelegated:
		return errors.Join(w.exec("INSERT OR REPLACE INTO delegation VALUES (?,?,?,?,?,?,?,?)", e.Agency, e.Delegation.String(), e.Member.String(), e.MemberAgency,
			micros(e.From), micros(e.Until), e.Reason, f.at()), w.touchAgency(f, e.Agency))
	case domain.DelegationRevoked:
		return errors.Join(w.exec("DELETE FROM delegation WHERE agency = ? AND id = ?", e.Agency, e.Delegation.String()), w.touchAgency(f, e.Agency))
	case domain.TokenIssued:
		return errors.Join(w.addToken(f, Token{ID: e.Token, Agency: e.Agency, Member: e.Member, Hash: e.Hash, Scopes: e.Scopes}, e.Expires), w.touchAgency(f, e.Agency))
	case domain.TokenRotated:
		return errors.Join(w.replaceToken(e), w.addToken(f, Token{ID: e.Token, Agency: e.Agency, Member: e.Member, Hash: e.Hash, Scopes: e.Scopes}, e.Expires), w.touchAgency(f, e.Agency))
	case domain.TokenRevoked:
		return errors.Join(w.exec("DELETE FROM token WHERE id = ? AND agency = ?", e.Token, e.Agency), w.touchAgency(f, e.Agency))
	}
	return nil
}

func memberJSON(r domain.Roles, l []domain.Locale) (roles, locales string, err error) {
	if roles, err = asJSON(r); err != nil {
		return "", "", err
	}
	if l == nil {
		l = []domain.Locale{}
	}
	locales, err = asJSON(l)
	return roles, locales, err
}

func (w *writer) touchAgency(f fact, key string) error {
	return w.exec("UPDATE agency SET revision = ? WHERE key = ?", f.envelope.Revision, key)
}

// Agency is an agency that takes part.
type Agency struct {
	Key        string
	Name       domain.Texts
	Registered time.Time
	Revision   eventlog.Revision
}

// Agencies returns the agencies with keys after the one given, in order, at most
// limit.
func (v *Views) Agencies(ctx context.Context, after string, limit int) ([]*Agency, error) {
	return many(ctx, v, scanAgency, "SELECT key, name, registered, revision FROM agency WHERE key > ? ORDER BY key LIMIT ?", after, limit)
}

// Agency returns one agency, or ErrNotFound.
func (v *Views) Agency(ctx context.Context, key string) (*Agency, error) {
	return one(ctx, v, scanAgency, "SELECT key, name, registered, revision FROM agency WHERE key = ?", key)
}

func scanAgency(rows columns) (*Agency, error) {
	var a Agency
	var name string
	var registered int64
	if err := rows.Scan(&a.Key, &name, &registered, &a.Revision); err != nil {
		return nil, err
	}
	a.Registered = fromMicros(registered)
	return &a, json.Unmarshal([]byte(name), &a.Name)
}

// Member is a person who acts for an agency, known by an opaque id.
type Member struct {
	ID     uuid.UUID
	Agency string
	Roles  domain.Roles
	Added  time.Time
	// Locales are those into which a translator translates, sorted.
	Locales []domain.Locale
}

const selectMember = "SELECT id, agency, roles, added, locales FROM member "

// Members returns the members of an agency with ids after the one given, in
// order of their ids, at most limit.
func (v *Views) Members(ctx context.Context, agency, after string, limit int) ([]*Member, error) {
	return many(ctx, v, scanMember, selectMember+"WHERE agency = ? AND id > ? ORDER BY id LIMIT ?", agency, after, limit)
}

// Member returns one member, or ErrNotFound.
func (v *Views) Member(ctx context.Context, agency string, id uuid.UUID) (*Member, error) {
	return one(ctx, v, scanMember, selectMember+"WHERE agency = ? AND id = ?", agency, id.String())
}

func scanMember(rows columns) (*Member, error) {
	var m Member
	var id, roles, locales string
	var added int64
	if err := rows.Scan(&id, &m.Agency, &roles, &added, &locales); err != nil {
		return nil, err
	}
	var err error
	if m.ID, err = uuid.Parse(id); err != nil {
		return nil, err
	}
	m.Added = fromMicros(added)
	if err := json.Unmarshal([]byte(locales), &m.Locales); err != nil {
		return nil, err
	}
	return &m, json.Unmarshal([]byte(roles), &m.Roles)
}

// Policy is one revision of a kind's sign-off policy.
type Policy struct {
	Kind     domain.Kind
	Revision eventlog.Revision
	Terms    domain.PolicyTerms
	Reason   string
	Set      time.Time
}

// Policies returns all revisions of a kind's policy, the newest first.
func (v *Views) Policies(ctx context.Context, kind domain.Kind) ([]*Policy, error) {
	return many(ctx, v, scanPolicy, selectPolicy+"WHERE kind = ? ORDER BY revision DESC LIMIT 1000", kind)
}

// Policy returns one revision of a kind's policy, or ErrNotFound.
func (v *Views) Policy(ctx context.Context, kind domain.Kind, revision eventlog.Revision) (*Policy, error) {
	return one(ctx, v, scanPolicy, selectPolicy+"WHERE kind = ? AND revision = ?", kind, revision)
}

const selectPolicy = "SELECT kind, revision, terms, reason, at FROM policy "

func scanPolicy(rows columns) (*Policy, error) {
	var p Policy
	var terms string
	var at int64
	if err := rows.Scan(&p.Kind, &p.Revision, &terms, &p.Reason, &at); err != nil {
		return nil, err
	}
	p.Set = fromMicros(at)
	return &p, json.Unmarshal([]byte(terms), &p.Terms)
}
