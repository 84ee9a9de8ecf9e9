package projections_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signet/internal/testneeds"
	"signet/projections"
)

// Questions that are asked together have the answers that each has alone, in the same
// order, by fewer statements.
func TestAskedTogetherIsAskedAlone(t *testing.T) {
	testneeds.OnceInCI(t)
	fewer := 0
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt, scratch(rt))
		defer h.close()
		for range 20 + h.dice(24) {
			h.step()
		}
		h.catchUp()
		var questions []func(ctx context.Context) (string, error)
		for range 1 + h.dice(24) {
			questions = append(questions, h.question())
		}
		alone, one := h.answers(questions, func(ctx context.Context) context.Context { return ctx })
		together := projections.NewTogether(2 * time.Millisecond)
		half := (len(questions) + 1) / 2 // the same questions are asked in other numbers, too
		if got, _ := h.answers(questions[:half], together.In); !slices.Equal(alone[:half], got) {
			rt.Fatalf("half together %q\nalone         %q", got, alone[:half])
		}
		got, few := h.answers(questions, together.In)
		if !slices.Equal(alone, got) {
			rt.Fatalf("together %q\nalone    %q", got, alone)
		}
		if few < one {
			fewer++
		}
	})
	if fewer == 0 {
		t.Error("no questions were asked together")
	}
}

// question is one of those that the rows of a page ask.
func (h *history) question() func(ctx context.Context) (string, error) {
	key, agency, limit := choose(h, itemKeys), choose(h, []string{party, foreign, culture}), 1+h.dice(4)
	at := choose(h, h.seen)
	switch h.dice(6) {
	case 0:
		return func(ctx context.Context) (string, error) {
			rows, err := h.views.History(ctx, key, 0, 0, limit)
			return spell(rows), err
		}
	case 1:
		return func(ctx context.Context) (string, error) {
			rows, err := h.views.Versions(ctx, key, 0, limit, false)
			return spell(rows), err
		}
	case 2:
		return func(ctx context.Context) (string, error) {
			rows, err := h.views.Members(ctx, agency, "", limit)
			return spell(rows), err
		}
	case 3: // numbered parameters
		return func(ctx context.Context) (string, error) {
			rows, err := h.views.Recent(ctx, at, "", "", false, limit)
			return spell(rows), err
		}
	case 4: // many parts
		return func(ctx context.Context) (string, error) {
			rows, err := h.views.Approved(ctx, projections.ApprovedFilter{AsOf: at}, "", limit)
			return spell(rows), err
		}
	default:
		return func(ctx context.Context) (string, error) {
			rows, err := h.views.EditionEntries(ctx, 1+limit%2, "", limit)
			return spell(rows), err
		}
	}
}

func spell[T any](rows []*T) string {
	text, err := json.Marshal(rows)
	return fmt.Sprint(string(text), err)
}

// answers asks all questions at the same time, and tells how many statements that took.
func (h *history) answers(questions []func(context.Context) (string, error), in func(context.Context) context.Context) (answers []string, statements int) {
	h.rt.Helper()
	ctx, reads := h.views.Watch(h.rt.Context())
	ctx = in(ctx)
	answers = make([]string, len(questions))
	var group sync.WaitGroup
	for i, ask := range questions {
		group.Go(func() {
			answer, err := ask(ctx)
			if err != nil {
				answer = err.Error()
			}
			answers[i] = answer
		})
	}
	group.Wait()
	return answers, reads.Statements()
}

// A question that fails fails for all who asked it, and for nobody afterwards.
func TestQuestionsFailTogether(t *testing.T) {
	r := withSlogan(t)
	r.catchUp()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	together := projections.NewTogether(time.Millisecond)
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			if _, err := r.views.History(together.In(ctx), "slogan", 0, 0, 5); err == nil {
				t.Error("asked by a context that has ended")
			}
		})
	}
	group.Wait()
	if rows, err := r.views.History(together.In(t.Context()), "slogan", 0, 0, 5); err != nil || len(rows) == 0 {
		t.Error(rows, err)
	}
}
