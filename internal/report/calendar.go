package report

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Deadline is a day by which something should be done.
type Deadline struct {
	// UID names it for ever: an entry that is sent again with the same UID replaces
	// the one that a calendar has. It is one line of visible ASCII characters.
	UID         string
	Day         string            // YYYY-MM-DD, in the city
	Title       map[string]string // by locale; one at least
	Description map[string]string // by locale
	URL         string            // absolute, http or https; empty: none
	Done        bool              // stays in the calendar, without alarms
}

// alarmDays are how long before a deadline a calendar reminds.
var alarmDays = []int{30, 7}

// icsLine is how long a line may be without its end, in octets (RFC 5545, 3.1).
const icsLine = 75

// WriteICS writes a calendar that others subscribe to: iCalendar (RFC 5545), as
// text/calendar; charset=utf-8. Each deadline is an event of a whole day that
// leaves its people free, with alarms 30 and 7 days before unless it is done; the
// earliest stands first. made is DTSTAMP. Errors have the codes lang_unknown,
// text_missing (a name or title), uid_malformed, uid_twice, day_malformed or
// url_malformed; others are the writer's.
func WriteICS(w io.Writer, name map[string]string, deadlines []Deadline, lang Lang, made time.Time) error {
	words, err := speak(lang)
	if err != nil {
		return err
	}
	title := pick(tidy(name), lang).Text
	if title == "" {
		return refuse("text_missing", "name", "a calendar needs a name")
	}
	calendar := ics.NewCalendar()
	calendar.SetProductId("-//Hai Phong//signet//" + strings.ToUpper(string(lang)))
	calendar.SetCalscale("GREGORIAN")
	calendar.SetMethod(ics.MethodPublish)
	calendar.SetXWRCalName(title)
	calendar.SetXWRTimezone(zone)
	events := make([]*ics.VEvent, len(deadlines))
	seen := map[string]bool{}
	for i, d := range deadlines {
		if seen[d.UID] {
			return refuse("uid_twice", fmt.Sprintf("deadlines[%d].uid", i), "%q names two deadlines", d.UID)
		}
		seen[d.UID] = true
		if events[i], err = event(tidy(d), fmt.Sprintf("deadlines[%d].", i), words, made); err != nil {
			return err
		}
	}
	slices.SortFunc(events, func(a, b *ics.VEvent) int { return strings.Compare(order(a), order(b)) })
	for _, e := range events {
		calendar.AddVEvent(e)
	}
	// The library ignores some errors of its writer, so it gets one without any.
	var b bytes.Buffer
	if err := calendar.SerializeTo(&b, ics.WithNewLineWindows, ics.WithLineLength(icsLine)); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// order is by day, then by UID: equal input in another order makes equal bytes.
func order(e *ics.VEvent) string {
	return e.GetProperty(ics.ComponentPropertyDtStart).Value + " " + e.Id()
}

func event(d Deadline, field string, words words, made time.Time) (*ics.VEvent, error) {
	day, err := parseDay(field+"day", d.Day)
	if err != nil {
		return nil, err
	}
	if !visible(d.UID) {
		return nil, refuse("uid_malformed", field+"uid", "%q is not one line of visible ASCII characters", d.UID)
	}
	title := pick(d.Title, words.lang).Text
	if title == "" {
		return nil, refuse("text_missing", field+"title", "a deadline needs a title")
	}
	if err := checkURL(field+"url", d.URL); err != nil {
		return nil, err
	}
	summary := title
	if d.Done {
		if summary, err = words.T("calendar.done", title); err != nil {
			return nil, err
		}
	}
	e := ics.NewEvent(d.UID)
	e.SetDtStampTime(made)
	e.SetAllDayStartAt(day)
	e.SetAllDayEndAt(day.AddDate(0, 0, 1)) // exclusive
	e.SetSummary(summary)
	if text := pick(d.Description, words.lang).Text; text != "" {
		e.SetDescription(text)
	}
	if d.URL != "" {
		e.SetURL(d.URL)
	}
	e.SetTimeTransparency(ics.TransparencyTransparent)
	if d.Done {
		return e, nil
	}
	return e, remind(e, title, words)
}

// remind gives an event its alarms. A trigger is before the start of the event,
// which is the midnight that the day begins with.
func remind(e *ics.VEvent, title string, words words) error {
	for _, days := range alarmDays {
		text, err := words.T("calendar.reminder", days, title)
		if err != nil {
			return err
		}
		alarm := e.AddAlarm()
		alarm.SetAction(ics.ActionDisplay)
		alarm.SetTrigger(fmt.Sprintf("-P%dD", days))
		alarm.SetDescription(text)
	}
	return nil
}

// visible tells whether s is ASCII without spaces and control characters, and not
// empty.
func visible(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// checkURL returns an [Error] with the code url_malformed unless the address is
// empty, or absolute, http or https, and all ASCII, as URI values must be.
func checkURL(field, address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || !visible(address) {
		return refuse("url_malformed", field, "%q is not an absolute http or https address", address)
	}
	return nil
}
