package report_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"signet/internal/report"
)

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	verb := regexp.MustCompile(`%[a-z]`)
	for _, lang := range both {
		for _, other := range both {
			for key, text := range lang.Catalogue() {
				translated, ok := other.Catalogue()[key]
				switch {
				case !ok:
					t.Errorf("%s has %q, and %s does not", lang, key, other)
				case !slices.Equal(verb.FindAllString(text, -1), verb.FindAllString(translated, -1)):
					t.Errorf("%q has other arguments in %s than in %s", key, lang, other)
				}
			}
		}
		for key, text := range lang.Catalogue() {
			if text == "" || strings.TrimSpace(text) != text || !norm.NFC.IsNormalString(text) {
				t.Errorf("%s: %q is %q", lang, key, text)
			}
		}
	}
}

// sources are the production files that use the catalogues.
func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"*.go", "*.tmpl"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "words_") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(text)
		}
	}
	return all.String()
}

func TestEveryTextThatIsAskedForIsThere(t *testing.T) {
	asked := regexp.MustCompile(`\bT "([^"]+)"|\bT\("([^"]+)"`).FindAllStringSubmatch(sources(t), -1)
	if len(asked) < 50 {
		t.Fatalf("only %d texts are asked for", len(asked))
	}
	for _, m := range asked {
		if key := m[1] + m[2]; !strings.HasSuffix(key, ".") && report.Vietnamese.Word(key) == "" {
			t.Errorf("there is no %q", key)
		}
	}
}

func TestEveryTextIsAskedFor(t *testing.T) {
	all := sources(t)
	for key := range report.Vietnamese.Catalogue() {
		family, rest, _ := strings.Cut(key, ".")
		switch {
		case family == "kind" || family == "channel" || family == "outcome": // named by the registry
		case strings.HasPrefix(key, "title."): // TestAnIntervalIsNamedByItsPeriod
		case strings.Contains(all, `"`+key+`"`):
		case family == "col" && strings.Contains(all, `"`+rest+`"`):
		default:
			t.Errorf("nobody asks for %q", key)
		}
	}
}

func TestATextThatIsMissingFailsInsteadOfBeingEmpty(t *testing.T) {
	for _, key := range []string{"caption.usage", "col.downloads", "usage"} {
		func() {
			catalogue := report.English.Catalogue()
			kept := catalogue[key]
			delete(catalogue, key)
			defer func() { catalogue[key] = kept }()
			if sample().WriteHTML(new(strings.Builder), report.English) == nil {
				t.Errorf("a page without %q was written", key)
			}
		}()
	}
}
