package esdb_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/internal/eventlog"
	"signet/internal/eventlog/esdb"
	"signet/internal/eventlog/esdb/esdbtest"
	"signet/internal/eventlog/logtest"
	"signet/internal/testneeds"
)

// Two nodes on a server that does everything wrong now and then tell one history.
func TestLinearizable(t *testing.T) {
	usual := 10_600
	if testneeds.Race {
		usual = 1_600
	}
	operations := testneeds.Count(t, logtest.OperationsVariable, usual, usual)
	s := esdbtest.Start(t, esdbtest.Options{Dir: t.TempDir()})
	logtest.Linearizable(t, operations, func(t testing.TB, _ string) logtest.Reached {
		t.Helper()
		o := esdb.Options{Prefix: "t" + uuid.NewString(), Patience: 300 * time.Millisecond, Timeout: 100 * time.Millisecond, Heartbeat: 100 * time.Millisecond}
		nodes := []*esdb.Log{open(t, s.ConnectionString(), o), open(t, s.ConnectionString(), o)}
		t.Cleanup(func() {
			for _, l := range nodes {
				_ = l.Close()
			}
		})
		restart := func() {
			if err := s.Restart(esdbtest.Restarting{}); err != nil {
				t.Error(err)
			}
		}
		strike := func(name string, do func()) logtest.Fault {
			return logtest.Fault{Name: name, Strike: func(*rand.Rand) { do() }}
		}
		return logtest.Reached{
			Client: func(client int) eventlog.Log { return nodes[client%len(nodes)] },
			Faults: []logtest.Fault{
				strike("connections are cut", s.DropConnections),
				strike("answers of appends are lost", func() { s.LoseAnswer(2) }),
				strike("appends are lost", func() { s.RefuseBefore(2) }),
				strike("answers of appends are late", func() { s.AnswerLate(150*time.Millisecond, 2) }),
				strike("an answer of an append never comes", func() { s.AnswerLate(esdbtest.Never, 1) }),
				strike("reads are cut", func() { s.CutReadsAfter(1, 2) }),
				strike("subscriptions are cut", func() { s.CutSubscriptionsAfter(1, 2) }),
				strike("the server restarts and forgets", restart),
			},
			Heal: func() {
				for _, undo := range []func(){s.LoseAnswer(0), s.RefuseBefore(0), s.AnswerLate(0, 0), s.CutReadsAfter(0, 0), s.CutSubscriptionsAfter(0, 0)} {
					undo()
				}
				restart() // what is on its way to it ends with that
				for _, l := range nodes {
					up(t, l, true)
				}
			},
		}
	})
}
