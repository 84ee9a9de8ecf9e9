package pull_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signet/internal/pull"
)

// fresh is a folder with nothing but the lock of another, as after a checkout.
func fresh(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, pull.LockName))
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "kit")
	write(t, to, pull.LockName, string(text))
	return to
}

func TestLockedBringsExactlyWhatWasLocked(t *testing.T) {
	t.Parallel()
	for _, anonymous := range []bool{false, true} {
		r, dir, old, _ := world(t)
		r.versions[2].withdrawn = r.versions[2].until.AddDate(1, 0, 0) // slogan-port, but not yet
		r.anonymous = anonymous
		lock := lockOf(t, dir)
		again := fresh(t, dir)
		c := r.client(again)
		c.Server = ""
		if _, err := c.Locked(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(old, tree(t, again)); diff != "" {
			t.Error(diff)
		}
		agree(t, again)
		if diff := cmp.Diff(lock, lockOf(t, again)); diff != "" {
			t.Errorf("the lock has changed:\n%s", diff)
		}
		r.questions()
		if report, err := c.Locked(t.Context()); err != nil || report.Requests != 1 || report.Received != 0 {
			t.Errorf("%+v, %v", report, err)
		}
		write(t, again, "kit.json", "mine")
		_, err := c.Locked(t.Context())
		wantReason(t, err, "locally_changed", "kit.json")
	}
}

func TestWhatWasWithdrawnMayNotBeHadAnyMore(t *testing.T) {
	r, dir, old, _ := world(t)
	for _, folder := range []string{dir, fresh(t, dir)} {
		_, err := r.client(folder).Locked(t.Context())
		wantReason(t, err, "withdrawn", "slogan-port version 1")
	}
	if diff := cmp.Diff(old, tree(t, dir)); diff != "" {
		t.Error(diff)
	}
	// Between the list and the file, too.
	r, dir, _, _ = world(t)
	r.versions[2].withdrawn = r.versions[2].until.AddDate(1, 0, 0)
	c := r.client(fresh(t, dir))
	c.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
		if req.URL.Path == "/files/logo-city/1/màu.svg" {
			r.mu.Lock()
			r.versions[0].withdrawn = r.now
			r.mu.Unlock()
		}
		return r.RoundTrip(req)
	})
	_, err := c.Locked(t.Context())
	wantReason(t, err, "withdrawn", "logo-city version 1")
	// All of it.
	for _, v := range r.versions {
		v.withdrawn = r.now
	}
	_, err = c.Locked(t.Context())
	wantReason(t, err, "withdrawn", "logo-city version 1", "slogan-gate version 1", "slogan-port version 1")
}

func TestOtherBytesThanWereLockedAreRefused(t *testing.T) {
	r := newRegistry(t)
	dir, c := r.pulled(t)
	r.versions[1].text = "Another text under the same number"
	_, err := c.Locked(t.Context())
	wantReason(t, err, "locked_differs", "texts/slogan/slogan-gate.vi.txt")
	agree(t, dir)
}

