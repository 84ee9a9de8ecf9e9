package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/eventlog/sqlite"
)

// cramped is the path of the log that this process, started by the test, writes to
// while the system lets no file grow.
const cramped = "SIGNET_TEST_LIMIT_LOG"

// limitFiles has the system refuse to write past so many bytes of any file, which
// is an error of writing to SQLite, as a full or broken disk is.
func limitFiles(size uint64) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	limit.Cur = min(size, limit.Max)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
}

// writeOverTheLimit fails, and goes on when the cause has gone.
func writeOverTheLimit(path string) {
	err := func() error {
		l, err := sqlite.Open(path)
		if err != nil {
			return err
		}
		const streams = 16
		for round := range 6 {
			without := uint64(1) << 40
			if round%2 == 1 {
				info, err := os.Stat(path + "-wal")
				if err != nil {
					return err
				}
				without = uint64(info.Size()) + 10_000 //nolint:gosec // sizes are not negative
			}
			if err := limitFiles(without); err != nil {
				return err
			}
			if err := appendToEach(l, streams, round); err != nil {
				return err
			}
		}
		return l.Close()
	}()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

// appendToEach appends, at once, to streams in which nothing of the odd rounds
// stands, and compares what is told with what can be read.
func appendToEach(l *sqlite.Log, streams, round int) error {
	ctx := context.Background()
	before, err := l.Head(ctx)
	if err != nil {
		return err
	}
	wrong := make([]error, streams)
	var refused sync.Map
	var all sync.WaitGroup
	for i := range streams {
		all.Go(func() {
			stream := fmt.Sprint("s", i)
			last, err := l.Last(ctx, stream)
			if err != nil {
				wrong[i] = err
				return
			}
			big := logtest.Event("")
			big.Data = make([]byte, 50_000)
			_, err = l.Append(ctx, stream, last, logtest.Event("small"), big)
			now, lastErr := l.Last(ctx, stream)
			switch {
			case lastErr != nil:
				wrong[i] = lastErr
			case err == nil && now != last+2, err != nil && now != last:
				wrong[i] = fmt.Errorf("%s is at %d after %d and %w", stream, now, last, err)
			case err != nil && !errors.Is(err, eventlog.ErrUnavailable):
				wrong[i] = err
			case err != nil:
				refused.Store(i, true)
			}
		})
	}
	all.Wait()
	n := 0
	refused.Range(func(any, any) bool { n++; return true })
	head, err := l.Head(ctx)
	switch {
	case err != nil:
		return err
	case (n > 0) != (round%2 == 1):
		return fmt.Errorf("round %d: %d were refused", round, n)
	case int(head-before) != 2*(streams-n): //nolint:gosec // a few
		return fmt.Errorf("round %d: the head went from %d to %d, %d were refused", round, before, head, n)
	}
	return errors.Join(wrong...)
}

// When the disk refuses, everybody is told the truth, and when it no longer does
// the log goes on.
func TestADiskThatRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	p := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this very program
	p.Env = append(os.Environ(), cramped+"="+path)
	if out, err := p.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, strings.TrimSpace(string(out)))
	}
	l := open(t, path)
	defer closeLog(t, l)
	if err := l.Check(context.Background(), nil); err != nil {
		t.Error(err)
	}
}
