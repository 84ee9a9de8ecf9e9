package pull_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signet/domain"
	"signet/internal/pull"
)

// client pulls from the registry into a folder.
func (r *registry) client(dir string) *pull.Client {
	c := &pull.Client{Dir: dir, Server: address, Transport: r}
	return c.Hook(func(string) error { return nil })
}

// pulled pulls into a new folder.
func (r *registry) pulled(t *testing.T) (string, *pull.Client) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "kit")
	c := r.client(dir)
	if _, err := c.Pull(t.Context(), pull.Change{}); err != nil {
		t.Fatal(err)
	}
	return dir, c
}

// tree reads every file of a folder but the lock and what is ours.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		rel, _ := filepath.Rel(dir, name)
		switch {
		case err != nil:
			return err
		case rel == ".signet":
			return fs.SkipDir
		case entry.IsDir(), rel == pull.LockName:
			return nil
		}
		body, err := os.ReadFile(name)
		out[filepath.ToSlash(rel)] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// inForce are the files of the registry's kit.
func (r *registry) inForce() map[string]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kit(nil).bodies
}

func lockOf(t *testing.T, dir string) *pull.Lock {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, pull.LockName))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l, err := pull.ReadLock(f)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// agree tells whether the folder is what its lock says, and has nothing left over.
func agree(t *testing.T, dir string) {
	t.Helper()
	locked := map[string]string{}
	for _, f := range lockOf(t, dir).Files {
		locked[f.Path] = f.SHA256
	}
	there := map[string]string{}
	for path, body := range tree(t, dir) {
		there[path] = digestOf(body)
	}
	if diff := cmp.Diff(locked, there); diff != "" {
		t.Errorf("folder and lock differ:\n%s", diff)
	}
	left, err := os.ReadDir(filepath.Join(dir, ".signet"))
	if err != nil || len(left) != 2 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

// same tells whether the folder is the kit that is in force.
func (r *registry) same(t *testing.T, dir string) {
	t.Helper()
	agree(t, dir)
	if diff := cmp.Diff(r.inForce(), tree(t, dir)); diff != "" {
		t.Errorf("not what is in force:\n%s", diff)
	}
}

// wantReason fails unless an error is a refusal for a reason, and names all of some texts.
func wantReason(t *testing.T, err error, reason string, names ...string) {
	t.Helper()
	refused := domain.AsError(err)
	if refused == nil || refused.Reason != reason {
		t.Errorf("%v, want %s", err, reason)
		return
	}
	for _, name := range names {
		if !strings.Contains(refused.Sentence, name) {
			t.Errorf("%s does not name %s", refused.Sentence, name)
		}
	}
}

func write(t *testing.T, dir, name, body string) {
	t.Helper()
	full := filepath.Join(dir, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o755), os.WriteFile(full, []byte(body), 0o600)); err != nil {
		t.Fatal(err)
	}
}
