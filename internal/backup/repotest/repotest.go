// Package repotest is the suite that every backup repository passes, and one in memory.
package repotest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"signet/internal/backup"
)

// Run runs the suite. Each call of open gives a new, empty repository.
func Run(t *testing.T, open func(t *testing.T) backup.Repository) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, backup.Repository){
		"what is put comes back":                     comesBack,
		"what is not there is said not to exist":     notThere,
		"names are listed in order, below a prefix":  inOrder,
		"what fails on its way leaves nothing":       nothingLeft,
		"bytes of another sum are never seen":        otherBytes,
		"of several that create a file one is first": oneIsFirst,
		"what is put again replaces":                 replaces,
		"a name can't lead out":                      namesOut,
		"whoever gives up gets the error of that":    givesUp,
		"reading is not disturbed by removing":       removedWhileRead,
	} {
		t.Run(name, func(t *testing.T) { check(t, open(t)) })
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, r backup.Repository, name, text string) {
	t.Helper()
	must(t, r.Put(t.Context(), name, backup.Bytes([]byte(text))))
}

func get(t *testing.T, r backup.Repository, name string) string {
	t.Helper()
	body, err := r.Get(t.Context(), name)
	must(t, err)
	defer body.Close()
	content, err := io.ReadAll(body)
	must(t, err)
	return string(content)
}

func names(t *testing.T, r backup.Repository, prefix string) string {
	t.Helper()
	var all []string
	for file, err := range r.List(t.Context(), prefix) {
		must(t, err)
		if file.Size < 0 || file.Modified.IsZero() {
			t.Errorf("%+v", file)
		}
		all = append(all, file.Name)
	}
	return strings.Join(all, " ")
}

func comesBack(t *testing.T, r backup.Repository) {
	t.Helper()
	large := strings.Repeat("Hải Phòng ", 100_000)
	for name, text := range map[string]string{"lock.json": "{}", "blobs/ab/abcd": large, "people/empty": ""} {
		put(t, r, name, text)
		if got := get(t, r, name); got != text {
			t.Errorf("%s has %d bytes, not %d", name, len(got), len(text))
		}
	}
	for file, err := range r.List(t.Context(), "blobs/") {
		must(t, err)
		if file.Size != int64(len(large)) {
			t.Errorf("%+v", file)
		}
	}
	must(t, r.Delete(t.Context(), "lock.json"))
	must(t, r.Delete(t.Context(), "lock.json"))
	if got := names(t, r, ""); got != "blobs/ab/abcd people/empty" {
		t.Errorf("left are %s", got)
	}
}

func notThere(t *testing.T, r backup.Repository) {
	t.Helper()
	if _, err := r.Get(t.Context(), "snapshots/x.json"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if got := names(t, r, "snapshots/") + names(t, r, ""); got != "" {
		t.Errorf("listed are %s", got)
	}
}

func inOrder(t *testing.T, r backup.Repository) {
	t.Helper()
	for _, name := range []string{"log/2", "blobs/list-0", "blobs/ff/ff1", "log/10", "blobs/00/001", "blobs/00/000", "snapshots/1", "lock.json"} {
		put(t, r, name, name)
	}
	for prefix, want := range map[string]string{
		"":         "blobs/00/000 blobs/00/001 blobs/ff/ff1 blobs/list-0 lock.json log/10 log/2 snapshots/1",
		"blobs/":   "blobs/00/000 blobs/00/001 blobs/ff/ff1 blobs/list-0",
		"log/":     "log/10 log/2",
		"nowhere/": "",
	} {
		if got := names(t, r, prefix); got != want {
			t.Errorf("below %q are %s, not %s", prefix, got, want)
		}
	}
	for file, err := range r.List(t.Context(), "") {
		must(t, err)
		if file.Name != "blobs/00/000" {
			t.Errorf("the first is %s", file.Name)
		}
		break
	}
}

var errBroken = errors.New("the source broke")

// broken is content that fails after some bytes.
func broken(text string, size int64, err error) backup.Content {
	return backup.Content{Size: size, Sum: sha256.Sum256([]byte(text)), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader(text[:len(text)/2]), failing{err})), nil
	}}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func nothingLeft(t *testing.T, r backup.Repository) {
	t.Helper()
	text := strings.Repeat("x", 200_000)
	if err := r.Put(t.Context(), "blobs/aa/broken", broken(text, int64(len(text)), errBroken)); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
	if err := r.Put(t.Context(), "blobs/aa/short", broken(text, int64(len(text)), io.EOF)); err == nil {
		t.Error("half of the bytes were taken for all")
	}
	never := backup.Content{Size: 1, Open: func(context.Context) (io.ReadCloser, error) { return nil, errBroken }}
	if err := r.Create(t.Context(), "lock.json", never); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
	if got := names(t, r, ""); got != "" {
		t.Errorf("left are %s", got)
	}
	put(t, r, "blobs/aa/broken", "whole")
	if err := r.Put(t.Context(), "blobs/aa/broken", broken(text, int64(len(text)), errBroken)); !errors.Is(err, errBroken) || get(t, r, "blobs/aa/broken") != "whole" {
		t.Errorf("what was whole is replaced by what failed: %v", err)
	}
}

