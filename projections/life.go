package projections

import (
	"errors"

	"signet/domain"
)

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
