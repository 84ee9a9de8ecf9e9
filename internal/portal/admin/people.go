package admin

import (
	"slices"

	"signet/domain"
	"signet/internal/portal/frame"
)

// bases are why a person's data can be erased.
var bases = []string{"ASKED_BY_PERSON", "LEFT_SERVICE", "UNLAWFUL"}

// erasure is the erasure of a person's data.
type erasure struct{ Person, Basis, Requested, Requester, Agency, Erased string }

// erasuresPage lists erasures, with the form of a request.
type erasuresPage struct {
	Waiting, Erasures frame.List[erasure]
	Own               string // id of the visitor
	Person, Basis     string // of the form
	Bases             []string
	Once              string
}

const erasureFields = `person basis requested requester agency erased`

func erasures(v *frame.Visit) error {
	if err := v.Need(string(domain.ReadMembers)); err != nil {
		return err
	}
	const document = `query PortalAdminErasures($after: String) {
	waiting: erasures(open: true, first: 50) { edges { node { ` + erasureFields + ` } } }
	erasures(first: 30, after: $after) { edges { node { ` + erasureFields + ` } } pageInfo { hasNextPage endCursor } }
}`
	page := erasuresPage{Own: v.Viewer.Member.String(), Person: v.Value("person"), Basis: v.Value("basis"), Bases: bases, Once: frame.Once()}
	if err := v.Ask(document, frame.Vars{"after": v.Optional("after")}, &page); err != nil {
		return err
	}
	return v.Show("admin/people", &page)
}

// Done are those of the page that were carried out.
func (p erasuresPage) Done() []erasure {
	return slices.DeleteFunc(p.Erasures.Nodes(), func(e erasure) bool { return e.Erased == "" })
}

// requestErasure asks for the erasure of a person's data, which somebody else confirms.
func requestErasure(v *frame.Visit) error {
	basis := v.Value("basis")
	if !slices.Contains(bases, basis) {
		basis = bases[0]
	}
	in := frame.Vars{"person": v.Value("person"), "basis": basis, "idempotencyKey": v.Optional("once")}
	if err := change(v, "requestErasure", "RequestErasureInput", "position", in, nil); err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return erasures(v)
	}
	return v.Go("/admin/people?done=admin-erasure-requested")
}

// erasePage asks whether a person's data is to be erased.
type erasePage struct {
	erasure

	Own, Once string
}

// askErase says what an erasure does, and asks whether it is to be done.
func askErase(v *frame.Visit) error {
	if err := v.Need(string(domain.ErasePeople)); err != nil {
		return err
	}
	const document = `query PortalAdminErasure($after: String) { erasures(open: true, first: 100, after: $after) { edges { node { ` + erasureFields + ` } } pageInfo { hasNextPage endCursor } } }`
	waiting, _, err := every(func(after any) (frame.List[erasure], error) {
		var told struct{ Erasures frame.List[erasure] }
		err := v.Ask(document, frame.Vars{"after": after}, &told)
		return told.Erasures, err
	})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(waiting, func(e erasure) bool { return e.Person == v.PathValue("id") })
	if i < 0 {
		return unknown()
	}
	return v.Show("admin/erase", erasePage{waiting[i], v.Viewer.Member.String(), frame.Once()})
}

// settleErasure confirms an erasure, or takes the request back.
func settleErasure(v *frame.Visit) error {
	in := frame.Vars{"person": v.PathValue("id"), "idempotencyKey": v.Optional("once")}
	var err error
	done := "admin-erased"
	switch v.Value("do") {
	case "erase":
		var told struct{ Done struct{ Complete bool } }
		if err = confirmed(v, "understood"); err != nil {
			break
		}
		if err = change(v, "confirmErasure", "ConfirmErasureInput", "complete", in, &told); err == nil && !told.Done.Complete {
			done = "admin-erasing"
		}
	case "cancel":
		done = "admin-erasure-cancelled"
		err = change(v, "cancelErasure", "CancelErasureInput", "position", in, nil)
	default:
		return unknown()
	}
	if err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return askErase(v)
	}
	return v.Go("/admin/people?done=", done)
}
