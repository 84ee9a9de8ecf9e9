package graph

import _ "embed"

// PublishedSchema is the whole schema of the API as one document, which go generate
// makes of graph/schema.
//
//go:embed schema.graphql
var PublishedSchema string
