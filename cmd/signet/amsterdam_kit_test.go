package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"signet/assets"
	"signet/internal/testneeds"
)

// cityPackages are published versions of @amsterdam/design-system-assets, in order: the
// brand kit of a city that nobody here wrote. Each of them becomes an edition. The files
// belong to the City of Amsterdam, and are fetched for the test only.
var cityPackages = []string{"a100", "a200", "a260"} // 1.0.0, 2.0.0 and 2.6.0

// cityKit is what of the packages a registry can hold.
type cityKit struct {
	editions []map[string][]byte // path in the package to content, by edition
	items    map[string]*cityItem
}

// cityItem is a file of the packages with its history.
type cityItem struct {
	path     string
	versions []cityVersion
	retired  int // the edition that is the first without it; 0: none
}

// cityVersion is an edition's content that is another than before.
type cityVersion struct {
	edition int
	body    []byte
}

// keyOf is the key of the item that a file is of.
func keyOf(name string) string {
	name = strings.TrimSuffix(name, path.Ext(name))
	name = strings.ReplaceAll(name, "_", "-underscore-")
	name = regexp.MustCompile(`([a-z0-9])([A-Z])`).ReplaceAllString(name, "$1-$2")
	return strings.ToLower(strings.ReplaceAll(name, "/", "-"))
}

// pulled is where a file stands in a folder that was pulled.
func pulled(name string) string { return "logos/" + keyOf(name) + "/" + path.Base(name) }

// in is the number of the version that is in force with an edition; 0: none.
func (i *cityItem) in(edition int) int {
	n := 0
	for k, v := range i.versions {
		if v.edition <= edition {
			n = k + 1
		}
	}
	if i.retired > 0 && i.retired <= edition {
		return 0
	}
	return n
}

// theCity reads the packages, and tells what of them is left out, and why.
func theCity(t *testing.T) *cityKit {
	t.Helper()
	folder := filepath.Join("testdata", "amsterdam", "node_modules")
	if _, err := os.Stat(filepath.Join(folder, cityPackages[len(cityPackages)-1])); err != nil {
		testneeds.Missing(t, "the npm packages of cmd/signet/testdata/amsterdam: run npm ci --ignore-scripts there")
	}
	k := &cityKit{items: map[string]*cityItem{}}
	for _, name := range cityPackages {
		k.editions = append(k.editions, cityFiles(t, filepath.Join(folder, name)))
	}
	if os.Getenv(testneeds.StrictVariable) == "1" {
		k.thin(t)
	}
	for n, files := range k.editions {
		for _, file := range slices.Sorted(maps.Keys(files)) {
			k.take(t, n+1, file, files[file])
		}
		for _, i := range k.items {
			if files[i.path] == nil && i.retired == 0 {
				i.retired = n + 1
			}
		}
	}
	return k
}

// shown are symbols that never changed and that the site of the test shows.
var shown = []string{"icons/Bell.svg", "icons/ChevronDown.svg", "icons/Heart.svg", "icons/LinkedIn.svg", "icons/Menu.svg"}

// thin takes away most of the symbols that never changed, since CI has little time: half of
// it goes into looking at each picture once.
func (k *cityKit) thin(t *testing.T) {
	t.Helper()
	latest := k.editions[len(k.editions)-1]
	n := 0
	for _, name := range slices.Sorted(maps.Keys(latest)) {
		same := strings.HasPrefix(name, "icons/") && !slices.Contains(shown, name)
		for _, files := range k.editions {
			same = same && (files[name] == nil || bytes.Equal(files[name], latest[name]))
		}
		if !same {
			continue
		}
		if n++; n%10 == 0 {
			continue
		}
		for _, files := range k.editions {
			delete(files, name)
		}
	}
	t.Logf("in CI only %d of %d symbols that never changed are taken", n/10, n)
}

// take takes a file of an edition over.
func (k *cityKit) take(t *testing.T, edition int, file string, body []byte) {
	t.Helper()
	key := keyOf(file)
	i := k.items[key]
	if i == nil {
		i = &cityItem{path: file}
		k.items[key] = i
	}
	if i.path != file || i.retired > 0 {
		t.Fatalf("the key of %s is that of %s, which is retired in edition %d", file, i.path, i.retired)
	}
	if len(i.versions) == 0 || !bytes.Equal(i.versions[len(i.versions)-1].body, body) {
		i.versions = append(i.versions, cityVersion{edition, body})
	}
}

