package s3

import (
	"encoding/json"
	"testing"

	"github.com/google/uuid"

	"signet/internal/people"
)

// FuzzRecord reads any object as a person's: what it says is written and read again as
// the same, and of who was erased nothing is told.
func FuzzRecord(f *testing.F) {
	id := uuid.MustParse("0199aaaa-0000-7000-8000-000000000001")
	for _, text := range []string{
		`{"name":"Nguyễn Thị Hòa","mail":"hoa@haiphong.example","changed":1798761600000,"identities":[{"issuer":"https://login.example","subject":"hoa"}],"watches":["*","logo-city"]}`,
		`{"erased":true}`, `{"erased":true,"identities":[{"issuer":"a","subject":"b"}]}`, `{}`, `null`, `[]`, `{"changed":9223372036854775807}`, `{"changed":-1}`, `{"changed":1e3}`,
		`{"name":"\ud800"}`, `{"identities":[null]}`, `{"identities":null,"watches":[]}`, `{"NAME":"x"}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var r, again record
		if json.Unmarshal(text, &r) != nil {
			return
		}
		written, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, &again); err != nil || !again.equal(r) || again.known() != r.known() {
			t.Fatalf("%s is %+v, which is written as %s, which is %+v (%v)", text, r, written, again, err)
		}
		if r.Erased && r.known() {
			t.Fatalf("%s is somebody", text)
		}
		p := r.person(id)
		if p.ID != id || r.Changed != 0 && p.Changed.UnixMilli() != r.Changed {
			t.Fatalf("%s is %+v", text, p)
		}
		more := people.Identity{Issuer: "https://other.example", Subject: "x"}
		before := len(r.Identities)
		if err := r.add(more); (err != nil) != r.Erased {
			t.Fatalf("%s: %v", text, err)
		}
		_ = r.add(more)
		if now := len(r.Identities); !r.Erased && now != before+1 && now != before {
			t.Fatalf("%s has %d identities, and then %d", text, before, now)
		}
	})
}
