package crawl

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"signet/internal/outbound"
)

const (
	// maxWait is the longest Retry-After that is waited for, usualWait what a server
	// gets that says nothing.
	maxWait, usualWait = time.Minute, 5 * time.Second
	// maxDrained is how much of an answer that nobody wants is read, in bytes, so that
	// the connection can serve again.
	maxDrained = 4 << 10
)

// read gets what an address stands for, if robots.txt allows it.
func (s *site) read(ctx context.Context, t task) answer {
	p := placeOf(t.address)
	h := s.host(p.host)
	rules, reason := s.robots(ctx, h, p.scheme)
	switch {
	case reason != "":
		return answer{reason: reason}
	case !rules.allows(p.path + p.query):
		return answer{reason: SkippedRobots}
	}
	return s.ask(ctx, h, p, reading{max: s.o.MaxBytes, delay: max(s.o.Delay, rules.delay)})
}

// reading is how something is got.
type reading struct {
	delay time.Duration // to the next request
	max   int64         // bytes of the body, unpacked
	any   bool          // whatever it is; what is longer is cut
}

// ask asks once, and once more if the server wants to be asked later.
func (s *site) ask(ctx context.Context, h *host, p place, r reading) answer {
	for again := false; ; again = true {
		if err := h.turn(ctx, r.delay); err != nil {
			return answer{reason: SkippedTimeout}
		}
		got, wait := s.once(ctx, h, p, r)
		if wait == 0 || wait > maxWait || again {
			return got
		}
		h.rest(wait)
	}
}

// once makes one request. It returns how long the server wants to be left alone, 0 if it
// does not say so.
func (s *site) once(ctx context.Context, h *host, p place, r reading) (got answer, wait time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.String(), http.NoBody)
	if err != nil {
		return answer{reason: SkippedURL}, 0
	}
	request.Header.Set("User-Agent", s.o.UserAgent)
	request.Header.Set("Accept", "*/*")
	way := s.other
	if h.inside.Load() {
		way = s.inside
	}
	response, err := way.RoundTrip(request)
	if err != nil {
		return answer{reason: Reason(outbound.FailureOf(err))}, 0
	}
	defer response.Body.Close()
	got = answer{status: response.StatusCode, contentType: response.Header.Get("Content-Type")}
	got.declared = essence(got.contentType)
	switch got.status {
	case http.StatusOK, http.StatusNonAuthoritativeInfo:
		got.body, got.reason = body(response, got.declared, r)
		return got, 0
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		got.redirect, got.reason = location(p, response.Header.Get("Location"))
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		got.reason = SkippedStatus
		wait = retryAfter(response.Header.Get("Retry-After"), time.Now())
	default:
		got.reason = SkippedStatus
	}
	if got.status != http.StatusSwitchingProtocols {
		_, _ = io.CopyN(io.Discard, response.Body, maxDrained)
	}
	return got, wait
}

// location is where a redirect leads.
func location(from place, to string) (string, Reason) {
	p, reason, ok := resolve(from, to)
	switch {
	case ok && to != "":
		return p.String(), ""
	case reason == SkippedUser:
		return "", reason
	}
	return "", SkippedRedirects
}

// body reads an answer, if it is something that is looked at.
func body(response *http.Response, declared string, r reading) ([]byte, Reason) {
	switch coding := strings.ToLower(response.Header.Get("Content-Encoding")); {
	case coding != "" && coding != "identity":
		return nil, SkippedEncoding
	case r.any:
		b, err := io.ReadAll(io.LimitReader(response.Body, r.max))
		return b, broken(err)
	case response.ContentLength > r.max:
		return nil, SkippedSize
	case declared != mediaUnknown && unwanted(declared):
		return nil, SkippedMedia
	}
	var b bytes.Buffer
	limited := io.LimitReader(response.Body, r.max+1)
	_, err := io.CopyN(&b, limited, sniffLength)
	if unwanted(mediaOf(declared, b.Bytes())) {
		return nil, SkippedMedia
	}
	if err == nil {
		_, err = b.ReadFrom(limited)
	}
	if int64(b.Len()) > r.max {
		return nil, SkippedSize
	}
	return b.Bytes(), broken(err)
}

// broken is why a body ends too early; the end itself is no reason.
func broken(err error) Reason {
	if err == nil || errors.Is(err, io.EOF) {
		return ""
	}
	return Reason(outbound.FailureOf(err))
}

// retryAfter reads the header of that name (RFC 9110, section 10.2.3).
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return max(time.Duration(seconds)*time.Second, time.Second)
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(now), time.Second)
	}
	return usualWait
}
