package server

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/projections"
)

func TestWhatWasToldHoldsUntilSomethingChanges(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	between := func(from, until time.Duration) *projections.Standing {
		return &projections.Standing{From: now.Add(from), Until: now.Add(until)}
	}
	for title, c := range map[string]struct {
		standing *projections.Standing
		read     bool // the read models have read on
		want     bool
	}{
		"in the middle":            {standing: between(-time.Hour, time.Hour), want: true},
		"when it begins":           {standing: between(0, time.Hour), want: true},
		"before it begins":         {standing: between(time.Microsecond, time.Hour)},
		"when it ends":             {standing: between(-time.Hour, 0)},
		"with no end":              {standing: &projections.Standing{From: now}, want: true},
		"after something was read": {standing: between(-time.Hour, time.Hour), read: true},
		"with nothing in force":    {},
	} {
		known := told{position: 7, standing: c.standing}
		read := known.position
		if c.read {
			read++
		}
		if got := known.holds(read, now); got != c.want {
			t.Errorf("%s: %t", title, got)
		}
	}
}

// What is remembered was told to somebody else, maybe.
func TestWhatIsRememberedIsNotForEverybody(t *testing.T) {
	views, err := projections.Open(filepath.Join(t.TempDir(), "views.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = views.Close() })
	versions, err := lru.New[versionPath, *told](1)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Options: Options{Views: views, Runner: &commands.Runner{Clock: time.Now}}, versions: versions}
	member := access.Viewer{Actor: domain.Actor{Agency: "so-ngoai-vu", Roles: domain.Roles{domain.RoleDesigner}}}
	for _, public := range []bool{false, true} {
		at := versionPath{"logo", current}
		known := &told{position: views.Position(), item: &projections.Item{Public: public}, standing: &projections.Standing{}}
		versions.Add(at, known)
		for _, viewer := range []access.Viewer{{}, member} {
			got, err := s.told(t.Context(), viewer, at)
			if may := public || viewer.Agency != ""; may && got != known || !may && !errors.Is(err, unknownFile) {
				t.Errorf("public %t, asked by %q: %v, %v", public, viewer.Agency, got, err)
			}
		}
	}
}
