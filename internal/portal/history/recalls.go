package history

import (
	"time"

	"signet/internal/portal/frame"
)

// recallsPage is what was withdrawn, the latest first.
type recallsPage struct {
	Recalls frame.List[struct {
		Key         string
		Number      int
		From        time.Time
		Reason      string
		Replacement *ref
		Affected    []struct {
			Agency             string
			Downloads, Running int
			Last               time.Time
		}
		Item named
	}]
	Key  string // the only item; empty for all
	Mine bool   // only what the visitor's agency has used
	// Own and All tell whom the visitor sees among those who have used something.
	Own, All bool
}

func recalls(v *frame.Visit) error {
	const document = `query PortalHistoryRecalls($key: String, $agency: String, $locale: Locale!, $after: String) {
	recalls(key: $key, agency: $agency, first: 20, after: $after) {
		edges { node {
			key number from reason replacement { key number }
			affected { agency downloads running last }
			item { name(locale: $locale) kind }
		} }
		pageInfo { hasNextPage endCursor }
	}
}`
	page := recallsPage{Key: v.Value("key"), Own: v.Can("read.usage"), All: v.Can("read.usage.all")}
	vars := frame.Vars{"locale": v.Lang, "key": v.Optional("key"), "after": v.Optional("after")}
	if page.Mine = page.Own && v.Value("mine") != ""; page.Mine {
		vars["agency"] = v.Viewer.Agency
	}
	if err := v.Ask(document, vars, &page); err != nil {
		return err
	}
	return v.Show("history/recalls", &page)
}
