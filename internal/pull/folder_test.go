package pull_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signet/domain"
	"signet/internal/pull"
	"signet/internal/testneeds"
)

func TestTheFirstPullBringsTheKitAndLaterOnesWhatDiffers(t *testing.T) {
	r := newRegistry(t)
	dir, c := r.pulled(t)
	r.same(t, dir)
	for _, q := range r.questions() {
		if q.path == "/files/logo-city/1/twin.svg" {
			t.Error("equal bytes came twice")
		}
	}
	before := tree(t, dir)

	report, err := c.Pull(t.Context(), pull.Change{})
	if err != nil {
		t.Fatal(err)
	}
	if asked := r.questions(); len(asked) != 1 || asked[0].status != 304 || report.Received != 0 || report.Requests != 1 || report.Unchanged != len(before) {
		t.Errorf("nothing had changed: %+v, %+v", asked, report)
	}

	r.approve("slogan-gate", nil, "Cửa ngõ mới")
	report, err = c.Pull(t.Context(), pull.Change{})
	if err != nil {
		t.Fatal(err)
	}
	r.same(t, dir)
	if want := []string{"index.html", "kit.json", "texts/slogan/slogan-gate.vi.txt"}; !slices.Equal(report.Changed, want) || len(report.Added)+len(report.Removed) > 0 {
		t.Errorf("%+v", report)
	}
	for _, q := range r.questions() {
		if strings.HasPrefix(q.path, "/files/") {
			t.Errorf("%s had not changed", q.path)
		}
	}

	// A file of another name with the same bytes is there already.
	r.approve("logo-city", map[string]string{"màu mới.svg": "<svg>màu</svg>"}, "")
	if report, err = c.Pull(t.Context(), pull.Change{}); err != nil || len(report.Removed) != 3 {
		t.Fatal(report, err)
	}
	r.same(t, dir)
	for _, q := range r.questions() {
		if strings.HasPrefix(q.path, "/files/") {
			t.Errorf("the bytes of %s were there", q.path)
		}
	}

	// What is no longer part goes, with its folder.
	r.withdraw("logo-city", 2)
	if _, err = c.Pull(t.Context(), pull.Change{}); err != nil {
		t.Fatal(err)
	}
	r.same(t, dir)
	if _, err := os.Stat(filepath.Join(dir, "logos")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("an empty folder stays")
	}
}

func TestALockIsTheSameBytesForTheSameKit(t *testing.T) {
	r := newRegistry(t)
	one, _ := r.pulled(t)
	other, _ := r.pulled(t)
	a, errA := os.ReadFile(filepath.Join(one, pull.LockName))
	b, errB := os.ReadFile(filepath.Join(other, pull.LockName))
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("%s\n%s", a, b)
	}
	lines := 0
	for line := range strings.Lines(string(a)) {
		if strings.Contains(line, `"path":`) {
			lines++
		}
	}
	if l := lockOf(t, one); lines != len(l.Files) || l.AsOf.IsZero() || l.Server != address {
		t.Errorf("%d lines for %d files", lines, len(l.Files))
	}
}

