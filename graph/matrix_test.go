package graph_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"signet/domain"
	"signet/graph/rules"
	"signet/internal/testneeds"
)

// caller is somebody of a column of the table, of the agency press.
type caller struct {
	name  string // who asks, as world.ask has it
	asker rules.Asker
}

// member is whose token they call with.
func (c caller) member() uuid.UUID {
	if c.asker.Scopes != nil {
		return idOf("the admin")
	}
	return idOf(c.name)
}

// callers are one for each column, one who may sign for another agency for a time,
// and one whose token is limited.
func callers() []caller {
	limited := rules.As(domain.RoleAdmin)
	limited.Scopes = domain.Scopes{domain.WriteOwnPerson, domain.ReadApproved, domain.ReadUsage}
	all := []caller{{"", rules.Nobody}, {"the delegate", rules.As(domain.RoleDesigner, domain.RoleDelegate)}, {"the limited", limited}}
	for _, role := range domain.MemberRoles {
		all = append(all, caller{"the " + string(role), rules.As(role)})
	}
	return all
}

// What the tables of graph/rules say is what the API does, for every row and everybody.
func TestTheTableIsWhatTheAPIDoes(t *testing.T) {
	testneeds.PlainInCI(t)
	m := newMatrix(t)
	t.Run("fields", m.fieldsAreSeen)
	t.Run("what is looked up", m.lookupsAreSeen)
	t.Run("templates", m.templatesAreSeen)
	t.Run("another agency's by name", m.othersAreRefused)
	t.Run("from what is seen to what is not", m.nothingLeaks)
	t.Run("acts", m.actsAreDone)
	t.Run("acts on what is somebody's", m.ownIsReached)
	t.Run("acts on oneself", m.selvesAreServed)
}

// refused tells whether an answer is one for want of a permission, or of a token.
func (c caller) refused(r response) bool {
	if !c.asker.Known {
		return r.code() == "UNAUTHENTICATED" && r.reason() == "unauthenticated"
	}
	return r.code() == "FORBIDDEN" && r.reason() == "not_permitted"
}

// let tells whether an answer is no refusal for want of a permission. Who reports on a
// site of another agency is told which field that is.
func (c caller) let(r response) bool {
	return r.code() != "UNAUTHENTICATED" && (r.code() != "FORBIDDEN" || r.reason() != "not_permitted" || r.field() == "site.agency")
}

// documents are how mutations are asked for, by their names.
func documents() map[string]writing {
	all := map[string]writing{}
	for _, w := range append(writings(), writing{query: endUse, in: vars{"use": "eA"}}) {
		_, rest, _ := strings.Cut(w.query, "{ ")
		verb, _, _ := strings.Cut(rest, "(")
		all[verb] = w
	}
	return all
}

func with(in vars, field string, value any) vars {
	out := maps.Clone(in)
	out[field] = value
	return out
}

// trial is something that somebody tries to do, and may or not.
type trial struct {
	mutation string
	in       vars
	may      bool
}

// try lets somebody do what they may, and what they may not, which is refused and
// writes nothing.
func (m *matrix) try(t *testing.T, c caller, all ...trial) {
	t.Helper()
	written := documents()
	for _, may := range []bool{false, true} {
		some := slices.DeleteFunc(slices.Clone(all), func(x trial) bool { return x.may != may })
		asked := make([]question, len(some))
		for i, x := range some {
			_, field, _ := strings.Cut(written[x.mutation].query, ") { ")
			asked[i] = question{strings.Replace(strings.TrimSuffix(field, " }"), "$in", "$x", 1), strings.ToUpper(x.mutation[:1]) + x.mutation[1:] + "Input!", x.in}
		}
		before := m.head()
		for i, a := range m.askAll(c, "mutation", asked) {
			if may != c.let(a) || !may && !c.refused(a) {
				t.Errorf("%s as %q, who may: %t: %.300s", some[i].mutation, c.name, may, a.raw)
			}
		}
		if !may && m.head() != before {
			t.Errorf("%q has written what they may not", c.name)
		}
	}
}