// The sum is compared by who hands out the bytes; a repository that also knows it may
// refuse, too, but must not invent them.
func otherBytes(t *testing.T, r backup.Repository) {
	t.Helper()
	c := backup.Bytes([]byte("right"))
	c.Open = func(context.Context) (io.ReadCloser, error) { return io.NopCloser(failing{errBroken}), nil }
	if err := r.Put(t.Context(), "blobs/aa/other", c); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
	if got := names(t, r, ""); got != "" {
		t.Errorf("left are %s", got)
	}
}

func oneIsFirst(t *testing.T, r backup.Repository) {
	t.Helper()
	var first, later atomic.Int64
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			switch err := r.Create(t.Context(), "lock.json", backup.Bytes([]byte{byte('a' + n)})); {
			case err == nil:
				first.Add(1)
			case errors.Is(err, fs.ErrExist):
				later.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if first.Load() != 1 || later.Load() != 7 || len(get(t, r, "lock.json")) != 1 {
		t.Errorf("%d were first", first.Load())
	}
	must(t, r.Delete(t.Context(), "lock.json"))
	must(t, r.Create(t.Context(), "lock.json", backup.Bytes([]byte("again"))))
	if got := names(t, r, ""); got != "lock.json" {
		t.Errorf("left are %s", got)
	}
}

func replaces(t *testing.T, r backup.Repository) {
	t.Helper()
	put(t, r, "lock.json", "one")
	put(t, r, "lock.json", "another")
	if got := get(t, r, "lock.json"); got != "another" {
		t.Errorf("it is %q", got)
	}
}

func namesOut(t *testing.T, r backup.Repository) {
	t.Helper()
	for _, name := range []string{"../out", "/out", "a/../../out", ""} {
		if err := r.Put(t.Context(), name, backup.Bytes([]byte("x"))); err == nil {
			t.Errorf("%q was written", name)
		}
	}
}

func givesUp(t *testing.T, r backup.Repository) {
	t.Helper()
	put(t, r, "log/1", "x")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, got := r.Get(ctx, "log/1")
	var listed error
	for _, err := range r.List(ctx, "") {
		listed = err
	}
	for _, err := range []error{got, listed, r.Put(ctx, "log/2", backup.Bytes([]byte("x"))), r.Delete(ctx, "log/1")} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
	if got := names(t, r, ""); got != "log/1" {
		t.Errorf("there are %s", got)
	}
}

func removedWhileRead(t *testing.T, r backup.Repository) {
	t.Helper()
	text := bytes.Repeat([]byte("0123456789"), 1000)
	must(t, r.Put(t.Context(), "log/1", backup.Bytes(text)))
	body, err := r.Get(t.Context(), "log/1")
	must(t, err)
	defer body.Close()
	for _, err := range r.List(t.Context(), "log/") {
		must(t, err)
		must(t, r.Delete(t.Context(), "log/1"))
	}
	if got := names(t, r, ""); got != "" {
		t.Errorf("left are %s", got)
	}
}
