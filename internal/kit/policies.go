package kit

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"signet/domain"
)

// terms are the policy's as the domain keeps them.
func (p *policy) terms() domain.PolicyTerms {
	return domain.PolicyTerms{
		Leads: orNone(p.Leads), Required: orNone(p.Required), Others: orNone(p.Others), Quorum: p.Quorum, LeadLast: p.LeadLast,
		CoordinatingDays: p.CoordinatingDays, LeadDays: p.LeadDays, RevisionDays: p.RevisionDays, Survival: p.Survival,
	}
}

// orNone makes an empty list one that is not there.
func orNone(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

// sameTerms compares terms as the domain keeps them.
func sameTerms(a, b domain.PolicyTerms) bool { return reflect.DeepEqual(a, b) }

func policyOrder(a, b policy) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), a.At.Compare(b.At.Time))
}

// checkPolicies checks their order, and that each changes something: one that
// does not would be left out by the registry.
func (k *Kit) checkPolicies(root *parsed) error {
	if i := sortedBy(k.doc.Policies, policyOrder); i >= 0 {
		return root.at(fmt.Sprintf("policies[%d].at", i), unsorted("policies", "kind and at"))
	}
	for i := range k.doc.Policies {
		p := &k.doc.Policies[i]
		field := fmt.Sprintf("policies[%d]", i)
		if err := k.checkTerms(root, field, p); err != nil {
			return err
		}
		if i == 0 || k.doc.Policies[i-1].Kind != p.Kind {
			continue
		}
		if sameTerms(k.doc.Policies[i-1].terms(), p.terms()) {
			return root.at(field, invalid("policy_unchanged", "the policy is the same as the one before"))
		}
	}
	return nil
}

// checkTerms holds a policy to the form, and then to the domain's rules.
func (k *Kit) checkTerms(root *parsed, field string, p *policy) error {
	if p.At.IsZero() {
		return root.at(field+".at", missing("at"))
	}
	for _, list := range []struct {
		name string
		keys []string
	}{{"leads", p.Leads}, {"required", p.Required}, {"others", p.Others}} {
		if n := sortedKeys(list.keys); n >= 0 {
			return root.at(fmt.Sprintf("%s.%s[%d]", field, list.name, n), unsorted(list.name, "key"))
		}
	}
	for _, option := range []struct {
		name  string
		empty bool
	}{
		{"quorum", p.Quorum == 0},
		{"lead_last", !p.LeadLast},
		{"coordinating_days", p.CoordinatingDays == 0},
		{"lead_days", p.LeadDays == 0},
		{"revision_days", p.RevisionDays == 0},
	} {
		if option.empty && root.has(field+"."+option.name) {
			return root.at(field+"."+option.name, invalid("empty_field", "leave out what is empty"))
		}
	}
	given := p.terms()
	events, err := domain.SetPolicy{Kind: p.Kind, Terms: given, Reason: p.Reason}.Decide(domain.Policy{}, domain.Call{At: p.At.Time, Facts: listed{kit: k}})
	if err != nil {
		return root.refuse(field+".", err)
	}
	for _, e := range events {
		if set, is := e.(domain.PolicySet); is && !sameTerms(set.Terms, given) {
			return root.at(field+".survival", invalid("not_canonical", "leave the survival out when it is %s", domain.SurviveTranslations))
		}
	}
	return nil
}

// listed answers the domain's questions from the kit alone, before there is a
// registry: an agency is there if the kit lists it, and editions follow on one
// another.
type listed struct {
	domain.Facts

	kit *Kit
}

// Agency is found in the sorted list.
func (l listed) Agency(key string) (domain.Agency, error) {
	_, found := slices.BinarySearchFunc(l.kit.doc.Agencies, key, func(a agency, key string) int { return strings.Compare(a.Key, key) })
	return domain.Agency{Exists: found, Key: key}, nil
}

// Edition is only asked for the one before.
func (l listed) Edition(number int) (domain.Edition, error) {
	if number < 1 || number > len(l.kit.doc.Editions) {
		return domain.Edition{}, errors.New("kit: nobody asks for this edition")
	}
	return domain.Edition{Exists: true, Number: number}, nil
}

// policyOf returns the terms under which a version was submitted; none if it was
// not, or there was no policy yet.
func (k *Kit) policyOf(kind domain.Kind, v *version) domain.PolicyTerms {
	if v.Submitted == nil {
		return domain.PolicyTerms{}
	}
	n, found := slices.BinarySearchFunc(k.doc.Policies, policy{Kind: kind, At: *v.Submitted}, policyOrder)
	if !found {
		n--
	}
	if n < 0 || k.doc.Policies[n].Kind != kind {
		return domain.PolicyTerms{}
	}
	return k.doc.Policies[n].terms()
}

// leading is the role in which an agency withdrew or moved a version: a reviewer
// of a lead agency, or an admin of another one.
func (k *Kit) leading(kind domain.Kind, v *version, agency string) domain.Role {
	if slices.Contains(k.policyOf(kind, v).Leads, agency) {
		return domain.RoleReviewer
	}
	return domain.RoleAdmin
}
