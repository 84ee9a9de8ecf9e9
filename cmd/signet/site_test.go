package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/png"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"signet/internal/testneeds"
)

const (
	// sitePages is the size of a large site of an administration.
	sitePages = 2000
	// sitePage is the length of a page, in bytes.
	sitePage = 20_000
	// siteTime is how long it may be read; on a machine of its own it takes a quarter.
	siteTime = 2 * time.Minute
)

// saying is a text that was ever in force.
type saying struct {
	Item, State, Locale, Text string
	Version                   int
}

// sayings are the slogans that a registry tells of.
func sayings(t *testing.T, p *process) []saying {
	t.Helper()
	var c struct {
		Versions []struct {
			Item, Kind, State string
			Version           int
			Texts             []struct{ Locale, Text string }
		}
	}
	// The first to ask may have to ask again: the pictures are looked at for them.
	await(t, "the catalogue", func() bool {
		status, _, body := p.get("/catalogue.json", "")
		if status == http.StatusServiceUnavailable {
			return false
		}
		if err := json.Unmarshal(body, &c); err != nil || status != http.StatusOK {
			t.Fatalf("status %d: %v", status, err)
		}
		return true
	})
	var out []saying
	for _, v := range c.Versions {
		for _, text := range v.Texts {
			if v.Kind == "slogan" {
				out = append(out, saying{v.Item, v.State, text.Locale, text.Text, v.Version})
			}
		}
	}
	return out
}

// bigSite is a web site that is made up as it is read.
type bigSite struct {
	pages   int
	sayings map[int]saying // by page
	images  [][]byte
}

// ServeHTTP serves the pages /0, /1 … and the pictures /i0.png …
func (s *bigSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var n int
	if _, err := fmt.Sscanf(r.URL.Path, "/i%d.png", &n); err == nil && n < len(s.images) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(s.images[n]) // nobody is there any more
		return
	}
	if _, err := fmt.Sscanf(r.URL.Path, "/%d", &n); err != nil && r.URL.Path != "/" || n >= s.pages {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(s.page(n)) // nobody is there any more
}

// siteWords are what the pages are written with: none of them are a slogan.
var siteWords = strings.Fields(`thành phố cảng ủy ban nhân dân thông báo kế hoạch phát triển kinh tế biển du lịch văn hóa hội nghị hợp tác đầu tư quốc tế
	người dân doanh nghiệp dịch vụ công trực tuyến the city of Hai Phong and its harbour welcomes visitors to open days at sea investors meet partners from Japan`)

// page writes a page: prose with links, the pictures that all pages show, and what is to
// be found.
func (s *bigSite) page(n int) []byte {
	dice := rand.New(rand.NewPCG(uint64(n), 0))
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!doctype html><html lang=vi><meta charset=utf-8><title>Trang %d</title><body><h1>Trang %[1]d</h1>\n", n)
	for i := range s.images {
		fmt.Fprintf(&b, "<img src=/i%d.png alt=''>", i)
	}
	for i := range 20 {
		fmt.Fprintf(&b, "<a href=/%d>%s</a>\n", (n*20+i+1)%s.pages, siteWords[dice.IntN(len(siteWords))])
	}
	if found, ok := s.sayings[n]; ok {
		fmt.Fprintf(&b, "<blockquote lang=%s>%s</blockquote>\n", found.Locale, html.EscapeString(found.Text))
	}
	for b.Len() < sitePage {
		b.WriteString("<p>")
		for range 40 {
			b.WriteString(siteWords[dice.IntN(len(siteWords))])
			b.WriteByte(' ')
		}
		b.WriteString("</p>\n")
	}
	return b.Bytes()
}

// plainPictures are pictures that are of no kit.
func plainPictures(t *testing.T, n int) [][]byte {
	t.Helper()
	var out [][]byte
	for k := range n {
		m := image.NewRGBA(image.Rect(0, 0, 320, 200))
		for y := range 200 {
			for x := range 320 {
				m.SetRGBA(x, y, color.RGBA{uint8(x*(k+1)/2 + y), uint8((x*x + y*y*k) / 300), uint8(40*k + y), 255})
			}
		}
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		out = append(out, b.Bytes())
	}
	return out
}

// TestALargeSiteIsCheckedInAMinute plants slogans on some pages of 2000.
func TestALargeSiteIsCheckedInAMinute(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	kit := sampleKit(t, dir)
	must(t, dir, "import", kit)
	p := serving(t, dir)
	logo := "/files/logo-sample/current/h%E1%BA%A3i-ph%C3%B2ng-ngang-%C4%91%E1%BB%A7-m%C3%A0u.png"
	status, _, picture := p.get(logo, "")
	if status != http.StatusOK {
		t.Fatalf("%s: status %d", logo, status)
	}
	s := &bigSite{pages: sitePages, sayings: map[int]saying{}, images: append(plainPictures(t, 9), picture)}
	if testneeds.Race { // the other of CI's runs reads all of it
		s.pages /= 20
	}
	want := map[string]string{} // by address, of what is not in force
	places := map[string]int{"current": 1}
	server := httptest.NewServer(s)
	defer server.Close()
	all := sayings(t, p)
	for i, said := range all {
		page := (i*7919 + 13) % s.pages
		s.sayings[page] = said
		if said.State == "in_force" {
			places["current"]++
			continue
		}
		places[said.State]++
		want[fmt.Sprintf("%s/%d", server.URL, page)] = fmt.Sprintf("%s %s %d %s", said.State, said.Item, said.Version, said.Locale)
	}
	if len(s.sayings) != len(all) || places["current"] < 10 || places["superseded"] < 10 || places["withdrawn"] < 5 {
		t.Fatalf("%d slogans on %d pages: %v", len(all), len(s.sayings), places)
	}

	began := time.Now()
	found := checkJSON(t, dir, exitFailed, "--server", p.url, "--allow-private", server.URL)
	took := time.Since(began)
	got := map[string]string{}
	for _, f := range found.Findings {
		got[f.Address] += fmt.Sprintf("%s %s %d %s", f.Outcome, f.Version.Item, f.Version.Version, f.Locale)
		if f.By != "text" || f.Certainty != "certain" {
			t.Errorf("%s: %v", f.Address, f)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("found %v\nwant %v", got, want)
	}
	for _, outcome := range []string{"current", "superseded", "withdrawn", "altered", "unregistered"} {
		if n := found.places(outcome); n != places[outcome] {
			t.Errorf("%d places are %s, want %d", n, outcome, places[outcome])
		}
	}
	if len(found.Sources) != 1 || found.Sources[0].Pages < s.pages || !found.Sources[0].Complete || len(found.Sources[0].SkippedBy) > 0 {
		t.Errorf("read: %+v", found.Sources)
	}
	t.Logf("%d pages with %d slogans, %d of which are not in force: %v", s.pages, len(all), len(want), took)
	if took > siteTime {
		t.Errorf("%d pages took %v", s.pages, took)
	}
	p.stop()
}
