package admin

import (
	"testing"
	"time"

	"signet/internal/access"
)

func TestSessionsOfThePastAreNotShown(t *testing.T) {
	at := func(in time.Duration) string { return time.Now().Add(in).UTC().Format(time.RFC3339) }
	const hour, month = time.Hour, 30 * 24 * time.Hour
	begun := access.NewSession("a").ID
	for name, c := range map[string]struct {
		token          token
		session, shown bool
	}{
		"a token without an end":               {token{ID: "a", Issued: at(-month)}, false, true},
		"a token that ends":                    {token{ID: "a", Issued: at(-month), Expires: at(month)}, false, true},
		"a token that has ended":               {token{ID: "a", Issued: at(-month), Expires: at(-hour)}, false, true},
		"a session":                            {token{ID: begun, Issued: at(-hour), Expires: at(7 * hour)}, true, true},
		"one of several days":                  {token{ID: begun, Issued: at(-hour), Expires: at(100 * hour)}, true, true},
		"one that a provider's login began":    {token{ID: "a", Issued: at(-hour), Expires: at(7 * hour)}, true, true},
		"a session of the past":                {token{ID: begun, Issued: at(-month), Expires: at(-month + 8*hour)}, true, false},
		"one of the past, of a provider's":     {token{ID: "a", Issued: at(-month), Expires: at(-month + 8*hour)}, true, false},
		"one of several days, now in the past": {token{ID: begun, Issued: at(-month), Expires: at(-hour)}, true, false},
	} {
		m := memberRow{Tokens: []token{c.token}}
		if got := c.token.Session(); got != c.session {
			t.Errorf("%s is a session: %t", name, got)
		}
		if got := len(m.Shown()) == 1; got != c.shown {
			t.Errorf("%s is shown: %t", name, got)
		}
	}
}

func TestATokenEndsWithADayOrAtAnInstant(t *testing.T) {
	for expires, day := range map[string]string{"2027-11-27T17:00:00Z": "2027-11-27", "2027-11-27T17:00:01Z": "", "2027-11-27T00:00:00Z": "", "": ""} {
		if got := (token{Expires: expires}).LastDay(); got != day {
			t.Errorf("%s is the end of %q, not of %q", expires, got, day)
		}
	}
}
