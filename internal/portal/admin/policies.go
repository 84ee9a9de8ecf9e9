package admin

import (
	"slices"
	"strconv"
	"strings"

	"signet/domain"
	"signet/graph"
	"signet/internal/portal/frame"
)

// kinds are the kinds of items, as addresses have them.
var kinds = []string{"slogan", "logo", "message_set", "template"}

// terms are those of a policy.
type terms struct {
	Leads, Required, Others []string
	Quorum                  int
	LeadLast                bool
	CoordinatingDays        int
	LeadDays                int
	RevisionDays            int
	Survival                string
}

// policyRow is one revision of a policy.
type policyRow struct {
	Revision    int
	Terms       terms
	Reason, Set string
}

// Nth counts from 1 which of the policies it is.
func (p policyRow) Nth() int { return p.Revision + 1 }

const policyFields = `revision reason set
	terms { leads required others quorum leadLast coordinatingDays leadDays revisionDays survival }`

// policiesPage is the policy of each kind.
type policiesPage struct {
	Kinds []struct {
		Kind   string
		Policy *policyRow
	}
}

func policies(v *frame.Visit) error {
	if err := v.Need(string(domain.ReadApproved)); err != nil {
		return err
	}
	const document = `query PortalAdminPolicies {
	slogan: policies(kind: SLOGAN) { ` + policyFields + ` }
	logo: policies(kind: LOGO) { ` + policyFields + ` }
	message_set: policies(kind: MESSAGE_SET) { ` + policyFields + ` }
	template: policies(kind: TEMPLATE) { ` + policyFields + ` }
}`
	told := map[string][]policyRow{}
	if err := v.Ask(document, nil, &told); err != nil {
		return err
	}
	var page policiesPage
	for _, kind := range kinds {
		row := struct {
			Kind   string
			Policy *policyRow
		}{Kind: kind}
		if all := told[kind]; len(all) > 0 {
			row.Policy = &all[0]
		}
		page.Kinds = append(page.Kinds, row)
	}
	return v.Show("admin/policies", page)
}

// part is how an agency takes part in a policy: "lead", "required", "other" or nothing.
type part struct{ Key, Name, Part string }

// policyPage is the policy of a kind with its history, and the form of another one.
type policyPage struct {
	Kind     string
	Revision *int // nil where there is no policy yet
	History  []policyRow
	Form     terms
	Parts    []part
	Reason   string
	Once     string
}

func policy(v *frame.Visit) error {
	if err := v.Need(string(domain.ReadApproved)); err != nil {
		return err
	}
	page := policyPage{Kind: v.PathValue("kind"), Once: frame.Once(), Form: terms{Survival: "TRANSLATIONS"}, Reason: typed(v, "set", "reason", "")}
	if !slices.Contains(kinds, page.Kind) {
		return unknown()
	}
	const document = `query PortalAdminPolicy($kind: Kind!) { policies(kind: $kind) { ` + policyFields + ` } }`
	var told struct{ Policies []policyRow }
	if err := v.Ask(document, frame.Vars{"kind": strings.ToUpper(page.Kind)}, &told); err != nil {
		return err
	}
	page.History = told.Policies
	if len(page.History) > 0 {
		page.Revision, page.Form = &page.History[0].Revision, page.History[0].Terms
	}
	all, err := everyAgency(v)
	if err != nil {
		return err
	}
	if sent(v, "set") {
		page.Form = typedTerms(v, all)
	}
	page.Parts = page.Form.parts(all)
	return v.Show("admin/policy", &page)
}

// everyAgency is the key and the name of each.
func everyAgency(v *frame.Visit) ([]agencyRow, error) {
	const document = `query PortalAdminAllAgencies($locale: Locale!, $after: String) {
	agencies(first: 100, after: $after) { edges { node { key name(locale: $locale) } } pageInfo { hasNextPage endCursor } }
}`
	all, _, err := every(func(after any) (frame.List[agencyRow], error) {
		var told struct{ Agencies frame.List[agencyRow] }
		err := v.Ask(document, frame.Vars{"locale": v.Lang, "after": after}, &told)
		return told.Agencies, err
	})
	return all, err
}

// typedTerms are those of the form. A number that is none is -1, which the API refuses.
func typedTerms(v *frame.Visit, all []agencyRow) terms {
	number := func(name string) int {
		said := v.Value(name)
		if said == "" {
			return 0
		}
		n, err := strconv.Atoi(said)
		if err != nil {
			return -1
		}
		return n
	}
	t := terms{
		Leads: []string{}, Required: []string{}, Others: []string{}, Quorum: number("quorum"), LeadLast: v.Value("leadLast") != "",
		CoordinatingDays: number("coordinatingDays"), LeadDays: number("leadDays"), RevisionDays: number("revisionDays"), Survival: v.Value("survival"),
	}
	for _, a := range all {
		switch v.Value("part." + a.Key) {
		case "lead":
			t.Leads = append(t.Leads, a.Key)
		case "required":
			t.Required = append(t.Required, a.Key)
		case "other":
			t.Others = append(t.Others, a.Key)
		}
	}
	return t
}

// parts tells of each agency how it takes part: first those who do.
func (t terms) parts(all []agencyRow) []part {
	var in, out []part
	for _, a := range all {
		switch p := (part{Key: a.Key, Name: a.Name}); {
		case slices.Contains(t.Leads, a.Key):
			p.Part = "lead"
			in = append(in, p)
		case slices.Contains(t.Required, a.Key):
			p.Part = "required"
			in = append(in, p)
		case slices.Contains(t.Others, a.Key):
			p.Part = "other"
			in = append(in, p)
		default:
			out = append(out, p)
		}
	}
	return append(in, out...)
}

// setPolicy changes who signs the versions of a kind.
func setPolicy(v *frame.Visit) error {
	kind := v.PathValue("kind")
	if !slices.Contains(kinds, kind) {
		return unknown()
	}
	all, err := everyAgency(v)
	if err != nil {
		return err
	}
	t := typedTerms(v, all)
	if !slices.Contains([]string{"TRANSLATIONS", "NONE"}, t.Survival) {
		err = &graph.Refusal{Code: graph.BadUserInput, Reason: "unknown_survival", Field: "survival", Sentence: "choose which signatures stand"}
	} else {
		in := frame.Vars{
			"kind": strings.ToUpper(kind), "leads": t.Leads, "required": t.Required, "others": t.Others, "quorum": t.Quorum, "leadLast": t.LeadLast,
			"coordinatingDays": t.CoordinatingDays, "leadDays": t.LeadDays, "revisionDays": t.RevisionDays, "survival": t.Survival,
			"reason": v.Value("reason"), "revision": v.Whole("revision"), "idempotencyKey": v.Optional("once"),
		}
		err = change(v, "setPolicy", "SetPolicyInput", "position", in, nil)
	}
	if err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return policy(v)
	}
	return v.Go("/admin/policies/", kind, "?done=admin-policy")
}
