package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"signet/internal/testneeds"
)

// checkedUse is a finding of "signet check --format json".
type checkedUse struct {
	Address, Outcome, Certainty, By, Note string

	Version checkedVersion
	Others  []checkedVersion
	Locale  string
}

type checkedVersion struct {
	Item    string
	Version int
}

// isOf tells whether it is said to be of a version of an item, or not to be told from
// it; of any version, if that is 0.
func (u checkedUse) isOf(item string, version int) bool {
	for _, v := range append(u.Others, u.Version) {
		if v.Item == item && (version == 0 || v.Version == version) {
			return true
		}
	}
	return false
}

func (u checkedUse) String() string {
	return fmt.Sprintf("%s (%s, by %s) %v or %v; %s", u.Outcome, u.Certainty, u.By, u.Version, u.Others, u.Note)
}

// checked is what "signet check --format json" prints.
type checked struct {
	Sources []struct {
		Pages, Resources int
		Complete         bool
		SkippedBy        map[string]int
	}
	Counts []struct {
		Outcome string
		Places  int
	}
	Findings []checkedUse
}

// places is how many uses have an outcome.
func (c checked) places(outcome string) int {
	n := 0
	for _, k := range c.Counts {
		if k.Outcome == outcome {
			n += k.Places
		}
	}
	return n
}

// checkJSON checks a place, which must end with a code.
func checkJSON(t *testing.T, dir string, want int, args ...string) checked {
	t.Helper()
	stdout, stderr, code := signet(t, dir, append([]string{"check", "--format", "json"}, args...)...)
	var c checked
	if err := json.Unmarshal([]byte(stdout), &c); err != nil || code != want {
		t.Fatalf("code %d, want %d: %v\n%s", code, want, err, stderr)
	}
	return c
}

// citySite is a small web site that uses files of several editions.
type citySite struct {
	t      *testing.T
	kit    *cityKit
	files  map[string][]byte   // by path
	inline map[string]int      // how many inline pictures a page has
	old    map[string]string   // address to item, of what is superseded
	now    map[string]string   // address to item, of what is in force
	alike  map[string]bool     // addresses of what is old, and can't be told from what is in force
	faint  map[string]bool     // only to be looked at
	from   map[string][]string // address to file and edition, to tell of it
}

// use notes that a place uses a file of an edition.
func (s *citySite) use(address, name string, edition int) []byte {
	s.t.Helper()
	body := s.kit.editions[edition-1][name]
	if body == nil {
		s.t.Fatalf("edition %d has no %s", edition, name)
	}
	latest, in := s.kit.editions[len(s.kit.editions)-1], s.old
	for _, other := range latest {
		if bytes.Equal(other, body) {
			in = s.now // the same bytes are in force, may be under another name
		}
	}
	in[address] = keyOf(name)
	s.from[address] = []string{name, cityPackages[edition-1]}
	return body
}

// looksAsNow says that what stands at an address was drawn anew in such a way that nobody
// sees it: the pictures of the logos differ by 2 or 3 % of what is black or red. What
// can't be told from what is in force is taken for that, and the old version is named.
func (s *citySite) looksAsNow(address string) {
	s.now[address], s.alike[address] = s.old[address], true
	delete(s.old, address)
}

// losesColours says that a copy is so small that its thin letters have lost their
// colours: a person is asked to look, and nothing is said of anybody.
func (s *citySite) losesColours(address string) {
	s.faint[address] = true
	delete(s.old, address)
	delete(s.now, address)
}

// add adds to a page or style sheet.
func (s *citySite) add(page, format string, args ...any) {
	s.files[page] = fmt.Appendf(s.files[page], format+"\n", args...)
}

// shows uses a file by <img>, under an address.
func (s *citySite) shows(page, address, name string, edition int) {
	s.t.Helper()
	s.files[address] = s.use(address, name, edition)
	s.add(page, `<p><img src="%s" alt="" width="48"></p>`, address)
}

// styles uses a file by url() of a style sheet.
func (s *citySite) styles(sheet, address, name string, edition int) {
	s.t.Helper()
	s.files[address] = s.use(address, name, edition)
	s.add(sheet, `.c%d { background: url("%s") no-repeat }`, len(s.files), address)
}

