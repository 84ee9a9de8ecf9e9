package domain

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// SourceAccessLog: requests were counted in the access log of a web server.
const SourceAccessLog = "access_log"

// MaxCounts is how many counts are taken in at once: what is appended together is
// read together.
const MaxCounts = 200

// maxRequests bounds the requests of one count, so that sums of them stay numbers.
const maxRequests = 1 << 40

// UsageCounted: so often was a version asked for on one day, from a channel of an
// agency. Nobody is named who asked.
type UsageCounted struct {
	Agency  string `json:"agency"`
	Channel string `json:"channel"`
	Item    string `json:"item"`
	Version int    `json:"version"`
	// Digest is that of the original, where the log tells which file it was; Rendition
	// the canonical form of what was made of it, absent for the original itself.
	Digest    string `json:"digest,omitempty"`
	Rendition string `json:"rendition,omitempty"`
	Day       Date   `json:"day"`      // in CityZone
	Requests  int    `json:"requests"` // without those of Robots
	// Robots are the requests of programs that say of themselves that they are some.
	Robots int    `json:"robots,omitempty"`
	Source string `json:"source"` // SourceAccessLog
	// Import is the SHA-256 of the log, in lower-case hexadecimal: it is counted once.
	Import string    `json:"import"`
	Member uuid.UUID `json:"member"` // who brought it in
	At     time.Time `json:"at"`     // when that was
}

// EventType is the stored name.
func (UsageCounted) EventType() string { return "usage.counted.v1" }

// Count is how often one version was asked for on one day; see UsageCounted.
type Count struct {
	Item      string
	Version   int
	Digest    string
	Rendition string
	Day       Date
	Requests  int
	Robots    int
}

// ImportUsage takes in what was counted in a log of a channel, all of it on days of
// one month. What has been taken in before of the same log is not taken in again.
type ImportUsage struct {
	Agency  string
	Channel string
	Import  string  // SHA-256 of the log
	Counts  []Count // 1 to MaxCounts
}

// countedRow is what is counted once.
type countedRow struct {
	from      string
	day       Date
	item      string
	version   int
	digest    string
	rendition string
}

// UsageStreamOf is the stream of what an agency used in the month of a day.
func UsageStreamOf(agency string, day Date) string {
	return "usage-" + agency + "-" + string(day[:min(len(day), len("2006-01"))])
}

// Stream is that of the agency's month; of no month when there are no counts.
func (c ImportUsage) Stream() string {
	var day Date
	if len(c.Counts) > 0 {
		day = c.Counts[0].Day
	}
	return UsageStreamOf(c.Agency, day)
}

// Needs the permission to declare within the agency: it says what one's own channel
// shows, as a declared use does.
func (c ImportUsage) Needs() (Permission, Scope) { return DeclareUses, Scope{Agency: c.Agency} }

// Decide refuses versions that were never approved, and a log that was taken in for
// another channel; it stays quiet on what it knows.
func (c ImportUsage) Decide(s Downloads, call Call) ([]Event, error) {
	if err := c.check(call); err != nil {
		return nil, err
	}
	known := map[countedRow]bool{}
	for e := s.last; e != nil; e = e.before {
		if e.what.from == c.Import && e.channel != c.Channel {
			return nil, Refuse(Conflict, "import_of_other_channel", "this log was taken in for the channel %s", e.channel).At("channel")
		}
		known[e.what] = true
	}
	items := map[string]Item{}
	var out []Event
	for i, n := range c.Counts {
		if err := n.check(c.Counts[0].Day, call, items); err != nil {
			return nil, within(err, fmt.Sprintf("counts[%d]", i))
		}
		row := countedRow{c.Import, n.Day, n.Item, n.Version, n.Digest, n.Rendition}
		if known[row] {
			continue
		}
		known[row] = true
		out = append(out, UsageCounted{
			Agency: c.Agency, Channel: c.Channel, Item: n.Item, Version: n.Version, Digest: n.Digest, Rendition: n.Rendition, Day: n.Day,
			Requests: n.Requests, Robots: n.Robots, Source: SourceAccessLog, Import: c.Import, Member: call.Actor.Member, At: call.At,
		})
	}
	return out, nil
}

func (c ImportUsage) check(call Call) error {
	if len(c.Counts) == 0 || len(c.Counts) > MaxCounts {
		return Refuse(Invalid, "invalid_batch", "1 to %d counts are taken in at once", MaxCounts).At("counts")
	}
	if _, err := ParseDigest(c.Import); err != nil {
		return AsError(err).At("import")
	}
	if err := knownAgency(call, c.Agency, "agency"); err != nil {
		return err
	}
	if _, err := ParseKey(c.Channel); err != nil {
		return AsError(err).At("channel")
	}
	return nil
}

// check refuses what can't have been counted; items remembers what was read.
func (n Count) check(first Date, call Call, items map[string]Item) error {
	if _, err := ParseDate(string(n.Day)); err != nil {
		return AsError(err).At("day")
	}
	if n.Day > DateOf(call.At) {
		return Refuse(Invalid, "day_to_come", "%s has not come yet", n.Day).At("day")
	}
	if n.Day[:len("2006-01")] != first[:len("2006-01")] {
		return Refuse(Invalid, "other_month", "the counts of one month are taken in together").At("day")
	}
	if n.Requests < 0 || n.Robots < 0 || n.Requests+n.Robots < 1 || max(n.Requests, n.Robots) > maxRequests {
		return Refuse(Invalid, "invalid_count", "a count is of one request or more").At("requests")
	}
	if n.Digest != "" {
		if _, err := ParseDigest(n.Digest); err != nil {
			return AsError(err).At("digest")
		}
	}
	if len(n.Rendition) > MaxReason || slices.ContainsFunc([]byte(n.Rendition), func(b byte) bool { return b <= ' ' || b > '~' }) {
		return Refuse(Invalid, "invalid_rendition", "a rendition is written as a query").At("rendition")
	}
	return n.approved(call, items)
}

// approved refuses what was never approved.
func (n Count) approved(call Call, items map[string]Item) error {
	item, ok := items[n.Item]
	if !ok {
		var err error
		if item, err = knownItem(call, n.Item); err != nil {
			return err
		}
		items[n.Item] = item
	}
	_, err := item.open(n.Item, n.Version, Approved, Withdrawn)
	return err
}
