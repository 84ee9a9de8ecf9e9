package report_test

import (
	"strings"
	"testing"

	"signet/internal/report"
)

func TestTheReadersLanguageIsChosen(t *testing.T) {
	for name, c := range map[string]struct {
		accept, query string
		want          report.Lang
	}{
		"nothing said":                     {"", "", "vi"},
		"the parameter":                    {"", "en", "en"},
		"the parameter with a region":      {"", "en-GB", "en"},
		"the parameter in capitals":        {"", "VI", "vi"},
		"the parameter against the header": {"en", "vi", "vi"},
		"the header":                       {"en", "", "en"},
		"the header with regions":          {"en-US,en;q=0.9", "", "en"},
		"the header by quality":            {"en;q=0.5, vi;q=0.9", "", "vi"},
		"the header's first that we have":  {"fr, en;q=0.5, vi;q=0.4", "", "en"},
		"a header of others":               {"fr, ja;q=0.5", "", "vi"},
		"any language":                     {"*", "", "vi"},
		"refused by quality":               {"en;q=0", "", "vi"},
		"a parameter that we lack":         {"en", "ja", "en"},
		"a parameter that is none":         {"en", "<script>", "en"},
		"a header that is none":            {"\x00;;q=x", "", "vi"},
		"a header without an end":          {strings.Repeat("en,", 100_000), "", "vi"},
		"a parameter without an end":       {"", strings.Repeat("en-", 100_000), "vi"},
	} {
		if got := report.ParseLang(c.accept, c.query); got != c.want {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

func FuzzParseLang(f *testing.F) {
	f.Add("en-US,en;q=0.9", "")
	f.Add("", "vi-VN")
	f.Add("*;q=0.1, zh-Hant-TW", "x-private")
	f.Fuzz(func(t *testing.T, accept, query string) {
		if got := report.ParseLang(accept, query); got != report.Vietnamese && got != report.English {
			t.Errorf("%q", got)
		}
	})
}
