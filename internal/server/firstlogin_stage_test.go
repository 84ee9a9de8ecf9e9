package server_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
)

// stage lets nodes take turns at the log: each stands still before each reading and
// writing until it is its turn.
type stage struct {
	steps    chan *actor // is sent whoever stands still
	finished chan *actor
}

// actor is a node on a stage.
type actor struct {
	eventlog.Log

	stage  *stage
	number int
	turn   chan struct{}
	// crash is how many turns it has before it is killed, a number that is not
	// reached for never; torn, whether what it does last is done still.
	crash int
	torn  bool

	secret string // what it told
	err    error
}

func (a *actor) reason() string {
	if refused := domain.AsError(a.err); refused != nil {
		return refused.Reason
	}
	return ""
}

var errKilled = fmt.Errorf("%w: killed", eventlog.ErrClosed)

// await returns when it is the node's turn; lost tells that it was killed, and whether
// it does what it was about to do all the same.
func (a *actor) await() (lost, done bool) {
	if a.crash < 0 {
		return true, false
	}
	a.stage.steps <- a
	<-a.turn
	a.crash--
	return a.crash < 0, a.torn
}

func (a *actor) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	lost, done := a.await()
	if lost && !done {
		return 0, errKilled
	}
	position, err := a.Log.Append(ctx, stream, expected, records...)
	if lost {
		return 0, errKilled
	}
	return position, err
}

func (a *actor) Read(ctx context.Context, stream string, from eventlog.Revision) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		if lost, _ := a.await(); lost {
			yield(eventlog.Recorded{}, errKilled)
			return
		}
		for r, err := range a.Log.Read(ctx, stream, from) {
			if !yield(r, err) {
				return
			}
		}
	}
}

// play lets all nodes take their turns in a random order until all are through.
func (s *stage) play(dice *rand.Rand, all []*actor) {
	var still []*actor
	for through := 0; through < len(all); {
		for len(still)+through < len(all) {
			select {
			case a := <-s.steps:
				still = append(still, a)
			case <-s.finished:
				through++
			}
		}
		if len(still) == 0 {
			return
		}
		slices.SortFunc(still, func(a, b *actor) int { return a.number - b.number }) // so that it is the same each time
		i := dice.IntN(len(still))
		next := still[i]
		still = slices.Delete(still, i, i+1)
		next.turn <- struct{}{}
	}
}

// However the steps of several first logins follow each other, and wherever nodes
// are killed, at most one secret is told, and exactly one in the end, unless it was
// lost on the way when it was good already.
func TestExactlyOneSecretIsTold(t *testing.T) {
	told, lost, again := 0, 0, 0
	empty := emptyViews(t)
	for seed := range uint64(12) {
		dice := rand.New(rand.NewPCG(seed, 6)) //nolint:gosec // it shall be the same each time
		c := newCradle(t, empty)
		all := c.act(dice)
		killed := 0
		var secrets []string
		for _, a := range all {
			if a.crash < 0 {
				killed++
			}
			if a.secret != "" {
				secrets = append(secrets, a.secret)
			}
		}
		c.caughtUp()
		later := c.admission(c.log)
		open, err := later.Open(context.Background())
		switch {
		case err != nil || len(secrets) > 1 || open && len(secrets) > 0:
			t.Errorf("seed %d: %d secrets are told, and it is open: %t, %v", seed, len(secrets), open, err)
			continue
		case len(secrets) == 1:
			told++
		case !open:
			lost++
			if registry, _, err := commands.Load(context.Background(), c.log, domain.Registries, domain.RegistryStream); err != nil || !registry.Claimed || killed == 0 {
				t.Errorf("seed %d: nobody is in, and nobody can come in: %+v, %v", seed, registry, err)
			}
			continue
		case killed == 0:
			t.Errorf("seed %d: nobody was killed, and nobody is in", seed)
			continue
		default:
			again++
			secret, err := later.Admit(context.Background(), "so-ngoai-vu", domain.Texts{"vi": "Sở"})
			if err != nil {
				t.Errorf("seed %d: after a crash nobody comes in: %v", seed, err)
				continue
			}
			secrets, killed = []string{secret}, 0 // what was left by who was killed is taken back
		}
		c.holds(secrets[0])
		if n := len(c.insiders()); n < 1 || n > 1+killed {
			t.Errorf("seed %d: there are %d administrators", seed, n)
		}
		for _, a := range all {
			if a.crash >= 0 && len(secrets) > 0 && a.secret == "" && a.reason() != "already_claimed" && a.reason() != "key_taken" {
				t.Errorf("seed %d: who came too late is told %v", seed, a.err)
			}
		}
	}
	t.Logf("told at once %d, after a crash %d; lost %d", told, again, lost)
	if told == 0 || again == 0 || lost == 0 {
		t.Error("the dice are drawn badly")
	}
}

