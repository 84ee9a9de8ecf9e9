package webhooks_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/internal/webhooks"
)

// victim is the path of the queue that this process, started by the test, fills and
// empties until it is killed; target is the server that it sends to.
const (
	victim = "SIGNET_TEST_KILL_WEBHOOKS"
	target = "SIGNET_TEST_KILL_TARGET"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(victim); path != "" {
		workUntilKilled(path, os.Getenv(target))
	}
	os.Exit(m.Run())
}

// pair are two receivers at the server of the test.
func pair(url string) func(context.Context) ([]webhooks.Receiver, error) {
	return func(context.Context) ([]webhooks.Receiver, error) {
		var all []webhooks.Receiver
		for _, id := range []string{"a", "b"} {
			all = append(all, webhooks.Receiver{ID: id, URL: url + "/" + id, Secrets: []string{webhooks.Secret(master, id, 1)}})
		}
		return all, nil
	}
}

var toLoopback = webhooks.Options{AllowHTTP: true, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}

// perRound bounds how many messages one process enqueues for each receiver.
const perRound = 60

// workUntilKilled delivers, and enqueues numbered messages where the mark says that
// it had come to; it says on standard output what was taken: receiver, number.
func workUntilKilled(path, url string) {
	ctx := context.Background()
	q, err := webhooks.Open(path, toLoopback)
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	var out sync.Mutex
	for _, id := range []string{"a", "b"} {
		go func() {
			mark, _, err := q.Mark(ctx, id)
			for end := mark.Position + perRound; err == nil && mark.Position < end; {
				var messages []webhooks.Message
				for range 1 + mark.Position%3 {
					mark.Position++
					messages = append(messages, message(strconv.FormatUint(mark.Position, 10)))
				}
				err = q.Enqueue(ctx, id, mark, messages...)
				out.Lock()
				if err == nil {
					fmt.Println(id, mark.Position)
				}
				out.Unlock()
			}
			if err != nil {
				fmt.Println("failed", err)
			}
		}()
	}
	fmt.Println("failed", q.Run(ctx, pair(url)))
	os.Exit(1)
}

// inbox is a server that notes when it first takes each message of a receiver. That
// costs it some time, and what is broken off before it has not been taken.
type inbox struct {
	mu    sync.Mutex
	seen  map[string]map[string]bool // guarded by mu: ids by receiver
	first map[string][]string        // guarded by mu: in the order of their first arrival
	grown chan struct{}              // holds one when something arrived
	bad   []error                    // guarded by mu

	requests int // guarded by mu
}

func (in *inbox) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	receiver, id := strings.TrimPrefix(r.URL.Path, "/"), r.Header.Get("webhook-id")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // it was killed while it sent
	}
	select {
	case <-time.After(time.Duration(rand.Int64N(int64(4 * time.Millisecond)))):
	case <-r.Context().Done():
		return // it was killed while it waited
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.requests++
	if err := webhooks.Verify(webhooks.Secret(master, receiver, 1), r.Header, body, time.Now(), time.Minute); err != nil {
		in.bad = append(in.bad, err)
	}
	if !in.seen[receiver][id] {
		in.seen[receiver][id] = true
		in.first[receiver] = append(in.first[receiver], id)
	}
	select {
	case in.grown <- struct{}{}:
	default:
	}
}

// A queue that is killed at any moment delivers, when it is opened again, all that it
// had taken, and each receiver sees new messages in their order.
// SIGNET_KILL_ROUNDS sets how often; 5 without it.
func TestKilled(t *testing.T) {
	rounds := 5
	if n, err := strconv.Atoi(os.Getenv("SIGNET_KILL_ROUNDS")); err == nil {
		rounds = n
	}
	in := &inbox{seen: map[string]map[string]bool{"a": {}, "b": {}}, first: map[string][]string{}, grown: make(chan struct{}, 1)}
	server := httptest.NewServer(in)
	defer server.Close()
	path := filepath.Join(t.TempDir(), "webhooks.db")
	taken := map[string]uint64{}
	for round := range rounds {
		for _, line := range killed(t, path, server.URL, round == 0) {
			id, number, _ := strings.Cut(line, " ")
			n, err := strconv.ParseUint(number, 10, 64)
			if err != nil {
				t.Fatalf("%q", line)
			}
			taken[id] = n
		}
	}
	q, err := webhooks.Open(path, toLoopback)
	if err != nil {
		t.Fatal(err)
	}
	for id, n := range taken {
		mark, _, err := q.Mark(t.Context(), id)
		if err != nil || mark.Position < n {
			t.Errorf("%s had taken %d, and knows of %d, %v", id, n, mark.Position, err)
		}
		taken[id] = mark.Position
	}
	in.drain(t, q, server.URL, taken)
	if err := q.Close(); err != nil {
		t.Error(err)
	}
}

// drain delivers until all has arrived, and looks at the order.
func (in *inbox) drain(t *testing.T, q *webhooks.Queue, url string, taken map[string]uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx, pair(url)) }()
	for missing := true; missing && ctx.Err() == nil; {
		in.mu.Lock()
		missing = uint64(len(in.first["a"])) < taken["a"] || uint64(len(in.first["b"])) < taken["b"]
		in.mu.Unlock()
		if missing {
			select {
			case <-in.grown:
			case <-ctx.Done():
			}
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	for id, n := range taken {
		if uint64(len(in.first[id])) != n {
			t.Errorf("%d of %d messages arrived at %s", len(in.first[id]), n, id)
		}
		for i, got := range in.first[id] {
			if got != strconv.Itoa(i+1) {
				t.Errorf("%s first saw %s in place %d", id, got, i+1)
				break
			}
		}
	}
	for _, err := range in.bad {
		t.Error(err)
	}
	t.Logf("%v messages, %d requests", taken, in.requests)
}

// killed runs a process that works, and kills it after so many lines and up to some
// milliseconds more. It returns the whole lines that it said. The first time it also
// sees that two processes can't own one file.
func killed(t *testing.T, path, url string, first bool) []string {
	t.Helper()
	p := exec.CommandContext(t.Context(), os.Args[0])
	p.Env = append(os.Environ(), victim+"="+path, target+"="+url)
	p.Stderr = os.Stderr
	pipe, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	after := 1 + rand.IntN(perRound/2)
	var said []string
	lines := bufio.NewReader(pipe)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // what is left is no whole line
		}
		if strings.HasPrefix(line, "failed") {
			t.Error(line)
		}
		said = append(said, strings.TrimSuffix(line, "\n"))
		if len(said) == after {
			if first {
				if _, err := webhooks.Open(path, toLoopback); !errors.Is(err, webhooks.ErrInUse) {
					t.Errorf("while another process owns it: %v", err)
				}
			}
			time.AfterFunc(time.Duration(rand.Int64N(int64(40*time.Millisecond))), func() { _ = p.Process.Kill() })
		}
	}
	if len(said) < after {
		t.Errorf("it ended by itself after %d lines", len(said))
	}
	_ = p.Wait() // it was killed
	return said
}
