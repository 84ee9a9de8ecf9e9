package admin

import (
	"signet/domain"
	"signet/internal/portal/frame"
)

// systemState is how the registry and the node that answers are. What is not known is
// nil; sizes are in bytes.
type systemState struct {
	Version, Started, AsOf string
	Head, Position         string
	Behind, LagSeconds     *int
	Writable               bool
	Storage                struct {
		Log, ReadModels, Files *int
		FileCount              *int
		Counted                string
	}
	Webhooks *struct {
		Pending, Retrying, Failed int
		Oldest                    string
	}
	Checkpoint *struct {
		Origin, Key              string
		Counted, Size, Witnessed int
		Signed                   string
		Witnesses                []string
		Contradicted             bool
	}
	Backup *struct {
		Snapshot, At, Failed, Next string
		Events                     int
		Bytes, Added               int
	}
}

const systemFields = `version started head position behind asOf lagSeconds writable
	storage { log readModels files fileCount counted } webhooks { pending retrying failed oldest }
	checkpoint { origin key counted size witnessed signed witnesses contradicted } backup { snapshot at failed next events bytes added }`

// Lag is for how many seconds the node may have told less than the log held.
func (s systemState) Lag() int { return known(s.LagSeconds) }

// Missing is how many events it has still to read.
func (s systemState) Missing() int { return known(s.Behind) }

// Files is how many there are.
func (s systemState) Files() int { return known(s.Storage.FileCount) }

func known(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// late is from which lag on, in seconds, something is wrong.
const late = 30

// Late tells whether the node tells what is not true any more, or can't write.
func (s systemState) Late() bool {
	return !s.Writable || s.LagSeconds == nil || *s.LagSeconds > late
}

func system(v *frame.Visit) error {
	if err := v.Need(string(domain.ReadSystem)); err != nil {
		return err
	}
	var page struct{ SystemState systemState }
	if err := v.Ask(`query PortalAdminSystem { systemState { `+systemFields+` } }`, nil, &page); err != nil {
		return err
	}
	return v.Show("admin/system", page.SystemState)
}
