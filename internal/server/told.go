package server

import (
	"context"
	"errors"
	"strconv"
	"time"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/eventlog"
	"signet/projections"
)

// current stands for the version that is in force now, in the path of a file.
const current = "current"

// toldKept is of how many versions is kept what the read models tell.
const toldKept = 1024

// versionPath is a version as a path names it.
type versionPath struct{ item, version string }

// told is what the read models tell of a version, to whoever asks.
type told struct {
	position   eventlog.Position // they had read at least so far
	item       *projections.Item
	standing   *projections.Standing // nil if nothing of the item is in force
	version    *projections.Version
	validities []*projections.Validity
}

func (t *told) inForce() bool {
	return t.standing != nil && t.standing.Version == t.version.Number
}

// holds tells whether the read models would tell the same: they have read nothing
// since, and the same version is in force at the instant.
func (t *told) holds(position eventlog.Position, now time.Time) bool {
	return t.position == position && t.standing != nil &&
		!t.standing.From.After(now) && (t.standing.Until.IsZero() || t.standing.Until.After(now))
}

// told asks the read models, or remembers what they told. It refuses what is not for
// the viewer to know of.
func (s *Server) told(ctx context.Context, viewer access.Viewer, at versionPath) (*told, error) {
	now := s.now()
	// Read before the rest: what is read later may only be newer.
	position := s.Views.Position()
	if t, ok := s.versions.Get(at); ok && t.holds(position, now) {
		if !mayKnow(viewer, t.item) {
			return nil, unknownFile
		}
		return t, nil
	}
	t := &told{position: position}
	var err error
	if t.item, err = s.Views.Item(ctx, at.item); err != nil || !mayKnow(viewer, t.item) {
		return nil, hide(err)
	}
	t.standing, err = s.Views.InForce(ctx, at.item, now)
	if err != nil && !errors.Is(err, projections.ErrNotFound) {
		return nil, err
	}
	number, ok := numberOf(at.version, t.standing)
	if !ok {
		return nil, unknownFile
	}
	if t.version, err = s.Views.Version(ctx, at.item, number); err != nil {
		return nil, hide(err)
	}
	if t.validities, err = s.Views.Validities(ctx, at.item, number); err != nil {
		return nil, err
	}
	if t.standing != nil {
		s.versions.Add(at, t)
	}
	return t, nil
}

func mayKnow(viewer access.Viewer, item *projections.Item) bool {
	return item.Public || viewer.Can(domain.ReadApproved)
}

// numberOf reads the version in a path. Each version has one address beside
// "current": 01 and +1 are none.
func numberOf(version string, standing *projections.Standing) (int, bool) {
	if version == current {
		if standing == nil {
			return 0, false
		}
		return standing.Version, true
	}
	number, err := strconv.Atoi(version)
	return number, err == nil && strconv.Itoa(number) == version
}

// hide makes a row that is not there a file that is not there.
func hide(err error) error {
	if err == nil || errors.Is(err, projections.ErrNotFound) {
		return unknownFile
	}
	return err
}
