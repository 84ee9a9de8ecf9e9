package graph_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signet/graph"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/eventlog/logtest"
	"signet/internal/generate"
	"signet/projections"
)

// fiftyApproved is what a designer's tool asks for: a page of what is in force.
const fiftyApproved = `{"query":"{ approved(kind: SLOGAN, locale: \"ja\", first: 50) { edges { node { key number validFrom name(locale: \"ja\") text(locale: \"ja\") } } pageInfo { hasNextPage endCursor } } }"}`

// BenchmarkApproved50 executes the query through the whole API, without a cache
// of answers; only the network is missing.
func BenchmarkApproved50(b *testing.B) {
	log := logtest.NewMemory()
	if _, err := generate.Generate(context.Background(), log, generate.Options{Items: 1000, Versions: 3}); err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "views.db")
	if err := projections.Rebuild(context.Background(), path, log, nil); err != nil {
		b.Fatal(err)
	}
	views, err := projections.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = views.Close() }()
	auth, err := access.NewAuthenticator(views, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	handler := graph.NewHandler(&graph.Resolver{Runner: &commands.Runner{Log: log, Clock: time.Now}, Views: views}, auth, nil)
	b.ReportAllocs()
	for b.Loop() {
		req := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/graphql", strings.NewReader(fiftyApproved))
		req.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, req)
		if w.Code != http.StatusOK || strings.Count(w.Body.String(), `"key"`) != 50 {
			b.Fatal(w.Code, w.Body.String()[:min(500, w.Body.Len())])
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}
