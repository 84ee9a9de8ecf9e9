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

// loaded is a server under load.
type loaded struct {
	items int
	url   string
	ready time.Duration // from the start of the process to the first answer of /readyz
	rates []float64
	p99   time.Duration // the worst round's
}

// BenchmarkServe measures the whole program over HTTP with wrk: 32 connections,
// the query executed each time, no cache of answers. Registries of 1,000 items
// and of SIGNET_BENCH_ITEMS (10,000 if not set; 100,000 take ten minutes to build)
// with three versions each are asked in turn, so that "cost-ratio" is that of the
// same minutes. SIGNET_BENCH_DATA names a folder in which registries are kept
// between runs.
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
	script := filepath.Join(b.TempDir(), "post.lua")
	if err := os.WriteFile(script, fmt.Appendf(nil, "wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = %q\n", approvedPage), 0o600); err != nil {
		b.Fatal(err)
	}
	sizes := []*loaded{{items: 1000}, {items: large}}
	for _, l := range sizes {
		l.start(b, filepath.Join(dir, strconv.Itoa(l.items)))
	}
	for _, l := range sizes { // the renderer is prepared meanwhile, and caches fill
		l.measure(b, wrk, script)
		l.rates, l.p99 = nil, 0
	}
	for b.Loop() {
		for range loadRounds {
			for _, l := range sizes {
				l.measure(b, wrk, script)
			}
		}
	}
	for _, l := range sizes {
		b.ReportMetric(median(l.rates), fmt.Sprintf("req/s-at-%d", l.items))
		b.ReportMetric(float64(l.p99.Microseconds())/1000, fmt.Sprintf("p99-ms-at-%d", l.items))
		b.ReportMetric(float64(l.ready.Milliseconds()), fmt.Sprintf("start-ms-at-%d", l.items))
	}
	b.ReportMetric(median(sizes[0].rates)/median(sizes[1].rates), "cost-ratio")
	b.ReportMetric(0, "ns/op")
}

// start builds the registry if it is not there, and serves it.
func (l *loaded) start(b *testing.B, data string) {
	b.Helper()
	if _, err := os.Stat(filepath.Join(data, viewsFile)); err != nil {
		l.program(b, "generate", "--data", data, "--items", strconv.Itoa(l.items), "--versions", "3").run(b)
		l.program(b, "rebuild", "--data", data).run(b)
	}
	p := l.program(b, "serve", "--data", data, "--listen", "127.0.0.1:0")
	pipe, err := p.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	if err := p.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
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
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	for ready := false; !ready; {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.url+"/readyz", nil)
		if err != nil {
			b.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		ready = res.StatusCode == http.StatusOK
		_ = res.Body.Close()
	}
	l.ready = time.Since(began)
}

type program struct{ *exec.Cmd }

// program is signet as a process.
func (l *loaded) program(b *testing.B, args ...string) program {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(b.Context(), self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Cancel = func() error { return nil } // ended by the cleanup, in order
	return program{cmd}
}

func (p program) run(b *testing.B) {
	b.Helper()
	if out, err := p.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
}

var (
	rateLine = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)
	p99Line  = regexp.MustCompile(`99%\s+([0-9.]+(?:us|ms|s))`)
	badLine  = regexp.MustCompile(`Non-2xx|Socket errors`)
)

// measure lets wrk ask for a while.
func (l *loaded) measure(b *testing.B, wrk, script string) {
	b.Helper()
	out, err := exec.CommandContext(b.Context(), wrk, "-t1", "-c", strconv.Itoa(loadConnections), "-d", strconv.Itoa(loadTime)+"s", "--latency", "-s", script, l.url+"/graphql").CombinedOutput()
	if err != nil || badLine.Match(out) {
		b.Fatalf("%v\n%s", err, out)
	}
	rate, p99 := rateLine.FindSubmatch(out), p99Line.FindSubmatch(out)
	if rate == nil || p99 == nil {
		b.Fatalf("%s", out)
	}
	n, err := strconv.ParseFloat(string(rate[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	worst, err := time.ParseDuration(string(p99[1]))
	if err != nil {
		b.Fatal(err)
	}
	l.rates = append(l.rates, n)
	l.p99 = max(l.p99, worst)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