// cityFiles reads the pictures of a package. What is no kind of a registry's is counted;
// what looks like a picture and is refused is told with the reason.
func cityFiles(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	files, others := map[string][]byte{}, map[string]int{}
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		ext := path.Ext(name)
		if ext != ".svg" && ext != ".png" {
			others[ext]++
			return nil
		}
		body, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		if _, err := assets.Inspect(t.Context(), bytes.NewReader(body), int64(len(body))); err != nil {
			t.Logf("%s refuses %s: %v", path.Base(folder), name, err)
			return nil
		}
		files[name] = body
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d pictures; left out, by the ends of their names: %v", path.Base(folder), len(files), others)
	return files
}

// The years of the editions: one is issued every second year.
func cityYear(edition int) int { return 2019 + 2*edition }

// write writes the kit in the form signet-kit/v1.
func (k *cityKit) write(t *testing.T, dir string) {
	t.Helper()
	put := func(name string, body []byte) {
		t.Helper()
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keys := slices.Sorted(maps.Keys(k.items))
	put("kit.yaml", k.root(keys))
	for _, key := range keys {
		i := k.items[key]
		put("items/logo/"+key+".yaml", i.yaml(key))
		for n, v := range i.versions {
			put(i.place(key, n+1), v.body)
		}
	}
}

func (i *cityItem) place(key string, version int) string {
	return fmt.Sprintf("files/%s/%d/%s", key, version, path.Base(i.path))
}

// root is the kit.yaml.
func (k *cityKit) root(keys []string) []byte {
	var b bytes.Buffer
	b.WriteString(`format: signet-kit/v1
agencies:
  - key: amsterdam
    name:
      en: City of Amsterdam
      nl: Gemeente Amsterdam
    registered: 2020-01-06T09:00:00Z
policies:
  - kind: logo
    at: 2020-01-07T09:00:00Z
    leads:
      - amsterdam
    reason: one agency decides
editions:
`)
	for n, name := range cityPackages {
		edition, year := n+1, cityYear(n+1)
		fmt.Fprintf(&b, "  - number: %d\n    title:\n      vi: %s\n    due: %d-06-30\n    opened: %[3]d-01-10T09:00:00Z\n    agency: amsterdam\n", edition, name, year)
		var entries, retired strings.Builder
		for _, key := range keys {
			i := k.items[key]
			if i.retired == edition {
				fmt.Fprintf(&retired, "      - item: %s\n        at: %d-04-01T09:00:00Z\n", key, year)
			}
			if v := i.in(edition); v > 0 && i.versions[v-1].edition == edition {
				fmt.Fprintf(&entries, "      - item: %s\n        version: %d\n        at: %d-04-01T09:00:00Z\n", key, v, year)
			}
		}
		for title, list := range map[string]string{"entries": entries.String(), "retired": retired.String()} {
			if list != "" {
				fmt.Fprintf(&b, "    %s:\n%s", title, list)
			}
		}
		fmt.Fprintf(&b, "    issued:\n      at: %d-06-15T09:00:00Z\n      decision: %s\n      decided: %[1]d-06-14\n", year, name)
	}
	return b.Bytes()
}

// yaml is the item's file: all its versions, each drafted, submitted and signed in the
// year of its edition.
func (i *cityItem) yaml(key string) []byte {
	colour, layout := "one", "mark"
	if strings.HasPrefix(i.path, "logo/") {
		colour, layout = "full", "horizontal"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "key: %s\nkind: logo\nsource: en\npublic: true\nregistered: %d-01-11T09:00:00Z\nagency: amsterdam\nversions:\n", key, cityYear(i.versions[0].edition))
	for n, v := range i.versions {
		year := cityYear(v.edition)
		fmt.Fprintf(&b, "  - number: %d\n    agency: amsterdam\n    drafted: %d-02-01T09:00:00Z\n    content:\n", n+1, year)
		fmt.Fprintf(&b, "      units:\n        - id: name\n          role: name\n          text:\n            en: %s\n", path.Base(i.path))
		fmt.Fprintf(&b, "      files:\n        - colour: %s\n          layout: %s\n          path: %s\n", colour, layout, i.place(key, n+1))
		fmt.Fprintf(&b, "      licence: proprietary to the City of Amsterdam\n    effective:\n      with_edition: %d\n", v.edition)
		fmt.Fprintf(&b, "    submitted: %d-03-01T09:00:00Z\n    signed:\n      - agency: amsterdam\n        at: %[1]d-03-02T09:00:00Z\n", year)
	}
	return b.Bytes()
}
