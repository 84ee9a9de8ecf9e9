package people_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"signet/domain"
	"signet/internal/people"
)

var somebody = uuid.UUID{6: 0x70, 8: 0x80, 15: 1}

func TestWhatAPersonMayBe(t *testing.T) {
	long := strings.Repeat("ễ", people.MaxName)
	cases := []struct {
		title         string
		in, want      people.Person
		reason, field string
	}{
		{"a name and an address", people.Person{ID: somebody, Name: "Nguyễn Thị Hòa Bình", Mail: "binh@haiphong.example"}, people.Person{ID: somebody, Name: "Nguyễn Thị Hòa Bình", Mail: "binh@haiphong.example"}, "", ""},
		{"decomposed, with blanks around", people.Person{ID: somebody, Name: " Nguye\u0302\u0303n\n", Mail: "nguye\u0302\u0303n@haiphong.example "}, people.Person{ID: somebody, Name: "Nguyễn", Mail: "nguyễn@haiphong.example"}, "", ""},
		{"nothing but an id", people.Person{ID: somebody}, people.Person{ID: somebody}, "", ""},
		{"identities and watches are not the caller's to put", people.Person{ID: somebody, Watches: []string{"slogan"}, Identities: []people.Identity{{Issuer: "https://i", Subject: "s"}}}, people.Person{ID: somebody}, "", ""},
		{"the longest name, decomposed", people.Person{ID: somebody, Name: norm.NFD.String(long)}, people.Person{ID: somebody, Name: long}, "", ""},
		{"nobody", people.Person{Name: "x"}, people.Person{}, "invalid_person", "person"},
		{"too long a name", people.Person{ID: somebody, Name: long + "x"}, people.Person{}, "invalid_name", "name"},
		{"a name of two lines", people.Person{ID: somebody, Name: "a\nb"}, people.Person{}, "invalid_name", "name"},
		{"a name that turns the text around", people.Person{ID: somebody, Name: "a\u202Eb"}, people.Person{}, "invalid_name", "name"},
		{"a name that is not UTF-8", people.Person{ID: somebody, Name: "a\xff"}, people.Person{}, "invalid_name", "name"},
		{"an address with a name", people.Person{ID: somebody, Mail: "An <an@x.example>"}, people.Person{}, "invalid_mail", "mail"},
		{"an address with a comment", people.Person{ID: somebody, Mail: "an@x.example (An)"}, people.Person{}, "invalid_mail", "mail"},
		{"an address that is quoted", people.Person{ID: somebody, Mail: `"a n"@x.example`}, people.Person{}, "invalid_mail", "mail"},
		{"two addresses", people.Person{ID: somebody, Mail: "a@x.example,b@x.example"}, people.Person{}, "invalid_mail", "mail"},
		{"an address with another header", people.Person{ID: somebody, Mail: "a@x.example\r\nBcc: b@x.example"}, people.Person{}, "invalid_mail", "mail"},
		{"no address", people.Person{ID: somebody, Mail: "an"}, people.Person{}, "invalid_mail", "mail"},
		{"too long an address", people.Person{ID: somebody, Mail: strings.Repeat("a", 60) + "@" + strings.Repeat("b.", 100) + "vn"}, people.Person{}, "invalid_mail", "mail"},
	}
	for _, c := range cases {
		t.Run(c.title, func(t *testing.T) {
			got, err := c.in.Checked()
			refused(t, err, c.reason, c.field)
			if got.ID != c.want.ID || got.Name != c.want.Name || got.Mail != c.want.Mail || len(got.Identities)+len(got.Watches) != 0 {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestWhatAnIdentityMayBe(t *testing.T) {
	for title, c := range map[string]struct {
		in    people.Identity
		field string
	}{
		"a usual one":           {people.Identity{Issuer: "https://id.example", Subject: "248289761001"}, ""},
		"the longest":           {people.Identity{Issuer: strings.Repeat("i", people.MaxIssuer), Subject: strings.Repeat("s", people.MaxSubject)}, ""},
		"no issuer":             {people.Identity{Subject: "s"}, "issuer"},
		"no subject":            {people.Identity{Issuer: "i"}, "subject"},
		"too long an issuer":    {people.Identity{Issuer: strings.Repeat("i", people.MaxIssuer+1), Subject: "s"}, "issuer"},
		"too long a subject":    {people.Identity{Issuer: "i", Subject: strings.Repeat("s", people.MaxSubject+1)}, "subject"},
		"a NUL in the issuer":   {people.Identity{Issuer: "i\x00", Subject: "s"}, "issuer"},
		"a subject of no UTF-8": {people.Identity{Issuer: "i", Subject: "\xff"}, "subject"},
	} {
		t.Run(title, func(t *testing.T) {
			reason := ""
			if c.field != "" {
				reason = "invalid_identity"
			}
			refused(t, c.in.Check(), reason, c.field)
		})
	}
}

func refused(t *testing.T, err error, reason, field string) {
	t.Helper()
	refusal := domain.AsError(err)
	if reason == "" {
		if err != nil {
			t.Errorf("refused: %v", err)
		}
		return
	}
	if refusal == nil || refusal.Code != domain.Invalid || refusal.Reason != reason || refusal.Field != field {
		t.Errorf("got %v, want %s at %s", err, reason, field)
	}
}

// What is accepted is kept as it is when it is given again, and fits.
func FuzzChecked(f *testing.F) {
	f.Add("Nguyễn Thị Hòa Bình", "binh@haiphong.example")
	f.Add("Nguye\u0302\u0303n", "\"a\"@b")
	f.Add("\u202E", "a@[127.0.0.1]")
	f.Fuzz(func(t *testing.T, name, address string) {
		once, err := people.Person{ID: somebody, Name: name, Mail: address}.Checked()
		if err != nil {
			return
		}
		twice, err := once.Checked()
		if err != nil || twice.Name != once.Name || twice.Mail != once.Mail {
			t.Errorf("%+v becomes %+v, %v", once, twice, err)
		}
		if utf8.RuneCountInString(once.Name) > people.MaxName || len(once.Mail) > people.MaxMail || strings.ContainsAny(once.Name+once.Mail, "\r\n\x00") {
			t.Errorf("accepted %+v", once)
		}
	})
}
