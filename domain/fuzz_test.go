package domain

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func FuzzParseLocale(f *testing.F) {
	for _, s := range []string{"vi", "zh-Hant-TW", "EN_us", "x-foo", "i-klingon", "sgn-be-fr", "en-u-ca-gregory-t-vi", "und", "\xff", "a-" + strings.Repeat("b", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		locale, err := ParseLocale(s)
		if err != nil {
			if AsError(err) == nil || locale != "" {
				t.Fatalf("ParseLocale(%q) = %q, %v", s, locale, err)
			}
			return
		}
		if again, err := ParseLocale(string(locale)); err != nil || again != locale {
			t.Fatalf("%q is canonical as %q, and that as %q (%v)", s, locale, again, err)
		}
		if strings.Trim(string(locale), "-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") != "" {
			t.Fatalf("%q has a canonical form that is no tag: %q", s, locale)
		}
	})
}

func FuzzNormaliseText(f *testing.F) {
	for _, s := range []string{
		"Hải Phòng", "Ha\u0309i Pho\u0300ng\r\n", "a\rb", "\u202ea", "\xffa", "\u0958", "\ufb2c", " \u0301", "\u0344", "\U0001d160",
		strings.Repeat("\u0301", 64), "\u1100\u1161\u11a8", "\u2000\u037e\u1fef", "\u0f71\u0f72",
	} {
		f.Add(s, 20)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = min(max(limit, 0), MaxText)
		got, err := NormaliseText(s, limit)
		if err != nil {
			if AsError(err) == nil || got != "" {
				t.Fatalf("NormaliseText(%+q) = %+q, %v", s, got, err)
			}
			return
		}
		if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) || strings.Contains(got, "\r") || strings.TrimSpace(got) != got {
			t.Fatalf("%+q is kept as %+q", s, got)
		}
		if utf8.RuneCountInString(got) > limit {
			t.Fatalf("%+q is kept with more than %d characters", s, limit)
		}
		if again, err := NormaliseText(got, limit); err != nil || again != got {
			t.Fatalf("%+q is kept as %+q, and that as %+q (%v)", s, got, again, err)
		}
	})
}

func FuzzParseKey(f *testing.F) {
	for _, s := range []string{"slogan-quoc-te", "", "-", "a--b", "A", "ă", "a\x00", strings.Repeat("a", 65)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key, err := ParseKey(s)
		if err != nil {
			if AsError(err) == nil || key != "" {
				t.Fatalf("ParseKey(%q) = %q, %v", s, key, err)
			}
			return
		}
		if key != s || len(key) > MaxKey || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Fatalf("ParseKey(%q) = %q", s, key)
		}
		for _, word := range strings.Split(key, "-") {
			if word == "" {
				t.Fatalf("%q has an empty word", key)
			}
		}
	})
}

func FuzzPlaceholdersOf(f *testing.F) {
	for _, s := range []string{"{{a}} {{b}} {{a}}", "{{{a}}}", "{{a}", "}}{{", "{{ a }}", "{{{a}}{", "{{\xff}}", "{{a}}}}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		names, err := PlaceholdersOf(s)
		if err != nil {
			if AsError(err) == nil || names != nil {
				t.Fatalf("PlaceholdersOf(%q) = %q, %v", s, names, err)
			}
			return
		}
		seen := map[string]bool{}
		for _, name := range names {
			if seen[name] || !strings.Contains(s, "{{"+name+"}}") {
				t.Fatalf("PlaceholdersOf(%q) = %q", s, names)
			}
			seen[name] = true
		}
		if len(names) == 0 && strings.Contains(s, "{{") {
			t.Fatalf("PlaceholdersOf(%q) overlooks a gap", s)
		}
	})
}

func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(goldenDir, "*.json"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		payload, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		name, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".json"), "+")
		f.Add(name, payload)
	}
	f.Add("version.unheard_of.v1", []byte("{}"))
	f.Add("version.drafted.v1", []byte("null"))
	f.Fuzz(func(t *testing.T, name string, payload []byte) {
		event, err := Decode(name, payload, noon)
		if err != nil {
			if event != nil || AsError(err) != nil {
				t.Fatalf("Decode = %v, %v", event, err)
			}
			return
		}
		current, written, err := Encode(event)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(current, written, later)
		if err != nil {
			t.Fatalf("%s is written as %s, which can't be read: %v", payload, written, err)
		}
		if _, twice, err := Encode(again); err != nil || !bytes.Equal(twice, written) {
			t.Fatalf("%s is written as %s, and that as %s (%v)", payload, written, twice, err)
		}
		evolveAll(event)
	})
}

// evolveAll sees that no decider fails on an event, wherever it stands.
func evolveAll(e Event) {
	Items.Fold(e, VersionDrafted{Version: 1}, e)
	Policies.Fold(e)
	Editions.Fold(e, EditionOpened{}, e)
	Agencies.Fold(e, AgencyRegistered{}, e)
	Uses.Fold(e)
}

func FuzzContentNormalise(f *testing.F) {
	for i, kind := range Kinds {
		c, err := marshalPlain(contentOf(kind))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(i, c)
	}
	f.Add(0, []byte(`{}`))
	f.Add(3, []byte(`{"units":[{"id":"b","role":"body","text":{"vi":"{{a}}","xx":null}}],"placeholders":[{"name":"a","note":{"":""}}]}`))
	f.Add(1, []byte(`{"files":[{"name":"..","size":-1}],"colours":[{"hex":"#000000"}]}`))
	f.Fuzz(func(t *testing.T, i int, data []byte) {
		var c Content
		if json.Unmarshal(data, &c) != nil {
			return
		}
		kind := Kinds[((i%len(Kinds))+len(Kinds))%len(Kinds)]
		once, err := c.Normalise(kind, "vi")
		if err != nil {
			if AsError(err) == nil {
				t.Fatalf("refused by something else than a refusal: %v", err)
			}
			return
		}
		twice, err := once.Normalise(kind, "vi")
		if err != nil || !twice.Equal(once) {
			t.Fatalf("%s\nis kept as\n%+v\nand that as\n%+v (%v)", data, once, twice, err)
		}
		stored, err := marshalPlain(once)
		if err != nil || len(stored) > MaxContentBytes {
			t.Fatalf("kept with %d bytes (%v)", len(stored), err)
		}
		var read Content
		if err := json.Unmarshal(stored, &read); err != nil || !read.Equal(once) {
			t.Fatalf("%s is read back as %+v (%v)", stored, read, err)
		}
	})
}
