package admin

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/portal/frame"
)

// token is one of a member, without its secret.
type token struct {
	ID, Issued, Expires, LastUsed string
	Scopes                        []string
}

// longestSession is more than a session that a provider's login begins lasts by default.
const longestSession = 24 * time.Hour

// Session tells whether it is that of a browser: by its id, or, of those that a login at
// a provider began, by how short it lasts.
func (t token) Session() bool {
	if access.BegunWith(t.ID) != t.ID {
		return true
	}
	issued, err := time.Parse(time.RFC3339, t.Issued)
	return err == nil && t.endsBefore(issued.Add(longestSession))
}

// Ended tells whether it is past its end.
func (t token) Ended() bool { return t.endsBefore(time.Now()) }

// LastDay is the day at whose end it ends; empty for another instant, or none.
func (t token) LastDay() string {
	at, err := time.Parse(time.RFC3339, t.Expires)
	if err != nil || at.In(domain.CityZone).Format(time.TimeOnly) != "00:00:00" {
		return ""
	}
	return lastDay(t.Expires)
}

// endsBefore tells whether it has an end, before an instant.
func (t token) endsBefore(at time.Time) bool {
	expires, err := time.Parse(time.RFC3339, t.Expires)
	return err == nil && expires.Before(at)
}

// tokenPage is the form of a new token, or of one that takes the place of another.
type tokenPage struct {
	memberPage

	Old     *token // nil of a new one
	Days    string // for how many days the old one still holds
	Expires string
	Limited bool
	Scopes  []choice
}

// newToken shows the form.
func newToken(v *frame.Visit) error {
	page := tokenPage{Expires: typed(v, "issue", "expires", time.Now().In(domain.CityZone).AddDate(1, 0, 0).Format(time.DateOnly))}
	var err error
	if page.memberPage, err = findMember(v, v.PathValue("key"), v.PathValue("id")); err != nil {
		return err
	}
	page.Limited = v.Value("limit") == "some"
	page.Scopes = page.scopes(v.Values("scopes"))
	return v.Show("admin/token", &page)
}

// scopes are the permissions that the member holds, to which a token can be limited.
func (p *tokenPage) scopes(chosen []string) []choice {
	actor := domain.Actor{Agency: p.Agency.Key}
	for _, r := range p.Member.Roles {
		actor.Roles = append(actor.Roles, domain.Role(strings.ToLower(r)))
	}
	var out []choice
	for _, permission := range domain.Permissions() {
		if name := string(permission); actor.May(permission, domain.Scope{Agency: p.Agency.Key}) {
			out = append(out, choice{Value: name, Chosen: slices.Contains(chosen, name)})
		}
	}
	return out
}

// issueToken gives a member a token, and shows its secret. Scopes that were ticked count
// also where the limit was not: nobody gets more than was looked at.
func issueToken(v *frame.Visit) error {
	key, id := v.PathValue("key"), v.PathValue("id")
	in := frame.Vars{"agency": key, "member": id, "expires": endOf(v.Value("expires")), "idempotencyKey": v.Optional("once")}
	if scopes := v.Values("scopes"); v.Value("limit") == "some" || len(scopes) > 0 {
		in["scopes"] = append([]string{}, scopes...)
	}
	var issued struct{ Done struct{ Secret string } }
	if err := change(v, "issueToken", "IssueTokenInput", "secret", in, &issued); err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return newToken(v)
	}
	return showToken(v, issued.Done.Secret)
}

func showToken(v *frame.Visit, value string) error {
	return tell(v, secret{
		Title: v.T("admin.secret.token"), Secret: value, Says: []string{v.T("admin.secret.once"), v.T("admin.secret.token.hand")},
		Back: v.Path("/admin/agencies/", v.PathValue("key"), "/members/", v.PathValue("id")), Link: v.T("admin.secret.member"),
	})
}

// oldToken shows the form by which a token is replaced.
func oldToken(v *frame.Visit) error {
	page := tokenPage{Days: typed(v, "rotate", "days", "1")}
	var err error
	if page.memberPage, page.Old, err = findToken(v); err != nil {
		return err
	}
	page.Expires = typed(v, "rotate", "expires", lastDay(page.Old.Expires))
	return v.Show("admin/rotate", &page)
}

func findToken(v *frame.Visit) (memberPage, *token, error) {
	page, err := findMember(v, v.PathValue("key"), v.PathValue("id"))
	if err != nil {
		return page, nil, err
	}
	i := slices.IndexFunc(page.Member.Tokens, func(t token) bool { return t.ID == v.PathValue("token") })
	if i < 0 {
		return page, nil, unknown()
	}
	return page, &page.Member.Tokens[i], nil
}

// rotateToken replaces a token, and shows the secret of the new one.
func rotateToken(v *frame.Visit) error {
	const day = 24 * 60 * 60
	days, err := strconv.Atoi(v.Value("days"))
	if err != nil {
		days = 0
	}
	in := frame.Vars{
		"agency": v.PathValue("key"), "token": v.PathValue("token"), "overlapSeconds": min(max(days, -1), day) * day,
		"expires": endOf(v.Value("expires")), "idempotencyKey": v.Optional("once"),
	}
	var rotated struct{ Done struct{ Secret string } }
	if err := change(v, "rotateToken", "RotateTokenInput", "secret", in, &rotated); err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return oldToken(v)
	}
	return showToken(v, rotated.Done.Secret)
}

// askRevokeToken says what the end of a token does.
func askRevokeToken(v *frame.Visit) error {
	page, t, err := findToken(v)
	if err != nil {
		return err
	}
	here := v.Path("/admin/agencies/", page.Agency.Key, "/members/", page.Member.ID)
	says := []string{v.T("admin.revoke.at-once"), v.T("admin.revoke.sessions"), v.T("admin.revoke.undo")}
	if t.Session() {
		says = []string{v.T("admin.revoke.session"), v.T("admin.revoke.login")}
	}
	return v.Show("admin/confirm", confirmation{
		Title: v.T("admin.revoke.title", page.Member.Who(), page.Agency.Name), Says: says,
		Button: v.T("admin.revoke"), Action: v.Path("/admin/agencies/", page.Agency.Key, "/members/", page.Member.ID, "/tokens/", t.ID, "/revoke"), Back: here, Once: page.Once,
	})
}

func revokeToken(v *frame.Visit) error {
	key, id := v.PathValue("key"), v.PathValue("id")
	in := frame.Vars{"agency": key, "token": v.PathValue("token"), "idempotencyKey": v.Optional("once")}
	if err := change(v, "revokeToken", "RevokeTokenInput", "position", in, nil); err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return askRevokeToken(v)
	}
	return v.Go("/admin/agencies/", key, "/members/", id, "?done=admin-revoked")
}
