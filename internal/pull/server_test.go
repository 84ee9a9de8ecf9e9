package pull_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signet/assets/disk"
	"signet/assets/rendition"
	"signet/internal/commands"
	"signet/internal/eventlog/logtest"
	"signet/internal/kit"
	"signet/internal/pull"
	"signet/internal/sample"
	"signet/internal/server"
	"signet/internal/testneeds/tool"
	"signet/projections"
)

// clock is that of a server, which tests turn.
type clock struct {
	mu  sync.Mutex
	now time.Time // guarded by mu
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) turn(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// serveSample serves the sample kit by the real server.
func serveSample(t *testing.T, c *clock) string {
	t.Helper()
	store, errStore := disk.Open(t.TempDir())
	path := filepath.Join(t.TempDir(), "views.db")
	log := logtest.NewMemory()
	runner := &commands.Runner{Log: log, Clock: c.read}
	if errStore != nil {
		t.Fatal(errStore)
	}
	if _, err := kit.Import(t.Context(), sample.HaiPhong(), kit.Target{Runner: runner, Store: store}, nil); err != nil {
		t.Fatal(err)
	}
	if err := projections.Rebuild(t.Context(), path, log, nil); err != nil {
		t.Fatal(err)
	}
	views, err := projections.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	renditions, err := rendition.New(store, tool.Renditions(t), rendition.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(server.Options{Runner: runner, Views: views, Store: store, Renditions: renditions, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	t.Cleanup(func() {
		web.Close()
		if err := errors.Join(renditions.Close(context.Background()), views.Close(), store.Close()); err != nil {
			t.Error(err)
		}
	})
	return web.URL
}

// zipped are the files of a ZIP that are pulled.
func zipped(t *testing.T, address string) map[string]string {
	t.Helper()
	res, err := http.Get(address) //nolint:gosec // our own server
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(res.Status, err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(text)
	}
	delete(out, "manifest.json")
	delete(out, "SHA256SUMS")
	return out
}

// TestTheRealServerIsUnderstood keeps the registry of the other tests honest.
func TestTheRealServerIsUnderstood(t *testing.T) {
	t.Parallel()
	late := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	c := &clock{now: late}
	address := serveSample(t, c)
	dir := filepath.Join(t.TempDir(), "kit")
	client := &pull.Client{Dir: dir, Server: address}
	client.Hook(func(string) error { return nil })

	// Before the first edition, and again when it has been issued.
	c.turn(time.Date(2026, 11, 10, 8, 0, 0, 123456000, time.UTC))
	if _, err := client.Pull(t.Context(), pull.Change{}); err != nil {
		t.Fatal(err)
	}
	first := tree(t, dir)
	if diff := cmp.Diff(zipped(t, address+"/kit.zip?pinned=1"), first); diff != "" {
		t.Error(diff)
	}
	c.turn(late)
	again := fresh(t, dir)
	locked := &pull.Client{Dir: again}
	if _, err := locked.Hook(func(string) error { return nil }).Locked(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, tree(t, again)); diff != "" {
		t.Error(diff)
	}
	if report, err := locked.Locked(t.Context()); err != nil || report.Requests != 1 || report.Received != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	d, err := client.Diff(t.Context())
	if err != nil || d.Same() || len(d.Items) == 0 {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := client.Pull(t.Context(), pull.Change{}); err != nil {
		t.Fatal(err)
	}
	second := tree(t, dir)
	if diff := cmp.Diff(zipped(t, address+"/kit.zip?pinned=1"), second); diff != "" || sameKit(first, second) {
		t.Error("the second kit is not the one of the day", diff)
	}
	if report, err := client.Pull(t.Context(), pull.Change{}); err != nil || report.Requests != 1 || report.Received != 0 {
		t.Errorf("%+v, %v", report, err)
	}

	edition, channel := 1, "portal"
	if _, err := client.Pull(t.Context(), pull.Change{Edition: &edition, Locales: []string{"JA", "vi"}, Channel: &channel}); err != nil {
		t.Fatal(err)
	}
	agree(t, dir)
	if _, err := client.Locked(t.Context()); err != nil {
		t.Error(err)
	}
	_, err = client.Pull(t.Context(), pull.Change{Items: []string{"slogan-nowhere"}})
	wantReason(t, err, "unknown_item")

	// What was withdrawn since may not be had any more.
	c.turn(time.Date(2026, 10, 12, 16, 0, 0, 0, time.UTC))
	old := &pull.Client{Dir: filepath.Join(t.TempDir(), "kit"), Server: address}
	old.Hook(func(string) error { return nil })
	if _, err := old.Pull(t.Context(), pull.Change{Items: []string{"slogan-gateway", "slogan-open-sea"}}); err != nil {
		t.Fatal(err)
	}
	c.turn(late)
	_, err = old.Locked(t.Context())
	wantReason(t, err, "withdrawn", "slogan-gateway version 1")
	_, err = old.Pull(t.Context(), pull.Change{})
	wantReason(t, err, "withdrawn", "slogan-gateway version 1")
	if !strings.Contains(strings.Join(lockOf(t, old.Dir).Selection.Items, " "), "slogan-gateway") {
		t.Error("a pull that failed has changed the lock")
	}
}
