package server_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"signet/assets"
	"signet/domain"
	"signet/internal/identify"
	"signet/internal/provenance"
	"signet/internal/testneeds"
)

// identified asks what a file is.
func (r *registry) identified(file []byte, role domain.Role) []identify.Answer {
	r.t.Helper()
	a := r.ask("POST", "/identify", role, bytes.NewReader(file))
	var body struct{ Answers []identify.Answer }
	if err := json.Unmarshal(a.body, &body); err != nil || a.status != http.StatusOK {
		r.t.Fatalf("%d %s", a.status, a.body)
	}
	return body.Answers
}

func (r *registry) standing(path string) (answer, identify.Answer) {
	r.t.Helper()
	a := r.ask("GET", path, "", nil)
	var told identify.Answer
	_ = json.Unmarshal(a.body, &told) // then it is none
	return a, told
}

func TestAFileSaysWhatItIs(t *testing.T) {
	testneeds.PlainInCI(t)
	r := newRegistry(t).follow().withSample()
	original := r.ask("GET", logo("1"), "", nil)
	stampedOriginal := r.ask("GET", logo("1")+"?stamp=1", "", nil)
	png := r.ask("GET", logo("1")+"?width=200&format=png", "", nil)
	jpeg := r.ask("GET", logo("1")+"?width=200&format=jpeg&background=ffffff", "", nil)
	webp := r.ask("GET", logo("1")+"?width=200&format=webp", "", nil)
	if assets.RefOf(original.body) != assets.Ref(strings.Trim(original.header.Get("ETag"), `"`)) {
		t.Error("an original is not sent as it came in")
	}
	for name, file := range map[string]answer{"svg": stampedOriginal, "png": png, "jpeg": jpeg, "webp": webp} {
		media := assets.Media(file.header.Get("Content-Type"))
		stamp, there, err := provenance.Read(bytes.NewReader(file.body), int64(len(file.body)), media)
		if err != nil || !there || stamp.Item != "logo-sample" || stamp.Version != 1 || stamp.Original != string(assets.RefOf(original.body)) ||
			stamp.Edition != 1 || stamp.InForceFrom.IsZero() || (stamp.Rendition == "") != (name == "svg") {
			t.Errorf("%s: %+v %v %v", name, stamp, there, err)
			continue
		}
		if a, told := r.standing(strings.TrimPrefix(stamp.Link, r.url)); a.status != 200 || told.State != identify.InForce || told.Version != 1 || !told.Since.Equal(stamp.InForceFrom) {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	again := r.ask("GET", logo("1")+"?width=200&format=png", "", nil, "If-None-Match", png.header.Get("ETag"))
	if again.status != http.StatusNotModified {
		t.Errorf("%d: the same rendition has another tag", again.status)
	}
	if a := r.ask("GET", logo("1")+"?preset=web-list", "", nil); a.status != 200 || a.header.Get("Content-Type") != "image/png" {
		t.Errorf("%d %v", a.status, a.header)
	}
	for _, query := range []string{"preset=nothing", "preset=web-list&width=3", "preset=web-list&preset=web-card"} {
		if a := r.ask("GET", logo("1")+"?"+query, "", nil); a.problem() != "BAD_USER_INPUT unknown_preset preset" {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	if a := r.ask("GET", logo("1")+"?stamp=yes", "", nil); a.problem() != "BAD_USER_INPUT unknown_parameter stamp" {
		t.Error(a.problem())
	}

	// From the file alone.
	for name, want := range map[string]struct {
		file []byte
		by   identify.By
	}{
		"the original":    {original.body, identify.Digest},
		"a stamped copy":  {stampedOriginal.body, identify.Digest},
		"a rendition":     {png.body, identify.Stamp},
		"another, stored": {jpeg.body, identify.Stamp},
	} {
		got := r.identified(want.file, "")
		if len(got) != 1 || got[0].By != want.by || got[0].Item != "logo-sample" || got[0].Version != 1 || got[0].State != identify.InForce {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for name, file := range map[string][]byte{"a file of nobody": []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), "nothing": nil, "no picture": []byte("text")} {
		if got := r.identified(file, ""); len(got) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	var data struct {
		Identify []struct {
			By, Key, Status string
			Version         int
		}
	}
	r.query("", `{ identify(digests: ["`+string(assets.RefOf(original.body))+`"]) { by key version status } }`, &data)
	if len(data.Identify) != 1 || data.Identify[0].By != "DIGEST" || data.Identify[0].Key != "logo-sample" || data.Identify[0].Status != "IN_FORCE" {
		t.Errorf("%+v", data)
	}
	if a := r.ask("POST", "/identify", "", bytes.NewReader(make([]byte, 2<<20))); a.status != http.StatusRequestEntityTooLarge {
		t.Error(a.status)
	}
	if a := r.ask("GET", "/identify?digest=x", "", nil); a.problem() != "BAD_USER_INPUT invalid_digest digests[0]" {
		t.Error(a.problem())
	}
}

func TestAWithdrawnFileIsKnownAsThat(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	file := r.ask("GET", logo("1")+"?stamp=1", "", nil).body
	act(r, "ban-tuyen-giao-dan-van", domain.RoleReviewer, domain.Items, domain.WithdrawVersion{Key: "logo-sample", Version: 1, Reason: "sai màu"})
	got := r.identified(file, "")
	if len(got) != 1 || got[0].State != identify.Withdrawn || got[0].Reason != "sai màu" || got[0].Since.IsZero() {
		t.Errorf("%+v", got)
	}
	if a, told := r.standing("/status/logo-sample/1"); a.status != 200 || told.State != identify.Withdrawn {
		t.Errorf("%d %s", a.status, a.body)
	}
	page := r.ask("GET", "/status/logo-sample/1", "", nil, "Accept", "text/html")
	if !bytes.Contains(page.body, []byte("đã bị thu hồi")) || !bytes.Contains(page.body, []byte("withdrawn")) || page.header.Get("Content-Security-Policy") == "" {
		t.Errorf("%s", page.body)
	}
	for _, path := range []string{"/status/logo-sample/99", "/status/logo-sample/x", "/status/nothing/1"} {
		if a, _ := r.standing(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}
