package xliff_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signet/internal/xliff"
)

var update = flag.Bool("update", false, "write testdata/written-*.xlf anew")

func TestWritesTheGoldenFiles(t *testing.T) {
	for _, v := range versions {
		t.Run(string(v), func(t *testing.T) {
			got := write(t, sample(), v)
			name := filepath.Join("testdata", "written-"+string(v)+".xlf")
			if *update {
				if err := os.WriteFile(name, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	for _, v := range versions {
		d, got := read(t, string(write(t, sample(), v)))
		if got != v {
			t.Errorf("version %s is read as %s", v, got)
		}
		if diff := cmp.Diff(sample(), d); diff != "" {
			t.Errorf("%s: %s", v, diff)
		}
	}
}

func TestLanguagesAreWrittenInCanonicalForm(t *testing.T) {
	for _, v := range versions {
		d := sample()
		d.Source, d.Target = "VI", "zh-hant-tw"
		if d, _ = read(t, string(write(t, d, v))); d.Source != "vi" || d.Target != "zh-Hant-TW" {
			t.Errorf("%s: %s, %s", v, d.Source, d.Target)
		}
	}
}

func TestTargetLanguageMayBeLeftOutWithoutTargets(t *testing.T) {
	for _, v := range versions {
		d := sample()
		d.Units, d.Target, d.Number = d.Units[:1], "", 0
		if got, _ := read(t, string(write(t, d, v))); !cmp.Equal(got, d) {
			t.Errorf("%s: %+v", v, got)
		}
	}
}

func TestPlaceholderHasAtMostFortyLetters(t *testing.T) {
	for n, want := range map[int]int{1: 1, 40: 1, 41: 0} {
		d := xliff.Document{Item: "k", Source: "vi", Units: []xliff.Unit{{ID: "a", Source: "{{" + strings.Repeat("z", n) + "}}", State: xliff.Missing}}}
		for _, v := range versions {
			if got := bytes.Count(write(t, d, v), []byte("<ph ")); got != want {
				t.Errorf("%s: %d letters are %d codes", v, n, got)
			}
		}
	}
}

// TestStaleTargetWithOtherPlaceholders: the standard has no place for a target
// whose codes are not those of its source, and a translator must see it all the same.
func TestStaleTargetWithOtherPlaceholders(t *testing.T) {
	d := sample()
	d.Units = d.Units[5:]
	for _, v := range versions {
		b := write(t, d, v)
		if bytes.Contains(b, []byte("<target")) || !bytes.Contains(b, []byte(d.Units[0].Target)) {
			t.Errorf("%s", b)
		}
		got, _ := read(t, string(b))
		if diff := cmp.Diff(d, got); diff != "" {
			t.Error(diff)
		}
		// The translator makes a new one, in a tool that sets no state.
		done := strings.Replace(string(b), "</source>", "</source><target>{{day}}日</target>", 1)
		got, _ = read(t, done)
		if u := got.Units[0]; u.Target != "{{day}}日" || u.State == xliff.Missing {
			t.Errorf("%+v", u)
		}
	}
}

func TestRefusesToWrite(t *testing.T) {
	unit := func(change func(*xliff.Unit)) func(*xliff.Document) {
		return func(d *xliff.Document) { change(&d.Units[1]) }
	}
	for name, c := range map[string]struct {
		code   string
		change func(*xliff.Document)
	}{
		"an item that is no key":           {xliff.CodeItemInvalid, func(d *xliff.Document) { d.Item = "Slogan 1" }},
		"an item that is too long":         {xliff.CodeItemInvalid, func(d *xliff.Document) { d.Item = strings.Repeat("a", xliff.MaxKey+1) }},
		"a version below nought":           {xliff.CodeItemInvalid, func(d *xliff.Document) { d.Number = -1 }},
		"no source language":               {xliff.CodeLanguageMissing, func(d *xliff.Document) { d.Source = "" }},
		"targets without a language":       {xliff.CodeLanguageMissing, func(d *xliff.Document) { d.Target = "" }},
		"an unknown language":              {xliff.CodeLanguageInvalid, func(d *xliff.Document) { d.Target = "qq" }},
		"an unknown region":                {xliff.CodeLanguageInvalid, func(d *xliff.Document) { d.Target = "vi-AB" }},
		"a source that is no language":     {xliff.CodeLanguageInvalid, func(d *xliff.Document) { d.Source = "tiếng Việt" }},
		"no units":                         {xliff.CodeNoUnits, func(d *xliff.Document) { d.Units = nil }},
		"too many units":                   {xliff.CodeTooManyUnits, func(d *xliff.Document) { d.Units = make([]xliff.Unit, xliff.MaxUnits+1) }},
		"a unit without an id":             {xliff.CodeUnitIDMissing, unit(func(u *xliff.Unit) { u.ID = "" })},
		"an id with a double dash":         {xliff.CodeUnitIDInvalid, unit(func(u *xliff.Unit) { u.ID = "a--b" })},
		"two units of one id":              {xliff.CodeUnitIDDuplicate, unit(func(u *xliff.Unit) { u.ID = "name" })},
		"a blank source":                   {xliff.CodeSourceMissing, unit(func(u *xliff.Unit) { u.Source = " \n" })},
		"a blank target":                   {xliff.CodeTextBlank, unit(func(u *xliff.Unit) { u.Target = " " })},
		"a blank note":                     {xliff.CodeTextBlank, unit(func(u *xliff.Unit) { u.Notes = []string{""} })},
		"a blank previous source":          {xliff.CodeTextBlank, unit(func(u *xliff.Unit) { u.PreviousSource = "\t" })},
		"a state that there is not":        {xliff.CodeStateInvalid, unit(func(u *xliff.Unit) { u.State = "done" })},
		"a target that is missing":         {xliff.CodeStateInvalid, unit(func(u *xliff.Unit) { u.State = xliff.Missing })},
		"a draft without a target":         {xliff.CodeStateInvalid, unit(func(u *xliff.Unit) { u.Target = "" })},
		"a target without its placeholder": {xliff.CodePlaceholderMismatch, unit(func(u *xliff.Unit) { u.Target = "{{city}}{{city}}" })},
		"a target with one too many":       {xliff.CodePlaceholderMismatch, unit(func(u *xliff.Unit) { u.Target += "{{year}}" })},
		"a carriage return":                {xliff.CodeControlCharacter, unit(func(u *xliff.Unit) { u.Source += "\r\n" })},
		"a control character":              {xliff.CodeControlCharacter, unit(func(u *xliff.Unit) { u.Notes = []string{"a\x0b"} })},
		"a bidirectional control":          {xliff.CodeControlCharacter, unit(func(u *xliff.Unit) { u.Target += "\u202E" })},
		"what XML has no place for":        {xliff.CodeControlCharacter, unit(func(u *xliff.Unit) { u.PreviousSource = "a\uFFFE" })},
		"bytes that are no UTF-8":          {xliff.CodeNotUTF8, unit(func(u *xliff.Unit) { u.Source += "\xff" })},
		"a replacement character":          {xliff.CodeNotUTF8, unit(func(u *xliff.Unit) { u.Source += "\uFFFD" })},
		"decomposed letters":               {xliff.CodeTextNotNFC, unit(func(u *xliff.Unit) { u.Source += "e\u0301" })},
		"more bytes than are read":         {xliff.CodeTooLarge, unit(func(u *xliff.Unit) { u.Notes = []string{strings.Repeat("海", xliff.MaxBytes/3)} })},
	} {
		t.Run(name, func(t *testing.T) {
			d := sample()
			c.change(&d)
			var b bytes.Buffer
			for _, v := range versions {
				e := refusal(t, xliff.Write(&b, d, v))
				if e.Code != c.code || e.Line != 0 || b.Len() != 0 {
					t.Errorf("%+v, and %d bytes", e, b.Len())
				}
			}
		})
	}
	if e := refusal(t, xliff.Write(&bytes.Buffer{}, sample(), "2.0")); e.Code != xliff.CodeUnsupportedVersion {
		t.Errorf("%+v", e)
	}
}

func TestErrorOfTheWriterIsReturned(t *testing.T) {
	want := errors.New("the disk is full")
	if err := xliff.Write(failing{want}, sample(), xliff.V21); !errors.Is(err, want) {
		t.Error(err)
	}
}

// failing fails to be written to and to be read.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
func (f failing) Read([]byte) (int, error)  { return 0, f.err }
