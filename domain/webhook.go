package domain

import (
	"net/url"
	"slices"

	"github.com/google/uuid"
)

// Webhook is the state of an address that is told of changes.
type Webhook struct {
	Exists bool // registered, and not removed
	Agency string
	URL    string
	Topics []Topic
	// Generation counts the secrets that it has had, from 1. A secret itself stands
	// in no event.
	Generation int
}

// Topic is what a webhook is told of.
type Topic string

// The topics of webhooks.
const (
	TopicApproved   Topic = "version.approved"
	TopicInForce    Topic = "version.in_force"
	TopicSuperseded Topic = "version.superseded"
	// TopicWithdrawn also tells how the receiving agency has used the version.
	TopicWithdrawn Topic = "version.withdrawn"
	TopicIssued    Topic = "edition.issued"
	// TopicReview tells what waits for a signature of the receiving agency.
	TopicReview  Topic = "review.requested"
	TopicOverdue Topic = "review.overdue"
	// TopicFinding tells that an audit found something at a site of the receiving agency.
	TopicFinding Topic = "finding.opened"
)

// Topics are all topics, sorted.
var Topics = []Topic{TopicIssued, TopicFinding, TopicOverdue, TopicReview, TopicApproved, TopicInForce, TopicSuperseded, TopicWithdrawn}

// MaxURL bounds an address, in bytes.
const MaxURL = 2000

// Webhooks folds the streams "webhook-<id>".
var Webhooks = Decider[Webhook]{Category: "webhook", Evolve: func(s Webhook, event Event) Webhook {
	switch e := event.(type) {
	case WebhookRegistered:
		return Webhook{Exists: true, Agency: e.Agency, URL: e.URL, Topics: e.Topics, Generation: 1}
	case WebhookChanged:
		s.URL, s.Topics = e.URL, e.Topics
	case WebhookSecretRotated:
		s.Generation = e.Generation
	case WebhookRemoved:
		s.Exists = false
	}
	return s
}}

// WebhookStream is the name of a webhook's stream.
func WebhookStream(id uuid.UUID) string { return "webhook-" + id.String() }

// WebhookRegistered: an agency wants an address to be told of changes.
type WebhookRegistered struct {
	Webhook uuid.UUID `json:"webhook"`
	Agency  string    `json:"agency"`
	URL     string    `json:"url"`
	Topics  []Topic   `json:"topics"`
}

// WebhookChanged: another address, or other topics.
type WebhookChanged struct {
	Webhook uuid.UUID `json:"webhook"`
	URL     string    `json:"url"`
	Topics  []Topic   `json:"topics"`
}

// WebhookSecretRotated: what is sent is signed with another secret.
type WebhookSecretRotated struct {
	Webhook    uuid.UUID `json:"webhook"`
	Generation int       `json:"generation"`
}

// WebhookRemoved: the address is told nothing more.
type WebhookRemoved struct {
	Webhook uuid.UUID `json:"webhook"`
}

// EventType is the stored name.
func (WebhookRegistered) EventType() string { return "webhook.registered.v1" }

// EventType is the stored name.
func (WebhookChanged) EventType() string { return "webhook.changed.v1" }

// EventType is the stored name.
func (WebhookSecretRotated) EventType() string { return "webhook.secret_rotated.v1" }

// EventType is the stored name.
func (WebhookRemoved) EventType() string { return "webhook.removed.v1" }

// RegisterWebhook wants an address to be told of changes.
type RegisterWebhook struct {
	Webhook uuid.UUID // made by the caller
	Agency  string
	URL     string
	Topics  []Topic
}

// ChangeWebhook replaces the address and the topics.
type ChangeWebhook struct {
	Webhook uuid.UUID
	Agency  string
	URL     string
	Topics  []Topic
}

// RotateWebhookSecret begins to sign with another secret.
type RotateWebhookSecret struct {
	Webhook uuid.UUID
	Agency  string
}

// RemoveWebhook ends it.
type RemoveWebhook struct {
	Webhook uuid.UUID
	Agency  string
}

// Stream is the webhook's.
func (c RegisterWebhook) Stream() string { return WebhookStream(c.Webhook) }

