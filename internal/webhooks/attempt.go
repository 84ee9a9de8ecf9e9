package webhooks

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"signet/internal/outbound"
)

const userAgent = "signet-webhook/1"

// queued is the message at the head of a receiver's queue.
type queued struct {
	seq      int64
	id       string
	attempts int   // before this one
	next     int64 // microseconds; when it is due
	body     []byte
}

// outcome is what came of an attempt.
type outcome struct {
	code    int
	failure Failure       // empty if it was delivered
	wait    time.Duration // at least so long the receiver wants to be left alone
}

// attempt tries the message at the head of the receiver's queue, if there is one
// and it is due, and writes what came of it. It tells whether the receiver failed;
// its error is one of the file.
func (q *Queue) attempt(ctx context.Context, r Receiver) (failed bool, err error) {
	m, ok, err := q.head(ctx, r.ID)
	if err != nil || !ok || !due(m.next, q.o.Clock()) {
		return false, err
	}
	got := q.deliver(ctx, r, m)
	if failed = got.failure != ""; failed && ended(ctx) {
		return false, nil // it was our end, and not its failure
	}
	// What has happened is written, also when the end comes meanwhile.
	return failed, q.settle(context.WithoutCancel(ctx), r.ID, m, got)
}

func ended(ctx context.Context) bool { return ctx.Err() != nil }

// due tells whether an attempt may be made. One that seems further away than any
// wait was planned by a clock that has since been put back.
func due(next int64, now time.Time) bool {
	return next <= micros(now) || next > micros(now.Add(2*longestWait))
}

func (q *Queue) head(ctx context.Context, receiver string) (queued, bool, error) {
	var m queued
	err := q.db.QueryRowContext(ctx, "SELECT seq, id, attempts, next, body FROM message WHERE receiver = ? AND status = 'pending' ORDER BY seq LIMIT 1", receiver).
		Scan(&m.seq, &m.id, &m.attempts, &m.next, &m.body)
	if errors.Is(err, sql.ErrNoRows) {
		return queued{}, false, nil
	}
	return m, err == nil, told(err)
}

// deliver sends a message once.
func (q *Queue) deliver(ctx context.Context, r Receiver, m queued) outcome {
	if q.o.Bring != nil {
		ctx, cancel := context.WithTimeout(ctx, q.o.Timeout)
		defer cancel()
		failure, code := q.o.Bring(ctx, r.ID, m.id, m.body)
		return outcome{failure: failure, code: code}
	}
	if CheckURL(r.URL, q.o) != nil {
		return outcome{failure: FailedURL}
	}
	ctx, cancel := context.WithTimeout(ctx, q.o.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL, bytes.NewReader(m.body))
	if err != nil {
		return outcome{failure: FailedURL}
	}
	signatures, ok := signAll(r.Secrets, m, q.o.Clock(), request.Header)
	if !ok {
		return outcome{failure: FailedSecret}
	}
	request.Header.Set(HeaderSignature, signatures)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", userAgent)
	answer, err := q.o.Transport.RoundTrip(request)
	if err != nil {
		return outcome{failure: Failure(outbound.FailureOf(err))}
	}
	// The status decides; a body that breaks off changes nothing. After 101 there is
	// none, but the bare connection, which the context's end does not interrupt.
	if answer.StatusCode != http.StatusSwitchingProtocols {
		_, _ = io.CopyN(io.Discard, answer.Body, maxAnswer)
	}
	_ = answer.Body.Close()
	got := outcome{code: answer.StatusCode}
	switch {
	case got.code >= 200 && got.code <= 299:
	case got.code == http.StatusGone:
		got.failure = FailedGone
	default:
		got.failure = FailedStatus
	}
	if got.code == http.StatusTooManyRequests || got.code == http.StatusServiceUnavailable {
		got.wait = retryAfter(answer.Header.Get("Retry-After"), q.o.Clock())
	}
	return got
}

// signAll sets the id and the timestamp of the attempt, and returns one signature
// for each secret; false if there are not one or two good ones.
func signAll(secrets []string, m queued, now time.Time, header http.Header) (string, bool) {
	if len(secrets) < 1 || len(secrets) > 2 {
		return "", false
	}
	header.Set(HeaderID, m.id)
	header.Set(HeaderTimestamp, strconv.FormatInt(now.Unix(), 10))
	signatures := make([]string, len(secrets))
	for i, secret := range secrets {
		var err error
		if signatures[i], err = Sign(secret, m.id, now, m.body); err != nil {
			return "", false
		}
	}
	return strings.Join(signatures, " "), true
}

// settle writes what came of an attempt.
func (q *Queue) settle(ctx context.Context, receiver string, m queued, got outcome) error {
	now := q.o.Clock()
	status, attempts, next := Pending, m.attempts+1, int64(0)
	switch {
	case got.failure == "":
		status = Delivered
	case got.failure == FailedGone || attempts >= q.o.MaxAttempts:
		status = Failed
	default:
		next = micros(now.Add(max(backoff(m.id, attempts), got.wait)))
	}
	if q.o.Attempted != nil {
		q.o.Attempted(got.failure)
	}
	if got.failure != "" {
		q.o.Log.WarnContext(ctx, q.o.What+" not delivered", "receiver", receiver, "message", m.id,
			"attempt", attempts, "failure", string(got.failure), "code", got.code, "status", string(status))
	}
	_, err := q.db.ExecContext(ctx, "UPDATE message SET status = ?, attempts = ?, next = ?, tried = ?, code = ?, failure = ? WHERE seq = ?",
		string(status), attempts, next, micros(now), got.code, string(got.failure), m.seq)
	return told(err)
}
