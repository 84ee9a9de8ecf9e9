package bundle_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signet/domain"
	"signet/internal/bundle"
	"signet/internal/testneeds"
)

// The patterns are those of the JSON schemas that the Design Tokens Community
// Group publishes for 2025.10.
var (
	tokenNames = regexp.MustCompile(`^[^${}.][^{}.]*$`)
	hexColours = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
)

// colours checks a group of tokens by the rules of the format, and returns the
// colours by their paths.
func colours(t *testing.T, path, inherited string, group map[string]any) map[string]string {
	t.Helper()
	if kind, ok := group["$type"].(string); ok {
		inherited = kind
	}
	if value, ok := group["$value"].(map[string]any); ok {
		rgb := ""
		for _, c := range value["components"].([]any) {
			if c.(float64) < 0 || c.(float64) > 1 {
				t.Errorf("%s: %v", path, value)
			}
			rgb += fmt.Sprintf("%02x", int(math.Round(c.(float64)*255)))
		}
		if inherited != "color" || value["colorSpace"] != "srgb" || value["hex"] != "#"+rgb || !hexColours.MatchString("#"+rgb) || value["alpha"] != 1.0 || len(value) != 4 {
			t.Errorf("%s: %v", path, value)
		}
		for property := range group {
			if property != "$value" && property != "$description" {
				t.Errorf("%s has %s", path, property)
			}
		}
		return map[string]string{path: rgb}
	}
	out := map[string]string{}
	for name, member := range group {
		switch inner, ok := member.(map[string]any); {
		case name == "$type", name == "$description":
		case !ok || !tokenNames.MatchString(name):
			t.Errorf("%s.%s is no name, or no token", path, name)
		default:
			for p, c := range colours(t, strings.TrimPrefix(path+"."+name, "."), inherited, inner) {
				out[p] = c
			}
		}
	}
	return out
}

func tokensOf(t *testing.T, b *bundle.Bundle) map[string]string {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal([]byte(unpack(t, b)["tokens.json"]), &root); err != nil {
		t.Fatal(err)
	}
	return colours(t, "", "", root)
}

var sampleColours = map[string]string{
	"color.logo-sample.flamboyant-red": "c8202f", "color.logo-sample.stamen-gold": "f5a81c",
	"color.logo-sample.harbour-blue": "0b3c6f", "color.logo-sample.wave-teal": "17959e",
}

func TestColoursAreDesignTokens(t *testing.T) {
	if diff := cmp.Diff(sampleColours, tokensOf(t, newRegistry(t).bundle(t, bundle.Selection{}))); diff != "" {
		t.Error(diff)
	}
	if got := tokensOf(t, newRegistry(t).bundle(t, bundle.Selection{Kinds: []domain.Kind{domain.Slogan}})); len(got) != 0 {
		t.Errorf("slogans have the colours %v", got)
	}
	if err := notOurs(t, "en: Stamen gold", "en: Flamboyant, RED!"); err["color.logo-sample.flamboyant-red-2"] != "f5a81c" {
		t.Errorf("two colours of one name: %v", err)
	}
}

func notOurs(t *testing.T, oldNew ...string) map[string]string {
	t.Helper()
	return tokensOf(t, newRegistry(t, oldNew...).bundle(t, bundle.Selection{}))
}

func TestNamesOfColours(t *testing.T) {
	for in, want := range map[string]string{
		"Đỏ phượng": "do-phuong", "Harbour blue": "harbour-blue", "{a}.$b": "a-b", "$type": "type", "海の青": "", "": "", "--Blue 2--": "blue-2", "ộ": "o",
	} {
		if got := bundle.Slug(in); got != want {
			t.Errorf("%q is called %q", in, got)
		}
	}
}

// TestReaderOfOthersReadsTheTokens asks the npm package @terrazzo/parser.
func TestReaderOfOthersReadsTheTokens(t *testing.T) {
	node := testneeds.Command(t, "node")
	folder := filepath.Join("testdata", "npm")
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "@terrazzo", "parser", "package.json")); err != nil {
		testneeds.Missing(t, "the npm packages of internal/bundle/testdata/npm: run npm ci --ignore-scripts there")
	}
	read := func(body string) ([]byte, error) {
		file := filepath.Join(t.TempDir(), "tokens.json")
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		return exec.CommandContext(t.Context(), node, filepath.Join(folder, "check.mjs"), file).Output()
	}
	ours := unpack(t, newRegistry(t).bundle(t, bundle.Selection{}))["tokens.json"]
	out, err := read(ours)
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var got map[string]struct {
		Type  string
		Value struct{ ColorSpace, Hex string }
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	seen := map[string]string{}
	for id, token := range got {
		if token.Type != "color" || token.Value.ColorSpace != "srgb" {
			t.Errorf("%s: %+v", id, token)
		}
		seen[id] = strings.TrimPrefix(token.Value.Hex, "#")
	}
	if diff := cmp.Diff(sampleColours, seen); diff != "" {
		t.Error(diff)
	}
	if _, err := read(strings.Replace(ours, `"srgb"`, `"rgb"`, 1)); err == nil {
		t.Error("the reader takes anything, so that its agreement says nothing")
	}
}
