package projections

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"signet/domain"
)

// Token is a member's API token; its secret is not known to anybody but them.
type Token struct {
	ID      string
	Agency  string
	Member  uuid.UUID
	Hash    string // hexadecimal SHA-256 of the secret
	Issued  time.Time
	Expires time.Time // zero: does not
	// Scopes are what the token is limited to; nil for all that its member may do.
	Scopes domain.Scopes
	// Used is the last day on which it was used, in domain.CityZone; empty for never.
	Used domain.Date
}

// ValidAt tells whether the token had not expired at the instant.
func (t *Token) ValidAt(at time.Time) bool { return t.Expires.IsZero() || at.Before(t.Expires) }

// Token returns the token with the id, or ErrNotFound; revoked ones are gone.
func (v *Views) Token(ctx context.Context, id string) (*Token, error) {
	return one(ctx, v, scanToken, selectToken+"WHERE id = ?", id)
}

const selectToken = `SELECT id, agency, member, hash, issued, expires, scopes, coalesce((SELECT day FROM token_use WHERE token_use.token = token.id), '') FROM token `

func scanToken(rows columns) (*Token, error) {
	var t Token
	var member, scopes string
	var issued, expires int64
	if err := rows.Scan(&t.ID, &t.Agency, &member, &t.Hash, &issued, &expires, &scopes, &t.Used); err != nil {
		return nil, err
	}
	t.Issued, t.Expires = fromMicros(issued), orForever(expires)
	var err error
	if t.Member, err = uuid.Parse(member); err != nil {
		return nil, err
	}
	return &t, json.Unmarshal([]byte(scopes), &t.Scopes)
}

// addToken adds a token that was issued now.
func (w *writer) addToken(f fact, t Token, expires *time.Time) error {
	until := Forever
	if expires != nil {
		until = micros(*expires)
	}
	scopes, err := asJSON(t.Scopes)
	if err != nil {
		return err
	}
	return w.exec("INSERT OR IGNORE INTO token VALUES (?,?,?,?,?,?,?)", t.ID, t.Agency, t.Member.String(), t.Hash, f.at(), until, scopes)
}

// replaceToken ends the token in whose place another one was issued.
func (w *writer) replaceToken(e domain.TokenRotated) error {
	if e.ReplacedUntil == nil {
		return w.exec("DELETE FROM token WHERE id = ? AND agency = ?", e.Replaces, e.Agency)
	}
	return w.exec("UPDATE token SET expires = ? WHERE id = ? AND agency = ?", micros(*e.ReplacedUntil), e.Replaces, e.Agency)
}

// tokenUses answers when tokens were used last. It is apart from access, since a use
// changes nothing of who may do what.
var tokenUses = projection{
	name:   "tokenuse",
	schema: "CREATE TABLE token_use (token TEXT PRIMARY KEY, day TEXT NOT NULL) STRICT, WITHOUT ROWID;\n",
	apply: func(w *writer, f fact) error {
		e, ok := f.event.(domain.TokenUsed)
		if !ok {
			return nil
		}
		return w.exec("INSERT INTO token_use VALUES (?,?) ON CONFLICT (token) DO UPDATE SET day = max(day, excluded.day)", e.Token, e.Day)
	},
}
