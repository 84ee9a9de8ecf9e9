package archtest

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"
)

// Generated code must be of the version of the library that it calls
// (docs/adr/0002).
func TestTheGeneratorIsOfTheLibrarysVersion(t *testing.T) {
	m, _, err := openModule()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"github.com/99designs/gqlgen", "github.com/vektah/gqlparser/v2"} {
		library, err := m.required("go.mod", path)
		if err != nil {
			t.Fatal(err)
		}
		generator, err := m.required("internal/tools/go.mod", path)
		if err != nil {
			t.Fatal(err)
		}
		if library != generator || library == "" {
			t.Errorf("%s is %q in go.mod and %q in internal/tools/go.mod", path, library, generator)
		}
	}
}

func TestARequirementIsReadInEachOfItsForms(t *testing.T) {
	m := module{files: fstest.MapFS{"go.mod": {Data: []byte(
		"module m\n\nrequire a.example/one v1.2.3\n\nrequire (\n\ta.example/two v0.1.0 // indirect\n)\n\ntool a.example/three\n")}}}
	for path, want := range map[string]string{
		"a.example/one": "v1.2.3", "a.example/two": "v0.1.0", "a.example/three": "", "a.example/four": "",
	} {
		if got, err := m.required("go.mod", path); err != nil || got != want {
			t.Errorf("%s: want %q, got %q, %v", path, want, got, err)
		}
	}
}

// Versions below these have faults that advisories name. The vulnerability database
// itself needs the network: make vuln asks it.
func TestNoModuleIsOlderThanItsAdvisoriesAsk(t *testing.T) {
	m, _, err := openModule()
	if err != nil {
		t.Fatal(err)
	}
	for path, least := range map[string]string{
		"golang.org/x/image": "v0.45.0", // of the decoders; also what imaging brings to a crash, CVE-2023-36308
	} {
		got, err := m.required("go.mod", path)
		if err != nil {
			t.Fatal(err)
		}
		if older(got, least) {
			t.Errorf("%s is %q, and has to be %s", path, got, least)
		}
	}
	for _, pair := range [][2]string{{"", "v0.1.0"}, {"v0.9.0", "v0.45.0"}, {"v0.45.0", "v0.45.1"}, {"v0.45.9", "v1.0.0"}} {
		if !older(pair[0], pair[1]) || older(pair[1], pair[0]) {
			t.Errorf("%q is older than %q", pair[0], pair[1])
		}
	}
}

// older compares versions without suffixes.
func older(a, b string) bool {
	var x, y [3]int
	_, errA := fmt.Sscanf(a, "v%d.%d.%d", &x[0], &x[1], &x[2])
	_, errB := fmt.Sscanf(b, "v%d.%d.%d", &y[0], &y[1], &y[2])
	return errB == nil && (errA != nil || slices.Compare(x[:], y[:]) < 0)
}