// Stream is the webhook's.
func (c ChangeWebhook) Stream() string { return WebhookStream(c.Webhook) }

// Stream is the webhook's.
func (c RotateWebhookSecret) Stream() string { return WebhookStream(c.Webhook) }

// Stream is the webhook's.
func (c RemoveWebhook) Stream() string { return WebhookStream(c.Webhook) }

// Needs the permission to manage webhooks within the agency.
func (c RegisterWebhook) Needs() (Permission, Scope) { return ManageWebhooks, Scope{Agency: c.Agency} }

// Needs the permission to manage webhooks within the agency.
func (c ChangeWebhook) Needs() (Permission, Scope) { return ManageWebhooks, Scope{Agency: c.Agency} }

// Needs the permission to manage webhooks within the agency.
func (c RotateWebhookSecret) Needs() (Permission, Scope) {
	return ManageWebhooks, Scope{Agency: c.Agency}
}

// Needs the permission to manage webhooks within the agency.
func (c RemoveWebhook) Needs() (Permission, Scope) { return ManageWebhooks, Scope{Agency: c.Agency} }

// Decide refuses an address that is none, and topics that there are not. Whether
// the address may be reached is for who sends to it.
func (c RegisterWebhook) Decide(s Webhook, call Call) ([]Event, error) {
	if c.Webhook == uuid.Nil {
		return nil, Refuse(Invalid, "invalid_webhook", "a webhook has an id").At("webhook")
	}
	if s.Generation > 0 {
		return nil, Refuse(Conflict, "webhook_exists", "a webhook with this id exists, or did").At("webhook")
	}
	if err := knownAgency(call, c.Agency, "agency"); err != nil {
		return nil, err
	}
	topics, err := checkWebhook(c.URL, c.Topics)
	if err != nil {
		return nil, err
	}
	return []Event{WebhookRegistered{Webhook: c.Webhook, Agency: c.Agency, URL: c.URL, Topics: topics}}, nil
}

// Decide stays quiet when nothing changes.
func (c ChangeWebhook) Decide(s Webhook, _ Call) ([]Event, error) {
	if err := s.of(c.Agency); err != nil {
		return nil, err
	}
	topics, err := checkWebhook(c.URL, c.Topics)
	if err != nil {
		return nil, err
	}
	if s.URL == c.URL && slices.Equal(s.Topics, topics) {
		return nil, nil
	}
	return []Event{WebhookChanged{Webhook: c.Webhook, URL: c.URL, Topics: topics}}, nil
}

// Decide counts the secrets.
func (c RotateWebhookSecret) Decide(s Webhook, _ Call) ([]Event, error) {
	if err := s.of(c.Agency); err != nil {
		return nil, err
	}
	return []Event{WebhookSecretRotated{Webhook: c.Webhook, Generation: s.Generation + 1}}, nil
}

// Decide refuses what is not there.
func (c RemoveWebhook) Decide(s Webhook, _ Call) ([]Event, error) {
	if err := s.of(c.Agency); err != nil {
		return nil, err
	}
	return []Event{WebhookRemoved{Webhook: c.Webhook}}, nil
}

// of refuses a webhook of another agency as one that is not there.
func (s Webhook) of(agency string) error {
	if !s.Exists || s.Agency != agency {
		return Refuse(NotFound, "unknown_webhook", "there is no such webhook").At("webhook")
	}
	return nil
}

func checkWebhook(address string, topics []Topic) ([]Topic, error) {
	u, err := url.Parse(address)
	if err != nil || len(address) > MaxURL || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.Fragment != "" {
		return nil, Refuse(Invalid, "invalid_url", "an address is an absolute URL of at most %d bytes, without a user or a fragment", MaxURL).At("url")
	}
	if len(topics) == 0 {
		return nil, Refuse(Invalid, "topics_required", "name at least one topic").At("topics")
	}
	for i, t := range topics {
		if !slices.Contains(Topics, t) {
			return nil, Refuse(Invalid, "unknown_topic", "%q is not a topic", clip(string(t))).At("topics[%d]", i)
		}
	}
	topics = slices.Clone(topics)
	slices.Sort(topics)
	return slices.Compact(topics), nil
}
