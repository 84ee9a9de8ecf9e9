package projections

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// This file answers questions about many rows at once, so that a page costs as
// many queries as it has questions, not as it has rows.

// VersionKey names one version of an item.
type VersionKey struct {
	Item   string
	Number int
}

// withWanted is the list of wanted versions, for a query that begins with it.
const withWanted = "WITH wanted AS (SELECT value->>0 AS item, value->>1 AS number FROM json_each(?)) "

func wanted(keys []VersionKey) (string, error) {
	list := make([][2]any, len(keys))
	for i, k := range keys {
		list[i] = [2]any{k.Item, k.Number}
	}
	return asJSON(list)
}

// byVersion runs a query that begins with withWanted, and groups its rows, in
// their order, by the version that scan says they are of.
func byVersion[T any](ctx context.Context, v *Views, keys []VersionKey, scan func(columns, *VersionKey) (*T, error), query string) (map[VersionKey][]*T, error) {
	list, err := wanted(keys)
	if err != nil {
		return nil, err
	}
	out := make(map[VersionKey][]*T, len(keys))
	_, err = many(ctx, v, func(rows columns) (*T, error) {
		var of VersionKey
		row, err := scan(rows, &of)
		out[of] = append(out[of], row)
		return row, err
	}, withWanted+query, list)
	return out, err
}

// ItemsByKey returns the items of the keys; those that are not there are left out.
func (v *Views) ItemsByKey(ctx context.Context, keys []string) (map[string]*Item, error) {
	list, err := asJSON(keys)
	if err != nil {
		return nil, err
	}
	rows, err := many(ctx, v, scanItem, selectItem+"WHERE key IN (SELECT value FROM json_each(?))", list)
	out := make(map[string]*Item, len(rows))
	for _, r := range rows {
		out[r.Key] = r
	}
	return out, err
}

// VersionsByKey returns the versions of the keys; those that are not there are left out.
func (v *Views) VersionsByKey(ctx context.Context, keys []VersionKey) (map[VersionKey]*Version, error) {
	list, err := wanted(keys)
	if err != nil {
		return nil, err
	}
	rows, err := many(ctx, v, scanVersion, withWanted+selectVersion+"WHERE (item, number) IN (SELECT item, number FROM wanted)", list)
	if err != nil {
		return nil, err
	}
	out := make(map[VersionKey]*Version, len(rows))
	for _, r := range rows {
		out[VersionKey{r.Item, r.Number}] = r
	}
	return out, v.fillContents(ctx, rows)
}

// InForceByKey returns what is in force at the instant of each item that has
// something in force.
func (v *Views) InForceByKey(ctx context.Context, keys []string, at time.Time) (map[string]*Standing, error) {
	list, err := asJSON(keys)
	if err != nil {
		return nil, err
	}
	rows, err := many(ctx, v, scanStanding, `SELECT s.item, i.kind, s.version, i.public, s.valid_from, s.valid_until, s.edition, n.content
		FROM json_each(?) AS k
		CROSS JOIN standing AS s ON s.item = k.value AND s.valid_from <= ? AND s.valid_until > ?
		JOIN item AS i ON i.key = s.item
		JOIN version AS n ON n.item = s.item AND n.number = s.version`, list, micros(at), micros(at))
	if err != nil {
		return nil, err
	}
	standings, err := v.standings(ctx, rows)
	out := make(map[string]*Standing, len(rows))
	for _, s := range standings {
		out[s.Item] = s
	}
	return out, err
}

// SignaturesByKey returns the signatures that the versions have now, each in
// order of time.
func (v *Views) SignaturesByKey(ctx context.Context, keys []VersionKey) (map[VersionKey][]*Signature, error) {
	return byVersion(ctx, v, keys, func(rows columns, of *VersionKey) (*Signature, error) {
		var s Signature
		var member, parts string
		var at int64
		if err := rows.Scan(&of.Item, &of.Number, &s.Agency, &member, &at, &s.Delegation, &parts); err != nil {
			return nil, err
		}
		var err error
		s.At = fromMicros(at)
		if s.Member, err = uuid.Parse(member); err != nil {
			return nil, err
		}
		return &s, json.Unmarshal([]byte(parts), &s.Parts)
	}, `SELECT item, version, agency, member, at, delegation, parts FROM signature
		WHERE standing = 1 AND (item, version) IN (SELECT item, number FROM wanted) ORDER BY at, agency`)
}

// ValiditiesByKey returns the intervals in which each of the versions was, is or
// will be in force, in order; usually one or none.
func (v *Views) ValiditiesByKey(ctx context.Context, keys []VersionKey) (map[VersionKey][]*Validity, error) {
	return byVersion(ctx, v, keys, func(rows columns, of *VersionKey) (*Validity, error) {
		var r Validity
		var from, until int64
		err := rows.Scan(&of.Item, &of.Number, &from, &until, &r.Edition)
		r.From, r.Until = fromMicros(from), orForever(until)
		return &r, err
	}, `SELECT item, version, valid_from, valid_until, edition FROM standing
		WHERE (item, version) IN (SELECT item, number FROM wanted) ORDER BY valid_from`)
}

// MemberKey names a member of an agency.
type MemberKey struct {
	Agency string
	ID     uuid.UUID
}

// TokensByKey returns the members' tokens, each in order of their ids.
func (v *Views) TokensByKey(ctx context.Context, keys []MemberKey) (map[MemberKey][]*Token, error) {
	list := make([][2]string, len(keys))
	for i, k := range keys {
		list[i] = [2]string{k.Agency, k.ID.String()}
	}
	text, err := asJSON(list)
	if err != nil {
		return nil, err
	}
	rows, err := many(ctx, v, scanToken, selectToken+"WHERE (agency, member) IN (SELECT value->>0, value->>1 FROM json_each(?)) ORDER BY id", text)
	out := make(map[MemberKey][]*Token, len(keys))
	for _, t := range rows {
		of := MemberKey{t.Agency, t.Member}
		out[of] = append(out[of], t)
	}
	return out, err
}
