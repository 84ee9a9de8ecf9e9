package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"signet/internal/eventlog/esdb/esdbtest"
	"signet/internal/testneeds"
)

// soakTime says how long the soak lasts: 5 s, or as long as SIGNET_SOAK says, such
// as 10m.
func soakTime(t *testing.T) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(cmp.Or(os.Getenv("SIGNET_SOAK"), "5s"))
	if err != nil || d <= 0 {
		t.Fatal("SIGNET_SOAK is no duration")
	}
	return d
}

// soak is two nodes on one log under load and faults.
type soak struct {
	*cluster

	mu    sync.Mutex
	nodes []*process // guarded by mu; one is replaced when it was killed

	faults atomic.Int64
	asked  atomic.Int64

	held []holding // by the first node, from time to time
}

// slopeFrom is how long a soak must last for the slope of memory to be told. Then the
// first node is not killed, so that there is one.
const slopeFrom = 5 * time.Minute

// url is that of a node.
func (s *soak) url(n int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nodes[n].url
}

// What is written at two nodes while connections break, the log's server stops,
// freezes and forgets, answers get lost, the storage is away and nodes are killed,
// is there once, at both; and both tell the same story in the end.
func TestSoak(t *testing.T) {
	testneeds.OnceInCI(t)
	s := &soak{cluster: newCluster(t, 2)}
	l := newLedger(t)
	cast := s.cast(l)
	metrics := []string{"--metrics-listen", "127.0.0.1:0", "--log-level", "info", "--log-patience", "3s"}
	s.nodes = []*process{s.node(0, metrics...), s.node(1, metrics...)}
	dice, lasts := newDice(t), soakTime(t)
	began := time.Now()
	over := func() bool { return time.Since(began) > lasts }

	// Something of everything first, so that caches are as they will be.
	warm := client{t: t, l: l, cast: cast, dice: dice, node: func() string { s.asked.Add(1); return s.url(int(s.asked.Load() % 2)) }}
	for n := range 40 {
		if !warm.slogan(fmt.Sprint("warm-", n)) || n%10 == 0 && !warm.logo(fmt.Sprint("warm-logo-", n)) {
			t.Fatal("the story broke off")
		}
	}
	before := s.weigh()

	var all sync.WaitGroup
	for n := range 8 {
		own := rand.New(rand.NewPCG(dice.Uint64(), uint64(n)))
		all.Go(func() {
			c := warm
			c.dice = own
			// Who does not know asks the other node, a little later.
			c.patient = func() bool { time.Sleep(20 * time.Millisecond); return time.Since(began) < lasts+enough }
			c.node = func() string { s.asked.Add(1); return s.url(own.IntN(2)) }
			for i := 0; !over() && !t.Failed(); i++ {
				key := fmt.Sprintf("item-%d-%d", n, i)
				if n%4 == 3 && !c.logo(key) || n%4 != 3 && !c.slogan(key) {
					return
				}
			}
		})
	}
	for !over() && !t.Failed() {
		s.fault(dice, metrics, lasts)
		s.held = append(s.held, holding{time.Since(began), s.nodes[0].weigh().heap})
		time.Sleep(time.Duration(dice.IntN(1000)) * time.Millisecond)
	}
	all.Wait()
	if l.doubts > 0 {
		t.Errorf("%d deeds were never settled", l.doubts)
	}
	for n, p := range s.nodes {
		p.after(l.head, l.auditor, `{ nodeState { position } }`, nil)
		l.check(p, l.all())
		s.lighter(n, before)
	}
	s.compare(l)
	t.Logf("%v: %d writes and %d uploads acknowledged, %d requests, %d faults, %d items; position %d",
		time.Since(began).Round(time.Second), l.acks, len(l.blobs), s.asked.Load(), s.faults.Load(), len(l.items), l.head)
	if lasts >= slopeFrom {
		t.Log("memory of the first node: ", slopeOf(s.held, lasts/4))
	}
}

// fault does one thing wrong, and undoes it.
func (s *soak) fault(dice *rand.Rand, flags []string, lasts time.Duration) {
	s.faults.Add(1)
	while := time.Duration(dice.IntN(1500)) * time.Millisecond
	log := s.log
	switch dice.IntN(12) {
	case 0:
		log.DropConnections()
	case 1:
		log.Stop()
		time.Sleep(while)
		s.restart(esdbtest.Restarting{KeepMemory: dice.IntN(2) == 0, NotReady: while / 4})
	case 2:
		undo := log.Freeze()
		time.Sleep(while)
		undo()
	case 3:
		log.LoseAnswer(3)
	case 4:
		log.RefuseBefore(3)
	case 5:
		log.AnswerLate(while, 3)
	case 6:
		log.AnswerLate(esdbtest.Never, 1)
	case 7:
		log.CutReadsAfter(dice.IntN(5), 3)
	case 8:
		log.CutSubscriptionsAfter(dice.IntN(20), 3)
		log.DropConnections()
	case 9:
		undo := log.Slow(50 * time.Millisecond)
		time.Sleep(while)
		undo()
	case 10:
		s.s3.Stop()
		time.Sleep(while)
		s.s3.Restart()
	case 11:
		n := dice.IntN(2)
		if lasts >= slopeFrom {
			n = 1
		}
		s.kill(n, flags)
	}
}

