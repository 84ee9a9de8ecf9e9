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

// applyComments enters what was said about versions; review keeps the table.
func applyComments(w *writer, f fact) error {
	switch e := f.event.(type) {
	case domain.VersionCommented:
		passage, reply := "", ""
		if e.Passage != nil {
			var err error
			if passage, err = asJSON(e.Passage); err != nil {
				return err
			}
		}
		if e.ReplyTo != nil {
			reply = e.ReplyTo.String()
		}
		return w.exec("INSERT OR IGNORE INTO comment VALUES (?,?,?,?,?,?,?,?,?,?,?,?,0)", e.Comment.String(), e.Key, e.Version, int64(f.position), e.Agency, e.Member.String(),
			e.Unit, e.Locale, passage, e.Text, reply, f.at())
	case domain.CommentResolved:
		return w.exec("UPDATE comment SET resolved = ? WHERE item = ? AND version = ? AND id = ?", f.at(), e.Key, e.Version, e.Comment.String())
	}
	return nil
}

// Comment is what somebody said about a version, a text of it or a passage.
type Comment struct {
	ID       uuid.UUID
	Item     string
	Version  int
	Position eventlog.Position
	Agency   string
	Member   uuid.UUID
	Unit     string // empty: the version as a whole
	Locale   domain.Locale
	Passage  *domain.Passage // nil: the whole text
	Text     string
	ReplyTo  string // id of the comment that it answers; empty: none
	At       time.Time
	Resolved time.Time // zero: open
}

// Comments returns the comments on a version, the oldest first, those after a
// position, at most limit; only open ones, if so asked.
func (v *Views) Comments(ctx context.Context, of VersionKey, open bool, after eventlog.Position, limit int) ([]*Comment, error) {
	return many(ctx, v, scanComment, selectComment+"WHERE item = ? AND version = ? AND position > ? AND (resolved = 0 OR NOT ?) ORDER BY position LIMIT ?",
		of.Item, of.Number, int64(after), open, limit)
}

// Comment returns one comment on a version, or ErrNotFound.
func (v *Views) Comment(ctx context.Context, of VersionKey, id uuid.UUID) (*Comment, error) {
	return one(ctx, v, scanComment, selectComment+"WHERE item = ? AND version = ? AND id = ?", of.Item, of.Number, id.String())
}

const selectComment = "SELECT id, item, version, position, agency, member, unit, locale, passage, body, reply_to, at, resolved FROM comment "

func scanComment(rows columns) (*Comment, error) {
	var c Comment
	var id, member, passage string
	var at, resolved int64
	if err := rows.Scan(&id, &c.Item, &c.Version, &c.Position, &c.Agency, &member, &c.Unit, &c.Locale, &passage, &c.Text, &c.ReplyTo, &at, &resolved); err != nil {
		return nil, err
	}
	c.At, c.Resolved = fromMicros(at), orZero(resolved)
	var errs [3]error
	c.ID, errs[0] = uuid.Parse(id)
	c.Member, errs[1] = uuid.Parse(member)
	if passage != "" {
		c.Passage = &domain.Passage{}
		errs[2] = json.Unmarshal([]byte(passage), c.Passage)
	}
	return &c, errors.Join(errs[:]...)
}
