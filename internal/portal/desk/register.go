package desk

import (
	"errors"

	"signet/domain"
	"signet/graph"
	"signet/internal/portal/frame"
)

// registration is the form of a new item.
type registration struct {
	Name, Key, Kind string
	Public          bool
	Once            string
}

// Kinds are the kinds of items, as the API writes them, with how their keys begin.
func (registration) Kinds() []struct{ Kind, Prefix string } {
	return []struct{ Kind, Prefix string }{{"SLOGAN", "slogan"}, {"LOGO", "logo"}, {"MESSAGE_SET", "messages"}, {"TEMPLATE", "template"}}
}

func showRegister(v *frame.Visit) error {
	if !v.Can(string(domain.RegisterItems)) {
		return v.Need(string(domain.DraftVersions))
	}
	return v.Show("desk/new", registration{Kind: "SLOGAN", Public: true, Once: frame.Once()})
}

// register makes an item known, and goes on to its first version.
func register(v *frame.Visit) error {
	r := registration{Name: v.Value("name"), Key: v.Value("key"), Kind: v.Value("kind"), Public: v.Value("public") != ""}
	const document = `mutation PortalDeskRegister($input: RegisterItemInput!) { registerItem(input: $input) { item { key } } }`
	err := v.Ask(document, frame.Vars{"input": frame.Vars{"key": r.Key, "kind": r.Kind, "public": r.Public, "idempotencyKey": v.Value("once")}}, nil)
	if err == nil {
		return v.Go("/desk/", r.Key, "/begin?done=desk-registered&name=", r.Name)
	}
	if refusal := new(graph.Refusal); errors.As(err, &refusal) && refusal.Reason == "" { // a kind that there is not
		err = &graph.Refusal{Code: graph.BadUserInput, Reason: "unknown_kind", Field: "kind", Sentence: "this is not a kind of item"}
	}
	if _, err := refused(v, err); err != nil {
		return err
	}
	r.Once = frame.Once()
	return v.Show("desk/new", r)
}
