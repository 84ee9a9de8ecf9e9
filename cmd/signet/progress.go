package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"signet/internal/eventlog"
)

// progress shows how far a long piece of work is: on a terminal by a bar, and
// otherwise by a line for each tenth, which suits a journal. Work that is done
// within a moment is not worth a word. It may be told by several goroutines. A nil
// progress shows nothing.
type progress struct {
	w     io.Writer
	label string
	begun time.Time

	mu    sync.Mutex
	bar   *progressbar.ProgressBar // guarded by mu: nil when w is no terminal
	total int64                    // guarded by mu: 0 when it is not known
	done  int64                    // guarded by mu
	tenth int64                    // guarded by mu: the last that was told
	ended bool                     // guarded by mu
}

// aMoment is what nobody minds to wait.
const aMoment = time.Second

// newProgress begins to show work of which w is to be told under the label.
func newProgress(w io.Writer, label string) *progress {
	return &progress{w: w, label: label, begun: time.Now()}
}

// of says how much there is to do.
func (p *progress) of(total int64) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total = total
}

// position is told how far the log has been read.
func (p *progress) position(done eventlog.Position) { p.to(int64(done)) }

// count is told how many of how many are done.
func (p *progress) count(done, total int) {
	p.of(int64(total))
	p.to(int64(done))
}

// to is told how much is done. Goroutines may overtake each other; it never goes
// back.
func (p *progress) to(done int64) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if done <= p.done || p.ended {
		return
	}
	p.done = done
	if p.bar == nil && time.Since(p.begun) < aMoment {
		return
	}
	if isTerminal(p.w) {
		p.draw()
		return
	}
	if p.total == 0 {
		return
	}
	if tenth := done * 10 / p.total; tenth > p.tenth && tenth <= 10 {
		p.tenth = tenth
		fmt.Fprintf(p.w, "%s: %d of %d\n", p.label, done, p.total)
	}
}

// draw brings the bar up to date.
func (p *progress) draw() {
	total, done := p.total, p.done
	if total == 0 {
		total = -1 // a bar that only shows that something moves
	} else {
		done = min(done, total) // the log may have grown meanwhile
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(p.w), progressbar.OptionSetDescription(p.label),
			progressbar.OptionSetWidth(30), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionShowCount(),
			progressbar.OptionSetPredictTime(total > 0), progressbar.OptionClearOnFinish())
	}
	_ = p.bar.Set64(done) // a terminal that is gone is no reason to stop
}

// end takes the bar away; nothing is shown after it.
func (p *progress) end() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil && !p.ended {
		_ = p.bar.Finish()
	}
	p.ended = true
}

// isTerminal tells whether a person looks at w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