func TestWhatWasChangedByHandIsNotOverwritten(t *testing.T) {
	r := newRegistry(t)
	dir, c := r.pulled(t)
	write(t, dir, "logos/logo-city/màu.svg", "mine")
	write(t, dir, "texts/slogan/slogan-gate.vi.txt", "mine, too")
	write(t, dir, "texts/slogan/slogan-new.vi.txt", "was here before")
	if err := os.Remove(filepath.Join(dir, "kit.json")); err != nil {
		t.Fatal(err)
	}
	r.approve("slogan-new", nil, "Mới")
	before := tree(t, dir)
	_, err := c.Pull(t.Context(), pull.Change{})
	wantReason(t, err, "locally_changed", "logos/logo-city/màu.svg", "texts/slogan/slogan-gate.vi.txt", "texts/slogan/slogan-new.vi.txt")
	if refused := domain.AsError(err); strings.Contains(refused.Sentence, "kit.json") {
		t.Error("what is missing was not changed")
	}
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Error(diff)
	}
	c.Force = true
	if _, err := c.Pull(t.Context(), pull.Change{}); err != nil {
		t.Fatal(err)
	}
	r.same(t, dir)

	// What goes and was changed stays, also by force.
	write(t, dir, "texts/slogan/slogan-new.vi.txt", "mine")
	r.withdraw("slogan-new", 1)
	report, err := c.Pull(t.Context(), pull.Change{})
	if err != nil || !slices.Equal(report.Kept, []string{"texts/slogan/slogan-new.vi.txt"}) || tree(t, dir)["texts/slogan/slogan-new.vi.txt"] != "mine" {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestWhatIsMissingIsBroughtBackWithoutAList(t *testing.T) {
	r := newRegistry(t)
	dir, c := r.pulled(t)
	r.questions()
	if err := errors.Join(os.Remove(filepath.Join(dir, "kit.json")), os.RemoveAll(filepath.Join(dir, "logos"))); err != nil {
		t.Fatal(err)
	}
	report, err := c.Pull(t.Context(), pull.Change{})
	if err != nil || len(report.Restored) != 4 {
		t.Fatalf("%+v, %v", report, err)
	}
	r.same(t, dir)
	if asked := r.questions(); asked[0].status != 304 {
		t.Errorf("%+v", asked)
	}
}

func TestLinksLeadNowhere(t *testing.T) {
	for _, c := range []struct {
		name, link, reason string
	}{
		{"the folder of a logo", "logos", "in_the_way"},
		{"our own folder", ".signet", "in_the_way"},
		{"the lock", pull.LockName, "in_the_way"},
		{"a file", "kit.json", "locally_changed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRegistry(t)
			dir, out := t.TempDir(), t.TempDir()
			write(t, out, "target", "theirs")
			to := out
			if strings.Contains(c.link, "kit.json") || c.link == pull.LockName {
				to = filepath.Join(out, "target")
			}
			if err := os.Symlink(to, filepath.Join(dir, c.link)); err != nil {
				testneeds.Missing(t, "a file system with links: "+err.Error())
			}
			cl := r.client(dir)
			_, err := cl.Pull(t.Context(), pull.Change{})
			wantReason(t, err, c.reason)
			cl.Force = true
			if _, err = cl.Pull(t.Context(), pull.Change{}); c.reason == "in_the_way" {
				wantReason(t, err, c.reason)
			} else if err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(map[string]string{"target": "theirs"}, tree(t, out)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAPartThatIsALinkIsNotFollowed(t *testing.T) {
	r := newRegistry(t)
	dir := t.TempDir()
	write(t, dir, "mine", "mine")
	write(t, dir, ".signet/x", "")
	part := filepath.Join(dir, ".signet", digestOf("<svg>màu</svg>")+".part")
	if err := os.Symlink("../mine", part); err != nil {
		testneeds.Missing(t, "a file system with links: "+err.Error())
	}
	if _, err := r.client(dir).Pull(t.Context(), pull.Change{}); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, dir)["mine"]; got != "mine" {
		t.Errorf("it is %q", got)
	}
}

func TestOnePullAtATime(t *testing.T) {
	r := newRegistry(t)
	dir, c := r.pulled(t)
	inside, goOn := make(chan struct{}), make(chan struct{})
	slow := r.client(dir)
	slow.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
		close(inside)
		<-goOn
		return r.RoundTrip(req)
	})
	ended := make(chan error, 1)
	go func() {
		_, err := slow.Pull(context.Background(), pull.Change{})
		ended <- err
	}()
	<-inside
	_, err := c.Pull(t.Context(), pull.Change{})
	_, errVerify := c.Verify()
	close(goOn)
	if !errors.Is(err, pull.ErrBusy) || !errors.Is(errVerify, pull.ErrBusy) {
		t.Errorf("%v, %v", err, errVerify)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	r.same(t, dir)
}

func TestNothingIsMadeWithoutNeed(t *testing.T) {
	r := newRegistry(t)
	dir := filepath.Join(t.TempDir(), "kit")
	c := r.client(dir)
	for name, do := range map[string]func() error{
		"verify": func() error { _, err := c.Verify(); return err },
		"diff":   func() error { _, err := c.Diff(t.Context()); return err },
		"locked": func() error { _, err := c.Locked(t.Context()); return err },
		"add":    func() error { _, err := c.Add(t.Context(), "slogan-gate"); return err },
		"update": func() error { _, err := c.Update(t.Context()); return err },
	} {
		if err := do(); !errors.Is(err, pull.ErrNoLock) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c.Server = ""
	if _, err := c.Pull(t.Context(), pull.Change{}); !errors.Is(err, pull.ErrNoLock) {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) || len(r.questions()) > 0 {
		t.Error("something was begun")
	}
}
