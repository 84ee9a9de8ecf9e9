// Package report makes what the registry hands to people who don't query it: the
// periodic report (JSON, CSV, and a page to print), the calendar of deadlines
// (iCalendar) and the news feed (Atom), each in Vietnamese and in English.
//
// It is pure. Structs go in, bytes come out, and the same structs always make the
// same bytes: no clock, no randomness, nothing read. Whoever calls has asked the
// read models, and has left out what the reader may not see.
//
// All instants are shown in the city's time, UTC+7; JSON and Atom keep UTC. Texts
// are made NFC, and control characters are taken out of them.
package report

import (
	"fmt"
	"time"
)

// Report is what happened in an interval. Rows are shown in the order in which
// they are given. Names and titles are by locale ("vi", "en"): the one in the
// reader's language is shown, or else the Vietnamese one, the English one, any.
//
// The JSON tags are the stable field names of [Report.WriteJSON].
type Report struct {
	// Registry is the name of the registry, as it is to stand over the report.
	Registry string `json:"registry"`
	// From (inclusive) and Until (exclusive) bound the interval.
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	// Made is the instant as of which the registry was asked. If it lies before
	// Until, the report says that its period has not ended.
	Made time.Time `json:"made"`
	// Period is the name of the interval as [ParsePeriod] reads it, such as
	// "2026-H1"; empty for any interval (báo cáo đột xuất). It must name From and
	// Until exactly.
	Period string `json:"period"`

	Approvals []Approval `json:"approvals"`
	Returns   []Return   `json:"returns"`
	Editions  []Edition  `json:"editions"`
	Coverage  []Coverage `json:"coverage"`
	Recalls   []Recall   `json:"recalls"`
	Usage     []Usage    `json:"usage"`
	Overdue   []Overdue  `json:"overdue"`

	Compliance []Compliance   `json:"compliance"`
	Found      []Found        `json:"found"`
	Findings   []AuditFinding `json:"findings"`

	// Agencies holds the names of agencies by key and locale. One that is missing
	// is shown by its key.
	Agencies map[string]map[string]string `json:"agencies"`
	// Names holds the names of items by key and locale, beside those in Approvals. An
	// item that is missing is shown by its key.
	Names map[string]map[string]string `json:"names,omitempty"`
	// Truncated says that rows were left out because there were too many.
	Truncated bool `json:"truncated"`
}

// Approval is a version that was approved in the interval.
type Approval struct {
	Item       string            `json:"item"` // key
	Kind       string            `json:"kind"` // "slogan", "logo", "message_set", "template"; another one is shown as it is
	Name       map[string]string `json:"name"` // also used where else the item is named
	Version    int               `json:"version"`
	ApprovedAt time.Time         `json:"approved_at"`
	Agencies   []string          `json:"agencies"` // keys of those who signed
	Days       int               `json:"days"`     // from submission to approval
}

// Return is a version that an agency sent back.
type Return struct {
	Item    string    `json:"item"`
	Version int       `json:"version"`
	Agency  string    `json:"agency"`
	At      time.Time `json:"at"`
	Reason  string    `json:"reason"`
}

// Edition is a biennial update that was open, due or issued in the interval.
type Edition struct {
	Number   int               `json:"number"`
	Title    map[string]string `json:"title"`
	Due      string            `json:"due"`    // YYYY-MM-DD
	Issued   *time.Time        `json:"issued"` // nil: not yet
	Decision string            `json:"decision"`
	Decided  string            `json:"decided"`   // YYYY-MM-DD; empty: not yet
	DaysLate int               `json:"days_late"` // after Due; 0 in time
	Added    int               `json:"added"`     // items that are new with it
	Changed  int               `json:"changed"`   // items that get a new version
	Retired  int               `json:"retired"`   // items that end
	NextDue  string            `json:"next_due"`  // YYYY-MM-DD; empty: not known
}

// Coverage is which share of the texts of a kind a language has. The target is
// all of them: the plan asks for 100 % of the material in the key languages.
type Coverage struct {
	Kind    string `json:"kind"`
	Locale  string `json:"locale"`  // BCP 47
	Covered int    `json:"covered"` // texts, 0 … Total
	Total   int    `json:"total"`   // texts; 0: there is nothing to cover, and no target
}

// Recall is a version that was withdrawn, with the agencies that have to act.
type Recall struct {
	Item        string           `json:"item"`
	Version     int              `json:"version"`
	From        time.Time        `json:"from"` // the end of its validity
	Reason      string           `json:"reason"`
	Replacement string           `json:"replacement"` // what to use instead; empty: nothing
	Affected    []AffectedAgency `json:"affected"`
}

// AffectedAgency is an agency that has, or says that it uses, a withdrawn version.
type AffectedAgency struct {
	Agency    string `json:"agency"`
	Downloads int    `json:"downloads"`
	Declared  int    `json:"declared"`
}

// Usage is how often an agency used a version through a channel.
type Usage struct {
	Item      string `json:"item"`
	Version   int    `json:"version"`
	Agency    string `json:"agency"`
	Channel   string `json:"channel"`   // key; empty: downloads that named none
	Downloads int    `json:"downloads"` // files sent
	Requests  int    `json:"requests"`  // served by the channel itself, as its logs say
	Declared  int    `json:"declared"`  // uses declared
	InForce   bool   `json:"in_force"`  // at the end of the interval
}

// Overdue is a sign-off that an agency owes.
type Overdue struct {
	Item    string `json:"item"`
	Version int    `json:"version"`
	Agency  string `json:"agency"`
	Due     string `json:"due"`  // YYYY-MM-DD
	Days    int    `json:"days"` // since Due
}

// checked returns the report with its texts and times tidied, or an [Error] for
// what can't be right: interval_empty, period_malformed, period_mismatch,
// day_malformed, count_out_of_range.
func (r Report) checked() (Report, error) {
	r = tidy(r)
	if !r.From.Before(r.Until) {
		return r, refuse("interval_empty", "until", "the interval must end after it begins")
	}
	if r.Period != "" {
		from, until, err := ParsePeriod(r.Period)
		if err != nil {
			return r, err
		}
		if !from.Equal(r.From) || !until.Equal(r.Until) {
			return r, refuse("period_mismatch", "period", "%s is not the interval from %s until %s", r.Period, r.From, r.Until)
		}
	}
	for i, e := range r.Editions {
		for _, f := range []struct{ field, day string }{{"due", e.Due}, {"decided", e.Decided}, {"next_due", e.NextDue}} {
			if err := checkDay(fmt.Sprintf("editions[%d].%s", i, f.field), f.day); err != nil {
				return r, err
			}
		}
	}
	for i, o := range r.Overdue {
		if err := checkDay(fmt.Sprintf("overdue[%d].due", i), o.Due); err != nil {
			return r, err
		}
	}
	if err := checkAudits(r); err != nil {
		return r, err
	}
	for i, c := range r.Coverage {
		if c.Covered < 0 || c.Covered > c.Total {
			return r, refuse("count_out_of_range", fmt.Sprintf("coverage[%d].covered", i), "%d of %d texts", c.Covered, c.Total)
		}
	}
	return r, nil
}
