package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"

	"signet/internal/report"
)

var (
	made         = at(2027, 1, 4, 9)
	calendarName = map[string]string{"vi": "Thời hạn bộ nhận diện, Hải Phòng", "en": "Deadlines of the brand kit, Hai Phong"}
)

func deadlines() []report.Deadline {
	return []report.Deadline{
		{
			UID: "edition-2@signet.haiphong.gov.vn", Day: "2027-10-31", URL: "https://signet.haiphong.gov.vn/editions/2",
			Title:       map[string]string{"vi": "Ban hành Bộ tài liệu truyền thông; thương mại, du lịch và logistics", "en": "Issue the communication material; trade, tourism and logistics"},
			Description: map[string]string{"vi": "Chủ trì: Sở Công Thương; Sở Văn hoá, Thể thao và Du lịch.\nPhối hợp: Ban Quản lý Khu kinh tế Hải Phòng; Sở Ngoại vụ; Sở Nông nghiệp và Môi trường. \\ Tối thiểu 02 năm/lần."},
		},
		{UID: "edition-1@signet.haiphong.gov.vn", Day: "2027-07-31", Title: map[string]string{"vi": "Ban hành Bộ thông điệp TTĐN", "en": "Issue the message set"}, Done: true},
		{UID: "review-2027-06@signet.haiphong.gov.vn", Day: "2027-06-30", Title: map[string]string{"vi": "Họp rà soát tháng 6"}},
	}
}

// wellFormed holds a calendar against what RFC 5545 demands of its lines.
func wellFormed(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) || !strings.HasPrefix(text, "BEGIN:VCALENDAR\r\n") || !strings.HasSuffix(text, "\r\nEND:VCALENDAR\r\n") {
		t.Error("it is no calendar")
	}
	lines := strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n")
	for _, line := range lines {
		if len(line) > 75 || line == "" || strings.TrimSpace(line) == "" && len(lines) == 1 {
			t.Errorf("%d octets: %q", len(line), line)
		}
		if !utf8.ValidString(line) {
			t.Errorf("a character is broken: %q", line)
		}
		if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' && r != '\t' }) {
			t.Errorf("a control character: %q", line)
		}
	}
}

func TestCalendarIsStable(t *testing.T) {
	for _, lang := range both {
		text := written(t, func(b *bytes.Buffer) error { return report.WriteICS(b, calendarName, deadlines(), lang, made) })
		wellFormed(t, text)
		golden(t, "deadlines."+string(lang)+".ics", text)
	}
}

