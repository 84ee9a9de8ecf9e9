package webhooks_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"signet/internal/webhooks"
)

func TestTheFileIsForItsOwnerAlone(t *testing.T) {
	w := newWorld(t, webhooks.Options{})
	w.enqueue("a", "1")
	names, err := filepath.Glob(filepath.Join(filepath.Dir(w.path), "*"))
	if err != nil || len(names) < 2 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if _, err := webhooks.Open(w.path, webhooks.Options{}); !errors.Is(err, webhooks.ErrInUse) {
		t.Errorf("opened twice: %v", err)
	}
	w.enqueue("a", "2")
}

func TestAnOldFileThatOthersCouldReadIsClosedToThem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "q?#%41.db") // which means something in a URI
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	q, err := webhooks.Open(path, webhooks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || info.Size() == 0 {
		t.Errorf("%+v, %v", info, err)
	}
}

func TestAnotherFileIsLeftAlone(t *testing.T) {
	foreign := func(statements string) func(string) error {
		return func(path string) error {
			db, err := sql.Open("sqlite", path)
			if err != nil {
				return err
			}
			_, err = db.Exec(statements)
			return errors.Join(err, db.Close())
		}
	}
	for name, c := range map[string]struct {
		make func(string) error
		want error
	}{
		"no database": {func(path string) error {
			return os.WriteFile(path, []byte(strings.Repeat("no database at all ", 100)), 0o600)
		}, webhooks.ErrForeign},
		"another program's": {foreign("CREATE TABLE message (a)"), webhooks.ErrForeign},
		"a newer program's": {foreign("PRAGMA application_id = 0x53474E57; PRAGMA user_version = 2; CREATE TABLE message (a)"), webhooks.ErrNewer},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "q.db")
			if err := c.make(path); err != nil {
				t.Fatal(err)
			}
			before, _ := os.ReadFile(path)
			if _, err := webhooks.Open(path, webhooks.Options{}); !errors.Is(err, c.want) {
				t.Error(err)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(after, before) {
				t.Error("it was changed")
			}
		})
	}
}
