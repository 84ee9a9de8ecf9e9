package faults_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"signet/internal/faults"
)

// asWriter is the environment variable with the folder in which this process, started by a
// test, writes.
const asWriter = "SIGNET_TEST_FAULTS_WRITER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(asWriter); dir != "" {
		if err := errors.Join(faults.Join(), write(dir)); err != nil {
			var errno syscall.Errno
			errors.As(err, &errno)
			fmt.Println(err)
			os.Exit(int(errno))
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// content is what is written at first, and then overwritten from its middle on.
var content = bytes.Repeat([]byte("0123456789abcdef"), 200)

// write writes a file beside its place, waits for it, renames it, waits for the name, and
// then writes to it without waiting.
func write(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	f, err := root.Create("new")
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := root.Rename("new", "there"); err != nil {
		return err
	}
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return err
	}
	fmt.Println("there")
	if _, err := f.ReadAt(make([]byte, 10), 0); err != nil {
		return err
	}
	if _, err = f.WriteAt(bytes.Repeat([]byte{'!'}, 3000), 1600); err != nil {
		return err
	}
	return errors.Join(f.Truncate(4000), f.Close())
}

// run lets a process write under a layer, and returns how it ended and what is there.
func run(t *testing.T, l *faults.Layer, dir string) (syscall.Errno, []byte) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this very program
	c.Env = append(os.Environ(), asWriter+"="+dir, l.Environment())
	out, err := c.CombinedOutput()
	if err != nil && c.ProcessState.ExitCode() < 1 {
		t.Fatalf("%v: %s", err, out)
	}
	left, err := os.ReadFile(filepath.Join(dir, "there"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return syscall.Errno(c.ProcessState.ExitCode()), left //nolint:gosec // an exit code
}

// written is what the file holds in the end.
func written() []byte {
	return append(bytes.Clone(content[:1600]), bytes.Repeat([]byte{'!'}, 2400)...)
}

func TestCallsFailAsTheRuleSays(t *testing.T) {
	failing := func(call faults.Call, err syscall.Errno) faults.Rule {
		return func(d faults.Deed) faults.Fault {
			if d.Call == call {
				return faults.Fault{Err: err}
			}
			return faults.Fault{}
		}
	}
	for name, c := range map[string]struct {
		rule faults.Rule
		want syscall.Errno
		left []byte
	}{
		"nothing fails":    {failing(-1, 0), 0, written()},
		"a write":          {failing(faults.Write, syscall.ENOSPC), syscall.ENOSPC, nil},
		"a read":           {failing(faults.Read, syscall.EIO), syscall.EIO, content},
		"waiting":          {failing(faults.Sync, syscall.EIO), syscall.EIO, nil},
		"making a file":    {failing(faults.OpenToWrite, syscall.EROFS), syscall.EROFS, nil},
		"renaming":         {failing(faults.Rename, syscall.EACCES), syscall.EACCES, nil},
		"truncating":       {failing(faults.Truncate, syscall.EDQUOT), syscall.EDQUOT, append(bytes.Clone(content[:1600]), bytes.Repeat([]byte{'!'}, 3000)...)},
		"writes are short": {func(d faults.Deed) faults.Fault { return faults.Fault{Part: d.Length / 3} }, 0, written()},
		"a write is torn": {func(d faults.Deed) faults.Fault {
			if d.Call == faults.Write && d.Offset > 0 {
				return faults.Fault{Part: 100, Err: syscall.EIO}
			}
			return faults.Fault{}
		}, syscall.EIO, append(append(bytes.Clone(content[:1600]), bytes.Repeat([]byte{'!'}, 100)...), content[1700:]...)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, l := t.TempDir(), faults.New(t)
			l.Set(func(d faults.Deed) faults.Fault {
				if !strings.HasPrefix(d.Path, dir) {
					return faults.Fault{}
				}
				return c.rule(d)
			})
			ended, left := run(t, l, dir)
			if ended != c.want || !bytes.Equal(left, c.left) {
				t.Errorf("it ended with %v, and left %d bytes of %q…", ended, len(left), left[:min(len(left), 20)])
			}
			if l.Failed() == 0 && name != "nothing fails" {
				t.Error("nothing was counted")
			}
		})
	}
}

func TestACallThatIsDelayedEndsWithItsRule(t *testing.T) {
	dir, l := t.TempDir(), faults.New(t)
	l.Set(func(d faults.Deed) faults.Fault {
		if d.Call == faults.Sync {
			time.AfterFunc(time.Millisecond, l.Clear)
			return faults.Fault{Delay: time.Hour}
		}
		return faults.Fault{}
	})
	if ended, left := run(t, l, dir); ended != 0 || !bytes.Equal(left, written()) {
		t.Errorf("it ended with %v, and left %d bytes", ended, len(left))
	}
}

// What was waited for is there after any power cut, and what was not may be lost, by
// sectors.
func TestAPowerCut(t *testing.T) {
	dir, l := t.TempDir(), faults.New(t)
	r := faults.NewRecording(dir)
	l.Record(r)
	if ended, left := run(t, l, dir); ended != 0 || !bytes.Equal(left, written()) {
		t.Fatalf("it ended with %v, and left %d bytes", ended, len(left))
	}
	dice := rand.New(rand.NewPCG(1, 2))
	seen := map[string]bool{}
	for range 150 {
		at, into := 1+dice.IntN(r.Len()), t.TempDir()
		if err := r.CutPower(dice, at, into); err != nil {
			t.Fatal(err)
		}
		left, err := os.ReadFile(filepath.Join(into, "there"))
		said := r.Said(at) == "there\n"
		switch {
		case said && (err != nil || !bytes.HasPrefix(left, content[:1600])):
			t.Fatalf("after %d deeds there are %d bytes, %v", at, len(left), err)
		case err == nil && len(left) == 0:
			t.Fatalf("after %d deeds it was renamed before it was there", at)
		}
		switch {
		case err != nil:
			seen["nothing"] = true
		case bytes.Equal(left, content):
			seen["what was waited for"] = true
		case bytes.Equal(left, written()):
			seen["everything"] = true
		default:
			seen["a part"] = true
		}
	}
	if len(seen) != 4 {
		t.Errorf("only this was seen: %v", seen)
	}
}

func TestHandlesAreLimited(t *testing.T) {
	faults.New(t) // says whether this is Linux
	c := exec.CommandContext(t.Context(), "sleep", "60")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	if n := faults.Handles(c.Process.Pid); n < 3 {
		t.Errorf("%d are open", n)
	}
	if err := faults.LimitHandles(c.Process.Pid, 17); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", c.Process.Pid))
	if err != nil || !strings.Contains(string(text), "Max open files            17 ") {
		t.Errorf("%s, %v", text, err)
	}
}
