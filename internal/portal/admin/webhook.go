package admin

import (
	"slices"

	"signet/domain"
	"signet/internal/portal/frame"
)

// statuses are where a delivery can stand.
var statuses = []string{"FAILED", "PENDING", "DELIVERED"}

// webhookPage is a webhook with what it was told, and the form to change it.
type webhookPage struct {
	Node      *hook
	URL       string
	Topics    []choice
	Status    string // of those that are shown; empty for all
	Statuses  []string
	Elsewhere bool
	Once      string
}

// findWebhook asks for a webhook and, where that is known, its deliveries.
func findWebhook(v *frame.Visit) (webhookPage, error) {
	page := webhookPage{Once: frame.Once(), Statuses: statuses}
	if err := v.Need(string(domain.ManageWebhooks)); err != nil {
		return page, err
	}
	const (
		begin      = `query PortalAdminWebhook($id: ID!, $status: DeliveryStatus, $after: String) { node(id: $id) { ... on Webhook { ` + hookFields
		deliveries = ` deliveries(status: $status, first: 30, after: $after) {
	edges { node { id topic status attempts created nextTry lastStatus lastError } } pageInfo { hasNextPage endCursor }
}`
		end = ` } } }`
	)
	vars := frame.Vars{"id": v.PathValue("id"), "after": v.Optional("after")}
	if page.Status = v.Value("status"); slices.Contains(statuses, page.Status) {
		vars["status"] = page.Status
	} else {
		page.Status = ""
	}
	err := v.Ask(begin+deliveries+end, vars, &page)
	if isElsewhere(err) {
		page.Elsewhere = true
		err = v.Ask(`query PortalAdminWebhook($id: ID!) { node(id: $id) { ... on Webhook { `+hookFields+end, frame.Vars{"id": v.PathValue("id")}, &page)
	}
	if err == nil && (page.Node == nil || page.Node.Webhook == "") { // none, or something else
		err = unknown()
	}
	return page, err
}

func webhook(v *frame.Visit) error {
	page, err := findWebhook(v)
	if err != nil {
		return err
	}
	page.URL, page.Topics = typed(v, "change", "url", page.Node.URL), topicsOf(typedTopics(v, "change", page.Node.Topics))
	return v.Show("admin/webhook", &page)
}

// changeWebhook changes a webhook, or sends something again.
func changeWebhook(v *frame.Visit) error {
	page, err := findWebhook(v)
	if err != nil {
		return err
	}
	done := "saved"
	switch v.Value("do") {
	case "change":
		in := page.input(v)
		in["url"], in["topics"] = v.Value("url"), append([]string{}, v.Values("topics")...)
		err = change(v, "changeWebhook", "ChangeWebhookInput", "position", in, nil)
	case "again":
		done = "admin-again"
		err = change(v, "redeliver", "RedeliverInput", "webhook { id }", frame.Vars{"webhook": page.Node.Webhook, "delivery": v.Value("delivery")}, nil)
	default:
		return unknown()
	}
	if err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return webhook(v)
	}
	return v.Go("/admin/webhooks/", page.Node.ID, "?done=", done)
}

// input begins the input of a mutation on the webhook.
func (p webhookPage) input(v *frame.Visit) frame.Vars {
	return frame.Vars{"agency": p.Node.Agency, "webhook": p.Node.Webhook, "revision": v.Whole("revision"), "idempotencyKey": v.Optional("once")}
}

// askNewSecret says what another secret does.
func askNewSecret(v *frame.Visit) error {
	page, err := findWebhook(v)
	if err != nil {
		return err
	}
	here := v.Path("/admin/webhooks/", page.Node.ID)
	return v.Show("admin/confirm", confirmation{
		Title: v.T("admin.newsecret.title"), Says: []string{page.Node.URL, v.T("admin.newsecret.day")}, Button: v.T("admin.newsecret"),
		Action: here + "/secret", Back: here, Once: page.Once,
	})
}

func newSecret(v *frame.Visit) error {
	page, err := findWebhook(v)
	if err != nil {
		return err
	}
	var made struct{ Done struct{ Secret string } }
	if err := change(v, "rotateWebhookSecret", "RotateWebhookSecretInput", "secret", page.input(v), &made); err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return askNewSecret(v)
	}
	return showWebhookSecret(v, page.Node.ID, made.Done.Secret)
}

// askRemoveWebhook says what the end of a webhook does.
func askRemoveWebhook(v *frame.Visit) error {
	page, err := findWebhook(v)
	if err != nil {
		return err
	}
	here := v.Path("/admin/webhooks/", page.Node.ID)
	return v.Show("admin/confirm", confirmation{
		Title: v.T("admin.webhook.remove.title"), Says: []string{page.Node.URL, v.T("admin.webhook.remove.what")}, Button: v.T("admin.webhook.remove"),
		Action: here + "/remove", Back: here, Once: page.Once,
	})
}

func removeWebhook(v *frame.Visit) error {
	page, err := findWebhook(v)
	if err != nil {
		return err
	}
	if err := change(v, "removeWebhook", "RemoveWebhookInput", "position", page.input(v), nil); err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return askRemoveWebhook(v)
	}
	return v.Go("/admin/webhooks?done=admin-webhook-removed")
}
