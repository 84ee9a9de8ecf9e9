package check_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"signet/domain"
	"signet/internal/check"
	"signet/internal/crawl"
)

// reported is a report on some pages.
func reported(t *testing.T) *check.Report {
	t.Helper()
	k := checker(t, check.Options{All: true})
	r := &check.Report{Registry: registry, AsOf: since, Began: since, Ended: since, Sources: []check.Source{{Address: "site", Summary: crawl.Summary{Pages: 2, Resources: 3, Bytes: 2_500_000}}}}
	for _, page := range []struct{ address, body string }{
		{"b.html", "<p>Hải Phòng – Thành phố Cảng năng động và xanh</p><p>Hải Phòng – Thành phố Cảng năng động</p>"},
		{"a.html", "<p>Điểm đến của mọi nhà đầu tư toàn cầu & <p>Hải Phòng – Thành phố Cảng năng độn và xanh"},
	} {
		found, err := k.Resource(t.Context(), crawl.Resource{Address: page.address, Media: "text/html", Body: []byte(page.body), From: []crawl.Reference{{Page: "index.html", Line: 3}}, References: 4})
		if err != nil {
			t.Fatal(err)
		}
		r.Findings = append(r.Findings, found...)
	}
	r.Counts = k.Counts()
	r.Sort()
	return r
}

func TestTheWorstComesFirst(t *testing.T) {
	r := reported(t)
	var order []domain.Outcome
	for _, f := range r.Findings {
		order = append(order, f.Outcome)
	}
	if want := []domain.Outcome{"withdrawn", "superseded", "altered", "current"}; len(order) != 4 || order[0] != want[0] || order[1] != want[1] || order[2] != want[2] || order[3] != want[3] {
		t.Errorf("%v", order)
	}
	if r.Bad() != 3 || r.Looks() != 0 {
		t.Errorf("%d bad, %d to look at", r.Bad(), r.Looks())
	}
}

func TestPeopleReadWhereAndWhat(t *testing.T) {
	var b bytes.Buffer
	if err := reported(t).WriteText(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"b.html:1:", "slogan version 1", "use version 2", "slogan-gone version 1", "index.html:3", "3 more places", "2.5 MB"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not said:\n%s", want, b.String())
		}
	}
}

func TestProgramsReadJSON(t *testing.T) {
	var b bytes.Buffer
	if err := reported(t).WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Format   string
		Findings []struct {
			Address string
			Version struct {
				Item    string
				Current int
			}
		}
		Counts []struct{ Places int }
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Format != "signet-check/v1" || len(got.Findings) != 4 || got.Findings[1].Version.Item != "slogan" || got.Findings[1].Version.Current != 2 || len(got.Counts) != 4 {
		t.Errorf("%s", b.Bytes())
	}
	b.Reset()
	if err := (&check.Report{}).WriteJSON(&b); err != nil || strings.Contains(b.String(), "null") {
		t.Errorf("%s, %v", b.Bytes(), err)
	}
}

// The schema is that of OASIS, which the library carries.
func TestCodeScanningReadsSARIF(t *testing.T) {
	var b bytes.Buffer
	if err := reported(t).WriteSARIF(&b); err != nil {
		t.Fatal(err)
	}
	r, err := sarif.FromBytes(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Validate(); err != nil {
		t.Error(err)
	}
	levels := ""
	prints := map[string]bool{}
	for _, result := range r.Runs[0].Results {
		levels += result.Level + " "
		prints[result.PartialFingerprints["signet/v1"]] = true
	}
	if levels != "error warning error none " || len(prints) != 4 {
		t.Errorf("levels %s, fingerprints %v", levels, prints)
	}
}

func TestAReportIsCompleteWhenAllWasRead(t *testing.T) {
	for name, c := range map[string]struct {
		summary crawl.Summary
		want    bool
	}{
		"all of it":               {crawl.Summary{}, true},
		"what nobody should read": {crawl.Summary{SkippedBy: map[crawl.Reason]int{crawl.SkippedRobots: 3, crawl.SkippedMedia: 2}}, true},
		"a page did not come":     {crawl.Summary{SkippedBy: map[crawl.Reason]int{crawl.SkippedTimeout: 1}}, false},
		"too many pages":          {crawl.Summary{Truncated: crawl.TruncatedPages}, false},
	} {
		if got := (check.Source{Summary: c.summary}).Complete(); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
