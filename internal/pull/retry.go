package pull

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// How patient a pull is.
const (
	defaultStall = 60 * time.Second // without a byte
	tries        = 6                // in a row without a byte
	firstWait    = 500 * time.Millisecond
	longestWait  = 30 * time.Second
	longestAsked = 2 * time.Minute // that a server may ask for
)

// passingError may not be there the next time.
type passingError struct {
	err   error
	after time.Duration // that the server asks for
}

func (e *passingError) Error() string { return e.err.Error() }
func (e *passingError) Unwrap() error { return e.err }

// fetch asks until the whole answer is in the sink. What broke off is taken up where it
// stopped (RFC 9110, sections 13.1.5 and 14), also if it is in the sink from before, when
// its tag is given. Errors are errNotModified, *domain.Error with the reason of the
// registry, or those of the network.
func (r *remote) fetch(ctx context.Context, q question, to sink) (http.Header, error) {
	most := to.size()
	for failed := 0; ; {
		if q.exact && to.size() == q.limit {
			return nil, nil // all has come, also if the end was not told
		}
		header, err := r.once(ctx, &q, to)
		var passing *passingError
		if err == nil || !errors.As(err, &passing) {
			return header, err
		}
		if to.size() > most { // and not only what had come before
			most, failed = to.size(), 0
		}
		if failed++; failed >= tries {
			return nil, passing.err
		}
		if err := r.wait(ctx, pause(failed, passing.after)); err != nil {
			return nil, err
		}
	}
}

// pause is how long to wait after so many failures; longer, if the server asks for it.
func pause(failed int, asked time.Duration) time.Duration {
	d := min(firstWait<<(failed-1), longestWait)
	d = d/2 + rand.N(d/2) // so that many who were cut off don't come back at once
	return max(d, min(asked, longestAsked))
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// errStalled: nothing came for too long.
var errStalled = errors.New("pull: the server has sent nothing for a long time")

// retryAfter reads seconds or a date (RFC 9110, section 10.2.3); 0 for neither.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(value); err == nil && seconds > 0 {
		return time.Duration(min(seconds, 1<<20)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// broken is what became of a request that had no end: given up, or to be tried again.
func broken(ctx, watched context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errRedirect):
		return errRedirect
	case errors.Is(context.Cause(watched), errStalled):
		err = errStalled
	}
	return &passingError{err: fmt.Errorf("pull: %w", err)}
}
