package commands_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
)

const party, foreign = "ban-tuyen-giao", "so-ngoai-vu"

func person(n byte, agency string, roles ...domain.Role) domain.Actor {
	return domain.Actor{Member: uuid.UUID{6: 0x70, 8: 0x80, 15: n}, Agency: agency, Roles: roles}
}

var (
	operator = domain.Actor{Roles: domain.Roles{domain.RoleOperator}}
	an       = person(1, party, domain.RoleAdmin)
	lan      = person(3, foreign, domain.RoleAuthor)
	minh     = person(4, foreign, domain.RoleAuthor)
	nga      = person(5, foreign, domain.RoleAgency)
)

var noon = time.Date(2027, 1, 4, 5, 0, 0, 123_456_789, time.UTC)

// watched is a log that counts what is asked of it, and can be made to fail.
type watched struct {
	eventlog.Log

	mu      sync.Mutex
	reads   int
	appends int
	// beforeAppend, if not nil, is called before an append reaches the log.
	beforeAppend func(stream string) error
}

func (w *watched) Read(ctx context.Context, stream string, from eventlog.Revision) iter.Seq2[eventlog.Recorded, error] {
	w.mu.Lock()
	w.reads++
	w.mu.Unlock()
	return w.Log.Read(ctx, stream, from)
}

func (w *watched) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	w.mu.Lock()
	w.appends++
	before := w.beforeAppend
	w.mu.Unlock()
	if before != nil {
		if err := before(stream); err != nil {
			return 0, err
		}
	}
	return w.Log.Append(ctx, stream, expected, records...)
}

func newRunner() (*commands.Runner, *watched) {
	w := &watched{Log: logtest.NewMemory()}
	return &commands.Runner{Log: w, Clock: func() time.Time { return noon }}, w
}

func run[S any](t *testing.T, r *commands.Runner, d domain.Decider[S], c domain.Command[S], req commands.Request) commands.Result {
	t.Helper()
	result, err := commands.Run(t.Context(), r, d, c, req)
	if err != nil {
		t.Fatalf("%T: %v", c, err)
	}
	return result
}

func refused(t *testing.T, err error, code domain.Code, reason string) {
	t.Helper()
	if e := domain.AsError(err); e == nil || e.Code != code || e.Reason != reason {
		t.Errorf("got %v, want it refused as %s %s", err, code, reason)
	}
}

var register = domain.RegisterItem{Key: "slogan", Kind: domain.Slogan}

func draft(text string) domain.DraftVersion {
	return domain.DraftVersion{Key: "slogan", Content: domain.Content{Units: []domain.Unit{
		{ID: "name", Role: domain.UnitName, Text: domain.Texts{"vi": "Tên"}},
		{ID: "slogan", Role: domain.UnitSlogan, Text: domain.Texts{"vi": text}},
	}}}
}

func revise(text string) domain.ReviseDraft {
	return domain.ReviseDraft{Key: "slogan", Version: 1, Content: draft(text).Content}
}

func TestPermissionIsCheckedBeforeAnythingIsRead(t *testing.T) {
	r, log := newRunner()
	for name, actor := range map[string]domain.Actor{"anonymous": {}, "without the role": nga} {
		t.Run(name, func(t *testing.T) {
			_, err := commands.Run(t.Context(), r, domain.Items, register, commands.Request{Actor: actor})
			refused(t, err, domain.Forbidden, "not_permitted")
		})
	}
	t.Run("in another agency", func(t *testing.T) {
		c := domain.DeclareUse{Use: uuid.Max, Agency: party}
		_, err := commands.Run(t.Context(), r, domain.Uses, c, commands.Request{Actor: nga})
		refused(t, err, domain.Forbidden, "not_permitted")
	})
	if log.reads+log.appends != 0 {
		t.Errorf("%d reads and %d appends by who may do nothing", log.reads, log.appends)
	}
}

func TestWhatIsWrittenCarriesItsCircumstances(t *testing.T) {
	r, log := newRunner()
	then := noon.Add(-1000 * time.Hour)
	result := run(t, r, domain.Items, register, commands.Request{Actor: lan, Key: "k1", At: then, Via: "import"})
	recorded := all(t, log)
	if len(recorded) != 1 || len(result.Events) != 1 || result.Revision != 0 || result.Position != recorded[0].Position {
		t.Fatalf("%+v of %+v", result, recorded)
	}
	envelope, event, err := commands.Decode(recorded[0])
	if err != nil {
		t.Fatal(err)
	}
	if want := (domain.ItemRegistered{Key: "slogan", Kind: domain.Slogan, Source: "vi", Agency: foreign}); event != want {
		t.Errorf("%+v", event)
	}
	if !envelope.At.Equal(then.Truncate(time.Microsecond)) || !envelope.Recorded.Equal(noon.Truncate(time.Microsecond)) {
		t.Errorf("at %v, recorded %v", envelope.At, envelope.Recorded)
	}
	if envelope.Member != lan.Member || envelope.Agency != foreign || envelope.Via != "import" || envelope.Request != "k1" || envelope.Command == "" {
		t.Errorf("%+v", envelope)
	}
}

