package access_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/projections"
)

// recorder is who records uses.
type recorder struct {
	mu     sync.Mutex
	told   []string // guarded by mu: "token day"
	record func(ctx context.Context, agency, token string, day domain.Date) error
	after  chan string // is sent the token when it was recorded
}

func (r *recorder) Record(ctx context.Context, agency, token string, day domain.Date) error {
	r.mu.Lock()
	r.told = append(r.told, fmt.Sprint(token, " ", day))
	r.mu.Unlock()
	err := r.record(ctx, agency, token, day)
	r.after <- token
	return err
}

// times is how often a use was told of.
func (r *recorder) times(token string, day domain.Date) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, told := range r.told {
		if told == fmt.Sprint(token, " ", day) {
			n++
		}
	}
	return n
}

// noting lets an authenticator note uses while the test runs, in the log.
func (f *fixture) noting(a *access.Authenticator) *recorder {
	f.t.Helper()
	runner := &commands.Runner{Log: f.runner.Log, Clock: func() time.Time { return noon }} // the test's own clock is moved
	r := &recorder{record: commands.TokenUse(runner), after: make(chan string, 10)}
	r.begin(f.t, a)
	return r
}

func (r *recorder) begin(t *testing.T, a *access.Authenticator) {
	t.Helper()
	uses, err := access.NewUses(r.Record)
	if err != nil {
		t.Fatal(err)
	}
	a.Tell(uses)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- uses.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// events counts those of a type.
func (f *fixture) events(name string) int {
	f.t.Helper()
	ctx, cancel := context.WithCancel(f.t.Context())
	defer cancel()
	n := 0
	for r, err := range f.runner.Log.Follow(ctx, 0) {
		if err != nil {
			f.t.Fatal(err)
		}
		if r.CaughtUp {
			return n
		}
		if r.Type == name {
			n++
		}
	}
	return n
}

// caughtUp returns when the read models tell all that was written.
func (f *fixture) caughtUp() {
	f.t.Helper()
	head, err := f.runner.Log.Head(f.t.Context())
	if err == nil {
		err = f.views.WaitFor(f.t.Context(), head)
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

const usedEvent = "token.used.v1"

func TestAThousandUsesOfADayAreOneEvent(t *testing.T) {
	f := newFixture(t)
	token, other := f.issue(nil), f.issue(nil)
	position := f.views.AccessPosition()
	r := f.noting(f.Authenticator)
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			for range 100 {
				if _, err := f.Authenticate(context.Background(), token.Secret); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	f.accepted(other.Secret) // what was noted before is recorded before
	for recorded := range r.after {
		if recorded == other.ID {
			break
		}
	}
	if n := f.events(usedEvent); n != 2 {
		t.Errorf("%d events for two tokens", n)
	}
	f.caughtUp()
	if known, err := f.views.Token(t.Context(), token.ID); err != nil || known.Used != domain.DateOf(noon) || f.views.AccessPosition() != position {
		t.Errorf("%+v, %v", known, err)
	}
}

func TestAUseIsNotedOnceADay(t *testing.T) {
	f := newFixture(t)
	token := f.issue(nil)
	r := f.noting(f.Authenticator)
	midnight := time.Date(2027, 1, 4, 17, 0, 0, 0, time.UTC) // in Hải Phòng
	for _, now := range []time.Time{noon, midnight.Add(-1), midnight, midnight.Add(time.Hour), midnight.Add(24 * time.Hour)} {
		f.now = now
		f.accepted(token.Secret)
	}
	for range 3 {
		<-r.after
	}
	for _, day := range []domain.Date{"2027-01-04", "2027-01-05", "2027-01-06"} {
		if n := r.times(token.ID, day); n != 1 {
			t.Errorf("%s is told of %d times", day, n)
		}
	}
	if n := f.events(usedEvent); n != 3 {
		t.Errorf("%d events", n)
	}
}

// Neither a program that was started anew nor another node writes it again.
func TestAUseThatIsKnownIsNotWrittenAgain(t *testing.T) {
	f := newFixture(t)
	token, other := f.issue(nil), f.issue(nil)
	slow, err := access.NewAuthenticator(f.views, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	behind := f.noting(slow)
	if _, err := slow.Authenticate(t.Context(), other.Secret); err != nil { // it keeps what it has read
		t.Fatal(err)
	}
	<-behind.after
	f.run(domain.RenameAgency{Key: agency, Name: domain.Texts{"vi": "x"}})
	if _, err := slow.Authenticate(t.Context(), token.Secret); err != nil {
		t.Fatal(err)
	}
	<-behind.after
	f.caughtUp()
	written := f.events(usedEvent)

	fresh, err := access.NewAuthenticator(f.views, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	r := f.noting(fresh)
	last := f.issue(nil)
	for _, secret := range []string{token.Secret, other.Secret, last.Secret} {
		if _, err := fresh.Authenticate(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
	}
	if first := <-r.after; first != last.ID || r.times(token.ID, domain.DateOf(noon)) != 0 {
		t.Errorf("after a new start %s is told of", first)
	}
	record := commands.TokenUse(f.runner)
	if err := record(t.Context(), agency, token.ID, domain.DateOf(noon)); err != nil {
		t.Error(err)
	}
	if n := f.events(usedEvent); n != written+1 {
		t.Errorf("%d events, not %d", n, written+1)
	}
}

func TestWhoIsRefusedHasNotUsedAToken(t *testing.T) {
	f := newFixture(t)
	token, other, expired := f.issue(nil), f.issue(nil), f.issue(new(noon.Add(1)))
	f.now = noon.Add(time.Hour)
	r := f.noting(f.Authenticator)
	f.refused(expired.Secret)
	f.refused(strings.Replace(token.Secret, token.ID, other.ID, 1))
	f.refused("signet_" + token.ID + "_a")
	last := f.issue(nil)
	f.accepted(last.Secret)
	if first := <-r.after; first != last.ID {
		t.Errorf("%s is told of", first)
	}
}

// A use that could not be recorded is told of again by the next one; one that was
// refused is not.
func TestAUseThatCouldNotBeRecordedIsToldOfAgain(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want int
	}{
		"the log is away": {eventlog.ErrUnavailable, 2},
		"it is refused":   {domain.Refuse(domain.Invalid, "invalid_token", "x"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			token, other := f.issue(nil), f.issue(nil)
			r := &recorder{after: make(chan string), record: func(context.Context, string, string, domain.Date) error { return c.err }}
			r.begin(t, f.Authenticator)
			for _, secret := range []string{token.Secret, other.Secret} {
				f.accepted(secret)
				<-r.after
			}
			// The second was taken up after the first was dealt with.
			f.accepted(token.Secret)
			last := f.issue(nil)
			f.accepted(last.Secret)
			for recorded := range r.after {
				if recorded == last.ID {
					break
				}
			}
			if n := r.times(token.ID, domain.DateOf(noon)); n != c.want {
				t.Errorf("told of %d times, not %d", n, c.want)
			}
		})
	}
}

// When too many wait, further ones are given up rather than waited for.
func TestNobodyWaitsForUsesToBeRecorded(t *testing.T) {
	uses, err := access.NewUses(nil) // nobody records
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10_000 {
		access.Note(uses, &projections.Token{ID: fmt.Sprint(i)}, "2027-01-04")
	}
}
