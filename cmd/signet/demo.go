package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/kit"
	"signet/internal/sample"
	"signet/internal/wholefile"
)

// demoMark is the file that makes a registry a demo. It is written before the
// first event, so that a real registry never has one.
const demoMark = "demo.json"

// demoState is what demoMark holds.
type demoState struct {
	// Begun is when the demo was set up: the last weeks of its usage are those
	// before. Finished is set when all of it was written; until then setting it
	// up is taken up again at each start.
	Begun    time.Time  `json:"begun"`
	Finished *time.Time `json:"finished,omitempty"`
}

// demoPeople is the namespace of the members that a demo adds (UUIDv5, RFC 9562,
// section 5.5), so that a set-up that is taken up again adds nobody twice.
var demoPeople = uuid.NewSHA1(uuid.NameSpaceURL, []byte("signet-demo/v1"))

// prepareDemo fills an empty registry with the sample kit, members with tokens,
// and some usage, all by the commands that people use. Every step has an
// idempotency key, and secrets are kept before they are issued, so that a set-up
// that was interrupted anywhere goes on where it stopped. The read models must
// be following.
func prepareDemo(ctx context.Context, r *registry, stderr io.Writer) error {
	state, err := loadDemo(ctx, r)
	if err != nil {
		return err
	}
	if state.Finished == nil {
		p := newProgress(stderr, "sample kit")
		report, err := kit.Import(ctx, sample.HaiPhong(), kit.Target{Runner: r.runner, Store: r.store, Future: true}, p.count)
		p.end()
		if err != nil {
			return err
		}
		if err := r.views.WaitFor(ctx, report.Position); err != nil {
			return err
		}
	}
	if err := issueDemoTokens(ctx, r); err != nil {
		return err
	}
	if state.Finished != nil {
		return nil
	}
	if err := useDemo(ctx, r, state.Begun); err != nil {
		return err
	}
	if err := auditDemo(ctx, r, state.Begun); err != nil {
		return err
	}
	finished := commands.Instant(time.Now())
	state.Finished = &finished
	return saveDemo(r.dir, state)
}

// loadDemo reads the mark of a demo, and sets it in an empty registry. A registry
// that holds something and has no mark is somebody's real one.
func loadDemo(ctx context.Context, r *registry) (demoState, error) {
	var state demoState
	text, err := os.ReadFile(filepath.Join(r.dir, demoMark))
	if err == nil {
		err = json.Unmarshal(text, &state)
		return state, err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return state, err
	}
	head, err := r.log.Head(ctx)
	if err != nil {
		return state, err
	}
	if head != 0 {
		return state, badInput(fmt.Errorf("%s holds a registry that is no demo", r.dir), "leave out --demo, or name an empty folder with --data")
	}
	state.Begun = commands.Instant(time.Now())
	return state, saveDemo(r.dir, state)
}

func saveDemo(dir string, state demoState) error {
	text, err := json.Marshal(state)
	if err != nil {
		return err
	}
	return wholefile.Write(filepath.Join(dir, demoMark), append(text, '\n'))
}

// demoCommand runs one command of the set-up at an instant (zero: now), once
// however often it is tried.
func demoCommand[S any](ctx context.Context, r *registry, d domain.Decider[S], c domain.Command[S], actor domain.Actor, key string, at time.Time) error {
	_, err := commands.Run(ctx, r.runner, d, c, commands.Request{Actor: actor, Key: "demo:" + key, At: at, Via: "demo"})
	return err
}
