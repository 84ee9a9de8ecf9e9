package crawl

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"signet/internal/testneeds"
)

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

const png = "\x89PNG\r\n\x1a\n"

func TestAFolder(t *testing.T) {
	files := fstest.MapFS{
		"index.html":          file("<link rel=stylesheet href='css/a.css?v=1'>\n<img src=/img/logo.png><img src='img/h%E1%BA%A3i%20100%25.png'><svg><g/></svg><img src=../../outside.png><img src=http://folder.test/img/logo.png>"),
		"sub/page.htm":        file("<meta charset=windows-1258><base href=..><img src=img/logo.png>\xca"),
		"sub/noext":           file("<!DOCTYPE html><img src=../img/logo.png>"),
		"a%20b/p.html":        file("<img src=x.png>"),
		"a%20b/x.png":         file(png),
		"css/a.css":           file("\na{b:url(../img/logo.png);c:url(data:image/gif;base64,R0lGODlh)}"),
		"img/logo.png":        file(png),
		"img/hải 100%.png":    file(png),
		"app.webmanifest":     file(`{"icons":[{"src":"img/logo.png"}]}`),
		"a.js":                file("1"),
		".hidden/notes.txt":   file("x"),
		".gitignore":          file("img"),
		".git/config":         file("x"),
		"linked/.git":         file("gitdir: x"),
		"sub/.git/config":     file("x"),
		"node_modules/a/a.js": file("x"),
		"sub/vendor/b.js":     file("x"),
		"film.mp4":            file("x"),
		"font.bin":            file("wOF2"),
		"archive":             file("PK\x03\x04"),
		"program":             file("\x7fELF\x00\x01\x02\x03"),
		"large.txt":           file(strings.Repeat("a", 1001)),
		"empty.html":          file(""),
		"vendor.html":         file("x"),
		"named-like.html/x":   file("PK\x03\x04"),
	}
	v := &visits{}
	s, err := readFolder(t.Context(), files, FolderOptions{MaxBytes: 1000}, v.visit)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "visited", v.paths(), ".gitignore .hidden/notes.txt a%20b/p.html a%20b/x.png a.js app.webmanifest css/a.css css/a.css#inline-1 empty.html img/hải 100%.png img/logo.png "+
		"index.html index.html#inline-1 sub/noext sub/page.htm vendor.html")
	equal(t, "skipped", skips(s), "media archive, media film.mp4, media font.bin, too_large large.txt, media named-like.html/x, media program")
	if s.Pages != 6 || s.Resources != 16 || s.Truncated != "" || s.Unread != 0 {
		t.Errorf("%+v", s)
	}
	logo := v.all["img/logo.png"]
	want := []Reference{{"index.html", 2}, {"sub/page.htm", 1}, {"app.webmanifest", 0}, {"css/a.css", 2}}
	for i := range want {
		if len(logo.From) != 4 || logo.From[i] != want[i] {
			t.Errorf("%+v", logo)
			break
		}
	}
	if r := v.all["img/hải 100%.png"]; r.References != 1 || r.Media != "image/png" || r.Charset != "" {
		t.Errorf("%+v", r)
	}
	if r := v.all["sub/page.htm"]; r.Charset != "windows-1258" || !strings.HasSuffix(string(r.Body), "Ê") || r.Media != "text/html" {
		t.Errorf("%+v", r)
	}
	if r := v.all["a%20b/x.png"]; r.References != 1 {
		t.Errorf("%+v", r)
	}
	if r := v.all["css/a.css"]; r.References != 1 || r.From[0] != (Reference{"index.html", 1}) {
		t.Errorf("%+v", r)
	}

	v = &visits{}
	if _, err = readFolder(t.Context(), files, FolderOptions{Dependencies: true}, v.visit); err != nil || !strings.Contains(v.paths(), "node_modules/a/a.js") ||
		!strings.Contains(v.paths(), "sub/vendor/b.js") || strings.Contains(v.paths(), ".git/") {
		t.Errorf("%v %s", err, v.paths())
	}
	v = &visits{}
	if s, err = readFolder(t.Context(), files, FolderOptions{MaxResources: 3, Parallel: 1}, v.visit); err != nil || s.Truncated != TruncatedResources || len(v.all) != 3 {
		t.Errorf("%v %+v", err, s)
	}
}

func TestLinksDoNotLeadOutOfAFolder(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	write := func(path string) {
		if err := os.WriteFile(path, []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(outside, "secret.txt"))
	write(filepath.Join(dir, "a.txt"))
	for name, to := range map[string]string{
		"absolute.txt": filepath.Join(outside, "secret.txt"), "relative.txt": "../" + filepath.Base(outside) + "/secret.txt", "folder": outside,
		"inside.txt": "a.txt", "gone.txt": "b.txt", "circle.txt": "circle.txt", "itself": ".",
	} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			testneeds.Missing(t, "symbolic links: "+err.Error())
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	v := &visits{}
	s, err := Folder(t.Context(), dir, FolderOptions{}, v.visit)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "visited", v.paths(), "a.txt inside.txt")
	equal(t, "skipped", skips(s), "link absolute.txt, link circle.txt, link folder, unreadable gone.txt, link itself, media pipe, link relative.txt")
}

func TestAFolderThatCanNotBeRead(t *testing.T) {
	if _, err := Folder(t.Context(), filepath.Join(t.TempDir(), "gone"), FolderOptions{}, nil); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Folder(ctx, t.TempDir(), FolderOptions{}, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	s, err := readFolder(t.Context(), badDisk{fstest.MapFS{"a.txt": file("x")}}, FolderOptions{}, nil)
	if equal(t, "skipped", skips(s), "unreadable a.txt"); err != nil {
		t.Error(err)
	}
	errMine := errors.New("mine")
	if _, err := readFolder(t.Context(), fstest.MapFS{"a.txt": file("x")}, FolderOptions{}, func(Resource) error { return errMine }); !errors.Is(err, errMine) {
		t.Error(err)
	}
}

// badDisk is a folder on a disk that has come to its end.
type badDisk struct{ fstest.MapFS }

func (b badDisk) Stat(name string) (fs.FileInfo, error) {
	if name == "." {
		return b.MapFS.Stat(name)
	}
	return nil, &fs.PathError{Op: "stat", Path: name, Err: syscall.EIO}
}
