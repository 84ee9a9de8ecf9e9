package domain

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const goldenDir = "testdata/events"

// golden reads the payload in a golden file, which ends with one line end.
func golden(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(goldenDir, file))
	if err != nil {
		t.Fatal(err)
	}
	payload, ok := bytes.CutSuffix(data, []byte("\n"))
	if !ok {
		t.Fatalf("%s does not end with a line end", file)
	}
	return payload
}

// goldens lists the golden files by the stored name that they are about:
// "<name>.json" and, for further shapes of it, "<name>+<shape>.json". What an old
// name is read as is in "<name>.upcast.json", which is not listed.
func goldens(t *testing.T) map[string][]string {
	t.Helper()
	entries, err := os.ReadDir(goldenDir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]string{}
	for _, e := range entries {
		stem, ok := strings.CutSuffix(e.Name(), ".json")
		if !ok {
			t.Errorf("%s is no golden file", e.Name())
			continue
		}
		if old, ok := strings.CutSuffix(stem, ".upcast"); ok {
			stem = old
			if isCurrent(t, stem) {
				t.Errorf("%s: %s is not an old name", e.Name(), stem)
			}
			continue
		}
		name, _, _ := strings.Cut(stem, "+")
		files[name] = append(files[name], e.Name())
	}
	return files
}

// isCurrent tells whether an event is still written under a stored name.
func isCurrent(t *testing.T, name string) bool {
	t.Helper()
	e, err := Decode(name, []byte("{}"), noon)
	if err != nil {
		t.Fatal(err)
	}
	return e.EventType() == name
}

// typeName is that of the Go type that a stored name is read as.
func typeName(t *testing.T, name string) string {
	t.Helper()
	e, err := Decode(name, []byte("{}"), noon)
	if err != nil {
		t.Fatal(err)
	}
	return reflect.TypeOf(e).Name()
}

func TestStoredEventsReadAndWriteBack(t *testing.T) {
	for name, files := range goldens(t) {
		for _, file := range files {
			t.Run(file, func(t *testing.T) {
				want := golden(t, file)
				event, err := Decode(name, want, noon)
				if err != nil {
					t.Fatal(err)
				}
				if event.EventType() != name {
					want = golden(t, name+".upcast.json")
				}
				written, got, err := Encode(event)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, want) {
					t.Errorf("%s is written back as %s\n%s\nwant\n%s", name, written, got, want)
				}
			})
		}
	}
}

func TestEveryStoredNameHasItsGolden(t *testing.T) {
	files := goldens(t)
	for _, name := range EventTypes() {
		if !slices.Contains(files[name], name+".json") {
			t.Errorf("%s lacks its golden file", name)
		}
	}
	for name := range files {
		if !slices.Contains(EventTypes(), name) {
			t.Errorf("%s has a golden file and can't be read any more", name)
		}
	}
}

func TestGoldensFillEveryField(t *testing.T) {
	for name, files := range goldens(t) {
		if !isCurrent(t, name) {
			continue
		}
		filled := map[string]bool{}
		var shape reflect.Type
		for _, file := range files {
			event, err := Decode(name, golden(t, file), noon)
			if err != nil {
				t.Fatal(err)
			}
			v := reflect.ValueOf(event)
			shape = v.Type()
			for i := range v.NumField() {
				filled[shape.Field(i).Name] = filled[shape.Field(i).Name] || !v.Field(i).IsZero()
			}
		}
		for i := range shape.NumField() {
			if field := shape.Field(i).Name; !filled[field] {
				t.Errorf("no golden file of %s has a %s", name, field)
			}
		}
	}
}

func TestUnknownNamesStopTheReader(t *testing.T) {
	for _, name := range []string{"", "version.drafted.v2", "version.drafted", "VERSION.DRAFTED.V1", "version.drafted.v1 "} {
		if e, err := Decode(name, []byte("{}"), noon); !errors.Is(err, ErrUnknownEvent) || e != nil {
			t.Errorf("Decode(%q) = %v, %v, want ErrUnknownEvent", name, e, err)
		}
	}
}

func TestBrokenPayloadsAreNotUnknown(t *testing.T) {
	for _, name := range EventTypes() {
		for _, payload := range []string{"", "{", `[]`, `{} {}`, `"x"`} {
			if e, err := Decode(name, []byte(payload), noon); err == nil || errors.Is(err, ErrUnknownEvent) || e != nil {
				t.Errorf("Decode(%s, %q) = %v, %v", name, payload, e, err)
			}
		}
	}
}

func TestOptionalFieldsOfANewerProgramAreTolerated(t *testing.T) {
	for _, name := range EventTypes() {
		plain, extended := golden(t, name+".json"), bytes.Clone(golden(t, name+".json"))
		extended = append(extended[:len(extended)-1], `,"added_in_2031":{"a":[1]}}`...)
		want, err := Decode(name, plain, noon)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(name, extended, noon)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s with a field that is not known = %v, %v", name, got, err)
		}
	}
}

func TestAnOldWithdrawalBeganWhenItHappened(t *testing.T) {
	event, err := Decode("version.withdrawn.v1", []byte(`{"key":"k","version":2,"agency":"a","reason":"r"}`), later)
	if err != nil {
		t.Fatal(err)
	}
	if want := (VersionWithdrawn{Key: "k", Version: 2, Agency: "a", Reason: "r", From: later}); event != want {
		t.Errorf("got %+v, want %+v", event, want)
	}
}

// TestStoredFieldsAreNamed keeps a renamed Go field from renaming what is stored.
func TestStoredFieldsAreNamed(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var check func(reflect.Type)
	check = func(typ reflect.Type) {
		if seen[typ] {
			return
		}
		seen[typ] = true
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Array:
			check(typ.Elem())
		case reflect.Struct:
			if typ.PkgPath() != reflect.TypeFor[Event]().PkgPath() {
				return
			}
			for i := range typ.NumField() {
				f := typ.Field(i)
				tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				if tag == "" || tag == "-" || tag != strings.ToLower(tag) {
					t.Errorf("%s.%s is stored as %q", typ, f.Name, tag)
				}
				check(f.Type)
			}
		default:
		}
	}
	for _, name := range EventTypes() {
		e, err := Decode(name, []byte("{}"), noon)
		if err != nil {
			t.Fatal(err)
		}
		check(reflect.TypeOf(e))
	}
	if len(seen) < 30 {
		t.Fatalf("only %d types were seen", len(seen))
	}
}

func TestStoredNamesSayTheirVersion(t *testing.T) {
	for _, name := range EventTypes() {
		parts := strings.Split(name, ".")
		if len(parts) != 3 || parts[0] == "" || parts[1] == "" || len(parts[2]) < 2 || parts[2][0] != 'v' || parts[2][1] == '0' {
			t.Errorf("%q is not <noun>.<past participle>.v<N>", name)
		}
	}
}
