package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"testing"

	"signet/domain"
)

func TestAPictureOfAPlaceIsKept(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		role domain.Role
		body []byte
		want string
	}{
		{"nobody", "", picture.Bytes(), "401 UNAUTHENTICATED unauthenticated"},
		{"a designer", domain.RoleDesigner, picture.Bytes(), "403 FORBIDDEN not_permitted"},
		{"no picture", domain.RoleAgency, []byte("hello"), "415 BAD_USER_INPUT unsupported_media"},
		{"a drawing", domain.RoleAgency, []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`), "415 BAD_USER_INPUT unsupported_media"},
	} {
		if a := r.ask("POST", "/evidence", c.role, bytes.NewReader(c.body)); fmt.Sprint(a.status, " ", a.problem()) != c.want {
			t.Errorf("%s: %d %s, want %s", c.name, a.status, a.problem(), c.want)
		}
	}
	var kept struct{ Digest string }
	if a := r.ask("POST", "/evidence", domain.RoleAgency, bytes.NewReader(picture.Bytes())); a.status != http.StatusCreated || json.Unmarshal(a.body, &kept) != nil {
		t.Fatalf("%d %s", a.status, a.body)
	}
	var planned struct {
		PlanAudit struct{ Audit struct{ Audit string } }
	}
	r.query(domain.RoleAuditor, `mutation { planAudit(input: {titles: [{locale: "vi", text: "Kiểm tra"}], due: "2030-01-01"}) { audit { audit } } }`, &planned)
	r.query(domain.RoleAgency, fmt.Sprintf(`mutation { reportAudit(input: {audit: %q, report: "00000000-0000-4000-8000-000000000001", site: {address: "a", agency: "so-ngoai-vu", channel: "web"},
		findings: [{place: "p", outcome: UNREGISTERED, certainty: LOOK, by: SIGHT, evidence: {picture: %q}}]}) { position } }`, planned.PlanAudit.Audit.Audit, kept.Digest), nil)
	var found struct {
		Findings struct {
			Edges []struct{ Node struct{ Picture string } }
		}
	}
	r.query(domain.RoleAuditor, `{ findings { edges { node { picture } } } }`, &found)
	address := found.Findings.Edges[0].Node.Picture
	if a := r.ask("GET", address, domain.RoleAuditor, nil); a.status != 200 || !bytes.Equal(a.body, picture.Bytes()) || a.header.Get("Content-Type") != "image/png" {
		t.Errorf("%s: %d %v", address, a.status, a.header)
	}
	for _, role := range []domain.Role{"", domain.RoleDesigner} {
		if a := r.ask("GET", address, role, nil); a.status != 404 || a.problem() != "NOT_FOUND unknown_file" {
			t.Errorf("to %q: %d %s", role, a.status, a.problem())
		}
	}
}
