package server

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"signet/assets"
	"signet/internal/provenance"
)

// kept is a cache in a new folder.
func kept(t *testing.T, limit int64) (*stampedFiles, string) {
	t.Helper()
	dir := t.TempDir()
	c, err := openStampedFiles(dir, limit)
	if err != nil {
		t.Fatal(err)
	}
	return c, dir
}

// stampedOf is the key, the content and the name of the file of a number.
func stampedOf(n int) (stampedAs, []byte, assets.Ref) {
	content := bytes.Repeat([]byte{byte(n)}, 1000)
	return stampedAs{provenance.Stamp{Item: "logo", Version: n}, assets.PNG}, content, assets.RefOf(content)
}

func (c *stampedFiles) keep(t *testing.T, n int) {
	t.Helper()
	key, content, name := stampedOf(n)
	if err := c.put(key, name, content); err != nil {
		t.Fatal(err)
	}
}

// has tells whether a file is there, which has to be whole then.
func (c *stampedFiles) has(t *testing.T, n int) bool {
	t.Helper()
	key, content, name := stampedOf(n)
	f, there := c.open(key)
	if !there {
		return false
	}
	defer c.release(f)
	if got, err := io.ReadAll(io.NewSectionReader(f, 0, 1<<20)); err != nil || !bytes.Equal(got, content) || f.of.digest != name {
		t.Errorf("%d bytes of %s, %v", len(got), f.of.digest, err)
	}
	return true
}

func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestAStampedFileIsStampedAgainWhen(t *testing.T) {
	for title, c := range map[string]struct {
		idle  bool // it was read before, and left open
		spoil func(name string) error
		want  bool // it is still there
	}{
		"nothing happened to it":               {spoil: func(string) error { return nil }, want: true},
		"it vanished":                          {spoil: os.Remove},
		"it was cut":                           {spoil: func(name string) error { return os.Truncate(name, 999) }},
		"it was cut while it was left open":    {idle: true, spoil: func(name string) error { return os.Truncate(name, 0) }},
		"it vanished while it was left open":   {idle: true, spoil: os.Remove, want: true},
		"nothing happened while it stood open": {idle: true, spoil: func(string) error { return nil }, want: true},
	} {
		t.Run(title, func(t *testing.T) {
			files, dir := kept(t, 1<<20)
			files.keep(t, 1)
			if c.idle && !files.has(t, 1) {
				t.Fatal("it is not there")
			}
			_, _, name := stampedOf(1)
			if err := c.spoil(filepath.Join(dir, string(name))); err != nil {
				t.Fatal(err)
			}
			if got := files.has(t, 1); got != c.want {
				t.Errorf("%t, want %t", got, c.want)
			}
			files.keep(t, 1)
			if !files.has(t, 1) || files.bytes != 1000 || len(names(t, dir)) != 1 {
				t.Errorf("%d bytes in %q", files.bytes, names(t, dir))
			}
		})
	}
}

func TestStampedFilesThatWereNotAskedForLongestGo(t *testing.T) {
	files, dir := kept(t, 4999)
	for n := range 4 {
		files.keep(t, n)
	}
	key, content, _ := stampedOf(0)
	sent, there := files.open(key)
	if !there || !files.has(t, 1) {
		t.Fatal("what fits is not there")
	}
	files.has(t, 0)
	for n := 4; n < 7; n++ {
		files.keep(t, n) // 2, 3 and 1 go
	}
	for n, want := range []bool{true, false, false, false, true, true, true} {
		if got := files.has(t, n); got != want {
			t.Errorf("%d: %t, want %t", n, got, want)
		}
	}
	for n := 7; n < 11; n++ {
		files.keep(t, n) // all others go
	}
	if got := names(t, dir); len(got) != 4 || files.bytes != 4000 {
		t.Errorf("%d bytes in %q", files.bytes, got)
	}
	if got, err := io.ReadAll(sent); err != nil || !bytes.Equal(got, content) {
		t.Errorf("what is sent breaks off: %d bytes, %v", len(got), err)
	}
	files.release(sent)
	for _, f := range files.idle {
		if f.of.gone {
			t.Error("what is kept no longer is left open")
		}
	}
	if err := files.put(key, "", make([]byte, 1250)); err != nil || files.has(t, 0) {
		t.Errorf("more than a quarter is kept, %v", err)
	}
}

func TestFewStampedFilesAreLeftOpen(t *testing.T) {
	files, _ := kept(t, 1<<20)
	files.keep(t, 1)
	key, _, _ := stampedOf(1)
	var all []opened
	for range stampedIdle + 3 {
		f, there := files.open(key)
		if !there {
			t.Fatal("it is not there")
		}
		all = append(all, f)
	}
	for _, f := range all {
		files.release(f)
	}
	closed := 0
	for _, f := range all {
		if _, err := f.Stat(); err != nil {
			closed++
		}
	}
	if len(files.idle) != stampedIdle || closed != 3 {
		t.Errorf("%d, and %d closed", len(files.idle), closed)
	}
	files.keep(t, 1) // in place of the other
	if len(files.idle) != 0 || !files.has(t, 1) {
		t.Errorf("%d of an earlier one", len(files.idle))
	}
}

func TestAnEarlierProcessLeavesNothing(t *testing.T) {
	files, dir := kept(t, 1<<20)
	files.keep(t, 1)
	for _, name := range []string{unfinished + "x", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	again, err := openStampedFiles(dir, 1<<20)
	if err != nil || again.has(t, 1) || fmt.Sprint(names(t, dir)) != "[notes.txt]" {
		t.Errorf("%q, %v", names(t, dir), err)
	}
	if _, err := openStampedFiles(filepath.Join(dir, "notes.txt"), 1<<20); err == nil {
		t.Error("a file is taken for a folder")
	}
	none, err := openStampedFiles("", 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if none.keep(t, 1); none.has(t, 1) {
		t.Error("without a folder something is kept")
	}
}

func TestAStampedFileThatCantBeKept(t *testing.T) {
	files, dir := kept(t, 1<<20)
	key, content, name := stampedOf(1)
	// A folder of its name, with something in it, can't be replaced.
	if err := os.MkdirAll(filepath.Join(dir, string(name), "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := files.put(key, name, content); err == nil || files.has(t, 1) || files.bytes != 0 || len(names(t, dir)) != 1 {
		t.Errorf("%v, %q", err, names(t, dir))
	}
}

func TestManyAskForStampedFilesAtOnce(t *testing.T) {
	files, dir := kept(t, 4000) // of 8000
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 100 {
				if n = (n*7 + i) % 8; !files.has(t, n) {
					files.keep(t, n)
				}
			}
		})
	}
	all.Wait()
	if got := len(names(t, dir)); got != files.files.Len() || files.bytes != int64(1000*got) || got > 4 {
		t.Errorf("%d files, %d known, %d bytes", got, files.files.Len(), files.bytes)
	}
}
