package metrics

import "time"

// SignedHistory is what a node has signed of the log, in events.
type SignedHistory struct {
	Counted, Signed, Cosigned int64
	// Contradicted: the log is not the one that was signed.
	Contradicted bool
}

// History asks at each scrape what was signed.
func (r *Registry) History(signed func() SignedHistory) {
	r.reg.MustRegister(
		gauge("tree_size", "Events that the Merkle tree of the log counts.", func() float64 { return float64(signed().Counted) }),
		gauge("checkpoint_size", "Events that the newest signed checkpoint counts.", func() float64 { return float64(signed().Signed) }),
		gauge("checkpoint_cosigned_size", "Events that the newest checkpoint counts that a witness has cosigned.", func() float64 { return float64(signed().Cosigned) }),
		gauge("history_contradicted", "1 if the log is not the one that was signed, so that nothing is signed any more.", func() float64 { return oneIf(signed().Contradicted) }),
	)
}

// Backup is how the backups are that a node makes.
type Backup struct {
	// Age is how long ago the newest one was made; without one, since when one is missing.
	Age time.Duration
	// Failing: the last attempt failed.
	Failing bool
	Events  int64 // in the newest one
}

// Backups asks at each scrape how the backups are. It is for a node that makes them.
func (r *Registry) Backups(state func() Backup) {
	r.reg.MustRegister(
		gauge("backup_age_seconds", "How long ago the newest backup was made; without one, for how long there is none.", func() float64 { return max(state().Age, 0).Seconds() }),
		gauge("backup_failing", "1 if the last backup failed.", func() float64 { return oneIf(state().Failing) }),
		gauge("backup_events", "Events that the newest backup holds.", func() float64 { return float64(state().Events) }),
	)
}

func oneIf(set bool) float64 {
	if set {
		return 1
	}
	return 0
}
