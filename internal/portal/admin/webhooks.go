package admin

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"signet/domain"
	"signet/graph"
	"signet/internal/portal/frame"
)

// topics are what a webhook can be told of.
var topics = []string{
	"VERSION_APPROVED", "VERSION_IN_FORCE", "VERSION_SUPERSEDED", "VERSION_WITHDRAWN", "EDITION_ISSUED", "REVIEW_REQUESTED", "REVIEW_OVERDUE", "FINDING_OPENED",
}

// hook is a webhook.
type hook struct {
	ID, Webhook, Agency, URL, Registered string
	Topics                               []string
	Revision                             int
	Deliveries                           frame.List[delivery]
}

// Failing tells whether something could not be delivered to it.
func (h hook) Failing() bool { return len(h.Deliveries.Edges) > 0 }

// delivery is something that a webhook was told, or is to be.
type delivery struct {
	ID, Topic, Status, Created, NextTry, LastError string
	Attempts, LastStatus                           int
}

// Name is the topic as texts have it.
func (d delivery) Name() string { return strings.ReplaceAll(d.Topic, ".", "_") }

// webhooksPage lists the webhooks that the visitor may manage, with the form of a new one.
type webhooksPage struct {
	Hooks    []hook
	Agencies []agencyRow // that one can be registered for
	Agency   string      // of the form
	URL      string
	Topics   []choice
	// Elsewhere tells that another node knows what was delivered.
	Elsewhere bool
	Once      string
}

func webhooks(v *frame.Visit) error {
	if err := v.Need(string(domain.ManageWebhooks)); err != nil {
		return err
	}
	page := webhooksPage{
		Agency: typed(v, "register", "agency", v.Viewer.Agency), URL: typed(v, "register", "url", ""), Once: frame.Once(),
		Topics:   topicsOf(typedTopics(v, "register", []string{"VERSION_IN_FORCE", "VERSION_WITHDRAWN"})),
		Agencies: []agencyRow{{Key: v.Viewer.Agency, Name: v.Agency(v.Viewer.Agency)}},
	}
	var err error
	if v.Can(string(domain.ManageAgencies)) {
		if page.Agencies, err = everyAgency(v); err != nil {
			return err
		}
	}
	const some = 20 // root fields of one document
	for agencies := range slices.Chunk(page.Agencies, some) {
		hooks, err := hooksOf(v, agencies, !page.Elsewhere)
		if isElsewhere(err) {
			page.Elsewhere = true
			hooks, err = hooksOf(v, agencies, false)
		}
		if err != nil {
			return err
		}
		page.Hooks = append(page.Hooks, hooks...)
	}
	return v.Show("admin/webhooks", &page)
}

// isElsewhere tells that this node does not know what was delivered.
func isElsewhere(err error) bool {
	var r *graph.Refusal
	return errors.As(err, &r) && r.Reason == "webhooks_elsewhere"
}

const hookFields = `id webhook agency url topics registered revision`

// hooksOf asks for the webhooks of some agencies and, of each, whether a delivery failed.
func hooksOf(v *frame.Visit, agencies []agencyRow, failed bool) ([]hook, error) {
	fields := hookFields
	if failed {
		fields += ` deliveries(status: FAILED, first: 1) { edges { node { id } } }`
	}
	var names, asks []string
	vars := frame.Vars{}
	for i, a := range agencies {
		name := fmt.Sprintf("a%d", i)
		vars[name] = a.Key
		names = append(names, "$"+name+": String")
		asks = append(asks, fmt.Sprintf("%s: webhooks(agency: $%s, first: 50) { edges { node { ...Hook } } }", name, name))
	}
	document := "query PortalAdminWebhooks(" + strings.Join(names, ", ") + ") {\n" + strings.Join(asks, "\n") + "\n}\nfragment Hook on Webhook { " + fields + " }"
	told := map[string]frame.List[hook]{}
	if err := v.Ask(document, vars, &told); err != nil {
		return nil, err
	}
	var hooks []hook
	for i := range agencies {
		hooks = append(hooks, told[fmt.Sprintf("a%d", i)].Nodes()...)
	}
	return hooks, nil
}

// typedTopics are those that were ticked in a form, or those of before.
func typedTopics(v *frame.Visit, form string, before []string) []string {
	if sent(v, form) {
		return v.Values("topics")
	}
	return before
}

func topicsOf(chosen []string) []choice {
	out := make([]choice, len(topics))
	for i, t := range topics {
		out[i] = choice{Value: t, Chosen: slices.Contains(chosen, t)}
	}
	return out
}

// registerWebhook lets an address be told of changes, and shows the secret.
func registerWebhook(v *frame.Visit) error {
	in := frame.Vars{"agency": v.Value("agency"), "url": v.Value("url"), "topics": append([]string{}, v.Values("topics")...), "idempotencyKey": v.Optional("once")}
	var registered struct {
		Done struct {
			Secret  string
			Webhook struct{ ID string }
		}
	}
	if err := change(v, "registerWebhook", "RegisterWebhookInput", "secret webhook { id }", in, &registered); err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return webhooks(v)
	}
	return showWebhookSecret(v, registered.Done.Webhook.ID, registered.Done.Secret)
}

func showWebhookSecret(v *frame.Visit, id, value string) error {
	return tell(v, secret{
		Title: v.T("admin.secret.webhook"), Secret: value, Says: []string{v.T("admin.secret.once"), v.T("admin.secret.webhook.use")},
		Back: v.Path("/admin/webhooks/", id), Link: v.T("admin.secret.webhook.go"),
	})
}
