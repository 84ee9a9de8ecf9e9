package pull

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"signet/domain"
)

// whyGone makes a refusal of what is not in force any more one that names what of it was
// withdrawn, if that is why.
func (s *session) whyGone(ctx context.Context, wanted Selection, err error) error {
	if refused := domain.AsError(err); s.old == nil || refused == nil || refused.Reason != unknownItem && refused.Reason != nothingSelected {
		return err
	}
	var gone []Version
	versions := versionsOf(s.old.Files)
	for _, v := range versions[:min(len(versions), mostAsked)] {
		if len(wanted.Items) > 0 && !slices.Contains(wanted.Items, v.Item) {
			continue
		}
		state, errState := s.state(ctx, v)
		if errState != nil {
			return errors.Join(err, errState)
		}
		if state == stateWithdrawn {
			gone = append(gone, v)
		}
	}
	if len(gone) > 0 {
		return withdrawn(gone)
	}
	return err
}

// mostAsked is of how many versions it is asked why there is nothing any more.
const mostAsked = 100

// Reasons of a registry.
const (
	unknownItem     = "unknown_item"
	nothingSelected = "nothing_selected"
	unknownVersion  = "unknown_version"
	stateWithdrawn  = "withdrawn" // also a reason
)

// versionsOf are the versions of files, each once.
func versionsOf(files []File) []Version {
	var out []Version
	for _, f := range files {
		if v := f.version(); f.Item != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// stillThere refuses unless the registry still has files of a lock as the lock says: with
// withdrawn if something of it may not be had any more, or else with locked_differs.
func (s *session) stillThere(ctx context.Context, l *Lock, files []File) error {
	at := map[time.Time][]File{}
	var instants []time.Time
	for _, f := range files {
		t := l.at(f)
		if at[t] == nil {
			instants = append(instants, t)
		}
		at[t] = append(at[t], f)
	}
	slices.SortFunc(instants, time.Time.Compare)
	var gone []Version
	var differ []string
	for _, t := range instants {
		w, d, err := s.missing(ctx, l, t, at[t])
		if err != nil {
			return err
		}
		gone, differ = append(gone, w...), append(differ, d...)
	}
	switch {
	case len(gone) > 0:
		return withdrawn(gone)
	case len(differ) > 0:
		return domain.Refuse(domain.Conflict, "locked_differs", "the registry does not have these any more as they were locked: %s", strings.Join(differ, ", "))
	}
	return nil
}

// missing is what of files of an instant was withdrawn since, and what is not as it was.
func (s *session) missing(ctx context.Context, l *Lock, at time.Time, files []File) (gone []Version, differ []string, _ error) {
	known := ""
	if at.Equal(l.AsOf) {
		known = l.Manifest
	}
	m, _, _, err := s.list(ctx, l.Selection, at, known)
	if errors.Is(err, errNotModified) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, s.whyGone(ctx, l.Selection, err)
	}
	there := map[string]File{}
	for _, f := range m.Files {
		there[f.Path] = f
	}
	for _, f := range files {
		now := there[f.Path]
		switch {
		case f.Item != "" && slices.Contains(m.Withdrawn, f.version()):
			if !slices.Contains(gone, f.version()) {
				gone = append(gone, f.version())
			}
		case now.SHA256 != f.SHA256 || now.version() != f.version():
			differ = append(differ, f.Path)
		}
	}
	return gone, differ, nil
}

// state asks what has become of a version: "in_force", "superseded", "withdrawn", or "" if
// the registry tells nothing of it.
func (s *session) state(ctx context.Context, v Version) (string, error) {
	q := question{
		at:     s.remote.address(nil, "status", url.PathEscape(v.Item), strconv.Itoa(v.Number)),
		header: http.Header{"Accept": {"application/json"}}, limit: maxProblem,
	}
	var text memory
	_, err := s.remote.fetch(ctx, q, &text)
	if refused := domain.AsError(err); refused != nil && refused.Reason == unknownVersion {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var answer struct {
		State string `json:"state"`
	}
	if err := decodeAnswer(text.b, &answer); err != nil {
		return "", err
	}
	return plain(answer.State), nil
}
