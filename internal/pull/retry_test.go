package pull_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"signet/internal/pull"
)

func TestAWireThatBreaksAgainAndAgainBringsAllInTheEnd(t *testing.T) {
	r := newRegistry(t)
	r.approve("logo-city", map[string]string{"màu.svg": strings.Repeat("<svg>màu</svg>", 100)}, "")
	dir := filepath.Join(t.TempDir(), "kit")
	c := r.client(dir)
	c.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
		res, err := r.RoundTrip(req)
		if err == nil {
			res.Body = &cut{ReadCloser: res.Body, wire: &wire{left: 100}}
		}
		return res, err
	})
	if _, err := c.Pull(t.Context(), pull.Change{}); err != nil {
		t.Fatal(err)
	}
	r.same(t, dir)
}

// The end of the answer never comes, and nothing new with the next one.
func TestAnAnswerWithoutAnEndIsGivenUp(t *testing.T) {
	r := newRegistry(t)
	c := r.client(t.TempDir())
	asked := 0
	c.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
		res, err := r.RoundTrip(req)
		if asked++; err == nil && asked < 100 {
			body, errBody := io.ReadAll(res.Body)
			res.Body, err = &cut{ReadCloser: io.NopCloser(bytes.NewReader(body)), wire: &wire{left: len(body)}}, errBody
		}
		return res, err
	})
	if _, err := c.Pull(t.Context(), pull.Change{}); err == nil || asked > 20 {
		t.Errorf("%v after %d", err, asked)
	}
}

func TestPassingFailuresAreTriedAgain(t *testing.T) {
	for _, c := range []struct {
		name    string
		status  int
		header  string
		atLeast time.Duration
		failing int
		gives   bool
	}{
		{"an error of the server", 500, "", 0, 3, true},
		{"away", 503, "7", 7 * time.Second, 3, true},
		{"too many requests", 429, "3", 3 * time.Second, 3, true},
		{"an hour is not waited for", 503, "3600", 2 * time.Minute, 1, true},
		{"away for good", 502, "", 0, 1000, false},
		{"what is refused is not tried again", 403, "", 0, 1000, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRegistry(t)
			failed := 0
			r.before = func(w http.ResponseWriter, _ *http.Request) bool {
				if failed == c.failing {
					return false
				}
				failed++
				w.Header().Set("Retry-After", c.header)
				refuse(w, c.status, "reason")
				return true
			}
			cl := r.client(t.TempDir())
			var waits []time.Duration
			cl.Waits(func(d time.Duration) { waits = append(waits, d) })
			if _, err := cl.Pull(t.Context(), pull.Change{}); (err == nil) != c.gives {
				t.Errorf("%v", err)
			}
			switch {
			case c.status == 403 && failed != 1, c.status == 502 && failed != 6, c.gives && len(waits) != c.failing:
				t.Errorf("%d requests, waits %v", failed, waits)
			}
			for _, d := range waits {
				if d < c.atLeast || d <= 0 || d > 3*time.Minute {
					t.Errorf("waits %v", waits)
				}
			}
		})
	}
}

func TestRetryAfterIsReadInBothForms(t *testing.T) {
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "5": 5 * time.Second, "-5": 0, "x": 0, "Fri, 01 Jan 2027 00:01:00 GMT": time.Minute, "Thu, 31 Dec 2026 00:00:00 GMT": 0, "99999999999999": 1 << 20 * time.Second,
	} {
		if got := pull.RetryAfter(value, now); got != want {
			t.Errorf("%q: %s", value, got)
		}
	}
}

// stuck is a body that begins and never ends.
type stuck struct {
	ctx context.Context
	r   io.Reader
}

func (s stuck) Read(p []byte) (int, error) {
	if n, err := s.r.Read(p); err == nil {
		return n, nil
	}
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

func (s stuck) Close() error { return nil }

// slow is a body of which a piece comes every 50 seconds.
type slow struct {
	io.ReadCloser

	ctx context.Context
}

func (s slow) Read(p []byte) (int, error) {
	select {
	case <-time.After(50 * time.Second):
		return s.ReadCloser.Read(p[:min(len(p), 500)])
	case <-s.ctx.Done():
		return 0, s.ctx.Err()
	}
}

func TestAServerThatSendsNothingIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRegistry(t)
		dir := filepath.Join(t.TempDir(), "kit")
		var times atomic.Int64
		c := &pull.Client{Dir: dir, Server: address}
		c.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
			res, err := r.RoundTrip(req)
			if n := times.Add(1); err == nil && n <= 2 {
				res.Body = stuck{req.Context(), io.LimitReader(res.Body, 10)}
			}
			return res, err
		})
		begun := time.Now()
		if _, err := c.Pull(t.Context(), pull.Change{}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took < 2*time.Minute || took > 3*time.Minute {
			t.Errorf("it took %s", took)
		}
		r.same(t, dir)

		// One that is slow is not one that sends nothing.
		c.Dir = filepath.Join(t.TempDir(), "slow")
		c.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
			res, err := r.RoundTrip(req)
			if err == nil {
				res.Body = slow{res.Body, req.Context()}
			}
			return res, err
		})
		r.questions()
		if report, err := c.Pull(t.Context(), pull.Change{}); err != nil || int(report.Requests) != len(r.questions()) || report.Requests > 4 {
			t.Errorf("%+v, %v", report, err)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		times.Store(0)
		if _, err := c.Pull(ctx, pull.Change{Items: []string{"slogan-gate"}}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
}
