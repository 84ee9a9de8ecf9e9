package notify

import (
	"context"
	"strings"
	"testing"

	"signet/domain"
	"signet/internal/people"
	"signet/projections"
)

// Topics are those that a mail can be named after.
var Topics = weight

// TopicOf is the topic after which a mail is named.
func TopicOf(subject string) domain.Topic {
	for topic, s := range tongues["vi"].subjects {
		if strings.HasPrefix(subject, s+" / "+tongues["en"].subjects[topic]+": ") {
			return topic
		}
	}
	return ""
}

// Heads are the sentences about a topic, by language.
func Heads(topic domain.Topic) []string {
	return []string{tongues["vi"].heads[topic], tongues["en"].heads[topic]}
}

// Tells tells whether somebody who watches everything, with some roles in an agency,
// is told of a withdrawal.
func (m *Mailer) Tells(ctx context.Context, item string, roles ...domain.Role) (bool, error) {
	h := hearer{person: people.Person{Watches: []string{people.WholeKit}}, members: []*projections.Member{{Agency: "x", Roles: roles}}}
	n, err := m.narrowed(ctx, news{Changes: []change{{Topic: domain.TopicWithdrawn, Item: item, Version: 1}}}, h)
	return len(n.Changes) > 0, err
}

// Listed is of an edition how many changes a mail to somebody who watches everything
// lists, and how many it says are more; the edition itself comes first.
func Listed(t *testing.T, items int) (listed, more int) {
	t.Helper()
	edition := news{Changes: []change{{Topic: domain.TopicIssued, Edition: 1}}}
	for range items {
		edition.Changes = append(edition.Changes, change{Topic: domain.TopicInForce, Item: "slogan", Version: 1})
	}
	h := hearer{person: people.Person{Watches: []string{people.WholeKit}}, members: []*projections.Member{{Agency: "x", Roles: domain.Roles{domain.RoleDesigner}}}}
	n, err := (&Mailer{}).narrowed(t.Context(), edition, h)
	if err != nil || n.Changes[0].Topic != domain.TopicIssued {
		t.Errorf("%v, %v", n.Changes, err)
	}
	return len(n.Changes), n.More
}
