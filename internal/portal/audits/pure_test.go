package audits

import (
	"fmt"
	"testing"
	"time"
)

func TestSpansFitTheTime(t *testing.T) {
	for _, c := range []struct{ from, to, by, want string }{
		{"2026-01-01", "2026-12-31", "", "MONTH"},
		{"2024-01-01", "2026-12-31", "", "QUARTER"},
		{"2017-01-01", "2026-12-31", "", "YEAR"},
		{"2017-01-01", "2026-12-31", "MONTH", "MONTH"},
		{"no day", "2026-12-31", "", "MONTH"},
	} {
		f := filter{From: c.from, To: c.to, By: c.by}
		if got := f.Span(); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestPeriods(t *testing.T) {
	day := func(text string) time.Time {
		d, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for on, want := range map[string]string{
		"2026-06-30": "[2026-H1 2025-H2 2025-H1 2024-H2 2024-H1 2023-H2 2026 2025 2024]",
		"2026-07-01": "[2026-H2 2026-H1 2025-H2 2025-H1 2024-H2 2024-H1 2026 2025 2024]",
	} {
		var keys []string
		for _, p := range periodsUntil(day(on)) {
			keys = append(keys, p.Key)
		}
		if fmt.Sprint(keys) != want {
			t.Errorf("on %s: %s", on, keys)
		}
	}
	half := periodsUntil(day("2026-07-01"))[0]
	if half.From != "2026-07-01" || half.To != "2026-12-31" {
		t.Errorf("%+v", half)
	}
	// Days are those of the city, seven hours before.
	for instant, want := range map[string]bool{"2026-06-30T17:00:00Z": true, "2026-06-30T16:59:59Z": false, "2026-12-31T16:59:59Z": true, "2026-12-31T17:00:00Z": false, "": false} {
		if issuedIn(instant, half) != want {
			t.Errorf("%s is in the half: %v", instant, !want)
		}
	}
}

func TestCoverageOfAllKinds(t *testing.T) {
	got := together([]covered{{"en", 1, 2, 50, false}, {"ja", 3, 3, 100, true}, {"en", 2, 2, 100, true}})
	if want := []covered{{"en", 3, 4, 75, false}, {"ja", 3, 3, 100, true}}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v", got)
	}
}

func TestWordsThatTookThePlaceOfOthers(t *testing.T) {
	units := []unit{{"NAME", []text{{"vi", "Tên"}}}, {"NOTE", []text{{"vi", "Ghi chú"}}}, {"SLOGAN", []text{{"vi", "Biển lớn"}, {"en", "The open sea"}}}, {"BODY", []text{{"en", "More"}}}}
	for _, c := range []struct{ words, lang, want string }{
		{"to THE OPEN SEA with us", "vi", "en The open sea"},
		{"biển", "en", "vi Biển lớn"},
		{"others", "en", "en The open sea"},
		{"", "ja", "vi Biển lớn"},
	} {
		locale, said := says(units, c.words, c.lang)
		if got := locale + " " + said; got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	for p, want := range map[prose]string{"Lễ hội": "vi", "Festival": "", "日本": ""} {
		if p.Lang() != want {
			t.Errorf("%s is in %q", p, p.Lang())
		}
	}
}
