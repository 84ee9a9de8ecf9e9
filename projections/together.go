package projections

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Together asks the read models what the rows of a page ask at the same time, each for
// itself, by one statement: questions of the same text wait a moment for each other. It
// is safe for concurrent use, and remembers nothing.
type Together struct {
	mu      sync.Mutex
	waiting map[string]*batch // guarded by mu; by text
	wait    time.Duration
}

// togetherMost is how many are asked by one statement.
const togetherMost = 128

type togetherKey struct{}

// NewTogether makes one for the questions of one operation, of which each waits so long
// for others like it.
func NewTogether(wait time.Duration) *Together {
	return &Together{waiting: map[string]*batch{}, wait: wait}
}

// In returns a context whose questions wait for others like them.
func (t *Together) In(ctx context.Context) context.Context {
	return context.WithValue(ctx, togetherKey{}, t)
}

func togetherOf(ctx context.Context) *Together {
	t, _ := ctx.Value(togetherKey{}).(*Together)
	return t
}

// question is one of a batch.
type question struct {
	args []any
	take func(columns) error
}

// batch are questions that wait, or are being asked.
type batch struct {
	questions []question
	full      chan struct{} // closed when no more are taken
	asked     chan struct{} // closed when err is known
	err       error
}

// ask adds a question to those that wait. Whoever came first asks for all of them.
func (t *Together) ask(ctx context.Context, v *Views, take func(columns) error, query string, args []any) error {
	t.mu.Lock()
	b, there := t.waiting[query]
	if !there {
		b = &batch{full: make(chan struct{}), asked: make(chan struct{})}
		t.waiting[query] = b
	}
	b.questions = append(b.questions, question{args, take})
	if len(b.questions) == togetherMost {
		delete(t.waiting, query)
		close(b.full)
	}
	t.mu.Unlock()
	if there {
		<-b.asked // the first one's context ends with this one's: it is of the same operation
		return b.err
	}
	timer := time.NewTimer(t.wait)
	select {
	case <-timer.C:
		t.mu.Lock()
		if t.waiting[query] == b {
			delete(t.waiting, query)
		}
		t.mu.Unlock()
	case <-b.full:
		timer.Stop()
	}
	defer close(b.asked)
	b.err = b.run(ctx, v, query)
	return b.err
}

// run asks all questions by one statement. Their number is rounded up to a power of two
// by repeating the last one, so that there are few different statements.
func (b *batch) run(ctx context.Context, v *Views, query string) error {
	if len(b.questions) == 1 {
		return v.askAlone(ctx, b.questions[0].take, query, b.questions[0].args)
	}
	n := 2
	for n < len(b.questions) {
		n *= 2
	}
	args := make([]any, 0, n*len(b.questions[0].args))
	for i := range n {
		args = append(args, b.questions[min(i, len(b.questions)-1)].args...)
	}
	take := taker{questions: b.questions}
	return v.askAlone(ctx, take.row, v.combined(query, n, len(b.questions[0].args)), args)
}

// together is a query that is asked n times at once.
type together struct {
	query string
	n     int
}

// combined is the text that asks a query n times; there are few different ones, which
// are kept as their statements are.
func (v *Views) combined(query string, n, parameters int) string {
	if text, ok := v.texts.Load(together{query, n}); ok {
		return text.(string) //nolint:forcetypeassert // only these are stored
	}
	text := combined(query, n, parameters)
	v.texts.Store(together{query, n}, text)
	return text
}

// parameter is a numbered parameter of a statement.
var parameter = regexp.MustCompile(`\?[0-9]+`)

// combined is the text that asks a query n times, of which each has so many parameters.
// Its rows begin with the number of the question.
func combined(query string, n, parameters int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(" UNION ALL ")
		}
		b.WriteString("SELECT " + strconv.Itoa(i) + ", * FROM (")
		b.WriteString(parameter.ReplaceAllStringFunc(query, func(p string) string {
			number, _ := strconv.Atoi(p[1:])
			return "?" + strconv.Itoa(number+i*parameters)
		}))
		b.WriteByte(')')
	}
	return b.String()
}

// taker gives rows to the questions whose they are.
type taker struct {
	questions []question
	into      []any // for the number alone
	number    int
}

func (t *taker) row(row columns) error {
	if t.into == nil {
		names, err := row.(interface{ Columns() ([]string, error) }).Columns() //nolint:forcetypeassert // askAlone reads sql.Rows
		if err != nil {
			return err
		}
		t.into = append(t.into, &t.number)
		for range names[1:] {
			t.into = append(t.into, dropped{})
		}
	}
	if err := row.Scan(t.into...); err != nil {
		return err
	}
	if t.number >= len(t.questions) {
		return nil // the last question, repeated
	}
	return t.questions[t.number].take(afterNumber{row})
}

// dropped takes a column and forgets it.
type dropped struct{}

// Scan is for sql.
func (dropped) Scan(any) error { return nil }

// afterNumber is a row without its first column.
type afterNumber struct{ row columns }

func (r afterNumber) Scan(into ...any) error {
	return r.row.Scan(append([]any{dropped{}}, into...)...)
}