func (s *soak) restart(how esdbtest.Restarting) {
	if err := s.log.Restart(how); err != nil {
		s.t.Error(err)
	}
}

// kill kills a node where it stands, and starts it again.
func (s *soak) kill(n int, flags []string) {
	s.mu.Lock()
	p := s.nodes[n]
	s.mu.Unlock()
	p.signal(os.Kill)
	p.code()
	again := s.node(n, flags...)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nodes[n] = again
}

// weight is what a process holds.
type weight struct{ goroutines, heap float64 }

var metricsAddress = regexp.MustCompile(`url=(http://127\.0\.0\.1:\d+)/metrics`)

// weigh asks both nodes what they hold.
func (s *soak) weigh() []weight {
	s.t.Helper()
	var all []weight
	for _, p := range s.nodes {
		all = append(all, p.weigh())
	}
	return all
}

func (p *process) weigh() weight {
	p.t.Helper()
	found := metricsAddress.FindStringSubmatch(p.err.String())
	if found == nil {
		p.t.Fatal("it does not say where its metrics are")
	}
	_, _, text, err := send(p.t.Context(), http.MethodGet, found[1]+"/metrics", "", "", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	value := func(name string) float64 {
		m := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindSubmatch(text)
		if m == nil {
			p.t.Fatalf("there is no %s", name)
		}
		v, err := strconv.ParseFloat(string(m[1]), 64)
		if err != nil {
			p.t.Fatal(err)
		}
		return v
	}
	return weight{goroutines: value("go_goroutines"), heap: value("go_memstats_heap_alloc_bytes")}
}

// holding is what was on a node's heap, in bytes, so long after the beginning.
type holding struct {
	at   time.Duration
	heap float64
}

// slopeOf tells by how much memory grows in an hour, as part of what is held in the
// mean, with the standard error of that: by the line of least squares through what
// the heap was at least in each half minute, which is what is left after a
// collection of garbage. What was before a time is left out: caches filled then.
func slopeOf(all []holding, from time.Duration) string {
	const window = 30 * time.Second
	least := map[time.Duration]float64{}
	for _, h := range all {
		if at := h.at.Truncate(window); h.at >= from && (least[at] == 0 || h.heap < least[at]) {
			least[at] = h.heap
		}
	}
	var n, x, y, xx, xy, rest float64
	for at, heap := range least {
		n, x, y = n+1, x+at.Hours(), y+heap
	}
	x, y = x/n, y/n
	for at, heap := range least {
		xx, xy = xx+(at.Hours()-x)*(at.Hours()-x), xy+(at.Hours()-x)*(heap-y)
	}
	for at, heap := range least {
		off := heap - y - xy/xx*(at.Hours()-x)
		rest += off * off
	}
	part := 100 / y
	return fmt.Sprintf("%.1f MB in the mean, slope %.1f ± %.1f %%/h, by %.0f values", y/1e6, part*xy/xx, part*math.Sqrt(rest/(n-2)/xx), n)
}

// lighter waits until a node holds no more than before, but for what the read
// models keep in memory of what has been written since.
func (s *soak) lighter(n int, before []weight) {
	s.t.Helper()
	web.CloseIdleConnections()
	p := s.nodes[n]
	var now weight
	s.t.Logf("node %d held %.0f goroutines and %.1f MB before", n, before[n].goroutines, before[n].heap/1e6)
	await(s.t, "goroutines and memory return to where they began", func() bool {
		now = p.weigh()
		return now.goroutines <= before[n].goroutines+10 && now.heap <= 2*before[n].heap+64e6
	})
	s.t.Logf("node %d holds %.0f goroutines and %.1f MB after", n, now.goroutines, now.heap/1e6)
}

// compare stops both nodes: the log and the files are whole, the read models of
// both are the same, and those that a rebuild makes.
func (s *soak) compare(l *ledger) {
	t := s.t
	t.Helper()
	for _, p := range s.nodes {
		p.stop()
	}
	var v verification
	if err := json.Unmarshal([]byte(must(t, s.dirs[0], append([]string{"verify", "--json"}, s.place()...)...)), &v); err != nil {
		t.Fatal(err)
	}
	if !v.OK || int64(v.Position) < l.head || v.Blobs < len(l.blobs) {
		t.Errorf("verify: %+v; acknowledged were position %d and %d files", v, l.head, len(l.blobs))
	}
	views := func(n int) string { return filepath.Join(s.dirs[n], defaultData, viewsFile) }
	first := tables(t, views(0))
	sameTables(t, first, tables(t, views(1)))
	must(t, s.dirs[1], append([]string{"rebuild"}, s.place()...)...)
	sameTables(t, first, tables(t, views(1)))
}
