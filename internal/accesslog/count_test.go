package accesslog_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"signet/internal/accesslog"
)

// onlyA knows that /a is version 1 of a until noon, and version 2 since then.
func onlyA(_ context.Context, target string, at time.Time) (accesslog.Use, bool, error) {
	version := 1
	if !at.Before(noon) {
		version = 2
	}
	return accesslog.Use{Item: "a", Version: version}, target == "/a", nil
}

func read(t *testing.T, text string) *accesslog.Tally {
	t.Helper()
	tally, err := accesslog.ReadLog(t.Context(), strings.NewReader(text), accesslog.Options{Resolve: onlyA, Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	return tally
}

// line is a request of an address at some time from midnight in UTC, 7 in the city.
func line(address string, after time.Duration, method, target string, status int, agent string) string {
	at := time.Date(2027, 7, 1, 0, 0, 0, 0, time.UTC).Add(after).Format("02/Jan/2006:15:04:05 -0700")
	return fmt.Sprintf("%s - - [%s] %q %d 5 \"-\" %q\n", address, at, method+" "+target+" HTTP/1.1", status, agent)
}

func TestRequestsAreCountedByDayAndVersion(t *testing.T) {
	text := line("1", 0, "GET", "/a", 200, "Mozilla") + // 7 in the city: version 1
		line("1", time.Hour, "GET", "/a", 304, "Mozilla") + // again, out of a cache
		line("1", 6*time.Hour, "GET", "/a", 200, "Googlebot/2.1") + // version 2
		line("1", 18*time.Hour, "GET", "/a", 200, "") + // the day after, in the city
		line("1", 0, "HEAD", "/a", 200, "Mozilla") +
		line("1", 0, "GET", "/a", 404, "Mozilla") +
		line("1", 0, "GET", "/b", 200, "Mozilla") +
		"nothing\n" +
		line("2", 0, "GET", "/a", 206, "Mozilla") +
		line("2", time.Minute, "GET", "/a", 206, "Mozilla") + // the same download
		line("3", time.Minute, "GET", "/a", 206, "Mozilla") + // another person
		line("2", 18*time.Hour, "GET", "/a", 206, "Mozilla") // another day
	got := read(t, text)
	want := []accesslog.Count{
		{Use: accesslog.Use{Item: "a", Version: 1}, Day: "2027-07-01", Requests: 4},
		{Use: accesslog.Use{Item: "a", Version: 2}, Day: "2027-07-01", Robots: 1},
		{Use: accesslog.Use{Item: "a", Version: 2}, Day: "2027-07-02", Requests: 2},
	}
	if !slices.Equal(got.Counts, want) {
		t.Errorf("%+v\nwant %+v", got.Counts, want)
	}
	if got.Lines != 12 || got.Bad != 1 || got.Other != 1 || got.Failed != 1 || got.Unknown != 1 || got.Parts != 1 || got.Counted != 7 {
		t.Errorf("%+v", got)
	}
	if len(got.Worst) != 1 || got.Worst[0].Line != 8 || got.Worst[0].Code != accesslog.BadLine {
		t.Errorf("%v", got.Worst)
	}
}

func TestAPackedLogIsTheSameLog(t *testing.T) {
	text := line("1", 0, "GET", "/a", 200, "") + line("1", 0, "GET", "/a", 200, "")
	var packed bytes.Buffer
	for _, part := range strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n") { // as logs that were packed one by one
		z := gzip.NewWriter(&packed)
		if _, err := io.WriteString(z, part); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	plain, unpacked := read(t, strings.TrimSuffix(text, "\n")), read(t, packed.String())
	if plain.Digest != unpacked.Digest || len(plain.Digest) != 64 || !slices.Equal(plain.Counts, unpacked.Counts) || plain.Counted != 2 {
		t.Errorf("%+v\n%+v", plain, unpacked)
	}
	if other := read(t, text); other.Digest == plain.Digest {
		t.Error("another log has the same digest")
	}
	for name, damaged := range map[string][]byte{
		"cut off":      packed.Bytes()[:packed.Len()-5],
		"a header":     {0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9},
		"other bytes":  append(bytes.Clone(packed.Bytes()[:12]), bytes.Repeat([]byte{0xff}, 60)...),
		"a bad digest": slices.Concat(packed.Bytes()[:packed.Len()-8], make([]byte, 8)),
	} {
		_, err := accesslog.ReadLog(t.Context(), bytes.NewReader(damaged), accesslog.Options{Resolve: onlyA, Zone: zone})
		if told := accesslog.AsError(err); told == nil || told.Code != accesslog.BadGzip {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALineThatIsTooLongIsPassedOver(t *testing.T) {
	good := line("1", 0, "GET", "/a", 200, "")
	got := read(t, good+strings.Repeat("x", 3*accesslog.MaxLine)+good+good)
	if got.Lines != 3 || got.Bad != 1 || got.Counted != 2 || got.Worst[0].Code != accesslog.LineTooLong || got.Worst[0].Line != 2 {
		t.Errorf("%+v %v", got, got.Worst)
	}
}

func TestOnlyTheFirstBadLinesAreNamed(t *testing.T) {
	got := read(t, strings.Repeat("x\n", 100))
	if got.Bad != 100 || len(got.Worst) != 5 || got.Worst[4].Line != 5 {
		t.Errorf("%d, %v", got.Bad, got.Worst)
	}
}

func TestWhatIsKnownOfPartsIsBounded(t *testing.T) {
	var text strings.Builder
	for i := range 70_000 {
		text.WriteString(line(fmt.Sprint(i), 0, "GET", "/a", 206, ""))
	}
	text.WriteString(line("69999", 0, "GET", "/a", 206, "")) // is remembered
	text.WriteString(line("0", 0, "GET", "/a", 206, ""))     // is not
	if got := read(t, text.String()); got.Parts != 1 || got.Counted != 70_001 {
		t.Errorf("%+v", got)
	}
}

func TestWhoStopsIsHeard(t *testing.T) {
	failed := errors.New("away")
	o := accesslog.Options{Zone: zone, Resolve: func(context.Context, string, time.Time) (accesslog.Use, bool, error) {
		return accesslog.Use{}, false, failed
	}}
	if _, err := accesslog.ReadLog(t.Context(), strings.NewReader(line("1", 0, "GET", "/a", 200, "")), o); !errors.Is(err, failed) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := accesslog.ReadLog(ctx, strings.NewReader("x"), o); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestALogOfTooManyThingsIsRefused(t *testing.T) {
	n := 0
	o := accesslog.Options{Zone: zone, Resolve: func(context.Context, string, time.Time) (accesslog.Use, bool, error) {
		n++
		return accesslog.Use{Item: "a", Version: n}, true, nil
	}}
	for more, want := range map[int]accesslog.Code{0: "", 1: accesslog.TooManyCounts} {
		n = 0
		log := strings.NewReader(strings.Repeat(line("1", 0, "GET", "/a", 200, ""), accesslog.MaxCounts+more))
		_, err := accesslog.ReadLog(t.Context(), log, o)
		if told := accesslog.AsError(err); (told == nil) != (want == "") || told != nil && told.Code != want {
			t.Errorf("%d more: %v", more, err)
		}
	}
}

func TestProgramsThatSayWhatTheyAreAreKnown(t *testing.T) {
	for agent, robot := range map[string]bool{
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": true,
		"Mozilla/5.0 (compatible; bingbot/2.0)":                                    true,
		"facebookexternalhit/1.1":                                                  true,
		"PetalBot":                                                                 true,
		"SPIDER":                                                                   true,
		"coc_coc_bot":                                                              true,
		"curl/8.5.0":                                                               true,
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36": false,
		"": false,
	} {
		if accesslog.IsRobot(agent) != robot {
			t.Errorf("%q", agent)
		}
	}
}

func FuzzReadLog(f *testing.F) {
	f.Add([]byte(line("1", 0, "GET", "/a", 206, "bot") + "x\n"))
	f.Add([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, log []byte) {
		got, err := accesslog.ReadLog(t.Context(), bytes.NewReader(log), accesslog.Options{Resolve: onlyA, Zone: zone})
		if err != nil {
			return
		}
		if got.Lines != got.Bad+got.Other+got.Failed+got.Parts+got.Unknown+got.Counted {
			t.Fatalf("%+v", got)
		}
		n := 0
		for _, c := range got.Counts {
			n += c.Requests + c.Robots
		}
		if n != got.Counted {
			t.Fatalf("%d, %+v", n, got)
		}
	})
}
