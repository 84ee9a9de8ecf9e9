package archtest

import "testing"

// Imports fails the test for every production import of the package under test
// that the rule forbids.
func Imports(t *testing.T, rule Rule) {
	t.Helper()
	m, here, err := openModule()
	if err != nil {
		t.Fatal(err)
	}
	broken, err := m.broken(here, rule)
	if err != nil {
		t.Fatal(err)
	}
	for _, sentence := range broken {
		t.Error(sentence)
	}
}

// ImportedOnlyBy fails the test for every production file that imports the
// package under test and lies outside of the folders named (as in
// [Rule].Ours).
func ImportedOnlyBy(t *testing.T, folders ...string) {
	t.Helper()
	m, here, err := openModule()
	if err != nil {
		t.Fatal(err)
	}
	broken, err := m.intruders(here, folders)
	if err != nil {
		t.Fatal(err)
	}
	for _, sentence := range broken {
		t.Error(sentence)
	}
}