// forgetful is a log that writes to a stream, and says that it could not.
type forgetful struct {
	eventlog.Log

	stream string
}

func (l forgetful) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	position, err := l.Log.Append(ctx, stream, expected, records...)
	if err == nil && stream == l.stream {
		return 0, eventlog.ErrUnavailable
	}
	return position, err
}

// overtaken is a log to which somebody else is quicker to write.
type overtaken struct {
	eventlog.Log

	once sync.Once
	by   func()
}

func (l *overtaken) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	l.once.Do(l.by)
	return l.Log.Append(ctx, stream, expected, records...)
}

// Who comes too late leaves no administrator, and is told why.
func TestWhoComesTooLateIsTakenBack(t *testing.T) {
	c := newCradle(t, emptyViews(t))
	var secret string
	log := &overtaken{Log: c.log, by: func() {
		var err error
		if secret, err = c.admission(c.log).Admit(context.Background(), "so-van-hoa", domain.Texts{"vi": "Sở"}); err != nil {
			t.Error(err)
		}
	}}
	late, err := c.admission(log).Admit(t.Context(), "so-ngoai-vu", domain.Texts{"vi": "Sở"})
	if refused := domain.AsError(err); refused == nil || refused.Reason != "already_claimed" || refused.Code != domain.Conflict || late != "" {
		t.Errorf("%q, %v", late, err)
	}
	c.holds(secret)
	if members, err := c.views.Members(t.Context(), "so-ngoai-vu", "", 10); err != nil || len(members) != 0 {
		t.Errorf("%+v, %v", members, err)
	}
}

// Whose claim was written although the log said otherwise is in.
func TestAClaimThatWasWrittenAllTheSameIsGood(t *testing.T) {
	c := newCradle(t, emptyViews(t))
	secret, err := c.admission(forgetful{c.log, domain.RegistryStream}).Admit(t.Context(), "so-ngoai-vu", domain.Texts{"vi": "Sở"})
	if err != nil {
		t.Fatal(err)
	}
	c.holds(secret)
}

// act lets two or three nodes let somebody in at the same time, some of which are
// killed meanwhile.
func (c *cradle) act(dice *rand.Rand) []*actor {
	const never = 1 << 20
	s := &stage{steps: make(chan *actor), finished: make(chan *actor)}
	all := make([]*actor, 2+dice.IntN(2))
	for i := range all {
		all[i] = &actor{Log: c.log, stage: s, number: i, turn: make(chan struct{}), crash: never, torn: dice.IntN(2) == 0}
		if dice.IntN(4) > 0 {
			all[i].crash = dice.IntN(16)
		}
		agency := []string{"so-ngoai-vu", "so-van-hoa"}[dice.IntN(2)]
		go func() {
			all[i].secret, all[i].err = c.admission(all[i]).Admit(context.Background(), agency, domain.Texts{"vi": "Sở"})
			s.finished <- all[i]
		}()
	}
	s.play(dice, all)
	return all
}