// draws uses a drawing by an inline <svg>.
func (s *citySite) draws(page, name string, edition int) {
	s.t.Helper()
	s.inline[page]++
	body := s.use(fmt.Sprintf("%s#inline-%d", page, s.inline[page]), name, edition)
	s.add(page, `<button type="button">%s</button>`, body)
}

// embeds uses a file by a data: URI.
func (s *citySite) embeds(page, name string, edition int, encode func([]byte) string) {
	s.t.Helper()
	s.inline[page]++
	body := s.use(fmt.Sprintf("%s#inline-%d", page, s.inline[page]), name, edition)
	s.add(page, `<img alt="" src="data:image/svg+xml%s">`, encode(body))
}

// renders uses a picture of a drawing, that somebody else made.
func (s *citySite) renders(page, address, name string, edition, width int) {
	s.t.Helper()
	body := s.use(address, name, edition)
	command := exec.CommandContext(s.t.Context(), testneeds.Command(s.t, "rsvg-convert"), "--width", fmt.Sprint(width), "--keep-aspect-ratio", "--background-color", "white")
	command.Stdin = bytes.NewReader(body)
	picture, err := command.Output()
	if err != nil {
		s.t.Fatal(err)
	}
	s.files[address] = picture
	s.add(page, `<img src="%s" alt="">`, address)
}

func inBase64(b []byte) string { return ";base64," + base64.StdEncoding.EncodeToString(b) }

func inPercents(b []byte) string { return "," + url.PathEscape(string(b)) }

// build builds the site: about ten uses of the first edition, about ten of the third, and
// what is of neither.
func (s *citySite) build() {
	s.t.Helper()
	pages := []string{"/", "/news.html", "/contact.html", "/forms.html", "/health.html", "/archive.html", "/about.html"}
	for _, page := range pages {
		s.add(page, `<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Gemeente</title><link rel="stylesheet" href="/style.css"></head><body>`)
		for _, other := range pages {
			s.add(page, `<a href="%s">%s</a>`, other, other)
		}
	}
	s.shows("/", "/logo.svg", "logo/amsterdam.svg", 1)
	s.shows("/", "/app.png", "app-icons/icon-192.png", 3)
	s.shows("/", "/icons/Bike.svg", "icons/Bike.svg", 1) // drawn anew, but to be seen as before
	s.shows("/news.html", "/icons/Megaphone.svg", "icons/Megaphone.svg", 1)
	s.shows("/news.html", "/icons/Airplane.svg", "icons/Airplane.svg", 3)
	s.shows("/news.html", "/icons/Bell.svg", "icons/Bell.svg", 1) // as it was
	s.styles("/style.css", "/icons/Database.svg", "icons/Database.svg", 1)
	s.styles("/style.css", "/icons/ChevronForward.svg", "icons/ChevronForward.svg", 1)
	s.styles("/style.css", "/icons/ChevronDown.svg", "icons/ChevronDown.svg", 3)
	s.styles("/style.css", "/icons/Megaphone-new.svg", "icons/Megaphone.svg", 3)

	s.draws("/forms.html", "icons/MarketStall.svg", 1)
	s.draws("/forms.html", "icons/Menu.svg", 3)
	s.draws("/forms.html", "logo/stadsarchief.svg", 1)
	s.looksAsNow("/forms.html#inline-3")
	s.draws("/forms.html", "logo/ggd-amsterdam-inspectie-logo.svg", 3)
	s.draws("/forms.html", "icons/MarketStall.svg", 3)
	s.embeds("/contact.html", "icons/MapMarker.svg", 1, inBase64)
	s.embeds("/contact.html", "icons/PersonAtDesk.svg", 1, inPercents)
	s.embeds("/contact.html", "icons/MapMarker.svg", 3, inBase64)

	s.shows("/health.html", "/files/4711.svg", "logo/ggd-amsterdam.svg", 1)
	s.shows("/health.html", "/files/like.svg", "icons/Heart.svg", 3)
	s.shows("/archive.html", "/icons/LogOut.svg", "icons/LogOut.svg", 1)     // is what LogIn is now
	s.shows("/archive.html", "/icons/Student.svg", "icons/Student.svg", 1)   // came back
	s.shows("/archive.html", "/icons/Linkedin.svg", "icons/Linkedin.svg", 1) // has another name now
	s.renders("/about.html", "/files/vga.png", "logo/vga-verzekeringen.svg", 1, 300)
	s.looksAsNow("/files/vga.png")
	s.renders("/about.html", "/files/weesp.png", "logo/museum_weesp.svg", 1, 180)
	s.losesColours("/files/weesp.png")
	s.renders("/about.html", "/files/vote.png", "icons/VotingBallot.svg", 1, 96)
	s.renders("/about.html", "/files/database.png", "icons/Database.svg", 1, 200)
	s.renders("/about.html", "/files/bank.png", "logo/stadsbank-van-lening-logo.svg", 3, 400)
	s.renders("/about.html", "/files/vga-now.png", "logo/vga-verzekeringen-logo.svg", 3, 120)
	s.losesColours("/files/vga-now.png")

	// What is of nobody.
	s.add("/about.html", `<svg viewBox="0 0 64 64" width="64"><path d="M4 6h10l8 36 8-36h6l8 36 8-36h10L50 58h-8l-9-34-9 34h-8Z"/></svg>`)
	for _, page := range pages {
		s.add(page, "</body></html>")
	}
}