func TestCalendarIsReadBack(t *testing.T) {
	text := written(t, func(b *bytes.Buffer) error {
		return report.WriteICS(b, calendarName, deadlines(), report.Vietnamese, made)
	})
	calendar, err := ics.ParseCalendar(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	properties := map[string]string{}
	for _, p := range calendar.CalendarProperties {
		properties[p.IANAToken] = p.Value
	}
	for name, want := range map[string]string{
		"VERSION": "2.0", "CALSCALE": "GREGORIAN", "METHOD": "PUBLISH", "X-WR-CALNAME": calendarName["vi"], "X-WR-TIMEZONE": "Asia/Ho_Chi_Minh",
	} {
		if properties[name] != want {
			t.Errorf("%s is %q", name, properties[name])
		}
	}
	if properties["PRODID"] == "" {
		t.Error("no PRODID")
	}
	given := map[string]report.Deadline{}
	for _, d := range deadlines() {
		given[d.UID] = d
	}
	events := calendar.Events()
	if len(events) != len(given) {
		t.Fatalf("%d events", len(events))
	}
	last := ""
	for _, e := range events {
		sameDeadline(t, e, given[e.Id()])
		if day := e.GetProperty(ics.ComponentPropertyDtStart).Value; day < last {
			t.Error("the days are not in order")
		} else {
			last = day
		}
	}
}

// sameDeadline sees that an event tells a deadline.
func sameDeadline(t *testing.T, e *ics.VEvent, d report.Deadline) {
	t.Helper()
	value := func(p ics.ComponentProperty) string {
		if found := e.GetProperty(p); found != nil {
			return found.Value
		}
		return ""
	}
	start, err := e.GetAllDayStartAt()
	if err != nil || start.Format(time.DateOnly) != d.Day {
		t.Errorf("%s begins at %v, %v", d.UID, start, err)
	}
	end, err := e.GetAllDayEndAt()
	if err != nil || !end.Equal(start.AddDate(0, 0, 1)) {
		t.Errorf("%s ends at %v, %v", d.UID, end, err)
	}
	if kind := e.GetProperty(ics.ComponentPropertyDtStart).ICalParameters["VALUE"]; len(kind) != 1 || kind[0] != "DATE" {
		t.Errorf("%s begins with a value %v", d.UID, kind)
	}
	if value(ics.ComponentPropertyDtstamp) != "20270104T020000Z" || value(ics.ComponentPropertyDescription) != d.Description["vi"] || value(ics.ComponentPropertyUrl) != d.URL {
		t.Errorf("%+v", e.Properties)
	}
	if summary := value(ics.ComponentPropertySummary); !strings.HasSuffix(summary, d.Title["vi"]) || (summary == d.Title["vi"]) == d.Done {
		t.Errorf("%q", summary)
	}
	var triggers []string
	for _, alarm := range e.Alarms() {
		triggers = append(triggers, alarm.GetProperty(ics.ComponentPropertyTrigger).Value)
		if alarm.GetProperty(ics.ComponentPropertyAction).Value != "DISPLAY" || alarm.GetProperty(ics.ComponentPropertyDescription).Value == "" {
			t.Errorf("%+v", alarm)
		}
	}
	want := "-P30D -P7D"
	if d.Done {
		want = ""
	}
	if got := strings.Join(triggers, " "); got != want {
		t.Errorf("%s reminds %q", d.UID, got)
	}
}

func TestWhatIsNoDeadlineIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change      func(*report.Deadline)
		code, field string
	}{
		"no day":                     {func(d *report.Deadline) { d.Day = "" }, "day_malformed", "deadlines[1].day"},
		"a day that does not exist":  {func(d *report.Deadline) { d.Day = "2027-06-31" }, "day_malformed", "deadlines[1].day"},
		"no UID":                     {func(d *report.Deadline) { d.UID = "" }, "uid_malformed", "deadlines[1].uid"},
		"a UID of two lines":         {func(d *report.Deadline) { d.UID = "a\r\nb" }, "uid_malformed", "deadlines[1].uid"},
		"a UID of another":           {func(d *report.Deadline) { d.UID = deadlines()[0].UID }, "uid_twice", "deadlines[1].uid"},
		"no title":                   {func(d *report.Deadline) { d.Title = nil }, "text_missing", "deadlines[1].title"},
		"an address that is a path":  {func(d *report.Deadline) { d.URL = "/editions/1" }, "url_malformed", "deadlines[1].url"},
		"an address of no host":      {func(d *report.Deadline) { d.URL = "https:///editions/1" }, "url_malformed", "deadlines[1].url"},
		"a script for an address":    {func(d *report.Deadline) { d.URL = "javascript:alert(1)" }, "url_malformed", "deadlines[1].url"},
		"an address of two lines":    {func(d *report.Deadline) { d.URL = "https://a/\r\nATTACH:b" }, "url_malformed", "deadlines[1].url"},
		"an address that is an IRI":  {func(d *report.Deadline) { d.URL = "https://a/hải" }, "url_malformed", "deadlines[1].url"},
		"an address that can't be":   {func(d *report.Deadline) { d.URL = "https://a/%zz" }, "url_malformed", "deadlines[1].url"},
		"an address with whitespace": {func(d *report.Deadline) { d.URL = "https://a/ b" }, "url_malformed", "deadlines[1].url"},
	} {
		t.Run(name, func(t *testing.T) {
			list := deadlines()
			c.change(&list[1])
			var b bytes.Buffer
			refused(t, report.WriteICS(&b, calendarName, list, report.Vietnamese, made), &b, c.code, c.field)
		})
	}
	var b bytes.Buffer
	refused(t, report.WriteICS(&b, nil, nil, report.Vietnamese, made), &b, "text_missing", "name")
	refused(t, report.WriteICS(&b, calendarName, nil, "fr", made), &b, "lang_unknown", "lang")
}

func FuzzICS(f *testing.F) {
	f.Add("Ban hành Bộ thông điệp TTĐN; thương mại, du lịch", "Chủ trì: Sở Ngoại vụ.\r\nPhối hợp")
	f.Add(strings.Repeat("ハイフォン", 40), strings.Repeat("x", 300))
	f.Add("BEGIN:VEVENT\r\nEND:VEVENT", "\xff\xfe\x00\t\\n\\,\\;")
	f.Add(strings.Repeat(" ", 100), strings.Repeat("< >", 60))
	f.Fuzz(func(t *testing.T, title, description string) {
		list := deadlines()
		list[0].Title, list[0].Description = map[string]string{"vi": "a" + title}, map[string]string{"vi": description}
		text := written(t, func(b *bytes.Buffer) error { return report.WriteICS(b, calendarName, list, report.Vietnamese, made) })
		wellFormed(t, text)
		unfolded := strings.ReplaceAll(text, "\r\n ", "")
		if strings.Count(unfolded, "\r\nBEGIN:VEVENT\r\n") != len(list) || strings.Count(unfolded, "\r\nBEGIN:VALARM\r\n") != 4 {
			t.Error("a text became structure")
		}
	})
}
