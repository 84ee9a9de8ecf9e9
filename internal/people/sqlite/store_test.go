package sqlite_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"signet/internal/people"
	"signet/internal/people/peopletest"
	"signet/internal/people/sqlite"
)

func open(t *testing.T, path string) people.Store {
	t.Helper()
	store, err := sqlite.Open(path, peopletest.Clock)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func TestSuite(t *testing.T) {
	peopletest.Run(t, 1, func(t *testing.T) func() people.Store {
		t.Helper()
		path := filepath.Join(t.TempDir(), "people #1?.db")
		return func() people.Store { return open(t, path) }
	})
}

func same(n int) people.Person {
	return people.Person{
		ID: peopletest.ID(n), Name: fmt.Sprint("Người số ", n), Mail: fmt.Sprintf("so-%d@x.example", n),
		Identities: []people.Identity{{Issuer: "https://id.example", Subject: fmt.Sprint("s-", n)}},
	}
}

// Between many others, of whom some come and go, cells move from page to page and
// leave bytes behind.
func TestNothingIsLeftInTheFiles(t *testing.T) {
	folder := t.TempDir()
	store := open(t, filepath.Join(folder, "people.db"))
	defer store.Close()
	binh := peopletest.Binh
	binh.ID = peopletest.ID(100)
	peopletest.Fill(t, store, binh)
	for n := range 100 {
		peopletest.Fill(t, store, same(2*n+1))
	}
	for n := range 60 {
		if err := store.Put(t.Context(), people.Person{ID: peopletest.ID(95 + n%11*2), Name: fmt.Sprintf("%0*d", 40+n*2%160, n)}); err != nil {
			t.Fatal(err)
		}
	}
	// An address of before was the person's as well.
	former := people.Person{ID: binh.ID, Name: "Nguyễn Thị Hòa Bình Cũ", Mail: "former.binh@songoaivu.haiphong.example"}
	if err := errors.Join(store.Put(t.Context(), former), store.Put(t.Context(), binh)); err != nil {
		t.Fatal(err)
	}
	if len(peopletest.InFiles(t, folder, binh)) == 0 {
		t.Fatal("the search finds nothing even before")
	}
	if err := store.Erase(t.Context(), binh.ID); err != nil {
		t.Fatal(err)
	}
	for _, p := range []people.Person{binh, former} {
		for _, found := range peopletest.InFiles(t, folder, p) {
			t.Error(found)
		}
	}
	peopletest.Known(t, store, same(1))
}

// The rows were deleted, and then the process ended: the next one that erases
// makes it whole.
func TestWhatWasCutOffIsMadeWhole(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "people.db")
	store := open(t, path)
	peopletest.Fill(t, store, peopletest.Binh)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	id := peopletest.Binh.ID.String()
	statements(t, path, "PRAGMA secure_delete = 0", "INSERT INTO erased VALUES ('"+id+"', 0)", "DELETE FROM person", "DELETE FROM identity")
	if len(peopletest.InFiles(t, folder, peopletest.Binh)) == 0 {
		t.Fatal("nothing is left that could be erased")
	}
	store = open(t, path)
	defer store.Close()
	if err := store.Erase(t.Context(), peopletest.Binh.ID); err != nil {
		t.Fatal(err)
	}
	for _, found := range peopletest.InFiles(t, folder, peopletest.Binh) {
		t.Error(found)
	}
}

func TestWhatWasCorrectedIsGoneWhenTheStoreIsClosed(t *testing.T) {
	folder := t.TempDir()
	store := open(t, filepath.Join(folder, "people.db"))
	peopletest.Fill(t, store, people.Person{ID: peopletest.Binh.ID, Name: peopletest.Binh.Name, Mail: peopletest.Binh.Mail})
	peopletest.Fill(t, store, people.Person{ID: peopletest.Binh.ID, Name: "B", Mail: "b@x.example"})
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, found := range peopletest.InFiles(t, folder, peopletest.Binh) {
		t.Error(found)
	}
}

func statements(t *testing.T, path string, all ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, s := range all {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatal(s, err)
		}
	}
}

func TestTheFileIsForItsOwnerAlone(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "people.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	store := open(t, path)
	defer store.Close()
	peopletest.Fill(t, store, peopletest.Binh)
	names, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(names) < 2 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if second, err := sqlite.Open(path, peopletest.Clock); !errors.Is(err, sqlite.ErrInUse) {
		t.Errorf("opened twice: %v, %v", second, err)
	}
}

func TestAnotherFileIsLeftAlone(t *testing.T) {
	for title, c := range map[string]struct {
		make func(*testing.T, string)
		want error
	}{
		"another database": {func(t *testing.T, path string) {
			t.Helper()
			statements(t, path, "CREATE TABLE x (y)")
		}, sqlite.ErrForeign},
		"no database": {func(t *testing.T, path string) {
			t.Helper()
			if err := os.WriteFile(path, []byte("Kính gửi Sở Ngoại vụ, đây không phải là một cơ sở dữ liệu."), 0o600); err != nil {
				t.Fatal(err)
			}
		}, sqlite.ErrForeign},
		"one of a newer program": {func(t *testing.T, path string) {
			t.Helper()
			if err := open(t, path).Close(); err != nil {
				t.Fatal(err)
			}
			statements(t, path, "PRAGMA user_version = 2")
		}, sqlite.ErrNewer},
	} {
		t.Run(title, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "people.db")
			c.make(t, path)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if store, err := sqlite.Open(path, peopletest.Clock); !errors.Is(err, c.want) {
				t.Errorf("opened: %v, %v", store, err)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
				t.Errorf("the file was changed, %v", err)
			}
		})
	}
}

// A file from before there were watches is opened, and one of which a program from
// before has erased somebody is made whole.
func TestAFileFromBeforeThereWereWatches(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "people.db")
	store := open(t, path)
	peopletest.Fill(t, store, peopletest.Binh)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	statements(t, path, "DROP TABLE watch")
	store = open(t, path)
	before := peopletest.Binh
	before.Watches = nil
	peopletest.Known(t, store, before)
	peopletest.Fill(t, store, peopletest.Binh)
	peopletest.Known(t, store, peopletest.Binh)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	id := peopletest.Binh.ID.String()
	statements(t, path, "PRAGMA secure_delete = 1", "INSERT INTO erased VALUES ('"+id+"', 1)", "DELETE FROM person", "DELETE FROM identity", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	for _, found := range peopletest.InFiles(t, folder, peopletest.Binh) {
		t.Error(found)
	}
}
