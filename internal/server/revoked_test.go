package server_test

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/eventlog"
	"signet/internal/server"
	"signet/projections"
)

// sent asks a server as somebody who holds a token.
func sent(s *server.Server, secret string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/graphql?query=%7Bviewer%7Bagency%7D%7D", nil)
	r.Header.Set("Authorization", "Bearer "+secret)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// A token that was revoked at one node is refused at every other one as soon as that
// has read of it; who sends the position of the revocation along is sure of that.
func TestARevokedTokenIsRefusedAtEveryNode(t *testing.T) {
	c := newCradle(t, emptyViews(t))
	one := c.node(c.log)
	comeIn(one, c.code(one), "so-ngoai-vu")
	id := c.insiders()[0]
	token := access.NewToken()
	c.run(domain.IssueToken{Agency: "so-ngoai-vu", Member: id, Token: token.ID, Hash: token.Hash})
	c.caughtUp()

	// The other node reads so far, and reads on only when it is let.
	head, err := c.log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	slow := &held{Log: c.log, until: head, free: make(chan struct{})}
	far := *c
	far.views, err = projections.Open(filepath.Join(t.TempDir(), "other.db"))
	if err != nil {
		t.Fatal(err)
	}
	far.follow(slow)
	other := far.node(c.log)
	if w := sent(other, token.Secret, "Signet-Position", fmt.Sprint(head)); w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}

	c.run(domain.RevokeToken{Agency: "so-ngoai-vu", Token: token.ID})
	c.caughtUp()
	w := sent(one, token.Secret)
	position := w.Header().Get("Signet-Position")
	if w.Code != http.StatusUnauthorized || position == "" {
		t.Errorf("at the node that has read of it: %d at %q", w.Code, position)
	}
	if w := sent(other, token.Secret); w.Code != http.StatusOK { // it can't know yet
		t.Errorf("at the other node, before it has read of it: %d", w.Code)
	}
	waiting := make(chan int)
	go func() { waiting <- sent(other, token.Secret, "Signet-Position", position).Code }()
	close(slow.free)
	if status := <-waiting; status != http.StatusUnauthorized {
		t.Errorf("at the other node, with the position: %d", status)
	}
	if w := sent(other, token.Secret); w.Code != http.StatusUnauthorized {
		t.Errorf("at the other node, later: %d", w.Code)
	}
}

// held is a log of which nothing after a position is told before it is free.
type held struct {
	eventlog.Log

	until eventlog.Position
	free  chan struct{}
}

func (l *held) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Recorded, error] {
	return func(yield func(eventlog.Recorded, error) bool) {
		for r, err := range l.Log.Follow(ctx, after) {
			if r.Position > l.until {
				select {
				case <-l.free:
				case <-ctx.Done():
				}
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// Who guesses is answered the same whether there is a token with the id, whether there
// was one, and whether what they send could be a token at all.
func TestWhoGuessesATokenLearnsNothing(t *testing.T) {
	c := newCradle(t, emptyViews(t))
	s := c.node(c.log)
	_, secret := comeIn(s, c.code(s), "so-ngoai-vu")
	c.caughtUp()
	there := strings.Split(secret, "_")[1]
	guess := access.NewToken()
	want := ""
	for _, sentToken := range []string{
		guess.Secret, strings.Replace(guess.Secret, guess.ID, there, 1), strings.Replace(secret, there, guess.ID, 1), "x", secret + "a", "signet_" + strings.Repeat("a", 10_000) + "_a",
	} {
		w := sent(s, sentToken)
		var header []string
		for name, values := range w.Header() {
			if name != "X-Request-Id" {
				header = append(header, name+": "+strings.Join(values, ", "))
			}
		}
		slices.Sort(header)
		got := strings.Join(header, "\n") + "\n" + strings.ReplaceAll(w.Body.String(), w.Header().Get("X-Request-Id"), "")
		if want == "" {
			want = got
		}
		if w.Code != http.StatusUnauthorized || got != want {
			t.Errorf("%.40s is told %d\n%s\ninstead of\n%s", sentToken, w.Code, got, want)
		}
	}
	if w := sent(s, secret); w.Code != http.StatusOK {
		t.Error(w.Code)
	}
}
