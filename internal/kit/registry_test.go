package kit_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/go-cmp/cmp"

	"signet/assets"
	"signet/assets/disk"
	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/kit"
	"signet/projections"
)

// present is when the tests run: after everything that the sample kit tells of.
var present = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// registry is a whole registry: a log in memory, a store in a folder.
type registry struct {
	log   eventlog.Log
	store assets.Store
}

// scratch is removed when all tests are done; see TestMain.
var scratch string

func newRegistry(t failer) *registry {
	t.Helper()
	dir, err := os.MkdirTemp(scratch, "store")
	if err != nil {
		t.Fatal(err)
	}
	store, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return &registry{log: logtest.NewMemory(), store: store}
}

func (r *registry) target() kit.Target {
	return kit.Target{
		Runner: &commands.Runner{Log: r.log, Clock: func() time.Time { return present }},
		Store:  r.store,
	}
}

// failer is what testing.TB and *rapid.T have in common.
type failer interface {
	Helper()
	Fatal(args ...any)
}

// views reads the whole log into read models in a fresh folder.
func (r *registry) views(t failer, dir string) *projections.Views {
	t.Helper()
	path := filepath.Join(dir, "views.db")
	if err := projections.Rebuild(context.Background(), path, r.log, nil); err != nil {
		t.Fatal(err)
	}
	v, err := projections.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// events counts what is in the log.
func (r *registry) events(t failer) int {
	t.Helper()
	n := 0
	for recorded, err := range r.log.Follow(context.Background(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if recorded.CaughtUp {
			break
		}
		n++
	}
	return n
}

// reason is the stable reason of a refusal, with the file and line it names.
func reason(err error) (reason, file string, line int) {
	var e *kit.Error
	if !errors.As(err, &e) {
		return "", "", 0
	}
	if refused := domain.AsError(err); refused != nil {
		reason = refused.Reason
	}
	if refused := assets.AsError(err); refused != nil {
		reason = refused.Code()
	}
	return reason, e.File, e.Line
}

// contents reads every file of a tree.
func contents(t failer, fsys fs.FS) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		all[name] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// same fails unless two trees have the same files with the same bytes.
func same(t failer, want, got fs.FS) {
	t.Helper()
	if diff := cmp.Diff(contents(t, want), contents(t, got)); diff != "" {
		t.Fatal("the trees differ (-want +got):\n" + diff)
	}
}

// equal fails unless two values are the same.
func equal[T any](t failer, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal("they differ (-want +got):\n" + diff)
	}
}
