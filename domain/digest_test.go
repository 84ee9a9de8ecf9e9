package domain

import (
	"encoding/json"
	"testing"
)

// The digest by which a repeated command is known again is made of its JSON
// (internal/commands). A field that was added later is left out while it is not
// used, so that a command of before is still the same one.
func TestCommandsOfBeforeAreStillTheSame(t *testing.T) {
	for _, c := range []struct {
		command any
		want    string
	}{
		{SignVersion{Key: "k", Version: 1}, `{"Key":"k","Version":1}`},
		{ReturnVersion{Key: "k", Version: 1, Reason: "r"}, `{"Key":"k","Version":1,"Reason":"r"}`},
		{WithdrawVersion{Key: "k", Version: 1, Reason: "r", From: noon}, `{"Key":"k","Version":1,"Reason":"r","From":"2027-07-01T05:00:00Z"}`},
		{OpenEdition{Number: 1, Due: "2027-07-31"}, `{"Number":1,"Title":null,"Due":"2027-07-31"}`},
		{
			AddMember{Agency: party, Member: hoa.Member, Roles: Roles{RoleReviewer}},
			`{"Agency":"ban-tuyen-giao","Member":"00000000-0000-7000-8000-000000000003","Roles":["reviewer"]}`,
		},
		{
			ChangeMemberRoles{Agency: party, Member: hoa.Member, Roles: Roles{RoleReviewer}},
			`{"Agency":"ban-tuyen-giao","Member":"00000000-0000-7000-8000-000000000003","Roles":["reviewer"]}`,
		},
		{
			IssueToken{Agency: party, Member: hoa.Member, Token: "t", Hash: "h"},
			`{"Agency":"ban-tuyen-giao","Member":"00000000-0000-7000-8000-000000000003","Token":"t","Hash":"h","Expires":null}`,
		},
		{
			SetPolicy{Kind: Slogan, Terms: PolicyTerms{Leads: []string{party}, Required: []string{foreign}}, Reason: "r"},
			`{"Kind":"slogan","Terms":{"leads":["ban-tuyen-giao"],"required":["so-ngoai-vu"]},"Reason":"r"}`,
		},
	} {
		if got, err := json.Marshal(c.command); err != nil || string(got) != c.want {
			t.Errorf("%T: %s, %v\nwant %s", c.command, got, err, c.want)
		}
	}
}
