package server_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestTheSchemaIsPublished(t *testing.T) {
	r := newRegistry(t)
	a := r.ask("GET", "/schema.graphql", "", nil)
	if a.status != http.StatusOK || !strings.Contains(string(a.body), "type Query {") || a.header.Get("ETag") == "" {
		t.Errorf("%d, ETag %q, %d bytes", a.status, a.header.Get("ETag"), len(a.body))
	}
}
