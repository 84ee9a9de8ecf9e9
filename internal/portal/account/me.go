package account

import (
	"net/http"
	"time"

	"signet/domain"
	"signet/internal/portal/frame"
)

// viewer is what the API tells of the visitor.
type viewer struct {
	Member, Agency string
	Roles, Locales []string
	Delegations    []string
	Scopes         []string
	Name, Mail     string
	Watches        []string
	WatchesKit     bool
	Token          *struct{ Issued, Expires string }
}

// recall is something that the visitor's agency has used, and that was withdrawn.
type recall struct {
	Key, From, Reason string
	Number            int
	Replacement       *struct {
		Key    string
		Number int
	}
	Affected []struct {
		Agency             string
		Downloads, Running int
	}
	Item struct {
		Name    string
		InForce *struct{ Number int }
	}
}

// account is the page of the visitor.
type account struct {
	Viewer  *viewer
	Recalls struct {
		Edges    []struct{ Node recall }
		PageInfo struct{ HasNextPage bool }
	}
	NodeState struct{ Mails bool }
	Watched   []watched
	// Fresh is how many of the recalls are of the last 30 days.
	Fresh      int
	Name, Mail string // of the form
	// Notices tells whether the visitor may know what the agency has used.
	Notices bool
}

const meDocument = `query PortalMe($agency: String!, $locale: Locale!, $notices: Boolean!) {
	viewer { member agency roles locales delegations scopes name mail watches watchesKit token { issued expires } }
	nodeState { mails }
	recalls(agency: $agency, first: 20) @include(if: $notices) {
		edges { node { key number from reason replacement { key number } affected { agency downloads running } item { name(locale: $locale) inForce { number } } } }
		pageInfo { hasNextPage }
	}
}`

func me(v *frame.Visit) error {
	if v.Viewer.Anonymous() {
		http.Redirect(v.W, v.Request, v.Path("/login?return=", v.Path("/me")), http.StatusSeeOther)
		return nil
	}
	page := account{Notices: v.Can(string(domain.ReadUsage)) && v.Can(string(domain.ReadApproved))}
	if err := v.Ask(meDocument, frame.Vars{"agency": v.Viewer.Agency, "locale": v.Lang, "notices": page.Notices}, &page); err != nil {
		return err
	}
	if page.Viewer == nil { // the member has left meanwhile
		return v.Go("/login")
	}
	var err error
	if page.Watched, err = names(v, page.Viewer.Watches); err != nil {
		return err
	}
	page.Name, page.Mail = page.Viewer.Name, page.Viewer.Mail
	if v.Method == http.MethodPost && v.Value("do") == "" {
		page.Name, page.Mail = v.Value("name"), v.Value("mail")
	}
	page.Fresh = page.fresh(time.Now())
	return v.Show("account/me", &page)
}

// fresh counts what was withdrawn within 30 days.
func (p *account) fresh(now time.Time) (n int) {
	for _, e := range p.Recalls.Edges {
		from, err := time.Parse(time.RFC3339, e.Node.From)
		if err == nil && from.After(now.AddDate(0, 0, -30)) {
			n++
		}
	}
	return n
}

// change writes the visitor's own name and address.
func change(v *frame.Visit) error {
	const document = `mutation PortalMe($in: SetPersonInput!) { setPerson(input: $in) { member { id } } }`
	in := frame.Vars{"agency": v.Viewer.Agency, "member": v.Viewer.Member, "name": v.Value("name"), "mail": v.Value("mail")}
	if err := v.Ask(document, frame.Vars{"in": in}, nil); err != nil {
		if err := v.Refused(err); err != nil {
			return err
		}
		return me(v)
	}
	return v.Go("/me?done=saved")
}
