package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/metrics"
)

func records(n int) []eventlog.Record {
	all := make([]eventlog.Record, n)
	for i := range all {
		all[i] = eventlog.Record{ID: uuid.New(), Type: "item.registered.v1", Data: []byte("{}"), Meta: []byte("{}")}
	}
	return all
}

func TestAnAppendIsCountedByHowItEnds(t *testing.T) {
	for _, c := range []struct {
		title   string
		err     error
		outcome string
		events  float64
	}{
		{"it is written", nil, "ok", 3},
		{"the stream has moved on", &eventlog.ConflictError{Stream: "s"}, "conflict", 0},
		{"it can't be meant", fmt.Errorf("x: %w", eventlog.ErrInvalid), "invalid", 0},
		{"it is too large", eventlog.ErrTooLarge, "too_large", 0},
		{"the server refuses us, which is also being away", eventlog.ErrUnauthenticated, "unauthenticated", 0},
		{"the log is away", eventlog.ErrUnavailable, "unavailable", 0},
		{"the log was closed", eventlog.ErrClosed, "closed", 0},
		{"the log is damaged", eventlog.ErrCorrupt, "corrupt", 0},
		{"its time is up", context.DeadlineExceeded, "deadline", 0},
		{"its caller went away", context.Canceled, "canceled", 0},
		{"nobody has foreseen it", errors.New("x"), "other", 0},
	} {
		t.Run(c.title, func(t *testing.T) {
			r := metrics.New("1")
			log := metrics.Log(r, &scripted{Log: logtest.NewMemory(), err: c.err})
			_, err := log.Append(t.Context(), "s", eventlog.NoStream, records(3)...)
			if !errors.Is(err, c.err) {
				t.Errorf("the error became another one: %v", err)
			}
			for _, outcome := range labelValues(t, r, "signet_log_append_seconds", "outcome") {
				want := 0.0
				if outcome == c.outcome {
					want = 1
				}
				if got := value(t, r, "signet_log_append_seconds", map[string]string{"outcome": outcome}); got != want {
					t.Errorf("%s: %v", outcome, got)
				}
			}
			if got := value(t, r, "signet_log_appended_events_total", nil); got != c.events {
				t.Errorf("%v events", got)
			}
		})
	}
}

func TestTheMeasuredLogIsALog(t *testing.T) {
	logtest.Run(t, func(testing.TB, string) eventlog.Log {
		return metrics.Log(metrics.New("1"), logtest.NewMemory())
	}, false)
}

func TestALogInTheProcessIsAlwaysUp(t *testing.T) {
	r := metrics.New("1")
	if _, remote := metrics.Log(r, logtest.NewMemory()).(eventlog.Remote); remote {
		t.Error("it became a log that can be away")
	}
	if up, gone := value(t, r, "signet_log_up", nil), value(t, r, "signet_log_away_seconds", nil); up != 1 || gone != 0 {
		t.Error(up, gone)
	}
}

func TestALogElsewhereTellsSinceWhenItIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := metrics.New("1")
		far := &away{Log: logtest.NewMemory()}
		log, remote := metrics.Log(r, far).(eventlog.Remote)
		if !remote {
			t.Fatal("it can't be asked for its health any more")
		}
		check := func(title string, h eventlog.Health, up, gone float64) {
			t.Helper()
			far.health = h
			if log.Health() != h {
				t.Errorf("%s: its health became another one", title)
			}
			if u, g := value(t, r, "signet_log_up", nil), value(t, r, "signet_log_away_seconds", nil); u != up || g != gone {
				t.Errorf("%s: up %v, away %v s", title, u, g)
			}
		}
		time.Sleep(time.Minute) // in the bubble, where it takes no time
		check("up for an hour", eventlog.Health{Up: true, Since: time.Now().Add(-time.Hour)}, 1, 0)
		check("lost ten seconds ago", eventlog.Health{Since: time.Now().Add(-10 * time.Second)}, 0, 10)
		check("never reached since the start", eventlog.Health{}, 0, 60)
		check("a clock that was put back", eventlog.Health{Since: time.Now().Add(time.Hour)}, 0, 0)
	})
}

