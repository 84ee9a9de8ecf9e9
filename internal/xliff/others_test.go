package xliff_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signet/internal/testneeds"
	"signet/internal/xliff"
)

// documents are what is given to the software of others. Their texts stay within
// what the npm package xliff keeps: it drops white space between two codes, and
// a line end with what follows it at the end of a run of text.
func documents() map[string]xliff.Document {
	many := xliff.Document{Item: "message-set", Source: "vi", Target: "zh-Hans"}
	for i := range 200 {
		n := strconv.Itoa(i)
		u := xliff.Unit{ID: "u-" + n, Notes: []string{"<&> " + n}, Source: "Dòng {{a}} & {{b}} < " + n, State: xliff.Missing}
		if i%2 == 1 {
			u.State, u.Target = xliff.Draft, "{{b}} 行 {{a}} "+n
		}
		many.Units = append(many.Units, u)
	}
	missing := xliff.Document{
		Item: "k", Number: 1, Source: "vi",
		Units: []xliff.Unit{{ID: "slogan", Source: "Biển\tmở\nra", State: xliff.Missing}},
	}
	return map[string]xliff.Document{"sample": sample(), "many": many, "no-target": missing}
}

// others calls f with every document as a file of each version.
func others(t *testing.T, f func(t *testing.T, d xliff.Document, v xliff.Version, file string)) {
	t.Helper()
	for name, d := range documents() {
		for _, v := range versions {
			t.Run(name+" "+string(v), func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "written.xlf")
				put(t, file, write(t, d, v))
				f(t, d, v, file)
			})
		}
	}
}

// TestReaderOfOthersSeesEveryUnit asks the npm package xliff.
func TestReaderOfOthersSeesEveryUnit(t *testing.T) {
	node := testneeds.Command(t, "node")
	folder := filepath.Join("testdata", "npm")
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "xliff", "package.json")); err != nil {
		testneeds.Missing(t, "the npm packages of internal/xliff/testdata/npm: run npm ci --ignore-scripts there")
	}
	type unit struct{ ID, Source, Target string }
	type answer struct {
		Source, Target string
		Units          []unit
	}
	others(t, func(t *testing.T, d xliff.Document, v xliff.Version, file string) {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), node, filepath.Join(folder, "check.mjs"), file, string(v)).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		var got answer
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		want := answer{Source: d.Source, Target: d.Target}
		for _, u := range d.Units {
			if u.ID == "date" { // its target is in a note
				u.Target = ""
			}
			want.Units = append(want.Units, unit{u.ID, u.Source, u.Target})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// schemas is where Debian's package php-symfony-translation has copies of the
// schemas of OASIS: the strict one of 1.2, and that of 2.0. 2.1 kept the namespace,
// and what of it is written here; its version is free in the schema.
const schemas = "/usr/share/php/Symfony/Component/Translation/Resources/schemas"

// TestFilesAreValidByTheSchemasOfTheStandard asks xmllint.
func TestFilesAreValidByTheSchemasOfTheStandard(t *testing.T) {
	xmllint := testneeds.Command(t, "xmllint")
	folder := t.TempDir()
	// Both import xml.xsd, each under a name of its own; that of 1.2 is on the web.
	const xml = "informativeCopiesOf3rdPartySchemas/w3c/xml.xsd"
	for from, to := range map[string]string{"xliff-core-2.0.xsd": "2.1.xsd", "xliff-core-1.2-strict.xsd": "1.2.xsd", "xml.xsd": xml} {
		b, err := os.ReadFile(filepath.Join(schemas, from))
		if err != nil {
			testneeds.Missing(t, "the schemas of XLIFF, in Debian's package php-symfony-translation")
		}
		put(t, filepath.Join(folder, to), b)
	}
	catalog := filepath.Join(folder, "catalog.xml")
	put(t, catalog, []byte(`<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">`+
		`<system systemId="http://www.w3.org/2001/xml.xsd" uri="`+xml+`"/></catalog>`))
	// validate returns how xmllint ends: 0 for a valid file, 3 for one that is not.
	validate := func(t *testing.T, v xliff.Version, file string) int {
		t.Helper()
		c := exec.CommandContext(t.Context(), xmllint, "--nonet", "--noout", "--schema", filepath.Join(folder, string(v)+".xsd"), file)
		c.Env = append(os.Environ(), "XML_CATALOG_FILES="+catalog)
		out, _ := c.CombinedOutput()
		t.Logf("%s", out)
		return c.ProcessState.ExitCode()
	}
	others(t, func(t *testing.T, _ xliff.Document, v xliff.Version, file string) {
		t.Helper()
		if code := validate(t, v, file); code != 0 {
			t.Errorf("exit code %d", code)
		}
	})
	// What the tests read is of the standard as well; the schema of 1.2 asks for the
	// schema of every name of others.
	if code := validate(t, xliff.V21, filepath.Join("testdata", "cat-2.1.xlf")); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for v, broken := range map[xliff.Version]string{xliff.V21: file21("<segment/>"), xliff.V12: file12("<target/>")} {
		file := filepath.Join(folder, "broken.xlf")
		put(t, file, []byte(broken))
		if code := validate(t, v, file); code != 3 {
			t.Errorf("exit code %d for %s", code, broken)
		}
	}
}

func put(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b, 0o644); err != nil {
		t.Fatal(err)
	}
}
