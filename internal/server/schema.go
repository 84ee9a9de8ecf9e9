package server

import (
	"net/http"
	"strings"
	"time"

	"signet/assets"
	"signet/graph"
)

// publishedSchema answers with the whole schema of the API, for tools that make
// clients of it:
//
//	GET /schema.graphql
//
// It is public, and the same until the program is another one.
func publishedSchema(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8") // what browsers show
	h.Set("Cache-Control", "public, no-cache")
	h.Set("ETag", `"`+string(assets.RefOf([]byte(graph.PublishedSchema)))+`"`)
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(graph.PublishedSchema))
}