func TestTheReadModelsAreAskedAtEachScrape(t *testing.T) {
	r := metrics.New("1")
	state := []metrics.ViewState{
		{Name: "views", Position: 41, Lag: 1500 * time.Millisecond, Applying: 2 * time.Second, Events: 10},
		{Name: "search", Position: 40, Events: 5},
	}
	r.Views(func() []metrics.ViewState { return state })
	of := func(view string) map[string]string { return map[string]string{"view": view} }
	for name, want := range map[string]float64{"signet_views_position": 41, "signet_views_lag_seconds": 1.5, "signet_view_apply_seconds_total": 2} {
		if got := value(t, r, name, of("views")); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := value(t, r, "signet_views_events_total", nil); got != 15 {
		t.Error(got)
	}
	state[1].Position = 41
	if got := value(t, r, "signet_views_position", of("search")); got != 41 {
		t.Error(got)
	}
}

func TestACacheIsAskedAtEachScrape(t *testing.T) {
	r := metrics.New("1")
	hits := uint64(1)
	r.Cache("rendition", func() (uint64, uint64) { return hits, 9 })
	hits = 5
	label := map[string]string{"cache": "rendition"}
	if h, m := value(t, r, "signet_cache_hits_total", label), value(t, r, "signet_cache_misses_total", label); h != 5 || m != 9 {
		t.Error(h, m)
	}
}

func TestDownloadsAreCountedWithTheirBytes(t *testing.T) {
	r := metrics.New("1")
	d := r.Downloads()
	d.Sent(metrics.Original, 100)
	d.Sent(metrics.Rendition, 10)
	d.Sent(metrics.Rendition, -1)
	d.Sent("a/path", 1)
	for kind, want := range map[string]float64{"original": 1, "rendition": 2} {
		if got := value(t, r, "signet_downloads_total", map[string]string{"kind": kind}); got != want {
			t.Errorf("%s: %v", kind, got)
		}
	}
	if got := value(t, r, "signet_download_bytes_total", nil); got != 111 {
		t.Error(got)
	}
}

func TestTheQueueOfWebhooksIsAskedWithATimeLimit(t *testing.T) {
	r := metrics.New("1")
	r.Webhooks(func(ctx context.Context) (metrics.WebhookQueue, error) {
		if _, limited := ctx.Deadline(); !limited {
			t.Error("a scrape may take for ever")
		}
		return metrics.WebhookQueue{Pending: 3, Retrying: 2, Failed: 1, Oldest: 90 * time.Second}, nil
	})
	for state, want := range map[string]float64{"pending": 3, "retrying": 2, "failed": 1} {
		if got := value(t, r, "signet_webhook_queue", map[string]string{"state": state}); got != want {
			t.Errorf("%s: %v", state, got)
		}
	}
	if got := value(t, r, "signet_webhook_oldest_seconds", nil); got != 90 {
		t.Error(got)
	}
}

func TestMailsAreCountedBesideWebhooks(t *testing.T) {
	r := metrics.New("1")
	r.Webhooks(func(context.Context) (metrics.WebhookQueue, error) { return metrics.WebhookQueue{Pending: 7}, nil })
	r.Mails(func(context.Context) (metrics.WebhookQueue, error) {
		return metrics.WebhookQueue{Pending: 3, Retrying: 2, Failed: 1, Oldest: 90 * time.Second}, nil
	})
	a := r.MailAttempts()
	for _, failure := range []string{"", "gone", "gone", "secret"} { // a mail has no secret
		a.Made(failure)
	}
	for state, want := range map[string]float64{"pending": 3, "retrying": 2, "failed": 1} {
		if got := value(t, r, "signet_mail_queue", map[string]string{"state": state}); got != want {
			t.Errorf("%s: %v", state, got)
		}
	}
	if got := value(t, r, "signet_mail_oldest_seconds", nil); got != 90 {
		t.Error(got)
	}
	for outcome, want := range map[string]float64{"delivered": 1, "gone": 2, "other": 1, "status": 0} {
		if got := value(t, r, "signet_mail_attempts_total", map[string]string{"outcome": outcome}); got != want {
			t.Errorf("%s: %v", outcome, got)
		}
	}
}

func TestWhatNobodyForesawMakesNoNewLabels(t *testing.T) {
	r := metrics.New("1")
	a, o := r.WebhookAttempts(), r.GraphQL()
	before := [][]string{
		labelValues(t, r, "signet_webhook_attempts_total", "outcome"),
		labelValues(t, r, "signet_graphql_operations_total", "type"), labelValues(t, r, "signet_graphql_operations_total", "outcome"),
	}
	for i := range 100 {
		a.Made(fmt.Sprint("failure-", i))
		o.Done(fmt.Sprint("type-", i), fmt.Sprint("CODE_", i))
	}
	a.Made("")
	a.Made("delivered") // no failure is called so
	after := [][]string{
		labelValues(t, r, "signet_webhook_attempts_total", "outcome"),
		labelValues(t, r, "signet_graphql_operations_total", "type"), labelValues(t, r, "signet_graphql_operations_total", "outcome"),
	}
	for i := range before {
		if !slices.Equal(before[i], after[i]) {
			t.Errorf("%v became %v", before[i], after[i])
		}
	}
	if got := value(t, r, "signet_webhook_attempts_total", map[string]string{"outcome": "other"}); got != 101 {
		t.Error(got)
	}
	if got := value(t, r, "signet_graphql_operations_total", map[string]string{"type": "other", "outcome": "other"}); got != 100 {
		t.Error(got)
	}
}

func TestHandlesThatNobodyMadeCountNothing(*testing.T) {
	var (
		d *metrics.Downloads
		a *metrics.Attempts
		o *metrics.Operations
	)
	d.Sent(metrics.Original, 1)
	a.Made("")
	o.Done("query", "")
	(&metrics.Downloads{}).Sent(metrics.Original, 1)
	(&metrics.Attempts{}).Made("")
	(&metrics.Operations{}).Done("query", "")
}

func TestReadinessIsAskedAtEachScrape(t *testing.T) {
	r := metrics.New("1")
	ready := false
	r.Ready(func() bool { return ready })
	for _, want := range []float64{0, 1} {
		if got := value(t, r, "signet_ready", nil); got != want {
			t.Errorf("%v, want %v", got, want)
		}
		ready = true
	}
}

func TestWhatIsSignedAndBackedUpIsAskedAtEachScrape(t *testing.T) {
	r := metrics.New("1")
	signed, made := metrics.SignedHistory{Counted: 9, Signed: 8, Cosigned: 7}, metrics.Backup{Age: 90 * time.Second, Events: 6}
	r.History(func() metrics.SignedHistory { return signed })
	r.Backups(func() metrics.Backup { return made })
	want := func(values map[string]float64) {
		t.Helper()
		for name, v := range values {
			if got := value(t, r, name, nil); got != v {
				t.Errorf("%s is %v, not %v", name, got, v)
			}
		}
	}
	want(map[string]float64{
		"signet_tree_size": 9, "signet_checkpoint_size": 8, "signet_checkpoint_cosigned_size": 7, "signet_history_contradicted": 0,
		"signet_backup_age_seconds": 90, "signet_backup_failing": 0, "signet_backup_events": 6,
	})
	signed.Contradicted, made.Failing = true, true
	want(map[string]float64{"signet_history_contradicted": 1, "signet_backup_failing": 1})
}
