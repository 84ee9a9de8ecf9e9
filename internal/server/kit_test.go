package server_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signet/domain"
)

// names are those of an archive.
func archived(t *testing.T, body []byte) map[string]bool {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, f := range z.File {
		all[f.Name] = true
	}
	return all
}

func TestTheKitIsOneDownload(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	whole := r.ask("GET", "/kit.zip", "", nil)
	names := archived(t, whole.body)
	if whole.status != 200 || !names["index.html"] || !names["manifest.json"] || !names["tokens.json"] || whole.header.Get("Content-Type") != "application/zip" ||
		!strings.Contains(whole.header.Get("Content-Disposition"), "signet-kit.zip") {
		t.Fatalf("%d %v %v", whole.status, whole.header, names)
	}
	if r.downloads() != 0 {
		t.Error("what nobody in particular was sent is recorded")
	}

	// It is taken up again where it was broken off, and is the same then.
	tag, half := whole.header.Get("ETag"), len(whole.body)/2
	rest := r.ask("GET", "/kit.zip", "", nil, "Range", fmt.Sprintf("bytes=%d-", half), "If-Range", tag)
	if rest.status != http.StatusPartialContent || !bytes.Equal(append(whole.body[:half:half], rest.body...), whole.body) {
		t.Errorf("%d, %d bytes", rest.status, len(rest.body))
	}
	if again := r.ask("GET", "/kit.zip", "", nil, "If-None-Match", tag); again.status != http.StatusNotModified {
		t.Error(again.status)
	}

	// Of a part, of an edition, and of a day before it.
	logos := r.ask("GET", "/kit.zip?kind=logo&locale=vi", "", nil)
	if logos.status != 200 || len(logos.body) >= len(whole.body) {
		t.Errorf("%d, %d bytes of %d", logos.status, len(logos.body), len(whole.body))
	}
	first := r.ask("GET", "/kit.zip?edition=1", "", nil)
	if first.status != 200 || !strings.Contains(first.header.Get("Content-Disposition"), "signet-kit-1.zip") {
		t.Errorf("%d %v", first.status, first.header)
	}
	for query, want := range map[string]string{
		"asOf=2020-01-01T00:00:00Z": "404 NOT_FOUND nothing_selected",
		"edition=99":                "404 NOT_FOUND unknown_edition edition",
		"edition=x":                 "400 BAD_USER_INPUT invalid_number edition",
		"asOf=yesterday":            "400 BAD_USER_INPUT invalid_time asOf",
		"kind=song":                 "400 BAD_USER_INPUT unknown_kind kind",
		"item=slogan-none":          "404 NOT_FOUND unknown_item item",
		"item=..":                   "400 BAD_USER_INPUT invalid_key item",
		"pinned=yes":                "400 BAD_USER_INPUT unknown_parameter pinned",
		"path=nothing":              "404 NOT_FOUND unknown_path path",
		"path=kit.json" + strings.Repeat("&path=kit.json", 500): "400 BAD_USER_INPUT too_many path",
		"colour=red":    "400 BAD_USER_INPUT unknown_parameter colour",
		"channel=A%20B": "400 BAD_USER_INPUT invalid_key channel",
	} {
		if a := r.ask("GET", "/kit.zip?"+query, "", nil); fmt.Sprint(a.status, " ", a.problem()) != want {
			t.Errorf("%s: %d %s, want %s", query, a.status, a.problem(), want)
		}
	}
}

