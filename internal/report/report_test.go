package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"signet/internal/report"
)

var update = flag.Bool("update", false, "write the golden files anew; then read what changed")

// written is what a writer wrote.
func written(t *testing.T, write func(*bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// golden compares with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what was written; go test -update, and read the difference", name)
	}
}

// refused sees the code and field of a refusal, and that nothing was written.
func refused(t *testing.T, err error, wrote *bytes.Buffer, code, field string) {
	t.Helper()
	var refusal *report.Error
	if !errors.As(err, &refusal) || refusal.Code != code || refusal.Field != field {
		t.Errorf("want %s at %s, got %v", code, field, err)
	}
	if wrote != nil && wrote.Len() != 0 {
		t.Errorf("%d bytes were written all the same", wrote.Len())
	}
}

var both = []report.Lang{report.Vietnamese, report.English}

func TestJSONIsStable(t *testing.T) {
	golden(t, "report.json", written(t, func(b *bytes.Buffer) error { return sample().WriteJSON(b) }))
}

func TestAnEmptyReportHasListsAndNoNull(t *testing.T) {
	r := report.Report{From: at(2027, 1, 1, 0), Until: at(2027, 1, 2, 0)}
	text := written(t, func(b *bytes.Buffer) error { return r.WriteJSON(b) })
	var got map[string]any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	for name, value := range got {
		if value == nil {
			t.Errorf("%s is null", name)
		}
	}
	for _, lang := range both {
		written(t, func(b *bytes.Buffer) error { return r.WriteHTML(b, lang) })
		written(t, func(b *bytes.Buffer) error { return r.WriteCSV(b, lang) })
	}
}

func TestTimesInJSONAreUTC(t *testing.T) {
	var got struct {
		From     string
		Editions []struct{ Issued *string }
	}
	if err := json.Unmarshal([]byte(written(t, func(b *bytes.Buffer) error { return sample().WriteJSON(b) })), &got); err != nil {
		t.Fatal(err)
	}
	if got.From != "2027-06-30T17:00:00Z" || *got.Editions[0].Issued != "2027-07-21T01:00:00Z" || got.Editions[1].Issued != nil {
		t.Errorf("%+v", got)
	}
}

func TestTextIsComposedAndHasNoControlCharacters(t *testing.T) {
	r := sample()
	r.Registry = norm.NFD.String("Hải Phòng") + "\x00\x1b\u0085\xff"
	r.Agencies["so-ngoai-vu"]["vi"] = norm.NFD.String("Sở Ngoại vụ")
	before := r.Agencies["so-ngoai-vu"]["vi"]
	for _, write := range []func(*bytes.Buffer) error{
		func(b *bytes.Buffer) error { return r.WriteJSON(b) },
		func(b *bytes.Buffer) error { return r.WriteCSV(b, report.Vietnamese) },
		func(b *bytes.Buffer) error { return r.WriteHTML(b, report.Vietnamese) },
	} {
		text := written(t, write)
		if !norm.NFC.IsNormalString(text) || strings.ContainsAny(text, "\x00\x1b\u0085") || !strings.Contains(text, "Hải Phòng\uFFFD") || !strings.Contains(text, "Sở Ngoại vụ") {
			t.Error("the text is not plain")
		}
	}
	if r.Agencies["so-ngoai-vu"]["vi"] != before {
		t.Error("the caller's report was changed")
	}
}

func TestWhatCannotBeRightIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change      func(*report.Report)
		code, field string
	}{
		"an interval that ends as it begins":      {func(r *report.Report) { r.Until, r.Period = r.From, "" }, "interval_empty", "until"},
		"an interval that ends before it begins":  {func(r *report.Report) { r.From, r.Until = r.Until, r.From }, "interval_empty", "until"},
		"a period that is none":                   {func(r *report.Report) { r.Period = "2027-H3" }, "period_malformed", "period"},
		"a period that is another interval":       {func(r *report.Report) { r.Period = "2027-H1" }, "period_mismatch", "period"},
		"a period that ends otherwise":            {func(r *report.Report) { r.Until = r.Until.Add(time.Second) }, "period_mismatch", "period"},
		"a period that begins otherwise":          {func(r *report.Report) { r.From = r.From.Add(time.Second) }, "period_mismatch", "period"},
		"a due date that is no day":               {func(r *report.Report) { r.Editions[1].Due = "31/10/2027" }, "day_malformed", "editions[1].due"},
		"a day of a decision that does not exist": {func(r *report.Report) { r.Editions[0].Decided = "2027-02-29" }, "day_malformed", "editions[0].decided"},
		"a next due date that is no day":          {func(r *report.Report) { r.Editions[0].NextDue = "2029" }, "day_malformed", "editions[0].next_due"},
		"an overdue date that is no day":          {func(r *report.Report) { r.Overdue[1].Due = "soon" }, "day_malformed", "overdue[1].due"},
		"a promise of no day":                     {func(r *report.Report) { r.Findings[1].Promised = "soon" }, "day_malformed", "findings[1].promised"},
		"months that begin on no day":             {func(r *report.Report) { r.Compliance[0].From = "" }, "day_malformed", "compliance[0].from"},
		"months that end on no day":               {func(r *report.Report) { r.Compliance[2].To = "2027-12-32" }, "day_malformed", "compliance[2].to"},
		"more texts than there are":               {func(r *report.Report) { r.Coverage[2].Covered = 25 }, "count_out_of_range", "coverage[2].covered"},
		"fewer texts than none":                   {func(r *report.Report) { r.Coverage[7].Covered = -1 }, "count_out_of_range", "coverage[7].covered"},
	} {
		t.Run(name, func(t *testing.T) {
			r := sample()
			c.change(&r)
			var b bytes.Buffer
			refused(t, r.WriteJSON(&b), &b, c.code, c.field)
			refused(t, r.WriteCSV(&b, report.English), &b, c.code, c.field)
			refused(t, r.WriteHTML(&b, report.English), &b, c.code, c.field)
		})
	}
	var b bytes.Buffer
	refused(t, sample().WriteCSV(&b, "fr"), &b, "lang_unknown", "lang")
	refused(t, sample().WriteHTML(&b, ""), &b, "lang_unknown", "lang")
}

// broken is a writer that fails.
type broken struct{}

var errBroken = errors.New("broken pipe")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestTheErrorOfAWriterIsReturned(t *testing.T) {
	for _, err := range []error{
		sample().WriteJSON(broken{}), sample().WriteCSV(broken{}, report.English), sample().WriteHTML(broken{}, report.English),
		report.WriteICS(broken{}, calendarName, nil, report.English, made), report.WriteAtom(broken{}, feed(), nil, report.English),
	} {
		if !errors.Is(err, errBroken) {
			t.Error(err)
		}
	}
}

func TestTheSameReportIsTheSameBytes(t *testing.T) {
	first := map[report.Lang][]string{}
	for range 5 {
		for _, lang := range both {
			got := []string{
				written(t, func(b *bytes.Buffer) error { return sample().WriteHTML(b, lang) }),
				written(t, func(b *bytes.Buffer) error { return sample().WriteCSV(b, lang) }),
				written(t, func(b *bytes.Buffer) error {
					return report.WriteICS(b, calendarName, deadlines(), lang, made)
				}),
				written(t, func(b *bytes.Buffer) error { return report.WriteAtom(b, feed(), news(), lang) }),
			}
			if first[lang] == nil {
				first[lang] = got
			}
			if !slices.Equal(got, first[lang]) {
				t.Fatalf("%s: the bytes differ", lang)
			}
		}
	}
}
