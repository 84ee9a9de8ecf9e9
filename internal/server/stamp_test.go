package server_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"signet/domain"
	"signet/internal/server"
)

// keeping serves the same registry by a server that keeps stamped files, and returns
// where.
func (r *registry) keeping() (dir string) {
	r.t.Helper()
	o := r.server.Options
	o.StampedDir = filepath.Join(r.t.TempDir(), "stamped")
	s, err := server.New(o)
	if err != nil {
		r.t.Fatal(err)
	}
	web := httptest.NewServer(s)
	r.t.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	r.url, r.server = web.URL, s
	return o.StampedDir
}

func TestAStampedFileThatIsKeptIsSentAsAnyOther(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	dir, path := r.keeping(), logo("1")+"?stamp=1"
	fresh := r.ask("GET", path, "", nil)
	tag, size := fresh.header.Get("ETag"), len(fresh.body)
	if fresh.status != http.StatusOK || size < 1000 {
		t.Fatalf("%d %s", fresh.status, fresh.body)
	}
	n := 0
	for _, test := range []struct {
		name             string
		headers          []string
		status, recorded int
		want             []byte
	}{
		{"all of it", nil, 200, 1, fresh.body},
		{"unchanged", []string{"If-None-Match", tag}, 304, 0, nil},
		{"the beginning, if it is the same", []string{"Range", "bytes=0-599", "If-Range", tag}, 206, 0, fresh.body[:600]},
		{"the rest, if it is the same", []string{"Range", "bytes=600-", "If-Range", tag}, 206, 1, fresh.body[600:]},
		{"the rest, of another", []string{"Range", "bytes=600-", "If-Range", `"another"`}, 200, 1, fresh.body},
		{"beyond the end", []string{"Range", "bytes=99999999-"}, 416, 0, nil},
	} {
		a := r.ask("GET", path, domain.RoleAgency, nil, test.headers...)
		n += test.recorded
		if got := r.downloads(); a.status != test.status || got != n || test.want != nil && !bytes.Equal(a.body, test.want) {
			t.Errorf("%s: %d, %d bytes, %d recorded, want %d, %d, %d", test.name, a.status, len(a.body), got, test.status, len(test.want), n)
		}
		if a.status != 416 && a.header.Get("ETag") != tag {
			t.Errorf("%s: %s", test.name, a.header.Get("ETag"))
		}
	}
	if a := r.ask("HEAD", path, domain.RoleAgency, nil); a.status != 200 || a.header.Get("Content-Length") != fresh.header.Get("Content-Length") || r.downloads() != n {
		t.Errorf("%d %v", a.status, a.header)
	}
	r.log.refuse.Store(true)
	if a := r.ask("GET", path, domain.RoleAgency, nil); a.problem() != "UNAVAILABLE not_recorded" || bytes.Contains(a.body, []byte("<svg")) {
		t.Errorf("%d %s", a.status, a.body)
	}
	r.log.refuse.Store(false)
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%v, %v", entries, err)
	}
	if err := os.Truncate(filepath.Join(dir, entries[0].Name()), 1); err != nil {
		t.Fatal(err)
	}
	if a := r.ask("GET", path, "", nil); a.status != 200 || !bytes.Equal(a.body, fresh.body) || a.header.Get("ETag") != tag {
		t.Errorf("of what was cut is sent %d, %d bytes", a.status, len(a.body))
	}
}

func TestAStampedFileThatIsKeptIsNotForEverybody(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	r.keeping()
	asked := func(role domain.Role, want int) {
		t.Helper()
		for range 2 {
			if a := r.ask("GET", logo("1")+"?stamp=1", role, nil); a.status != want {
				t.Errorf("%q: %d, want %d, %s", role, a.status, want, a.body)
			}
		}
	}
	asked("", 200)
	act(r, "so-ngoai-vu", domain.RoleAdmin, domain.Items, domain.ChangeItemVisibility{Key: "logo-sample", Public: false})
	asked(domain.RoleDesigner, 200)
	asked("", 404)
	act(r, "ban-tuyen-giao-dan-van", domain.RoleReviewer, domain.Items, domain.WithdrawVersion{Key: "logo-sample", Version: 1, Reason: "sai màu"})
	asked(domain.RoleDesigner, 410)
	asked("", 404)
}
