package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"signet/internal/testneeds"
)

// approvedPage asks for 50 approved items of a kind and a locale.
const approvedPage = `{"query":"{ approved(kind: SLOGAN, locale: \"ja\", first: 50) { edges { node { key number validFrom text(locale: \"ja\") } } pageInfo { hasNextPage endCursor } } }"}`

const (
	loadTime        = 10 // seconds of each measurement
	loadConnections = 32
	loadRounds      = 3
)

// uncached makes wrk, and whoever else asks, have a query executed each time; without
// it the server gives again what it answered before.
const uncached = "Cache-Control: no-cache"

// loaded is a server under load.
type loaded struct {
	items          int
	url            string
	process        *os.Process
	ready          time.Duration // from the start of the process to the first answer that all is well
	executed, kept pace          // of queries that are executed each time, and of kept answers
}

// BenchmarkServe measures the whole program over HTTP with wrk: 32 connections that
// ask the same query, which is executed each time, or of which the answer is kept.
// Registries of 1,000 items and of SIGNET_BENCH_ITEMS (10,000 if not set; 100,000 take
// ten minutes to build) with three versions each are asked in turn, so that
// "cost-ratio", that of executing, is that of the same minutes. SIGNET_BENCH_DATA names
// a folder in which registries are kept between runs.
func BenchmarkServe(b *testing.B) {
	wrk := testneeds.Command(b, "wrk")
	large := 10_000
	if n, err := strconv.Atoi(os.Getenv("SIGNET_BENCH_ITEMS")); err == nil {
		large = n
	}
	dir := os.Getenv("SIGNET_BENCH_DATA")
	if dir == "" {
		dir = b.TempDir()
	}
	script := postScript(b, approvedPage)
	sizes := []*loaded{{items: 1000}, {items: large}}
	for _, l := range sizes {
		l.start(b, filepath.Join(dir, strconv.Itoa(l.items)))
		l.answersAsAsked(b, approvedPage)
	}
	for _, l := range sizes { // the renderer is prepared meanwhile, and caches fill
		l.measure(b, wrk, script)
		l.executed, l.kept = pace{}, pace{}
	}
	for b.Loop() {
		for range loadRounds {
			for _, l := range sizes {
				l.measure(b, wrk, script)
			}
		}
	}
	for _, l := range sizes {
		b.ReportMetric(median(l.executed.rates), fmt.Sprintf("executed-req/s-at-%d", l.items))
		b.ReportMetric(l.executed.milliseconds(), fmt.Sprintf("executed-p99-ms-at-%d", l.items))
		b.ReportMetric(median(l.kept.rates), fmt.Sprintf("kept-req/s-at-%d", l.items))
		b.ReportMetric(l.kept.milliseconds(), fmt.Sprintf("kept-p99-ms-at-%d", l.items))
		b.ReportMetric(float64(l.ready.Milliseconds()), fmt.Sprintf("start-ms-at-%d", l.items))
	}
	b.ReportMetric(median(sizes[0].executed.rates)/median(sizes[1].executed.rates), "cost-ratio")
	b.ReportMetric(0, "ns/op")
}

// measure has the same query executed for a while, and then its answer repeated.
func (l *loaded) measure(tb testing.TB, wrk, script string) {
	tb.Helper()
	l.executed.measure(tb, wrk, loadConnections, "-s", script, "-H", uncached, l.url+"/graphql")
	l.kept.measure(tb, wrk, loadConnections, "-s", script, l.url+"/graphql")
}

// answersAsAsked makes sure that what is measured as kept is, and what is measured as
// executed is not.
func (l *loaded) answersAsAsked(tb testing.TB, query string) {
	tb.Helper()
	l.ask(tb, query, false)
	if _, status := l.ask(tb, query, false); status != "signet; hit" {
		tb.Fatalf("the answer is not kept: %q", status)
	}
	if _, status := l.ask(tb, query, true); status != "" {
		tb.Fatalf("the query is not executed: %q", status)
	}
}