// An agency that is sent the kit is known to have each version of it.
func TestADownloadOfTheKitIsRecorded(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	r.ask("HEAD", "/kit.zip", domain.RoleAgency, nil)
	if r.downloads() != 0 {
		t.Error("a question is recorded as a download")
	}
	if a := r.ask("GET", "/kit.zip?channel=portal", domain.RoleAgency, nil); a.status != 200 {
		t.Fatal(a.status)
	}
	position, err := r.log.Head(t.Context())
	if err == nil {
		err = r.views.WaitFor(t.Context(), position)
	}
	if err != nil {
		t.Fatal(err)
	}
	if r.downloads() == 0 {
		t.Error("it is not recorded")
	}
	r.log.refuse.Store(true)
	if a := r.ask("GET", "/kit.zip", domain.RoleAgency, nil); a.status != http.StatusServiceUnavailable || archivedOrNot(a.body) {
		t.Errorf("%d: a kit was sent that could not be recorded", a.status)
	}
}

func archivedOrNot(body []byte) bool { return bytes.HasPrefix(body, []byte("PK")) }

func TestTheListOfTheKitCanBeHadAlone(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	whole := r.ask("GET", "/kit.zip?pinned=1&item=slogan-open-sea&item=logo-sample", domain.RoleAgency, nil)
	list := r.ask("GET", "/kit/manifest.json?pinned=1&item=slogan-open-sea&item=logo-sample", domain.RoleAgency, nil)
	if list.status != 200 || list.header.Get("Content-Type") != "application/json" || !strings.Contains(list.header.Get("Content-Disposition"), `"manifest.json"`) || !bytes.Contains(whole.body, list.body) {
		t.Fatalf("%d %v", list.status, list.header)
	}
	if sum := sha256.Sum256(list.body); list.header.Get("ETag") != `"`+hex.EncodeToString(sum[:])+`"` {
		t.Error(list.header.Get("ETag"))
	}
	at := list.header.Get("Signet-Asked-At")
	again := r.ask("GET", "/kit/manifest.json?pinned=1&item=slogan-open-sea&item=logo-sample&asOf="+url.QueryEscape(at), domain.RoleAgency, nil, "If-None-Match", list.header.Get("ETag"))
	if again.status != http.StatusNotModified || len(again.body) > 0 || again.header.Get("Signet-Asked-At") != at {
		t.Errorf("%d %v", again.status, again.header)
	}
	if public := r.ask("GET", "/kit/manifest.json", "", nil); public.status != 200 || bytes.Contains(public.body, []byte("template-investor-letter")) || !public.varies("Authorization") {
		t.Errorf("%d %s", public.status, public.header)
	}
	for query, want := range map[string]string{
		"item=slogan-none": "404 NOT_FOUND unknown_item item", "path=kit.json": "400 BAD_USER_INPUT unknown_parameter path", "asOf=2020-01-01T00:00:00Z": "404 NOT_FOUND nothing_selected",
	} {
		if a := r.ask("GET", "/kit/manifest.json?"+query, "", nil); fmt.Sprint(a.status, " ", a.problem()) != want {
			t.Errorf("%s: %d %s", query, a.status, a.problem())
		}
	}
	if a := r.ask("POST", "/kit/manifest.json", "", nil); a.status != http.StatusMethodNotAllowed {
		t.Error(a.status)
	}
}

// Of some files, only the versions are recorded that they are of.
func TestSomeFilesOfTheKitAreRecordedAsTheirVersions(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	get := func(paths ...string) {
		t.Helper()
		a := r.ask("GET", "/kit.zip?"+url.Values{"path": paths}.Encode(), domain.RoleAgency, nil)
		if got := archived(t, a.body); a.status != 200 || len(got) != len(paths) {
			t.Fatalf("%d %v", a.status, got)
		}
		position, err := r.log.Head(t.Context())
		if err == nil {
			err = r.views.WaitFor(t.Context(), position)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	get("kit.json", "index.html", "texts/slogan/slogan-open-sea.vi.txt")
	if n := r.downloads(); n != 0 {
		t.Errorf("%d files of the logo are recorded, and none was sent", n)
	}
	get("logos/logo-sample/" + logoFile)
	if n := r.downloads(); n != 1 {
		t.Errorf("%d files of the logo are recorded, and one was sent", n)
	}
}
