package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signet/internal/pull"
	"signet/internal/testneeds"
)

// TestTheKitOfARealCity takes in three published versions of a kit that nobody here
// wrote, as editions, and uses the registry as those would who live with it.
func TestTheKitOfARealCity(t *testing.T) {
	if testneeds.Race {
		t.Skip("SKIPPED ALOUD: half a thousand pictures take minutes with the race detector; the other of CI's runs has it")
	}
	t.Parallel()
	city := theCity(t)
	dir := t.TempDir()
	city.write(t, filepath.Join(dir, "kit"))
	t.Log(must(t, dir, "import", "kit"))
	p := serving(t, dir)
	latest := len(city.editions)

	// Every edition can be had, byte by byte; the last one is in force.
	for edition := 1; edition < latest; edition++ {
		folder := fmt.Sprintf("edition-%d", edition)
		must(t, dir, "pull", folder, "--server", p.url, "--edition", fmt.Sprint(edition))
		city.samePulled(t, filepath.Join(dir, folder), edition)
	}
	must(t, dir, "pull", "brand", "--server", p.url)
	city.samePulled(t, filepath.Join(dir, "brand"), latest)

	city.moveOn(t, p, dir, "edition-1", 1, latest)
	city.looksAsIn(t, p, testneeds.Command(t, "rsvg-convert"))
	city.checkSite(t, p)
	p.stop()
}

// samePulled compares the pictures in a folder with those of an edition.
func (k *cityKit) samePulled(t *testing.T, dir string, edition int) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "logos", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	want := k.editions[edition-1]
	if len(found) != len(want) {
		t.Errorf("edition %d: %d pictures came, want %d", edition, len(found), len(want))
	}
	for name, body := range want {
		if got, err := os.ReadFile(filepath.Join(dir, pulled(name))); err != nil || !bytes.Equal(got, body) {
			t.Errorf("edition %d: %s is not as it was published: %v", edition, name, err)
		}
	}
}

// moveOn brings a folder from one edition to another. Only what has changed may come:
// not even a file whose bytes were there under another name.
func (k *cityKit) moveOn(t *testing.T, p *process, dir, folder string, from, to int) {
	t.Helper()
	before, after := k.editions[from-1], k.editions[to-1]
	there := map[string]bool{}
	for _, body := range before {
		there[string(body)] = true
	}
	var added, changed, removed []string
	var pictureBytes int64
	for name, body := range after {
		switch old, ok := before[name]; {
		case !ok:
			added = append(added, pulled(name))
		case !bytes.Equal(old, body):
			changed = append(changed, pulled(name))
		}
		if !there[string(body)] {
			there[string(body)] = true
			pictureBytes += int64(len(body))
		}
	}
	for name := range before {
		if after[name] == nil {
			removed = append(removed, pulled(name))
		}
	}
	var r pull.Report
	pulledJSON(t, dir, exitOK, &r, folder, "--edition", "0")
	pictures := func(paths []string) (out []string) {
		for _, p := range paths {
			if strings.HasPrefix(p, "logos/") {
				out = append(out, p)
			}
		}
		return slices.Sorted(slices.Values(out))
	}
	for what, pair := range map[string][2][]string{"added": {added, r.Added}, "changed": {changed, r.Changed}, "removed": {removed, r.Removed}} {
		if want := slices.Sorted(slices.Values(pair[0])); !slices.Equal(want, pictures(pair[1])) {
			t.Errorf("%s: %v, want %v", what, pictures(pair[1]), want)
		}
	}
	k.samePulled(t, filepath.Join(dir, folder), to)

	// Beside the pictures come the list of all files, and those that tell of the whole kit.
	_, _, list := p.get("/kit/manifest.json", "")
	rest := int64(len(list))
	for _, name := range []string{"kit.json", "tokens.json", "index.html"} {
		info, err := os.Stat(filepath.Join(dir, folder, name))
		if err != nil {
			t.Fatal(err)
		}
		rest += info.Size()
	}
	const headers = 512 // between the files of an archive
	t.Logf("%d new, %d changed, %d gone: %d bytes of pictures, %d of what tells of the kit; %d came by %d requests",
		len(added), len(changed), len(removed), pictureBytes, rest, r.Received, r.Requests)
	if r.Received < pictureBytes || r.Received > pictureBytes+rest+headers {
		t.Errorf("%d bytes came, want %d of pictures and %d of the rest", r.Received, pictureBytes, rest)
	}
	pulledJSON(t, dir, exitOK, &r, folder)
	if r.Received != 0 || r.Requests != 1 {
		t.Errorf("nothing has changed, and %d bytes came by %d requests", r.Received, r.Requests)
	}
}

// names are the paths of the latest edition, sorted.
func (k *cityKit) names() []string {
	return slices.Sorted(maps.Keys(k.editions[len(k.editions)-1]))
}
