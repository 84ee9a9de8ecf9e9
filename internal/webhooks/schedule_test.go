package webhooks

import (
	"strconv"
	"testing"
	"time"
)

func TestWaitsGrowAndVary(t *testing.T) {
	for attempts, middle := range map[int]time.Duration{
		1: 5 * time.Second, 2: 30 * time.Second, 3: 2 * time.Minute, 4: 10 * time.Minute, 5: 30 * time.Minute,
		6: time.Hour, 7: 2 * time.Hour, 8: 4 * time.Hour, 9: 6 * time.Hour, 15: 6 * time.Hour, 1000: 6 * time.Hour,
	} {
		least, most, seen := middle, time.Duration(0), map[time.Duration]bool{}
		for i := range 500 {
			id := "m" + strconv.Itoa(i)
			wait := backoff(id, attempts)
			if wait != backoff(id, attempts) {
				t.Fatal("the same message waits differently")
			}
			least, most, seen[wait] = min(least, wait), max(most, wait), true
		}
		low, high := time.Duration(float64(middle)*0.8), min(time.Duration(float64(middle)*1.2), 6*time.Hour)
		if least < low || most > high {
			t.Errorf("after %d attempts: %s to %s, want %s to %s", attempts, least, most, low, high)
		}
		if spread := high - low; most-least < spread*9/10 || len(seen) < 490 {
			t.Errorf("after %d attempts they only wait for %s to %s, in %d ways", attempts, least, most, len(seen))
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2027, 1, 4, 5, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		text string
		want time.Duration
	}{
		"none":                           {"", 0},
		"seconds":                        {"120", 2 * time.Minute},
		"seconds with space around":      {" 120 ", 2 * time.Minute},
		"no seconds":                     {"0", 0},
		"six hours":                      {"21600", 6 * time.Hour},
		"more":                           {"21601", 6 * time.Hour},
		"more than a number can be":      {"99999999999999999999999", 6 * time.Hour},
		"more than a duration can be":    {"9999999999999", 6 * time.Hour},
		"below nothing":                  {"-5", 0},
		"a fraction":                     {"1.5", 0},
		"words":                          {"soon", 0},
		"a date":                         {"Mon, 04 Jan 2027 05:01:00 GMT", time.Minute},
		"a date of RFC 850":              {"Monday, 04-Jan-27 05:01:00 GMT", time.Minute},
		"a date that is past":            {"Mon, 04 Jan 2027 04:00:00 GMT", 0},
		"a date of next year":            {"Tue, 04 Jan 2028 05:00:00 GMT", 6 * time.Hour},
		"a date beyond any subtraction":  {"Tue, 04 Jan 9999 05:00:00 GMT", 6 * time.Hour},
		"a date before any subtraction":  {"Tue, 04 Jan 0001 05:00:00 GMT", 0},
		"a date that does not exist":     {"Mon, 32 Jan 2027 05:01:00 GMT", 0},
		"seconds in digits of elsewhere": {"١٢٠", 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := retryAfter(c.text, now); got != c.want {
				t.Errorf("%q: %s", c.text, got)
			}
		})
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "1", "99999999999999999999", "-1", "Mon, 04 Jan 2027 05:01:00 GMT", "Mon Jan  4 05:01:00 2027"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got := retryAfter(text, time.Date(2027, 1, 4, 5, 0, 0, 0, time.UTC)); got < 0 || got > 6*time.Hour {
			t.Errorf("%q: %s", text, got)
		}
	})
}
