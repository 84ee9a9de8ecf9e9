package server_test

import (
	"bytes"
	"image/png"
	"mime"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
)

func TestWhoMayNotHaveAFile(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	hide := func(public bool) {
		t.Helper()
		actor := domain.Actor{Member: uuid.New(), Agency: "so-ngoai-vu", Roles: domain.Roles{domain.RoleAdmin}}
		result, err := commands.Run(t.Context(), r.runner, domain.Items, domain.ChangeItemVisibility{Key: "logo-sample", Public: public}, commands.Request{Actor: actor})
		if err == nil {
			err = r.views.WaitFor(t.Context(), result.Position)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	hide(false)
	if a := r.ask("GET", logo("1"), "", nil); a.status != 404 || a.problem() != "NOT_FOUND unknown_file" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := r.ask("GET", logo("1"), domain.RoleDesigner, nil); a.status != 200 || a.header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("%d %s", a.status, a.header)
	}
	hide(true)
	for path, want := range map[string]string{
		logo("2"):                             "NOT_FOUND unknown_file",
		logo("x"):                             "NOT_FOUND unknown_file",
		logo("1") + "x":                       "NOT_FOUND unknown_file",
		"/files/nothing/1/x.svg":              "NOT_FOUND unknown_file",
		"/files/slogan-gateway/current/x.svg": "NOT_FOUND unknown_file",
		logo("1") + "?width=5000":             "BAD_USER_INPUT invalid_spec width",
		logo("1") + "?colour=red":             "BAD_USER_INPUT invalid_spec",
		logo("1") + "?channel=Fan%20page":     "BAD_USER_INPUT invalid_key channel",
	} {
		if a := r.ask("GET", path, "", nil); !strings.HasPrefix(a.problem(), want) {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	if a := r.ask("GET", logo("1"), "", nil, "Authorization", "Bearer signet_x_y"); a.status != 401 || a.header.Get("WWW-Authenticate") == "" {
		t.Errorf("%d %s", a.status, a.body)
	}
	lead := domain.Actor{Member: uuid.New(), Agency: "ban-tuyen-giao-dan-van", Roles: domain.Roles{domain.RoleReviewer}}
	result, err := commands.Run(t.Context(), r.runner, domain.Items, domain.WithdrawVersion{Key: "logo-sample", Version: 1, Reason: "sai màu"}, commands.Request{Actor: lead})
	if err == nil {
		err = r.views.WaitFor(t.Context(), result.Position)
	}
	if err != nil {
		t.Fatal(err)
	}
	for role, want := range map[domain.Role]int{"": 410, domain.RoleDesigner: 410, domain.RoleAgency: 410, domain.RoleAuditor: 200} {
		if a := r.ask("GET", logo("1"), role, nil); a.status != want || want == 410 && a.problem() != "GONE withdrawn" {
			t.Errorf("%q: %d %s", role, a.status, a.body)
		}
	}
}

func TestDownloadsAreRecordedOnce(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	if err := r.renditions.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	original := r.ask("GET", logo("current"), "", nil)
	if original.status != 200 || original.header.Get("Content-Type") != "image/svg+xml" || !bytes.Contains(original.body, []byte("<svg")) || r.downloads() != 0 {
		t.Fatalf("%d %s", original.status, original.header)
	}
	_, params, err := mime.ParseMediaType(original.header.Get("Content-Disposition"))
	if err != nil || params["filename"] != logoFile {
		t.Errorf("%q, %v", params, err)
	}
	tag := original.header.Get("ETag")
	n := 0
	for _, test := range []struct {
		name, method, path string
		headers            []string
		status, recorded   int
	}{
		{"the original", "GET", logo("1"), nil, 200, 1},
		{"its head", "HEAD", logo("1"), nil, 200, 0},
		{"unchanged", "GET", logo("1"), []string{"If-None-Match", tag}, 304, 0},
		{"the beginning", "GET", logo("1"), []string{"Range", "bytes=0-9"}, 206, 0},
		{"the end", "GET", logo("1"), []string{"Range", "bytes=10-"}, 206, 1},
		{"beyond the end", "GET", logo("1"), []string{"Range", "bytes=99999999-"}, 416, 0},
		{"a rendition for a channel", "GET", logo("current") + "?width=400&channel=portal", nil, 200, 1},
		{"a rendition that can't be made", "GET", logo("1") + "?width=0", nil, 400, 0},
		{"a preview", "GET", logo("1") + "?width=800&preview=1", nil, 200, 0},
		{"a preview that is too wide", "GET", logo("1") + "?width=801&preview=1", nil, 400, 0},
		{"a preview that is too high", "GET", logo("1") + "?height=801&preview=1", nil, 400, 0},
		{"a preview of a preset that is too large", "GET", logo("1") + "?preset=web-page&preview=1", nil, 400, 0},
		{"an original for a preview", "GET", logo("1") + "?preview=1", nil, 400, 0},
		{"neither a preview nor none", "GET", logo("1") + "?width=400&preview=0", nil, 400, 0},
	} {
		a := r.ask(test.method, test.path, domain.RoleAgency, nil, test.headers...)
		n += test.recorded
		if got := r.downloads(); a.status != test.status || got != n {
			t.Errorf("%s: %d, %d recorded, want %d, %d", test.name, a.status, got, test.status, n)
		}
	}
	a := r.ask("GET", logo("current")+"?width=400&format=png", "", nil)
	picture, err := png.Decode(bytes.NewReader(a.body))
	if err != nil || picture.Bounds().Dx() != 400 {
		t.Errorf("%v", err)
	}
	r.log.refuse.Store(true)
	a = r.ask("GET", logo("1"), domain.RoleAgency, nil)
	if a.status != http.StatusServiceUnavailable || a.problem() != "UNAVAILABLE not_recorded" || bytes.Contains(a.body, []byte("<svg")) {
		t.Errorf("%d %s", a.status, a.body)
	}
	r.log.refuse.Store(false)
	if r.downloads() != n {
		t.Error("what was not sent was counted")
	}
}

func TestWithdrawalsAndHidingTakeEffectAtOnce(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	served := func(want int) {
		t.Helper()
		for _, path := range []string{logo("1"), logo("current"), logo("1") + "?stamp=1"} {
			if path == logo("current") && want == 410 {
				continue // nothing is in force
			}
			for range 2 { // the second time what is known is remembered
				if a := r.ask("GET", path, "", nil); a.status != want {
					t.Errorf("%s: %d, want %d, %s", path, a.status, want, a.body)
				}
			}
		}
	}
	served(200)
	act(r, "so-ngoai-vu", domain.RoleAdmin, domain.Items, domain.ChangeItemVisibility{Key: "logo-sample", Public: false})
	served(404)
	if a := r.ask("GET", logo("1"), domain.RoleDesigner, nil); a.status != 200 {
		t.Errorf("%d", a.status)
	}
	served(404) // what a designer was told is not for everybody
	act(r, "so-ngoai-vu", domain.RoleAdmin, domain.Items, domain.ChangeItemVisibility{Key: "logo-sample", Public: true})
	served(200)
	act(r, "ban-tuyen-giao-dan-van", domain.RoleReviewer, domain.Items, domain.WithdrawVersion{Key: "logo-sample", Version: 1, Reason: "sai màu"})
	served(410)
}
