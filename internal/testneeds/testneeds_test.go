package testneeds_test

import (
	"runtime"
	"testing"

	"signet/internal/testneeds"
)

// witness records how a test was ended instead of ending one. Its methods end
// the goroutine, as those of testing.T do.
type witness struct {
	testing.TB
	skipped, failed bool
}

func (*witness) Helper() {}

func (w *witness) Skipf(string, ...any) {
	w.skipped = true
	runtime.Goexit()
}

func (w *witness) Fatalf(string, ...any) {
	w.failed = true
	runtime.Goexit()
}

// ask calls Command in a goroutine of its own, which it may end.
func ask(name string, others ...string) (path string, w *witness) {
	w = &witness{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		path = testneeds.Command(w, name, others...)
	}()
	<-done
	return path, w
}

const nowhere = "signet-no-such-program"

func TestAMissingProgramSkips(t *testing.T) {
	t.Setenv(testneeds.StrictVariable, "")
	if _, w := ask(nowhere); !w.skipped || w.failed {
		t.Fatalf("want a skipped test, got %+v", w)
	}
}

func TestAMissingProgramFailsWhenStrict(t *testing.T) {
	t.Setenv(testneeds.StrictVariable, "1")
	if _, w := ask(nowhere, nowhere+"2"); w.skipped || !w.failed {
		t.Fatalf("want a failed test, got %+v", w)
	}
}

func TestASecondNameIsTried(t *testing.T) {
	t.Setenv(testneeds.StrictVariable, "1")
	path, w := ask(nowhere, "go")
	if path == "" || w.skipped || w.failed {
		t.Fatalf("go itself was not found: %q, %+v", path, w)
	}
}

func TestALongTestIsRunOnceInCI(t *testing.T) {
	for _, c := range []struct {
		name, value string
		ask         func(testing.TB)
		want        bool
	}{
		{"once, elsewhere", "", testneeds.OnceInCI, false},
		{"once, in CI", "1", testneeds.OnceInCI, !testneeds.Race},
		{"plain, elsewhere", "", testneeds.PlainInCI, false},
		{"plain, in CI", "1", testneeds.PlainInCI, testneeds.Race},
	} {
		t.Setenv(testneeds.StrictVariable, c.value)
		w := &witness{}
		done := make(chan struct{})
		go func() {
			defer close(done)
			c.ask(w)
		}()
		<-done
		if w.skipped != c.want {
			t.Errorf("%s: skipped %v, want %v", c.name, w.skipped, c.want)
		}
	}
}
