package notify

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/projections"
)

// news is what one event has brought about at one instant: one mail. What asks most of
// who is told comes first, and gives the mail its name.
type news struct {
	Position eventlog.Position `json:"position"`
	At       time.Time         `json:"at"`
	Changes  []change          `json:"changes"`
	More     int               `json:"more,omitempty"` // changes beside those
}

// change is one thing that has come to pass. What is not meant by the topic is absent.
type change struct {
	Topic    domain.Topic `json:"topic"`
	Item     string       `json:"item,omitempty"`
	Version  int          `json:"version,omitempty"`
	Edition  int          `json:"edition,omitempty"`
	Decision string       `json:"decision,omitempty"`
	// Agency is to sign, or is late, by Due, through its members with the role.
	Agency      string             `json:"agency,omitempty"`
	Role        domain.Role        `json:"role,omitempty"`
	Due         domain.Date        `json:"due,omitempty"`
	Reason      string             `json:"reason,omitempty"`
	Replacement *domain.VersionRef `json:"replacement,omitempty"`
	// Used is how agencies have used what was withdrawn.
	Used map[string]Use `json:"used,omitempty"`
}

// maxChanges is how many changes one mail lists; an edition may have more.
const maxChanges = 100

// weight orders topics by how much they ask of who is told.
var weight = []domain.Topic{
	domain.TopicWithdrawn, domain.TopicReview, domain.TopicOverdue, domain.TopicIssued, domain.TopicInForce, domain.TopicApproved, domain.TopicSuperseded,
}

// id follows from what has come to pass and who is told, so that a plan that is made
// again tells nothing twice. It names the mail to mail programs too.
func (n news) id(person uuid.UUID) string {
	return "mail_" + uuid.NewSHA1(person, fmt.Appendf(nil, "%d %d", n.Position, n.At.UnixMicro())).String()
}

// told are the topics of tellings that people hear of.
var told = []domain.Topic{domain.TopicIssued, domain.TopicReview, domain.TopicOverdue}

// news are what came to pass between two marks, in order of time.
func (m *Mailer) news(ctx context.Context, from, to projections.Mark) ([]news, error) {
	type moment struct {
		position eventlog.Position
		at       int64
	}
	found := map[moment]*news{}
	add := func(position eventlog.Position, at time.Time, c change) {
		key := moment{position, at.UnixMicro()}
		if found[key] == nil {
			found[key] = &news{Position: position, At: at}
		}
		found[key].Changes = append(found[key].Changes, c)
	}
	notices, err := m.o.Views.Notices(ctx, from, to)
	if err != nil {
		return nil, err
	}
	for _, n := range notices {
		c := change{Topic: topics[n.What], Item: n.Item, Version: n.Version}
		if c.Topic == domain.TopicWithdrawn {
			if c.Reason, c.Replacement, c.Used, err = recalled(ctx, m.o.Views, n.Item, n.Version); err != nil {
				return nil, err
			}
		}
		add(n.Position, n.At, c)
	}
	tellings, err := m.tellings(ctx, from.Position, to.Position)
	if err != nil {
		return nil, err
	}
	for _, t := range tellings {
		c, err := m.telling(ctx, t)
		if err != nil {
			return nil, err
		}
		add(t.Position, t.At, c)
	}
	all := make([]news, 0, len(found))
	for _, n := range found {
		slices.SortStableFunc(n.Changes, func(a, b change) int {
			return cmp.Compare(slices.Index(weight, a.Topic), slices.Index(weight, b.Topic))
		})
		all = append(all, *n)
	}
	slices.SortFunc(all, func(a, b news) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Position, b.Position)) })
	return all, nil
}

// tellings are those of all agencies.
func (m *Mailer) tellings(ctx context.Context, after, until eventlog.Position) ([]*projections.Telling, error) {
	if after >= until {
		return nil, nil
	}
	all, err := m.o.Views.Tellings(ctx, "", after, until)
	if err == nil {
		err = m.agencies(ctx, func(agency string) error {
			own, err := m.o.Views.Tellings(ctx, agency, after, until)
			all = append(all, slices.DeleteFunc(own, func(t *projections.Telling) bool { return t.Agency != agency })...)
			return err
		})
	}
	return slices.DeleteFunc(all, func(t *projections.Telling) bool { return !slices.Contains(told, t.Topic) }), err
}

// telling is one of them as a change. Who is late with a version that was returned is
// who writes it.
func (m *Mailer) telling(ctx context.Context, t *projections.Telling) (change, error) {
	c := change{Topic: t.Topic, Item: t.Item, Version: t.Version, Edition: t.Edition, Agency: t.Agency, Due: t.Due}
	if t.Topic == domain.TopicIssued {
		edition, err := m.o.Views.Edition(ctx, t.Edition)
		if err == nil {
			c.Decision = edition.Decision
		}
		return c, err
	}
	c.Role = domain.RoleReviewer
	v, err := m.o.Views.Version(ctx, t.Item, t.Version)
	if err == nil && t.Topic == domain.TopicOverdue && v.State == domain.Returned {
		c.Role = domain.RoleAuthor
	}
	return c, err
}

// agencies calls do for every agency.
func (m *Mailer) agencies(ctx context.Context, do func(key string) error) error {
	for after := ""; ; {
		rows, err := m.o.Views.Agencies(ctx, after, pages)
		if err != nil {
			return err
		}
		for _, a := range rows {
			after = a.Key
			if err := do(a.Key); err != nil {
				return err
			}
		}
		if len(rows) < pages {
			return nil
		}
	}
}
