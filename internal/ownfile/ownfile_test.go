package ownfile_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"signet/internal/ownfile"
)

var file = ownfile.File{Application: 0x53474E54, Shape: 2, Create: "CREATE TABLE thing (a INTEGER) STRICT;"}

func TestAFileIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "odd #1 50%?.db")
	db, err := file.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("INSERT INTO thing VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	if _, err := file.Open(path); !errors.Is(err, ownfile.ErrInUse) {
		t.Errorf("opened twice: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := file.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	var n int
	if err := again.QueryRow("SELECT count(*) FROM thing").Scan(&n); err != nil || n != 1 {
		t.Error(n, err)
	}
}

func TestWhatIsNotOursIsLeftAsItIs(t *testing.T) {
	with := func(statements string) func(path string) error {
		return func(path string) error {
			db, err := sql.Open("sqlite", "file:"+path)
			if err != nil {
				return err
			}
			_, err = db.Exec(statements)
			return errors.Join(err, db.Close())
		}
	}
	for name, test := range map[string]struct {
		make func(path string) error
		want error
	}{
		"no SQLite at all":   {func(path string) error { return os.WriteFile(path, make([]byte, 4096), 0o600) }, ownfile.ErrForeign},
		"another program's":  {with("CREATE TABLE thing (a)"), ownfile.ErrForeign},
		"for something else": {with("PRAGMA application_id = 1; CREATE TABLE thing (a)"), ownfile.ErrForeign},
		"of a newer version": {with("PRAGMA application_id = 0x53474E54; PRAGMA user_version = 3; CREATE TABLE thing (a)"), ownfile.ErrNewer},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.db")
			if err := test.make(path); err != nil {
				t.Fatal(err)
			}
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := file.Open(path); !errors.Is(err, test.want) {
				t.Errorf("%v", err)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
				t.Error("it was changed", err)
			}
		})
	}
}

func TestAFileNeedsItsFolder(t *testing.T) {
	if _, err := file.Open(filepath.Join(t.TempDir(), "none", "file.db")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
