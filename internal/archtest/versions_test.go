package archtest

import (
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
