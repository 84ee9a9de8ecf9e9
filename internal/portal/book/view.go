package book

import (
	"net/url"
	"strings"
	"time"

	"signet/domain"
	"signet/graph"
	"signet/internal/portal/frame"
)

// view is how a page looks at the kit: today, or as it was on a day.
type view struct {
	// At is the day, as YYYY-MM-DD; empty is today.
	At string
	// Coming: that day is still to come.
	Coming bool

	visit *frame.Visit
}

// lookAt reads the parameter at. Who has not logged in is told nothing that is to come.
func lookAt(v *frame.Visit) (view, error) {
	w := view{visit: v}
	at := v.Value("at")
	if at == "" {
		return w, nil
	}
	if _, err := time.Parse(time.DateOnly, at); err != nil {
		return w, &graph.Refusal{Code: graph.BadUserInput, Reason: "invalid_date", Field: "at", Sentence: "write a day as 2026-11-30"}
	}
	today := time.Now().In(domain.CityZone).Format(time.DateOnly)
	if at == today || at > today && v.Viewer.Anonymous() {
		return w, nil
	}
	w.At, w.Coming = at, at > today
	return w, nil
}

// asOf is the end of the day, for the API; nil for now.
func (w view) asOf() any {
	if w.At == "" {
		return nil
	}
	return w.end().Format(time.RFC3339Nano)
}

// end is the last instant of the day in the city; now, if the page is of today.
func (w view) end() time.Time {
	day, err := time.ParseInLocation(time.DateOnly, w.At, domain.CityZone)
	if err != nil {
		return time.Now()
	}
	return day.AddDate(0, 0, 1).Add(-time.Microsecond)
}

// To is the address of a page of the book that looks at the same day.
func (w view) To(parts ...any) string { return w.on(w.visit.Path(parts...)) }

// Today is the address of this page as it is today.
func (w view) Today() string {
	u := *w.visit.URL
	q := u.Query()
	q.Del("at")
	u.RawQuery = q.Encode()
	return u.RequestURI()
}

// Kit is where the kit is, as one download.
func (w view) Kit() string {
	if w.At == "" {
		return "/kit.zip"
	}
	return "/kit.zip?asOf=" + w.end().UTC().Format(time.RFC3339)
}

// Zip is where one item is, as one download.
func (w view) Zip(key string) string {
	q := url.Values{"item": {key}}
	if w.At != "" {
		q.Set("asOf", w.end().UTC().Format(time.RFC3339))
	}
	return "/kit.zip?" + q.Encode()
}

// MayDownload tells whether the visitor may have files: a member whose role allows it,
// and, of what is public, anybody.
func (w view) MayDownload() bool { return w.visit.Viewer.Anonymous() || w.visit.Can("assets.download") }

// on adds the day to an address.
func (w view) on(address string) string {
	if w.At == "" {
		return address
	}
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return address + separator + "at=" + w.At
}