// ServeHTTP serves the site.
func (s *citySite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, ok := s.files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	media := map[string]string{".svg": "image/svg+xml", ".png": "image/png", ".css": "text/css"}[path.Ext(r.URL.Path)]
	if media == "" {
		media = "text/html; charset=utf-8"
	}
	w.Header().Set("Content-Type", media)
	_, _ = w.Write(body) // nobody is there any more
}

// checkSite checks a site that mixes two editions: each old use must be found, and
// nothing else.
func (k *cityKit) checkSite(t *testing.T, p *process) {
	t.Helper()
	s := &citySite{
		t: t, kit: k, files: map[string][]byte{}, inline: map[string]int{},
		old: map[string]string{}, now: map[string]string{}, alike: map[string]bool{}, faint: map[string]bool{}, from: map[string][]string{},
	}
	s.build()
	server := httptest.NewServer(s)
	defer server.Close()
	found := checkJSON(t, t.TempDir(), exitFailed, "--server", p.url, "--allow-private", "--all", server.URL)
	uses := map[string][]checkedUse{}
	for _, f := range found.Findings {
		address := strings.TrimPrefix(f.Address, server.URL)
		uses[address] = append(uses[address], f)
	}
	if len(found.Sources) != 1 || !found.Sources[0].Complete || found.Sources[0].Pages != 7 {
		t.Errorf("read: %+v", found.Sources)
	}
	if len(s.old) < 10 || len(s.now) < 10 {
		t.Errorf("%d old uses, %d new ones", len(s.old), len(s.now))
	}
	for _, address := range slices.Sorted(maps.Keys(s.from)) {
		if s.faint[address] {
			if u := uses[address]; len(u) != 1 || u[0].Certainty != "look" {
				t.Errorf("%s (%v) is %v, want something to look at", address, s.from[address], u)
			}
			delete(uses, address)
			continue
		}
		want, item, version := "current", s.now[address], 0
		if old, ok := s.old[address]; ok {
			want, item = "superseded", old
		}
		if want == "superseded" || s.alike[address] {
			version = 1
		}
		if u := uses[address]; len(u) != 1 || u[0].Outcome != want || u[0].Certainty == "look" || !u[0].isOf(item, version) {
			t.Errorf("%s (%v) is %v, want %s %s %d", address, s.from[address], u, want, item, version)
		}
		delete(uses, address)
	}
	for address, u := range uses {
		t.Errorf("%s is of nobody, and is said to be %v", address, u)
	}
	t.Logf("%d uses of what is superseded, %d of what is in force, of which %d look as what is superseded", len(s.old), len(s.now), len(s.alike))
}