func (m *matrix) actsAreDone(t *testing.T) {
	all := documents()
	for _, c := range callers() {
		var trials []trial
		for _, act := range rules.Acts() {
			if act.Mutation == "" || act.Self || act.Mutation == "uploadFile" {
				continue
			}
			in := all[act.Mutation].in
			if act.Mutation == "setPerson" {
				in = with(in, "member", idOf("designer").String())
			}
			mark := act.For(c.asker)
			if _, named := in["agency"]; !named {
				trials = append(trials, trial{act.Mutation, in, mark != rules.MayNot})
				continue
			}
			trials = append(trials, trial{act.Mutation, with(in, "agency", "press"), mark != rules.MayNot},
				trial{act.Mutation, with(in, "agency", "foreign"), mark == rules.May})
		}
		m.try(t, c, trials...)
	}
	m.uploads(t)
}

func actOf(mutation string) rules.Act {
	all := rules.Acts()
	return all[slices.IndexFunc(all, func(a rules.Act) bool { return a.Mutation == mutation })]
}

// uploads are multipart requests.
func (m *matrix) uploads(t *testing.T) {
	t.Helper()
	act := actOf("uploadFile")
	for _, c := range callers() {
		r := m.form(c.name, part{"operations", "", `{"query": "` + uploadFile + `", "variables": {"in": {"file": null}}}`},
			part{"map", "", `{"0": ["variables.in.file"]}`}, part{"0", "logo.png", "no picture"})
		if may := act.For(c.asker) == rules.May; may != c.let(r) || !may && !c.refused(r) {
			t.Errorf("uploadFile as %q: %.300s", c.name, r.raw)
		}
	}
}

// ownIsReached tries what is named by its own id alone: another agency's is not there.
func (m *matrix) ownIsReached(t *testing.T) {
	for _, test := range []struct{ mutation, field, of string }{
		{"answerFinding", "finding", "finding"}, {"endUse", "use", "use id"}, {"redeliver", "webhook", "webhook"}, {"removeWebhook", "webhook", "webhook"},
	} {
		act := actOf(test.mutation)
		document := documents()[test.mutation]
		delete(document.in, "agency") // one's own is meant then
		for _, c := range callers() {
			if act.For(c.asker) == rules.MayNot {
				m.try(t, c, trial{test.mutation, with(document.in, test.field, m.ids[test.of+" of foreign"]), false})
				continue
			}
			absent := m.ids["no "+test.of]
			ask := func(id string) string {
				return strings.ReplaceAll(m.ask(c.name, document.query, vars{"in": with(document.in, test.field, id)}).raw, id, absent)
			}
			nothing, other, own := ask(absent), ask(m.ids[test.of+" of foreign"]), ask(m.ids[test.of+" of press"])
			// An admin removes a webhook within the agency that is named, which is not this one.
			if reaches := act.For(c.asker) == rules.May && test.mutation != "removeWebhook"; (other != nothing) != reaches {
				t.Errorf("%s as %q, of another agency: %s\nof nothing: %s", test.mutation, c.name, other, nothing)
			}
			if own == nothing && test.mutation != "removeWebhook" { // the first who may has removed it
				t.Errorf("%s as %q, of one's own: %s", test.mutation, c.name, own)
			}
		}
	}
}

// selvesAreServed lets everybody replace and end the token that they call with, and
// say who they are.
func (m *matrix) selvesAreServed(t *testing.T) {
	for _, act := range rules.Acts() { // revokeToken comes last, and ends what the others need
		if !act.Self {
			continue
		}
		for _, c := range callers() {
			in := vars{"agency": "press", "token": "x"}
			switch {
			case act.Mutation == "setPerson":
				in = vars{"agency": "press", "member": c.member().String(), "name": "x", "mail": ""}
			case c.asker.Known:
				in["token"] = m.tokenOf(c.name)
			}
			if act.Mutation == "rotateToken" {
				in["overlapSeconds"] = 600
			}
			m.try(t, c, trial{act.Mutation, in, act.For(c.asker) != rules.MayNot})
		}
	}
}