func TestANamedItemThatWasWithdrawnIsToldOf(t *testing.T) {
	r := newRegistry(t)
	dir := filepath.Join(t.TempDir(), "kit")
	c := r.client(dir)
	if _, err := c.Pull(t.Context(), pull.Change{Items: []string{"slogan-gate", "logo-city"}}); err != nil {
		t.Fatal(err)
	}
	r.withdraw("slogan-gate", 1)
	_, err := c.Pull(t.Context(), pull.Change{})
	wantReason(t, err, "withdrawn", "slogan-gate version 1")
	d, err := c.Diff(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []pull.ItemChange{{Item: "slogan-gate", From: 1, State: "withdrawn", Added: []string{}, Changed: []string{}, Removed: []string{"texts/slogan/slogan-gate.vi.txt"}}}
	if diff := cmp.Diff(want, d.Items); diff != "" {
		t.Error(diff)
	}
	if _, err := c.Remove(t.Context(), "slogan-gate"); err != nil {
		t.Fatal(err)
	}
	agree(t, dir)
	r.withdraw("logo-city", 1)
	if d, err := c.Diff(t.Context()); err != nil || len(d.Items) != 1 || d.Items[0].State != "withdrawn" || len(d.Items[0].Removed) != 3 {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestItemsAreAddedAndRemoved(t *testing.T) {
	r := newRegistry(t)
	dir, c := r.pulled(t)
	_, err := c.Add(t.Context(), "slogan-gate")
	wantReason(t, err, "everything_selected")
	if _, err := c.Pull(t.Context(), pull.Change{Items: []string{"slogan-gate"}}); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, dir); len(got) != 3 || got["texts/slogan/slogan-gate.vi.txt"] == "" {
		t.Errorf("%v", got)
	}
	if _, err := c.Add(t.Context(), "logo-city", "slogan-gate"); err != nil {
		t.Fatal(err)
	}
	agree(t, dir)
	if got := lockOf(t, dir); !slices.Equal(got.Selection.Items, []string{"logo-city", "slogan-gate"}) || len(got.Files) != 6 {
		t.Errorf("%+v", got)
	}
	_, err = c.Add(t.Context(), "slogan-none")
	wantReason(t, err, "unknown_item")
	_, err = c.Add(t.Context(), "Not a key")
	wantReason(t, err, "invalid_key")
	_, err = c.Remove(t.Context(), "slogan-port")
	wantReason(t, err, "not_selected")
	if _, err := c.Remove(t.Context(), "slogan-gate"); err != nil {
		t.Fatal(err)
	}
	agree(t, dir)
	_, err = c.Remove(t.Context(), "logo-city")
	wantReason(t, err, "last_item")
	if got := lockOf(t, dir); !slices.Equal(got.Selection.Items, []string{"logo-city"}) {
		t.Errorf("%+v", got)
	}
}

func TestUpdateMovesWhatIsNamed(t *testing.T) {
	r, dir, old, young := world(t)
	r.versions[2].withdrawn, r.versions[2].until = r.now.AddDate(1, 0, 0), r.now.AddDate(1, 0, 0) // not yet
	young["texts/slogan/slogan-port.vi.txt"] = old["texts/slogan/slogan-port.vi.txt"]
	c := r.client(dir)
	first := lockOf(t, dir).AsOf
	report, err := c.Update(t.Context(), "logo-city")
	if err != nil || !report.Partial {
		t.Fatalf("%+v, %v", report, err)
	}
	agree(t, dir)
	want := map[string]string{}
	for path, body := range young {
		want[path] = body
	}
	want["texts/slogan/slogan-gate.vi.txt"] = old["texts/slogan/slogan-gate.vi.txt"]
	delete(want, "kit.json")
	delete(want, "index.html")
	got := tree(t, dir)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, f := range lockOf(t, dir).Files {
		if held := f.Item != "logo-city"; held != f.AsOf.Equal(first) {
			t.Errorf("%s is of %s", f.Path, f.AsOf)
		}
	}

	// It can be had again, though its parts were never in force together.
	again := fresh(t, dir)
	if _, err := r.client(again).Locked(t.Context()); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(got, tree(t, again)); diff != "" {
		t.Error(diff)
	}

	// With the last one that differs, all is what is in force.
	if report, err = c.Update(t.Context(), "slogan-gate"); err != nil || report.Partial {
		t.Errorf("%+v, %v", report, err)
	}
	r.same(t, dir)
	if report, err = c.Update(t.Context()); err != nil || report.Requests != 1 || report.Received != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	_, err = c.Update(t.Context(), "slogan-none")
	wantReason(t, err, "unknown_item")

	// What stays must not have been withdrawn.
	r.approve("slogan-gate", nil, "Một cửa")
	r.withdraw("slogan-port", 1)
	_, err = c.Update(t.Context(), "slogan-gate")
	wantReason(t, err, "withdrawn", "slogan-port version 1")
}

func TestDiffTellsWhatWouldChange(t *testing.T) {
	r, dir, old, _ := world(t)
	c := r.client(dir)
	d, err := c.Diff(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []pull.ItemChange{
		{
			Item: "logo-city", From: 1, To: 2, State: "superseded", Added: []string{"logos/logo-city/mới.svg"}, Changed: []string{"logos/logo-city/màu.svg"},
			Removed: []string{"logos/logo-city/twin.svg", "logos/logo-city/đen trắng.svg"},
		},
		{Item: "slogan-gate", From: 1, To: 2, State: "superseded", Added: []string{}, Changed: []string{"texts/slogan/slogan-gate.vi.txt"}, Removed: []string{}},
		{Item: "slogan-port", From: 1, State: "withdrawn", Added: []string{}, Changed: []string{}, Removed: []string{"texts/slogan/slogan-port.vi.txt"}},
	}
	if diff := cmp.Diff(want, d.Items); diff != "" {
		t.Error(diff)
	}
	if d.Same() || !slices.Equal(d.Whole, []string{"index.html", "kit.json"}) {
		t.Errorf("%+v", d)
	}
	if diff := cmp.Diff(old, tree(t, dir)); diff != "" {
		t.Errorf("it has written:\n%s", diff)
	}
	if _, err := c.Pull(t.Context(), pull.Change{}); err != nil {
		t.Fatal(err)
	}
	r.questions()
	if d, err := c.Diff(t.Context()); err != nil || !d.Same() || len(r.questions()) != 1 {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestVerifyComparesTheFolderWithItsLock(t *testing.T) {
	r := newRegistry(t)
	dir, c := r.pulled(t)
	write(t, dir, "README.md", "beside the kit")
	write(t, dir, "src/main.go", "beside the kit")
	r.questions()
	if v, err := c.Verify(); err != nil || !v.OK() || v.Files != 7 {
		t.Errorf("%+v, %v", v, err)
	}
	write(t, dir, "kit.json", "mine")
	write(t, dir, "logos/other/x.svg", "mine")
	if err := os.Remove(filepath.Join(dir, "index.html")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("kit.json", filepath.Join(dir, "logos", "link")); err != nil {
		t.Log(err)
	}
	v, err := c.Verify()
	if err != nil {
		t.Fatal(err)
	}
	want := &pull.Verification{Files: 7, Changed: []string{"kit.json"}, Missing: []string{"index.html"}, Unknown: []string{"logos/link", "logos/other/x.svg"}}
	if diff := cmp.Diff(want, v); diff != "" || v.OK() {
		t.Error(diff)
	}
	if err := os.RemoveAll(filepath.Join(dir, "logos")); err != nil {
		t.Fatal(err)
	}
	if v, err := c.Verify(); err != nil || len(v.Missing) != 4 {
		t.Errorf("%+v, %v", v, err)
	}
	if asked := r.questions(); len(asked) > 0 {
		t.Errorf("it has asked %+v", asked)
	}
	// A checkout of which nothing may be written can be verified.
	only := fresh(t, dir)
	if v, err := r.client(only).Verify(); err != nil || len(v.Missing) != 7 {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err := os.Stat(filepath.Join(only, ".signet")); err == nil {
		t.Error("it has written")
	}
}