func TestWithoutAnInstantItHappensNow(t *testing.T) {
	r, log := newRunner()
	run(t, r, domain.Items, register, commands.Request{Actor: lan})
	envelope, _, err := commands.Decode(all(t, log)[0])
	if err != nil {
		t.Fatal(err)
	}
	if now := noon.Truncate(time.Microsecond); !envelope.At.Equal(now) || !envelope.Recorded.Equal(now) || envelope.Command != "" {
		t.Errorf("%+v", envelope)
	}
}

func all(t *testing.T, log eventlog.Log) []eventlog.Recorded {
	t.Helper()
	var out []eventlog.Recorded
	for r, err := range log.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.CaughtUp {
			break
		}
		out = append(out, r)
	}
	return out
}

func TestStaleRevisionIsRefused(t *testing.T) {
	r, log := newRunner()
	none, first := eventlog.NoStream, eventlog.Revision(0)
	run(t, r, domain.Items, register, commands.Request{Actor: lan, Expected: &none})
	run(t, r, domain.Items, draft("a"), commands.Request{Actor: lan, Expected: &first})
	for _, stale := range []eventlog.Revision{eventlog.NoStream, 0, 2} {
		_, err := commands.Run(t.Context(), r, domain.Items, revise("b"), commands.Request{Actor: lan, Expected: &stale})
		refused(t, err, domain.Conflict, "stale_revision")
	}
	if n := len(all(t, log)); n != 2 {
		t.Errorf("%d events, not 2", n)
	}
}

func TestRefusalWritesNothing(t *testing.T) {
	r, log := newRunner()
	_, err := commands.Run(t.Context(), r, domain.Items, draft("a"), commands.Request{Actor: lan})
	refused(t, err, domain.NotFound, "unknown_item")
	if n := len(all(t, log)); n != 0 {
		t.Errorf("%d events", n)
	}
}

func TestQuietCommandGivesThePositionItWasBasedOn(t *testing.T) {
	r, log := newRunner()
	run(t, r, domain.Items, register, commands.Request{Actor: lan})
	drafted := run(t, r, domain.Items, draft("a"), commands.Request{Actor: lan})
	run(t, r, domain.Items, domain.RegisterItem{Key: "other", Kind: domain.Logo}, commands.Request{Actor: lan})
	quiet := run(t, r, domain.Items, revise("a"), commands.Request{Actor: lan})
	if len(quiet.Events) != 0 || quiet.Position != drafted.Position || quiet.Revision != drafted.Revision {
		t.Errorf("%+v, drafted as %+v", quiet, drafted)
	}
	if n := len(all(t, log)); n != 3 {
		t.Errorf("%d events, not 3", n)
	}
}

func TestIdempotencyKeys(t *testing.T) {
	r, log := newRunner()
	run(t, r, domain.Items, register, commands.Request{Actor: lan})
	first := run(t, r, domain.Items, draft("a"), commands.Request{Actor: lan, Key: "k"})
	run(t, r, domain.Items, revise("b"), commands.Request{Actor: lan})
	before := len(all(t, log))
	t.Run("the same command again has the same result, though the state has moved on", func(t *testing.T) {
		stale := eventlog.Revision(0)
		again := run(t, r, domain.Items, draft("a"), commands.Request{Actor: lan, Key: "k", Expected: &stale})
		if !again.Replayed || again.Position != first.Position || again.Revision != first.Revision || len(again.Events) != 1 {
			t.Errorf("%+v, first %+v", again, first)
		}
	})
	t.Run("another command with the same key is refused", func(t *testing.T) {
		for name, err := range map[string]error{
			"content": second(commands.Run(t.Context(), r, domain.Items, draft("c"), commands.Request{Actor: lan, Key: "k"})),
			"command": second(commands.Run(t.Context(), r, domain.Items, domain.ChangeItemVisibility{Key: "slogan", Public: true}, commands.Request{Actor: lan, Key: "k"})),
		} {
			t.Run(name, func(t *testing.T) { refused(t, err, domain.Conflict, "idempotency_mismatch") })
		}
	})
	if after := len(all(t, log)); after != before {
		t.Errorf("%d events were written", after-before)
	}
	t.Run("another member may use the same key", func(t *testing.T) {
		result := run(t, r, domain.Items, revise("d"), commands.Request{Actor: minh, Key: "k"})
		if result.Replayed || len(result.Events) != 1 {
			t.Errorf("%+v", result)
		}
	})
	t.Run("a key is short and printable", func(t *testing.T) {
		for _, key := range []string{strings.Repeat("k", commands.MaxKey+1), "a\nb", "ключ", "\x7f"} {
			_, err := commands.Run(t.Context(), r, domain.Items, revise("e"), commands.Request{Actor: lan, Key: key})
			refused(t, err, domain.Invalid, "invalid_idempotency_key")
		}
		run(t, r, domain.Items, revise("e"), commands.Request{Actor: lan, Key: strings.Repeat("~", commands.MaxKey)})
	})
}

