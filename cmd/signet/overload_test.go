package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/internal/testneeds"
)

// overloadVariable is set to 1 by who wants to know how a node does when three times
// as much is asked of it as it can do.
const overloadVariable = "SIGNET_MEASURE_OVERLOAD"

const (
	overloadItems  = 1000
	overloadTime   = 10 * time.Second
	overloadRounds = 3
	overloadTimes  = 3   // what the node can do
	overloadWanted = 0.8 // of what it does without overload
	overloadSlower = 2   // times as long as without it, at most
	// overloadOpen is how many requests are under way at most, each on a connection of
	// its own: fewer than the node lets in, and more than it lets wait.
	overloadOpen = 2000
)

// demand counts what came of requests.
type demand struct {
	mu             sync.Mutex
	answered, away []time.Duration // guarded by mu: how long each took
	other          int             // guarded by mu: neither answered nor refused as it should be
	unsent         int             // there were too many under way
}

// ask has a query executed.
func (n *demand) ask(c *http.Client, url string) {
	began := time.Now()
	status := func() int {
		req, err := http.NewRequest(http.MethodPost, url+"/graphql", strings.NewReader(approvedPage))
		if err != nil {
			return 0
		}
		req.Header.Set("Content-Type", "application/json")
		name, value, _ := strings.Cut(uncached, ": ")
		req.Header.Set(name, value)
		res, err := c.Do(req)
		if err != nil {
			return 0
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") == "" {
			return 0
		}
		return res.StatusCode
	}()
	took := time.Since(began)
	n.mu.Lock()
	defer n.mu.Unlock()
	switch status {
	case http.StatusOK:
		n.answered = append(n.answered, took)
	case http.StatusServiceUnavailable:
		n.away = append(n.away, took)
	default:
		n.other++
	}
}

// p99 is the time within which 99 of 100 were done.
func p99(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)*99/100].Round(100 * time.Microsecond)
}

// TestOverload has clients ask, each as soon as it has its answer, for what a node can
// do; and then three times as many requests begin in each second, whatever becomes of
// those before. It prints a table, and fails if the node answers less than 80 % of what
// it did, takes twice as long for it (99 of 100), or refuses in another way than it
// should. Clients take their part of the same processors.
func TestOverload(t *testing.T) {
	if os.Getenv(overloadVariable) != "1" {
		t.Skipf("it is measured if %s is 1", overloadVariable)
	}
	if testneeds.Race {
		t.Skip("the race detector makes the node slow, and its clients")
	}
	l := &loaded{items: overloadItems}
	l.start(t, filepath.Join(t.TempDir(), defaultData))
	l.answersAsAsked(t, approvedPage)
	c := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: overloadOpen}}
	l.steadily(c, time.Second) // to warm up
	t.Log("| what is asked for | answered | p99 | refused | p99 of refusals | otherwise | not sent |")
	t.Log("| --- | --- | --- | --- | --- | --- | --- |")
	var parts, slower []float64
	for range overloadRounds {
		usual := l.steadily(c, overloadTime)
		rate := float64(len(usual.answered)) / overloadTime.Seconds()
		t.Logf("| as much as it can do, by %d clients | %.0f/s | %v | %d | – | %d | – |", loadConnections, rate, p99(usual.answered), len(usual.away), usual.other)
		over, took := l.openly(c, overloadTimes*rate)
		got := float64(len(over.answered)) / took.Seconds()
		t.Logf("| %.0f/s | %.0f/s, %.0f %% | %v | %d | %v | %d | %d |", overloadTimes*rate, got, 100*got/rate, p99(over.answered), len(over.away), p99(over.away), over.other, over.unsent)
		parts = append(parts, got/rate)
		slower = append(slower, p99(over.answered).Seconds()/p99(usual.answered).Seconds())
		if over.other > 0 {
			t.Errorf("%d were neither answered nor refused", over.other)
		}
	}
	if m := median(parts); m < overloadWanted {
		t.Errorf("overloaded it does %.2f of what it can, and %v is wanted", m, overloadWanted)
	}
	if m := median(slower); m >= overloadSlower {
		t.Errorf("overloaded it takes %.1f times as long, and less than %d is wanted", m, overloadSlower)
	}
}

// steadily has clients ask one thing after the other.
func (l *loaded) steadily(c *http.Client, lasts time.Duration) *demand {
	n, end := &demand{}, time.Now().Add(lasts)
	var all sync.WaitGroup
	for range loadConnections {
		all.Go(func() {
			for time.Now().Before(end) {
				n.ask(c, l.url)
			}
		})
	}
	all.Wait()
	return n
}

// openly begins so many requests in a second. It returns when all have ended, and how
// long that took.
func (l *loaded) openly(c *http.Client, rate float64) (*demand, time.Duration) {
	n, began := &demand{}, time.Now()
	var all sync.WaitGroup
	open := make(chan struct{}, overloadOpen)
	for sent := 0; time.Since(began) < overloadTime; time.Sleep(time.Millisecond) {
		for ; float64(sent) < rate*time.Since(began).Seconds(); sent++ {
			select {
			case open <- struct{}{}:
				all.Go(func() {
					n.ask(c, l.url)
					<-open
				})
			default:
				n.unsent++
			}
		}
	}
	all.Wait()
	return n, time.Since(began)
}
