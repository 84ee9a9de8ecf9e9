package logtest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"signet/internal/eventlog"
)

// Reached is an empty log as the clients of one history reach it, and what may
// go wrong on the way. Nobody else writes to the log meanwhile.
type Reached struct {
	// Client returns the log that a client (0 to Clients-1) sends its next
	// operation to. It is asked before each operation, by several goroutines at
	// once: clients may share one log or have one each, and a fault may put another
	// log in its place. It may let the client wait.
	Client func(client int) eventlog.Log
	// Faults strike at random, one at a time, while operations are under way.
	// Contexts that end are no fault: every history has some.
	Faults []Fault
	// Heal, if there is one, ends what faults have begun. When it has returned
	// the log answers, at once or within seconds.
	Heal func()
}

// Fault is something that goes wrong with a log and must not change what it
// promises: a connection that is cut, a restart, an answer that comes late.
type Fault struct {
	Name string
	// Strike may return at once and leave its end to Reached.Heal. It is called by
	// another goroutine than the test's: it may call t.Error, not t.Fatal.
	Strike func(*rand.Rand)
}

// Clients is how many clients a history of Linearizable has.
const Clients = 5

const (
	// each is how many operations a client makes.
	each = 9
	// seedVariable names the environment's variable with the seed of the first history.
	seedVariable = "SIGNET_LINEAR_SEED"
	// OperationsVariable names the environment's variable by which [Count] tells
	// how many operations Linearizable looks at.
	OperationsVariable = "SIGNET_LINEAR_OPERATIONS"
)

// Linearizable records histories of clients that use a log at once while faults
// strike, until they have so many operations, and fails unless each history is
// linearizable (Herlihy and Wing, 1990): every operation seems to happen at one
// instant between its call and its return, on one log that does what the contract
// says. An append whose outcome is not known
// (the context's error, ErrUnavailable or ErrClosed) may happen at any later
// time, or never. This is asked for each stream, by what its readers saw, and for
// the whole log in its one order, with the head, positions and what followers
// were told.
//
// It opens a log for each history, in an empty directory. A history that fails
// tells its seed, and where a picture of it is (HTML). With
// SIGNET_LINEAR_SEED=seed the same is attempted again, first of all; the
// scheduler, and so the history, may still decide otherwise.
func Linearizable(t *testing.T, operations int, open func(t testing.TB, dir string) Reached) {
	t.Helper()
	seed := rand.Uint64() //nolint:gosec // nobody gains from guessing it
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("%s: %v", seedVariable, err)
		}
	}
	sum := tally{Struck: map[string]int{}}
	for sum.Calls < operations {
		before := sum.Histories
		t.Run(fmt.Sprint("history ", sum.Histories+1), func(t *testing.T) {
			h := record(t, open(t, t.TempDir()), seed+uint64(sum.Histories)) //nolint:gosec // not negative
			h.report(t)
			sum.add(h)
		})
		if t.Failed() {
			return // the first picture is worth more than the others
		}
		if sum.Histories == before {
			return // -run asks for no such history
		}
	}
	t.Logf("seed %d: %+v", seed, sum)
	if sum.Told*2 < sum.Calls || sum.Appended == 0 || sum.Refused == 0 {
		t.Errorf("too little was told for this to mean anything: %+v", sum)
	}
}

// tally counts what happened in histories.
type tally struct {
	Histories, Calls, Told, Appended, Refused, Unknown int

	Struck map[string]int // faults, by name
}

func (s *tally) add(h *history) {
	s.Histories++
	for _, f := range h.faults {
		s.Struck[f.Description]++
	}
	s.Calls += len(h.operations) + h.failed
	for _, o := range h.operations {
		in, out := inputOf(o), outputOf(o)
		switch {
		case out.outcome == unknown:
			s.Unknown++
			continue
		case out.outcome == conflict:
			s.Refused++
		case in.kind == appendCall:
			s.Appended++
		}
		s.Told++
	}
}
