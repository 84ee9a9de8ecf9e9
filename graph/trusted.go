package graph

import (
	"crypto/sha256"
	_ "embed" // the explorer's document
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"signet/graph/gen"
)

// Trusted are documents that an operator has put on a list, by their ids. They are
// parsed and validated once.
type Trusted struct {
	byID     map[string]*document
	byDigest map[[sha256.Size]byte]*document
}

// Len is how many ids the list has.
func (t *Trusted) Len() int { return len(t.byID) }

// UntrustworthyError: a document of a list can't be run.
type UntrustworthyError struct {
	ID     string // or its name, where the list tells one
	Reason string
}

func (e *UntrustworthyError) Error() string {
	return fmt.Sprintf("the document %q can't be run: %s", e.ID, e.Reason)
}

// maxTrustedList is the longest list, in bytes.
const maxTrustedList = 64 << 20

var errNoList = errors.New(`a list of documents is a JSON object of ids and documents, or Apollo's with "operations" of "id" and "body"`)

// ReadTrusted reads a list of documents and validates each: as relay-compiler's
// persistConfig.file has it, a JSON object of ids and documents
// (https://relay.dev/docs/guides/persisted-queries/), or as Apollo's
// generate-persisted-query-manifest
// (https://www.apollographql.com/docs/graphos/platform/security/persisted-queries).
// A document that can't be run, or whose id "sha256:…" is not its digest, is an
// *UntrustworthyError.
func ReadTrusted(from io.Reader) (*Trusted, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxTrustedList+1))
	if err != nil {
		return nil, fmt.Errorf("read a list of documents: %w", err)
	}
	if len(text) > maxTrustedList {
		return nil, errNoList
	}
	documents, names, err := listed(text)
	if err != nil {
		return nil, err
	}
	return trust(documents, names)
}

// listed reads the documents of a list, and their names where it tells them, by ids.
func listed(text []byte) (documents, names map[string]string, err error) {
	var apollo struct {
		Format     string `json:"format"`
		Operations []struct {
			ID   string `json:"id"`
			Name string `json:"name"`
			Body string `json:"body"`
		} `json:"operations"`
	}
	documents, names = map[string]string{}, map[string]string{}
	if decode(text, &apollo) == nil && apollo.Format != "" {
		for _, o := range apollo.Operations {
			if _, twice := documents[o.ID]; twice {
				return nil, nil, &UntrustworthyError{o.ID, "the list has its id twice"}
			}
			documents[o.ID], names[o.ID] = o.Body, o.Name
		}
		return documents, names, nil
	}
	relay, err := readObject(text)
	if err != nil {
		return nil, nil, errNoList
	}
	for id, document := range relay {
		var isText bool
		if documents[id], isText = document.(string); !isText {
			return nil, nil, &UntrustworthyError{id, "it is no text"}
		}
	}
	return documents, names, nil
}

// trust validates documents by their ids; a name is told instead of an id.
func trust(documents, names map[string]string) (*Trusted, error) {
	t := &Trusted{map[string]*document{}, map[[sha256.Size]byte]*document{}}
	schema := gen.NewExecutableSchema(gen.Config{}).Schema()
	for _, id := range slices.Sorted(maps.Keys(documents)) {
		text := documents[id]
		untrustworthy := func(reason string) error {
			name := id
			if names[id] != "" {
				name = names[id]
			}
			return &UntrustworthyError{name, reason}
		}
		digest := sha256.Sum256([]byte(text))
		payload, isDigest := strings.CutPrefix(id, digestPrefix)
		if claimed, ok := digestOf(payload); id == "" || len(id) > maxDocumentID || isDigest && (!ok || claimed != digest) {
			return nil, untrustworthy("its id is not the digest of its text, or none at all")
		}
		parsed, errs := prepare(schema, text, true)
		if errs != nil {
			return nil, untrustworthy(errs[0].Error())
		}
		t.byID[id] = &document{text: text, parsed: parsed, trusted: true}
		t.byDigest[digest] = t.byID[id]
	}
	return t, nil
}

// introspection is what the explorer asks when it is opened, letter for letter.
//
//go:embed introspection.graphql
var introspection string

// explorersDocuments are trusted by everybody: the explorer must find the schema also
// for who has no token. It is one answer, always the same.
var explorersDocuments = sync.OnceValue(func() *Trusted {
	t, err := trust(map[string]string{"explorer": introspection}, nil)
	if err != nil {
		panic(err) // it is ours
	}
	return t
})
