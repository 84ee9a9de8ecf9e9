package pull_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signet/internal/pull"
)

// FuzzArchive has a registry answer with any bytes for a ZIP of the kit: the folder is
// either what the list says, or has nothing, and beside it nothing is written.
func FuzzArchive(f *testing.F) {
	f.Add([]byte{})
	seeds := archives(f)
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Add(seeds[0][:len(seeds[0])-1])
	f.Add(append(bytes.Clone(seeds[0]), "behind it"...))
	f.Add(append([]byte("before it"), seeds[0]...))
	f.Fuzz(func(t *testing.T, archive []byte) {
		r := newRegistry(t)
		within := t.TempDir()
		dir := filepath.Join(within, "kit")
		r.before = func(w http.ResponseWriter, req *http.Request) bool {
			if req.URL.Path != "/kit.zip" {
				return false
			}
			serve(w, req, archive)
			return true
		}
		_, err := r.client(dir).Pull(t.Context(), pull.Change{})
		got := tree(t, dir)
		if err == nil && !maps.Equal(got, r.inForce()) || err != nil && len(got) > 0 {
			t.Errorf("%v, and the folder has %v", err, got)
		}
		if beside, err := os.ReadDir(within); err != nil || len(beside) > 1 || len(beside) == 1 && beside[0].Name() != "kit" {
			t.Errorf("beside the folder there is %v (%v)", beside, err)
		}
	})
}

// archives are ZIPs of the kit, right and wrong ones.
func archives(f *testing.F) [][]byte {
	f.Helper()
	kit := newRegistry(f).inForce()
	entry := func(change func(h *zip.FileHeader, body string) string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, path := range []string{"index.html", "kit.json", "texts/slogan/slogan-gate.vi.txt", "texts/slogan/slogan-port.vi.txt"} {
			h := &zip.FileHeader{Name: path}
			body := change(h, kit[path])
			to, err := z.CreateHeader(h)
			if err == nil {
				_, err = io.WriteString(to, body)
			}
			if err != nil {
				f.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			f.Fatal(err)
		}
		return b.Bytes()
	}
	as := func(_ *zip.FileHeader, body string) string { return body }
	return [][]byte{
		entry(as),
		entry(func(h *zip.FileHeader, body string) string { h.Method = zip.Deflate; return body }),
		entry(func(h *zip.FileHeader, body string) string { h.Name = "../" + h.Name; return body }),
		entry(func(h *zip.FileHeader, body string) string { h.SetMode(os.ModeSymlink | 0o777); return body }),
		entry(func(h *zip.FileHeader, body string) string { h.Method = zip.Deflate; return strings.Repeat(body, 1000) }),
		entry(func(h *zip.FileHeader, body string) string { h.Name = "kit.json"; return body }),
	}
}

// FuzzJournal finds any bytes as the journal of a folder: what is not the kit's stays as
// it is, within the folder and beside it.
func FuzzJournal(f *testing.F) {
	lock, err := (&pull.Lock{Format: pull.LockFormat, Server: address, AsOf: newRegistry(f).now}).Encode()
	if err != nil {
		f.Fatal(err)
	}
	x, old := digestOf("x"), digestOf("old")
	for _, journal := range []string{
		`{"format":"signet-journal/v1","puts":[{"path":"x","sha256":"` + x + `","staged":".signet/` + x + `"}],"lock":LOCK}`,
		`{"format":"signet-journal/v1","removes":[{"path":"old.txt","was":"` + old + `"}],"puts":[{"path":"old.txt","sha256":"` + x + `","staged":".signet/` + x + `"}],"lock":LOCK}`,
		`{"format":"signet-journal/v1","removes":[{"path":".npmrc","was":"` + x + `"}],"lock":LOCK}`, `{"format":"signet-journal/v1","removes":[{"path":"../beside","was":"` + x + `"}],"lock":LOCK}`,
		`{"format":"signet-journal/v1","puts":[{"path":"a/../../x","sha256":"` + x + `","staged":".signet/` + x + `"}],"lock":LOCK}`,
		`{"format":"signet-journal/v1","puts":[{"path":"a","sha256":"` + x + `","staged":".npmrc"},{"path":"a/b","sha256":"` + x + `","staged":".signet/` + x + `.1"}],"lock":LOCK}`,
		`{"format":"signet-journal/v1","lock":LOCK}`, `{"format":"signet-journal/v1","removes":[{"path":".signet"},{"path":"signet.lock","was":"other"}],"lock":"{}"}`, "", "null",
	} {
		encoded, err := json.Marshal(string(lock))
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(strings.Replace(journal, "LOCK", string(encoded), 1)))
	}
	f.Fuzz(func(t *testing.T, journal []byte) {
		within := t.TempDir()
		dir := filepath.Join(within, "kit")
		write(t, within, "beside", "x")
		write(t, dir, ".npmrc", "x")
		write(t, dir, "old.txt", "old")
		write(t, dir, pull.LockName, string(lock))
		write(t, dir, ".signet/pull.lock", "")
		write(t, dir, ".signet/"+x, "x")
		write(t, dir, ".signet/journal", string(journal))
		client := &pull.Client{Dir: dir, Server: address}
		_, err := client.Hook(func(string) error { return nil }).Verify()
		files := tree(t, dir)
		if files[".npmrc"] != "x" || files["old.txt"] != "old" && !bytes.Contains(journal, []byte(old)) {
			t.Errorf("%v, and the folder has %v", err, files)
		}
		if beside, err := os.ReadDir(within); err != nil || len(beside) != 2 {
			t.Errorf("beside the folder there is %v (%v)", beside, err)
		}
		if body, err := os.ReadFile(filepath.Join(within, "beside")); err != nil || string(body) != "x" {
			t.Errorf("beside the folder there is %q (%v)", body, err)
		}
	})
}