func second(_ commands.Result, err error) error { return err }

func TestSameKeyAtTheSameTimeHasOneResult(t *testing.T) {
	r, log := newRunner()
	run(t, r, domain.Items, register, commands.Request{Actor: lan})
	const callers = 16
	arrived := make(chan struct{}, callers)
	open := make(chan struct{})
	log.beforeAppend = func(string) error { // all have read before anybody writes
		arrived <- struct{}{}
		<-open
		return nil
	}
	results := make(chan commands.Result, callers)
	for range callers {
		go func() {
			result, err := commands.Run(context.Background(), r, domain.Items, draft("a"), commands.Request{Actor: lan, Key: "k"})
			if err != nil {
				t.Error(err)
			}
			results <- result
		}()
	}
	for range callers {
		<-arrived
	}
	log.mu.Lock()
	log.beforeAppend = nil
	log.mu.Unlock()
	close(open)
	decided := 0
	for range callers {
		result := <-results
		if !result.Replayed {
			decided++
		}
		if result.Revision != 1 || result.Position != 2 || len(result.Events) != 1 {
			t.Errorf("%+v", result)
		}
	}
	if decided != 1 || len(all(t, log)) != 2 {
		t.Errorf("%d decided, %d events", decided, len(all(t, log)))
	}
}

func TestWritersOfOneStreamAllSucceed(t *testing.T) {
	r, log := newRunner()
	run(t, r, domain.Agencies, domain.RegisterAgency{Key: party, Name: domain.Texts{"vi": "Ban"}}, commands.Request{Actor: operator})
	const writers = 32
	var group sync.WaitGroup
	errs := make([]error, writers)
	for i := range writers {
		group.Go(func() {
			c := domain.AddMember{Agency: party, Member: uuid.UUID{15: byte(i + 1)}, Roles: []domain.Role{domain.RoleAuthor}}
			for { // "busy" means: try again
				_, errs[i] = commands.Run(context.Background(), r, domain.Agencies, c, commands.Request{Actor: an, Key: fmt.Sprint("k", i)})
				if e := domain.AsError(errs[i]); e == nil || e.Reason != "busy" {
					return
				}
			}
		})
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	agency, revision, err := commands.Load(t.Context(), log, domain.Agencies, domain.AgencyStream(party))
	if err != nil || len(agency.Members) != writers || revision != writers {
		t.Errorf("%d members at revision %d, %v", len(agency.Members), revision, err)
	}
}

func TestEndlessConflictsAreToldAsBusy(t *testing.T) {
	r, log := newRunner()
	log.beforeAppend = func(stream string) error { return &eventlog.ConflictError{Stream: stream} }
	_, err := commands.Run(t.Context(), r, domain.Items, register, commands.Request{Actor: lan})
	refused(t, err, domain.Conflict, "busy")
}

func TestFailureOfTheLogIsNoRefusal(t *testing.T) {
	r, log := newRunner()
	log.beforeAppend = func(string) error { return eventlog.ErrUnavailable }
	_, err := commands.Run(t.Context(), r, domain.Items, register, commands.Request{Actor: lan})
	if !errors.Is(err, eventlog.ErrUnavailable) || domain.AsError(err) != nil {
		t.Error(err)
	}
	log.beforeAppend = nil
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := commands.Run(ctx, r, domain.Items, register, commands.Request{Actor: lan}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestTooLongAKeyIsRefusedNotLooked(t *testing.T) {
	r, _ := newRunner()
	_, err := commands.Run(t.Context(), r, domain.Items, domain.RegisterItem{Key: strings.Repeat("k", 300), Kind: domain.Slogan}, commands.Request{Actor: lan})
	refused(t, err, domain.Invalid, "invalid_key")
}

func TestDecodeStopsAtWhatItCannotRead(t *testing.T) {
	r, log := newRunner()
	run(t, r, domain.Items, register, commands.Request{Actor: lan})
	good := all(t, log)[0]
	unknown := eventlog.Envelope{ID: uuid.Max, Type: "item.painted.v1", Stream: "item-x", At: noon, Recorded: noon}
	record, err := eventlog.Seal(unknown, []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	erased, corrupt := good, good
	erased.Data = nil
	corrupt.Data = slices.Clone(good.Data)
	corrupt.Data[len(corrupt.Data)-4] ^= 1
	for name, c := range map[string]struct {
		in   eventlog.Recorded
		want error
	}{
		"unknown": {eventlog.Recorded{Record: record, Stream: "item-x", Position: 9}, domain.ErrUnknownEvent},
		"erased":  {erased, eventlog.ErrErased},
		"corrupt": {corrupt, eventlog.ErrCorrupt},
	} {
		if _, _, err := commands.Decode(c.in); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
