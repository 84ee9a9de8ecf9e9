package server_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"testing"

	"signet/domain"
	"signet/internal/catalogue"
	"signet/internal/identify"
	"signet/internal/testneeds"
)

// listed is the catalogue that somebody is given, by item.
func (r *registry) listed(role domain.Role) (*catalogue.Catalogue, map[string]catalogue.Version) {
	r.t.Helper()
	a := r.ask("GET", "/catalogue.json", role, nil)
	if a.status != http.StatusOK {
		r.t.Fatalf("%d %s", a.status, a.body)
	}
	c, err := catalogue.Read(bytes.NewReader(a.body))
	if err != nil {
		r.t.Fatal(err)
	}
	all := map[string]catalogue.Version{}
	for _, v := range c.Versions {
		all[v.Item] = v // of several the latest
	}
	return c, all
}

func TestTheCatalogueTellsByWhatThingsAreKnown(t *testing.T) {
	testneeds.PlainInCI(t)
	r := newRegistry(t).follow().withSample()
	c, all := r.listed("")
	logo, slogan := all["logo-sample"], all["slogan-open-sea"]
	if c.Registry != r.url+"/" || logo.State != identify.InForce || len(logo.Files) == 0 || len(logo.Files[0].Digest) != 64 || logo.Files[0].Print.IsZero() {
		t.Errorf("%s: %+v", c.Registry, logo.Answer)
	}
	locales := map[domain.Locale]bool{}
	for _, text := range slogan.Texts {
		locales[text.Locale] = true
		if text.Unit == "name" {
			t.Error("the name of an item is listed as something that is said")
		}
	}
	if !locales["vi"] || !locales["ja"] {
		t.Errorf("%+v", slogan.Texts)
	}
	first := r.ask("GET", "/catalogue.json", "", nil)
	if again := r.ask("GET", "/catalogue.json", "", nil, "If-None-Match", first.header.Get("ETag")); again.status != http.StatusNotModified {
		t.Errorf("the same again: %d", again.status)
	}
	packed := r.ask("GET", "/catalogue.json", "", nil, "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(bytes.NewReader(packed.body))
	if err != nil || packed.header.Get("Content-Encoding") != "gzip" {
		t.Fatal(err)
	}
	if same, err := catalogue.Read(z); err != nil || len(same.Versions) != len(c.Versions) {
		t.Errorf("packed: %v", err)
	}
}

func TestTheCatalogueHoldsWhatIsForTheCaller(t *testing.T) {
	testneeds.PlainInCI(t)
	r := newRegistry(t).follow().withSample()
	act(r, "ban-tuyen-giao-dan-van", domain.RoleReviewer, domain.Items, domain.WithdrawVersion{Key: "logo-sample", Version: 1, Reason: "sai màu"})
	act(r, "ban-tuyen-giao-dan-van", domain.RoleAdmin, domain.Items, domain.ChangeItemVisibility{Key: "slogan-open-sea"})
	_, public := r.listed("")
	if v, there := public["slogan-open-sea"]; there {
		t.Errorf("what is not public is told: %+v", v.Answer)
	}
	if v := public["logo-sample"]; v.State != identify.Withdrawn || v.Reason != "sai màu" {
		t.Errorf("what was withdrawn: %+v", v.Answer)
	}
	if _, known := r.listed(domain.RoleDesigner); known["slogan-open-sea"].Item == "" {
		t.Error("a designer is not told of what is not public")
	}
}
