package logtest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// undecided is how long a history is thought about. They are short: if no
// order of it is found until then there hardly is one.
const undecided = 30 * time.Second

// byStream tells whether each stream is linearizable.
func (h *history) byStream() porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(oneStream, h.operations, undecided)
}

// asWhole tells whether the whole log is, with its one order.
func (h *history) asWhole() porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(h.order().model(), h.operations, undecided)
}

// report fails the test, and draws what can't be, if the history is not that of a log.
func (h *history) report(t *testing.T) {
	t.Helper()
	for _, sentence := range append(h.agree(), h.wrong...) {
		t.Error(sentence)
	}
	if result := h.byStream(); result != porcupine.Ok {
		t.Errorf("a stream is not linearizable (%s): %s", result, h.draw(t, "streams.html", oneStream))
	}
	if result := h.asWhole(); result != porcupine.Ok {
		t.Errorf("the log is not linearizable (%s): %s", result, h.draw(t, "log.html", h.order().model()))
	}
	if t.Failed() {
		t.Logf("see it again: %s=%d", seedVariable, h.seed)
	}
}

// draw writes the picture of a history and returns its path.
func (h *history) draw(t *testing.T, name string, m porcupine.Model) string {
	t.Helper()
	_, info := porcupine.CheckOperationsVerbose(m, h.operations, undecided)
	info.AddAnnotations(h.faults)
	dir := t.ArtifactDir()
	if f := flag.Lookup("test.artifacts"); f == nil || f.Value.String() != "true" {
		// That directory goes with the test, and the picture should not.
		var err error
		if dir, err = os.MkdirTemp("", "signet-linear-"); err != nil { //nolint:usetesting // as said
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, name)
	if err := porcupine.VisualizePath(m, info, path); err != nil {
		t.Error(err)
	}
	return path
}
