package notify

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/people"
	"signet/projections"
)

// hearer is somebody who could be told something.
type hearer struct {
	person  people.Person
	members []*projections.Member // what they are a member of
}

// audience is everybody who is a member and has an address.
func (m *Mailer) audience(ctx context.Context) ([]hearer, error) {
	members := map[uuid.UUID][]*projections.Member{}
	err := m.agencies(ctx, func(agency string) error {
		for after := ""; ; {
			rows, err := m.o.Views.Members(ctx, agency, after, pages)
			if err != nil {
				return err
			}
			for _, r := range rows {
				after = r.ID.String()
				members[r.ID] = append(members[r.ID], r)
			}
			if len(rows) < pages {
				return nil
			}
		}
	})
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, 0, len(members))
	for id := range members {
		ids = append(ids, id)
	}
	known, err := m.o.People.Get(ctx, ids...)
	var all []hearer
	for id, p := range known {
		if p.Mail != "" {
			all = append(all, hearer{p, members[id]})
		}
	}
	return all, err
}

// is tells whether somebody has one of the roles in an agency.
func (h hearer) is(agency string, roles ...domain.Role) bool {
	return slices.ContainsFunc(h.members, func(m *projections.Member) bool { return m.Agency == agency && m.Roles.Has(roles...) })
}

// may tells whether somebody holds a permission in what they are a member of.
func (h hearer) may(p domain.Permission) bool {
	return slices.ContainsFunc(h.members, func(m *projections.Member) bool {
		return domain.Actor{Member: m.ID, Agency: m.Agency, Roles: m.Roles}.May(p, domain.Scope{})
	})
}

func (h hearer) watches(what string) bool { return slices.Contains(h.person.Watches, what) }

// users are who in an agency works with what it has downloaded.
var users = []domain.Role{domain.RoleAgency, domain.RoleDesigner, domain.RoleReviewer}

// hears returns of a change what concerns somebody; false if nothing does. Of how others
// have used a version nobody is told.
func (h hearer) hears(c change) (change, bool) {
	switch c.Topic {
	case domain.TopicReview, domain.TopicOverdue:
		return c, h.is(c.Agency, c.Role) && h.may(domain.ReadUnapproved)
	case domain.TopicIssued:
		return c, h.watches(people.WholeKit)
	default:
		used := maps.Clone(c.Used)
		maps.DeleteFunc(used, func(agency string, _ Use) bool { return !h.is(agency, users...) })
		c.Used = used
		return c, len(used) > 0 || h.watches(c.Item) || h.watches(people.WholeKit)
	}
}

// narrowed is of some news what concerns somebody who may know of it. It is asked when
// the mail is planned, and again when it is sent.
func (m *Mailer) narrowed(ctx context.Context, n news, h hearer) (news, error) {
	all := n.Changes
	n.Changes = nil
	for _, c := range all {
		c, concerns := h.hears(c)
		if concerns && c.Item != "" {
			var err error
			if concerns, err = m.sees(ctx, h, c.Item); err != nil {
				return n, err
			}
		}
		switch {
		case !concerns:
		case len(n.Changes) == maxChanges:
			n.More++
		default:
			n.Changes = append(n.Changes, c)
		}
	}
	return n, nil
}

// sees tells whether somebody may know of an item.
func (m *Mailer) sees(ctx context.Context, h hearer, key string) (bool, error) {
	if h.may(domain.ReadApproved) {
		return true, nil
	}
	item, err := m.o.Views.Item(ctx, key)
	if errors.Is(err, projections.ErrNotFound) {
		return false, nil
	}
	return err == nil && item.Public, err
}
