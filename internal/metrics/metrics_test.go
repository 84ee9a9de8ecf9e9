package metrics_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"

	"signet/internal/metrics"
)

var update = flag.Bool("update", false, "write testdata/names.txt anew")

// namesFile lists every metric of ours: name, type, labels. What deploy alerts on
// and draws is held against it.
const namesFile = "testdata/names.txt"

func TestTheNamesAreThoseThatAreWrittenDown(t *testing.T) {
	var lines []string
	for name, f := range gathered(t, full(t)) {
		if !strings.HasPrefix(name, "signet_") {
			continue
		}
		line := name + " " + strings.ToLower(f.GetType().String())
		for _, l := range f.GetMetric()[0].GetLabel() {
			line += " " + l.GetName()
		}
		lines = append(lines, line+"\n")
	}
	slices.Sort(lines)
	got := strings.Join(lines, "")
	if *update {
		if err := os.WriteFile(namesFile, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(namesFile)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("go test ./internal/metrics -update writes them anew; now:\n%s", got)
	}
}

func TestNamesAreAsPrometheusWantsThem(t *testing.T) {
	problems, err := testutil.GatherAndLint(full(t).Gatherer())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestTheRuntimeAndTheProcessAreThere(t *testing.T) {
	all := gathered(t, metrics.New("1.2.3"))
	for _, name := range []string{"go_goroutines", "go_memstats_heap_alloc_bytes", "process_resident_memory_bytes", "process_open_fds", "process_start_time_seconds"} {
		if all[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
	if got := value(t, metrics.New("1.2.3"), "signet_build_info", map[string]string{"version": "1.2.3"}); got != 1 {
		t.Error(got)
	}
}

func TestTwoRegistriesDoNotKnowEachOther(t *testing.T) {
	one, two := full(t), full(t)
	one.Cache("another", func() (uint64, uint64) { return 1, 1 })
	if len(gathered(t, one)["signet_cache_hits_total"].GetMetric()) != 3 || len(gathered(t, two)["signet_cache_hits_total"].GetMetric()) != 2 {
		t.Error("a cache of one registry is in the other")
	}
}

func TestAScrapeAnswersWithWhatCanBeAsked(t *testing.T) {
	r := full(t)
	var logged bytes.Buffer
	broken := metrics.New("1")
	broken.Webhooks(func(context.Context) (metrics.WebhookQueue, error) {
		return metrics.WebhookQueue{}, errors.New("disk gone")
	})
	for _, c := range []struct {
		title   string
		r       *metrics.Registry
		has     []string
		hasNot  string
		logs    bool
		problem string
	}{
		{"all is well", r, []string{"signet_build_info", "signet_webhook_queue", "go_goroutines"}, "disk gone", false, `cause="gathering"} 0`},
		{"one thing can't be asked", broken, []string{"signet_build_info", "go_goroutines"}, "signet_webhook_queue{", true, `cause="gathering"} 1`},
	} {
		t.Run(c.title, func(t *testing.T) {
			logged.Reset()
			h := c.r.Handler(slog.New(slog.NewTextHandler(&logged, nil)))
			var body string
			for range 2 { // the first scrape can't tell of its own errors
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
				if w.Code != http.StatusOK {
					t.Fatal(w.Code)
				}
				body = w.Body.String()
			}
			for _, s := range c.has {
				if !strings.Contains(body, s) {
					t.Errorf("%s is missing", s)
				}
			}
			if strings.Contains(body, c.hasNot) || (logged.Len() > 0) != c.logs || !strings.Contains(body, c.problem) {
				t.Errorf("%s\nlogged: %s", body, &logged)
			}
		})
	}
}

func TestWithoutALogAScrapeIsStillAnswered(t *testing.T) {
	r := metrics.New("1")
	r.Webhooks(func(context.Context) (metrics.WebhookQueue, error) { return metrics.WebhookQueue{}, errors.New("gone") })
	w := httptest.NewRecorder()
	r.Handler(nil).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Error(w.Code)
	}
}

// constants are the values of the string constants of a type in a package of ours.
// They are read from its source, which is complete.
func constants(t *testing.T, folder, typeName string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(fs.ErrNotExist, err)
	}
	var values []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if g, ok := d.(*ast.GenDecl); !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range d.(*ast.GenDecl).Specs {
				spec := s.(*ast.ValueSpec)
				if fmt.Sprint(spec.Type) != typeName {
					continue
				}
				value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, value)
			}
		}
	}
	if len(values) == 0 {
		t.Fatalf("%s has no constants of type %s", folder, typeName)
	}
	return values
}

func TestEveryFailureOfAWebhookHasALabel(t *testing.T) {
	r := metrics.New("1")
	a := r.WebhookAttempts()
	for _, failure := range constants(t, "internal/webhooks", "Failure") {
		a.Made(failure)
		if got := value(t, r, "signet_webhook_attempts_total", map[string]string{"outcome": failure}); got != 1 {
			t.Errorf("%s: %v", failure, got)
		}
	}
	if got := value(t, r, "signet_webhook_attempts_total", map[string]string{"outcome": "other"}); got != 0 {
		t.Error(got)
	}
}

func TestEveryCodeOfGraphQLHasALabel(t *testing.T) {
	r := metrics.New("1")
	o := r.GraphQL()
	for _, code := range constants(t, "graph", "Code") {
		o.Done("mutation", code)
		if got := value(t, r, "signet_graphql_operations_total", map[string]string{"type": "mutation", "outcome": strings.ToLower(code)}); got != 1 {
			t.Errorf("%s: %v", code, got)
		}
	}
}

func TestCountersStandAtZeroFromTheStart(t *testing.T) {
	r := metrics.New("1")
	r.WebhookAttempts()
	r.MailAttempts()
	r.GraphQL()
	r.Downloads()
	for name, series := range map[string]int{
		"signet_webhook_attempts_total": 12, "signet_mail_attempts_total": 9, "signet_graphql_operations_total": 4 * 17, "signet_downloads_total": 2, "signet_download_bytes_total": 1,
	} {
		f := gathered(t, r)[name]
		if len(f.GetMetric()) != series || f.GetType() != dto.MetricType_COUNTER {
			t.Errorf("%s: %d series", name, len(f.GetMetric()))
		}
	}
}
