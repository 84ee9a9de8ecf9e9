package history_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"signet/domain"
	"signet/internal/portal/history/timeline"
	"signet/internal/portal/portaltest"
)

// The style sheet shows what has room, at the widths that are drawn for.
func TestTheStyleSheetKnowsTheWidths(t *testing.T) {
	sheet, err := os.ReadFile("history.css")
	if err != nil {
		t.Fatal(err)
	}
	for level, width := range timeline.Widths[1:] {
		if rule := fmt.Sprintf("@container sheet (width >= %dpx) { .timeline .f%d ", width, level+1); !strings.Contains(string(sheet), rule) {
			t.Errorf("it has no %q", rule)
		}
	}
}

// drawn: links in a drawing are for pointers alone, since others have the table.
func (t in) drawn() {
	for _, path := range []string{"/en/history", "/en/items/" + slogan + "/history"} {
		a := t.w.Get(auditor, path)
		drawing := withClass(a.Page, "div", "timeline")
		if len(drawing) != 1 {
			t.Fatalf("%s has %d drawings", path, len(drawing))
		}
		for _, svg := range portaltest.All(drawing[0], "svg", "") {
			for _, attribute := range []string{"x", "width"} {
				if at := portaltest.Attr(svg, attribute); at != "" && !strings.HasSuffix(at, "%") {
					t.Errorf("%s: something stands at %s=%s whatever the width", path, attribute, at)
				}
			}
			for _, link := range portaltest.All(svg, "a", "") {
				if portaltest.Attr(link, "tabindex") != "-1" {
					t.Errorf("%s: Tab goes to %s in the picture", path, portaltest.Attr(link, "href"))
				}
			}
		}
		for _, svg := range append(withClass(drawing[0], "svg", "bars"), withClass(drawing[0], "svg", "axis")...) {
			if portaltest.Attr(svg, "aria-hidden") != "true" {
				t.Errorf("%s: a screen reader reads the picture", path)
			}
		}
		for level := range 6 {
			if ticks := withClass(drawing[0], "text", "k"+string(rune('0'+level))); len(ticks) == 0 {
				t.Errorf("%s has no ticks of level %d", path, level)
			}
		}
	}
}

// row is that of a version in the table.
func row(a *portaltest.Answer, version string) *html.Node {
	for _, r := range portaltest.All(a.Page, "tr", "") {
		if links(r, version) {
			return r
		}
	}
	return nil
}

func (t in) kitOnADay() {
	old, current := "/en/items/"+slogan+"/versions/1", "/en/items/"+slogan+"/versions/2"
	for day, want := range map[string][2]bool{
		"2026-08-09": {false, false},
		"2026-08-10": {true, false}, // signed in the afternoon: at the end of the day it is in force
		"2026-11-15": {true, false},
		"2026-11-16": {false, true},
		"2030-01-01": {false, true},
	} {
		a := t.w.Get(designer, "/en/history?at="+day)
		for i, version := range []string{old, current} {
			marked := len(withClass(row(a, version), "span", "in_force")) == 1
			if marked != want[i] {
				t.Errorf("on %s %s is in force: %v", day, version, marked)
			}
		}
		if lane := lanes(a)["/en/items/"+slogan+"/history"]; (len(withClass(lane, "svg", "onday")) > 0) != (want[0] || want[1]) {
			t.Errorf("on %s the drawing marks %v", day, bars(lane))
		}
		if !links(a.Page, "/en/?at="+day) || portaltest.Attr(portaltest.First(a.Page, "input", "name=at"), "value") != day || len(withClass(a.Page, "line", "day")) != 1 {
			t.Errorf("there is no way to the book of %s, or no mark of it", day)
		}
	}
	for _, bad := range []string{"2026-13-01", "yesterday", "0000-01-01"} {
		a := t.w.Get(designer, "/en/history?at="+bad)
		if len(withClass(a.Page, "div", "wrong")) != 1 || len(withClass(a.Page, "line", "day")) != 0 {
			t.Errorf("%q is a day", bad)
		}
	}
	a := t.w.Get(auditor, "/vi/history?kind=SLOGAN")
	rows := lanes(a)
	if rows["/vi/items/"+slogan+"/history"] == nil || rows["/vi/items/"+logo+"/history"] != nil {
		t.Errorf("slogans are %d rows", len(rows))
	}
	if ended := rows["/vi/items/"+gateway+"/history"]; !slices.Equal(bars(ended), []string{"in_force"}) || len(withClass(ended, "svg", "mark", "withdrawn")) != 1 {
		t.Errorf("what was withdrawn is drawn as %v", bars(ended))
	}
	if got := bars(rows["/vi/items/"+slogan+"/history"]); !slices.Equal(got, []string{"in_force", "in_force ahead", "in_force"}) {
		t.Errorf("two versions are drawn as %v", got)
	}
	if marked := t.w.Get(auditor, "/vi/history?kind=SLOGAN&at=2026-10-01").Page; !links(marked, "/vi/history?at=2026-10-01") || !links(marked, "/vi/history?at=2026-10-01&kind=LOGO") || !links(a.Page, "/vi/history") {
		t.Error("another kind is shown as of another day")
	}
	if !links(a.Page, "/vi/editions/1") {
		t.Error("an edition is no link")
	}
}

func (t in) publicKit() {
	today := time.Now().In(domain.CityZone)
	a := t.w.Get(nobody, "/en/history?at=2026-10-01")
	if row(a, "/en/items/"+slogan+"/versions/1") == nil || row(a, "/en/items/"+slogan+"/versions/2") != nil {
		t.Error("what was public on a day is not told, or more")
	}
	a = t.w.Get(nobody, "/en/history?at="+today.Format(time.DateOnly)).Is(http.StatusOK)
	if row(a, "/en/items/"+slogan+"/versions/2") == nil || row(a, "/en/items/"+slogan+"/versions/1") != nil {
		t.Error("what is public today is not told, or more")
	}
	a = t.w.Get(nobody, "/en/history?at="+today.AddDate(0, 0, 1).Format(time.DateOnly)).Is(http.StatusOK)
	if len(withClass(a.Page, "div", "wrong")) != 1 {
		t.Error("somebody without a token asks about what is to come")
	}
	if !links(a.Page, "/en/login?return=%2Fen%2Fhistory") {
		t.Error("there is no way to log in")
	}
}
