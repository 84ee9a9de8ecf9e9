package review

import (
	"slices"
	"strconv"
	"strings"

	"signet/graph"
	"signet/internal/portal/frame"
)

// withdrawalPage is a version that is about to be withdrawn.
type withdrawalPage struct {
	place

	Name, Kind, Status string
	Revision           int
	Since              string // when it came in force
	Approved           []int  // other versions of the item that can be named instead
	// Used tells whether the visitor may know who has used it, which Uses tells.
	Used  bool
	Uses  []use
	After string
	Once  string
}

// use is an agency that has used the version through a channel.
type use struct {
	Agency, Channel, Last string
	Downloads, Declared   int
}

const withdrawalDocument = `query ReviewWithdrawal($key: String!, $number: Int!, $locale: Locale!, $used: Boolean!, $after: String) {
	viewer { agency roles }
	item(key: $key) {
		name(locale: $locale) kind revision versions(first: 100) { edges { node { number state status } } }
		version(number: $number) { state status leads validities { from } }
	}
	usage(filter: {key: $key, version: $number}, first: 50, after: $after) @include(if: $used) {
		edges { node { agency channel downloads declared last } } pageInfo { hasNextPage endCursor }
	}
}`

// withdrawal shows what a withdrawal would mean.
func withdrawal(v *frame.Visit) error {
	p, err := placeOf(v)
	if err != nil {
		return err
	}
	return p.beforeWithdrawal(v)
}

func (p place) beforeWithdrawal(v *frame.Visit) error {
	var told struct {
		Viewer *viewer
		Item   *struct {
			Name, Kind string
			Revision   int
			Versions   struct{ Edges []struct{ Node known } }
			Version    *draft
		}
		Usage struct {
			Edges    []struct{ Node use }
			PageInfo pageInfo
		}
	}
	page := &withdrawalPage{place: p, Used: v.Can("read.usage"), Once: frame.Once()}
	vars := frame.Vars{"key": p.Key, "number": p.Number, "locale": v.Lang, "used": page.Used, "after": v.Optional("after")}
	if err := v.Ask(withdrawalDocument, vars, &told); err != nil {
		return err
	}
	if told.Item == nil || told.Item.Version == nil || told.Viewer == nil {
		return unknown()
	}
	if !told.Viewer.withdraws(v, told.Item.Version) {
		return &graph.Refusal{Code: graph.Forbidden, Reason: "not_lead", Sentence: "only a lead agency withdraws a version, once it is approved"}
	}
	page.Name, page.Kind, page.Revision, page.Status = told.Item.Name, told.Item.Kind, told.Item.Revision, told.Item.Version.Status
	if from := told.Item.Version.Validities; len(from) > 0 {
		page.Since = from[0].From
	}
	for _, e := range told.Item.Versions.Edges {
		if e.Node.Number != p.Number && e.Node.State == "APPROVED" {
			page.Approved = append(page.Approved, e.Node.Number)
		}
	}
	for _, e := range told.Usage.Edges {
		page.Uses = append(page.Uses, e.Node)
	}
	if told.Usage.PageInfo.HasNextPage {
		page.After = told.Usage.PageInfo.EndCursor
	}
	return v.Show("review/withdraw", page)
}

// withdraws tells whether a viewer may be able to withdraw a version: for a lead agency,
// or as an administrator.
func (w *viewer) withdraws(v *frame.Visit, d *draft) bool {
	leads := slices.Contains(d.Leads, w.Agency) || slices.Contains(w.Roles, "ADMIN")
	return d.State == "APPROVED" && leads && v.Can("versions.withdraw")
}

const withdrawDocument = `mutation ReviewWithdraw($input: WithdrawVersionInput!) { withdrawVersion(input: $input) { version { state } } }`

// withdraw ends the version's validity.
func withdraw(v *frame.Visit) error {
	p, err := placeOf(v)
	if err != nil {
		return err
	}
	in := p.input(v)
	in["reason"], in["from"], in["revision"] = v.Value("reason"), begins(v.Value("from")), v.Whole("revision")
	if other := v.Value("other"); other != "" {
		in["replacement"] = replacement(other)
	} else if number := v.Value("instead"); number != "" {
		in["replacement"] = frame.Vars{"key": p.Key, "number": v.Whole("instead")}
	}
	if err := v.Ask(withdrawDocument, frame.Vars{"input": in}, nil); err != nil {
		if err := v.RefusedInput(err); err != nil {
			return err
		}
		return p.beforeWithdrawal(v)
	}
	return v.Go("/review/", p.Key, "/", p.Number, "?done=review-withdrawn")
}

// replacement reads "key 3", as versions are named on the pages. Without a number the
// API refuses it, and names the field.
func replacement(text string) frame.Vars {
	key, number, _ := strings.Cut(text, " ")
	out := frame.Vars{"key": key}
	if n, err := strconv.Atoi(strings.TrimSpace(number)); err == nil {
		out["number"] = n
	}
	return out
}
