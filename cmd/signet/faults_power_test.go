package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"signet/assets"
	"signet/assets/disk"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/eventlog/sqlite"
	"signet/internal/faults"
	"signet/internal/testneeds"
)

// asWriter is the environment variable with the folder in which this process, started by
// the test, writes a log and blobs.
const asWriter = "SIGNET_TEST_POWER"

// What was acknowledged before the power failed is there after it, and nothing that is not
// whole is: in the log and among the blobs, whatever the disk has made of what it had not
// been waited for. All writes of a process are recorded for that, and replayed up to any
// moment.
func TestNothingAcknowledgedIsLostToPowerCuts(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dice, layer := newDice(t), faults.New(t)
	cuts := testneeds.Count(t, "SIGNET_POWER_CUTS", 60, 60)
	const each = 300 // images of one recording
	for done := 0; done < cuts && !t.Failed(); done += each {
		recording := recordWriter(t, layer)
		n := min(each, cuts-done)
		acknowledged := 0
		for range n {
			at := 1 + dice.IntN(recording.Len())
			acknowledged += afterPowerCut(t, recording, dice, at)
			if t.Failed() {
				t.Fatalf("the power failed after %d of %d deeds", at, recording.Len())
			}
		}
		t.Logf("%d power cuts within %d writes, %d acknowledgements kept", n, recording.Len(), acknowledged)
	}
}

// recordWriter records a process that writes.
func recordWriter(t *testing.T, layer *faults.Layer) *faults.Recording {
	t.Helper()
	dir := memoryFolder(t)
	defer os.RemoveAll(dir)
	recording := faults.NewRecording(dir)
	layer.Record(recording)
	defer layer.Record(nil)
	p := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this very program
	p.Env = append(os.Environ(), asWriter+"="+dir, layer.Environment())
	p.Stderr = os.Stderr
	if out, err := p.Output(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return recording
}

// writeForPower writes, and says on standard output what was acknowledged. It closes the log
// now and then, which merges the write-ahead log.
func writeForPower(dir string) error {
	ctx := context.Background()
	for range 3 {
		l, err := sqlite.Open(filepath.Join(dir, logFile))
		if err != nil {
			return err
		}
		store, err := disk.Open(dir)
		if err != nil {
			return err
		}
		failed := make([]error, 4)
		var all sync.WaitGroup
		for n := range failed {
			all.Go(func() {
				if n == 0 {
					failed[n] = writeBlobs(ctx, store)
				} else {
					failed[n] = writeEvents(ctx, l, "s"+strconv.Itoa(n))
				}
			})
		}
		all.Wait()
		if err := errors.Join(errors.Join(failed...), store.Close(), l.Close()); err != nil {
			return err
		}
	}
	return nil
}

func writeBlobs(ctx context.Context, store assets.Store) error {
	for range 6 {
		content := make([]byte, 1+rand.IntN(200_000))
		for i := range content {
			content[i] = byte(rand.Uint32())
		}
		stat, err := assets.Put(ctx, store, bytes.NewReader(content), 1<<20)
		if err != nil {
			return err
		}
		fmt.Printf("blob %s\n", stat.Ref)
	}
	return nil
}

func writeEvents(ctx context.Context, l eventlog.Log, stream string) error {
	last, err := l.Last(ctx, stream)
	for n := 0; err == nil && n < 12; n++ {
		batch := []eventlog.Record{logtest.Event("a"), logtest.Event("b")}[:1+n%2]
		batch[0].Data = make([]byte, rand.IntN(20_000))
		if _, err = l.Append(ctx, stream, last, batch...); err != nil {
			break
		}
		var told strings.Builder
		for _, r := range batch {
			last++
			fmt.Fprintf(&told, "%s %d %s\n", stream, last, r.ID)
		}
		fmt.Print(told.String())
	}
	return err
}

// afterPowerCut opens what a loss of power has left, and returns how much was acknowledged
// and is there.
func afterPowerCut(t *testing.T, recording *faults.Recording, dice *rand.Rand, at int) int {
	t.Helper()
	dir := memoryFolder(t)
	defer os.RemoveAll(dir)
	if err := recording.CutPower(dice, at, dir); err != nil {
		t.Fatal(err)
	}
	l, err := sqlite.Open(filepath.Join(dir, logFile))
	if err != nil {
		t.Error(err)
		return 0
	}
	defer l.Close()
	if err := l.Check(t.Context(), nil); err != nil {
		t.Error(err)
	}
	store, err := disk.Open(dir)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer store.Close()
	whole := map[string]bool{}
	for stat, err := range store.List(t.Context()) {
		if err == nil {
			err = store.Verify(t.Context(), stat.Ref)
		}
		if err != nil {
			t.Errorf("half a blob: %v", err)
		}
		whole["blob "+string(stat.Ref)] = true
	}
	for r, err := range l.Follow(t.Context(), 0) {
		if err != nil {
			t.Error(err)
		}
		if err != nil || r.CaughtUp {
			break
		}
		whole[fmt.Sprintf("%s %d %s", r.Stream, r.Revision, r.ID)] = true
	}
	n := 0
	for lines := bufio.NewScanner(strings.NewReader(recording.Said(at))); lines.Scan(); n++ {
		if !whole[lines.Text()] {
			t.Errorf("it is lost: %s", lines.Text())
		}
	}
	return n
}

// memoryFolder makes a folder in memory, where there is such a thing: nobody waits for a
// disk there. The caller removes it.
func memoryFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "signet") //nolint:usetesting // not on the disk
	if err != nil {
		dir, err = os.MkdirTemp("", "signet") //nolint:usetesting // as above
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
