package accesslog_test

import (
	"strings"
	"testing"
	"time"

	"signet/internal/accesslog"
)

var zone = time.FixedZone("", 7*60*60)

// noon in the city.
var noon = time.Date(2027, 7, 1, 12, 0, 0, 0, zone)

const stamp = " [01/Jul/2027:12:00:00 +0700] "

func TestLinesOfAllFormatsAreRead(t *testing.T) {
	get := func(change func(*accesslog.Entry)) accesslog.Entry {
		e := accesslog.Entry{Address: "192.0.2.7", Time: noon, Method: "GET", Target: "/a", Status: 200}
		change(&e)
		return e
	}
	asIs := func(*accesslog.Entry) {}
	for name, test := range map[string]struct {
		line string
		want accesslog.Entry
	}{
		"common":                {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" 200 12`, get(asIs)},
		"of nothing sent":       {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" 304 -`, get(func(e *accesslog.Entry) { e.Status = 304 })},
		"combined":              {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" 200 12 "https://x.vn/" "Mozilla/5.0 (X)"`, get(func(e *accesslog.Entry) { e.UserAgent = "Mozilla/5.0 (X)" })},
		"without a user agent":  {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" 200 12 "-" "-"`, get(asIs)},
		"with more after it":    {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" 200 12 "-" "b" 0.003 "z"`, get(func(e *accesslog.Entry) { e.UserAgent = "b" })},
		"with a host":           {`x.vn:443 192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" 200 12`, get(func(e *accesslog.Entry) { e.Host = "x.vn:443" })},
		"with a host and user":  {`x.vn 192.0.2.7 - Nga` + stamp + `"GET /a HTTP/1.1" 200 12`, get(func(e *accesslog.Entry) { e.Host = "x.vn" })},
		"of IPv6":               {`2001:db8::1 - -` + stamp + `"GET /a HTTP/2.0" 200 12`, get(func(e *accesslog.Entry) { e.Address = "2001:db8::1" })},
		"a user with a space":   {`192.0.2.7 - Lan Anh` + stamp + `"GET /a HTTP/1.1" 200 12`, get(asIs)},
		"another zone":          {`192.0.2.7 - - [01/Jul/2027:05:00:00 +0000] "GET /a HTTP/1.1" 200 12`, get(asIs)},
		"HTTP/0.9":              {`192.0.2.7 - -` + stamp + `"GET /a" 200 12`, get(asIs)},
		"escaped quotes":        {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" 200 12 "\"" "a \"b\" \\ \x41\xc3\xa9 \x4 \q\t"`, get(func(e *accesslog.Entry) { e.UserAgent = "a \"b\" \\ Aé \\x4 \\q\t" })},
		"of bytes, no request":  {`192.0.2.7 - -` + stamp + `"\x16\x03\x01" 200 12`, get(func(e *accesslog.Entry) { e.Method, e.Target = "", "" })},
		"nothing was asked for": {`192.0.2.7 - -` + stamp + `"-" 408 0 "-" "-"`, get(func(e *accesslog.Entry) { e.Method, e.Target, e.Status = "", "", 408 })},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := accesslog.ParseLine([]byte(test.line))
			if err != nil || !got.Time.Equal(test.want.Time) {
				t.Fatal(got, err)
			}
			got.Time = test.want.Time
			if got != test.want {
				t.Errorf("%+v\nwant %+v", got, test.want)
			}
		})
	}
}

func TestWhatIsNoLineIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		line string
		want accesslog.Code
	}{
		"nothing":             {"", accesslog.BadLine},
		"JSON":                {`{"status":200}`, accesslog.BadLine},
		"no user":             {`192.0.2.7 -` + stamp + `"GET /a HTTP/1.1" 200 12`, accesslog.BadLine},
		"no time":             {`192.0.2.7 - - "GET /a HTTP/1.1" 200 12`, accesslog.BadLine},
		"a time without end":  {`192.0.2.7 - - [01/Jul/2027`, accesslog.BadLine},
		"another time":        {`192.0.2.7 - - [2027-07-01T12:00:00Z] "GET /a HTTP/1.1" 200 12`, accesslog.BadTime},
		"no such day":         {`192.0.2.7 - - [31/Jun/2027:12:00:00 +0700] "GET /a HTTP/1.1" 200 12`, accesslog.BadTime},
		"a request, no quote": {`192.0.2.7 - -` + stamp + `GET /a HTTP/1.1 200 12`, accesslog.BadLine},
		"a quote without end": {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1 200 12`, accesslog.BadLine},
		"a backslash at last": {`192.0.2.7 - -` + stamp + `"GET /a \`, accesslog.BadLine},
		"no status":           {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1"`, accesslog.BadLine},
		"a status of words":   {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" ok 12`, accesslog.BadStatus},
		"a status of four":    {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" 0200 12`, accesslog.BadStatus},
		"no size":             {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" 200`, accesslog.BadLine},
		"a size below none":   {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" 200 -12`, accesslog.BadLine},
		"a referrer only":     {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" 200 12 "-"`, accesslog.BadLine},
		"cut off":             {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" 200 12 "-" "Mozi`, accesslog.BadLine},
		"cut off after size":  {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" 200 12 `, accesslog.BadLine},
		"what is glued on":    {`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" 200 12 "-" "b"c`, accesslog.BadLine},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := accesslog.ParseLine([]byte(test.line)); accesslog.AsError(err) == nil || accesslog.AsError(err).Code != test.want {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

func FuzzParseLine(f *testing.F) {
	f.Add([]byte(`192.0.2.7 - -` + stamp + `"GET /a HTTP/1.1" 200 12 "\"" "a \x41"`))
	f.Add([]byte(`x.vn 2001:db8::1 - Nga` + stamp + `"GET /files/logo/current/a.svg?width=4 HTTP/2.0" 304 -`))
	f.Add([]byte(`- - -` + stamp + `"\x16" 400 0 "-" "-"`))
	f.Add([]byte(`a b c [] "\`))
	f.Fuzz(func(t *testing.T, line []byte) {
		before := string(line)
		e, err := accesslog.ParseLine(line)
		if string(line) != before {
			t.Fatal("the line was written to")
		}
		if err != nil {
			if told := accesslog.AsError(err); told == nil || told.Code == "" || told.Line != 0 {
				t.Fatalf("%v", err)
			}
			return
		}
		if e.Address == "" || e.Status < 100 || e.Status > 999 || e.Time.IsZero() && !strings.Contains(before, "0001") || strings.Contains(e.Target, " ") {
			t.Fatalf("%q is read as %+v", before, e)
		}
		accesslog.ParseAddress(e.Target)
		accesslog.Map{"/a/": {Item: "x"}}.Find(e.Target)
	})
}
