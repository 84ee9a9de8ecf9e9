package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"
)

// FuzzSettings reads any file of --config: each value that it gives a flag is one word,
// or a list of them, as another reader of YAML finds it there.
func FuzzSettings(f *testing.F) {
	for _, text := range []string{
		"data: of the file\nlisten-on: 127.0.0.1:1\ncount: 7\ntag: [a, b]\n", "data: null", "data: ~", "data:", "data: {}", "data: []", "data: {a: b}", "tag: [[a], b]", "tag: [{}]",
		"count: &n 7\ndata: *n", "data: &a [*a]", "data: !!binary aGE=", "data: |\n  two\n  lines\n", "<<: {data: x}", "config: x", "data: x\ndata: y", "- a", "\"\\x64ata\": x", "data: 0o17", "---\ndata: x\n---\ndata: y",
	} {
		f.Add([]byte(text))
	}
	root := &cobra.Command{Use: "x"}
	verb := &cobra.Command{Use: "verb", Run: func(*cobra.Command, []string) {}}
	verb.Flags().String(configFlag, "", "")
	for _, name := range []string{"data", "listen-on", "count", "tag"} {
		verb.Flags().String(name, "", "")
	}
	root.AddCommand(verb)
	file := filepath.Join(f.TempDir(), "signet.yaml")
	if err := verb.Flags().Set(configFlag, file); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		values, err := readSettings(verb)
		if err != nil {
			return
		}
		var other map[string]any
		if err := yaml.Unmarshal(text, &other); err != nil || len(other) != len(values) {
			t.Fatalf("%q gives %q, and another reader %v (%v)", text, values, other, err)
		}
		for name, value := range values {
			if verb.Flags().Lookup(name) == nil || name == configFlag {
				t.Fatalf("%q sets %q", text, name)
			}
			switch found := other[name].(type) {
			case []any:
				for _, element := range found {
					if kind := reflect.ValueOf(element).Kind(); kind == reflect.Map || kind == reflect.Slice {
						t.Fatalf("%q gives %s %q", text, name, value)
					}
				}
			case map[string]any, map[any]any:
				t.Fatalf("%q gives %s %q", text, name, value)
			case string:
				if value != found && !bytes.Contains(text, []byte("binary")) { // which the other one decodes
					t.Fatalf("%q gives %s %q, and another reader %q", text, name, value, found)
				}
			case bool, int, float64:
				if value == "" {
					t.Fatalf("%q gives %s nothing, and another reader %v", text, name, fmt.Sprint(found))
				}
			}
		}
	})
}

// FuzzByteSize reads any text as a size: it is within the bounds, and is written as one
// that is read as the same.
func FuzzByteSize(f *testing.F) {
	for _, text := range []string{"1", "64GiB", "65GiB", "1 KiB", "007MiB", "-1", "+1", "1e3", "", "KiB", "9223372036854775807", "64GiBKiB", "1_000"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var size, again byteSize
		if size.Set(text) != nil {
			return
		}
		if err := again.Set(size.String()); err != nil || again != size || size < 1 || size > 64<<30 {
			t.Fatalf("%q is %d, which is written as %q, which is %d (%v)", text, size, size.String(), again, err)
		}
	})
}
