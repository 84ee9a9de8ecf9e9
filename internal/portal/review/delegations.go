package review

import (
	"time"

	"signet/domain"
	"signet/internal/portal/frame"
)

// delegation is the right of a member to sign.
type delegation struct {
	ID, Member, MemberAgency, From, Until, Reason string
}

// delegationsPage is who may sign for the visitor's agency.
type delegationsPage struct {
	Agency      string
	Revision    int
	Delegations []delegation
	After       string
	Agencies    []struct{ Key, Name string }
	Own         string // id of the visitor
	Once        string
}

const delegationsDocument = `query ReviewDelegations($agency: String!, $after: String, $locale: Locale!) {
	viewer { member }
	agencies(first: 100) { edges { node { key name(locale: $locale) } } }
	agency(key: $agency) {
		revision
		delegations(first: 50, after: $after) { edges { node { id member memberAgency from until reason } } pageInfo { hasNextPage endCursor } }
	}
}`

// delegations shows who may sign for the visitor's agency beside its reviewers.
func delegations(v *frame.Visit) error {
	var told struct {
		Viewer   *struct{ Member string }
		Agencies struct {
			Edges []struct{ Node struct{ Key, Name string } }
		}
		Agency *struct {
			Revision    int
			Delegations struct {
				Edges    []struct{ Node delegation }
				PageInfo pageInfo
			}
		}
	}
	vars := frame.Vars{"agency": v.Viewer.Agency, "after": v.Optional("after"), "locale": v.Lang}
	if err := v.Ask(delegationsDocument, vars, &told); err != nil {
		return err
	}
	if told.Agency == nil || told.Viewer == nil {
		return unknown()
	}
	page := delegationsPage{Agency: v.Viewer.Agency, Revision: told.Agency.Revision, Own: told.Viewer.Member, Once: frame.Once()}
	for _, e := range told.Agency.Delegations.Edges {
		page.Delegations = append(page.Delegations, e.Node)
	}
	if told.Agency.Delegations.PageInfo.HasNextPage {
		page.After = told.Agency.Delegations.PageInfo.EndCursor
	}
	for _, e := range told.Agencies.Edges {
		page.Agencies = append(page.Agencies, e.Node)
	}
	return v.Show("review/delegations", page)
}

const (
	delegateDocument = `mutation ReviewDelegate($input: DelegateSigningInput!) { delegateSigning(input: $input) { delegation { id } } }`
	revokeDocument   = `mutation ReviewRevoke($input: RevokeDelegationInput!) { revokeDelegation(input: $input) { agency { key } } }`
)

// delegate lets a member sign for the visitor's agency, to the end of a day.
func delegate(v *frame.Visit) error {
	in := frame.Vars{
		"agency": v.Viewer.Agency, "member": v.Value("member"), "memberAgency": v.Optional("memberAgency"), "reason": v.Value("reason"),
		"from": begins(v.Value("from")), "until": ends(v.Value("until")), "revision": v.Whole("revision"), "idempotencyKey": v.Optional("once"),
	}
	if err := v.Ask(delegateDocument, frame.Vars{"input": in}, nil); err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return delegations(v)
	}
	return v.Go("/review/delegations?done=review-delegated")
}

// revoke ends a delegation.
func revoke(v *frame.Visit) error {
	in := frame.Vars{"agency": v.Viewer.Agency, "delegation": v.Value("delegation"), "revision": v.Whole("revision"), "idempotencyKey": v.Optional("once")}
	if err := v.Ask(revokeDocument, frame.Vars{"input": in}, nil); err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return delegations(v)
	}
	return v.Go("/review/delegations?done=review-revoked")
}

// begins is the first instant of a day of the city; nil without a day, which the API
// takes for now. What is no day is sent as it is: the API names the field.
func begins(day string) any {
	if day == "" {
		return nil
	}
	at, err := time.ParseInLocation(time.DateOnly, day, domain.CityZone)
	if err != nil {
		return day
	}
	return at.Format(time.RFC3339)
}

// ends is the instant at which a day of the city has ended.
func ends(day string) string {
	at, err := time.ParseInLocation(time.DateOnly, day, domain.CityZone)
	if err != nil {
		return day
	}
	return at.AddDate(0, 0, 1).Format(time.RFC3339)
}