// ask returns an answer, and what the server says of where it comes from.
func (l *loaded) ask(tb testing.TB, query string, execute bool) (text []byte, status string) {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, l.url+"/graphql", strings.NewReader(query))
	if err != nil {
		tb.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if execute {
		name, value, _ := strings.Cut(uncached, ": ")
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer res.Body.Close()
	if text, err = io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusOK {
		tb.Fatalf("%s %s, %v", res.Status, text, err)
	}
	return text, res.Header.Get("Cache-Status")
}

// postScript writes a script by which wrk sends a query.
func postScript(tb testing.TB, query string) string {
	tb.Helper()
	script := filepath.Join(tb.TempDir(), "post.lua")
	if err := os.WriteFile(script, fmt.Appendf(nil, "wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = %q\n", query), 0o600); err != nil {
		tb.Fatal(err)
	}
	return script
}

// start builds the registry if it is not there, and serves it.
func (l *loaded) start(tb testing.TB, data string) {
	tb.Helper()
	if _, err := os.Stat(filepath.Join(data, viewsFile)); err != nil {
		l.program(tb, "generate", "--data", data, "--items", strconv.Itoa(l.items), "--versions", "3").run(tb)
		l.program(tb, "rebuild", "--data", data).run(tb)
	}
	l.serve(tb, l.program(tb, "serve", "--data", data, "--listen", "127.0.0.1:0"), "/readyz")
}

// serve starts a server that prints its address, and waits until it answers at a path.
func (l *loaded) serve(tb testing.TB, p program, health string) {
	tb.Helper()
	pipe, err := p.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	began := time.Now()
	if err := p.Start(); err != nil {
		tb.Fatal(err)
	}
	l.process = p.Process
	tb.Cleanup(func() {
		_ = p.Process.Signal(syscall.SIGTERM)
		_ = p.Wait()
	})
	lines := bufio.NewScanner(pipe)
	for l.url == "" && lines.Scan() {
		if m := regexp.MustCompile(`(http://127\.0\.0\.1:\d+)/`).FindStringSubmatch(lines.Text()); m != nil {
			l.url = m[1]
		}
	}
	go func() { _, _ = io.Copy(io.Discard, pipe) }()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	for ready := false; !ready; {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.url+health, nil)
		if err != nil {
			tb.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			tb.Fatal(err)
		}
		ready = res.StatusCode == http.StatusOK
		_ = res.Body.Close()
	}
	l.ready = time.Since(began)
}

type program struct{ *exec.Cmd }

// program is signet as a process.
func (l *loaded) program(tb testing.TB, args ...string) program {
	tb.Helper()
	self, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.CommandContext(tb.Context(), self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "SIGNET_TOKEN_RATE_LIMIT=off") // what is measured is not what one caller may do
	cmd.Cancel = func() error { return nil }                                      // ended by the cleanup, in order
	return program{cmd}
}

func (p program) run(tb testing.TB) {
	tb.Helper()
	if out, err := p.CombinedOutput(); err != nil {
		tb.Fatalf("%v\n%s", err, out)
	}
}

var (
	rateLine = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)
	p99Line  = regexp.MustCompile(`99%\s+([0-9.]+(?:us|ms|s))`)
	badLine  = regexp.MustCompile(`Non-2xx|Socket errors`)
)

// pace is how fast a server answered in some rounds.
type pace struct {
	rates []float64     // requests of a second, a round each
	p99   time.Duration // the worst round's
}

func (p *pace) milliseconds() float64 { return float64(p.p99.Microseconds()) / 1000 }

// measure lets wrk ask for a round, as the arguments say.
func (p *pace) measure(tb testing.TB, wrk string, connections int, args ...string) {
	tb.Helper()
	args = append([]string{"-t1", "-c", strconv.Itoa(connections), "-d", strconv.Itoa(loadTime) + "s", "--latency"}, args...)
	out, err := exec.CommandContext(tb.Context(), wrk, args...).CombinedOutput()
	if err != nil || badLine.Match(out) {
		tb.Fatalf("%v\n%s", err, out)
	}
	rate, p99 := rateLine.FindSubmatch(out), p99Line.FindSubmatch(out)
	if rate == nil || p99 == nil {
		tb.Fatalf("%s", out)
	}
	n, err := strconv.ParseFloat(string(rate[1]), 64)
	if err != nil {
		tb.Fatal(err)
	}
	worst, err := time.ParseDuration(string(p99[1]))
	if err != nil {
		tb.Fatal(err)
	}
	p.rates = append(p.rates, n)
	p.p99 = max(p.p99, worst)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
