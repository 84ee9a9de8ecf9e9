package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Asker asks the API from within the program, as pages do: for who stands in the
// context (access.With), who is told and charged as over HTTP. Its documents are the
// program's own, so that they are run whatever documents strangers may send.
type Asker struct {
	api http.Handler // of NewHandler
}

// NewAsker asks the handler that NewHandler has made.
func NewAsker(api http.Handler) Asker { return Asker{api} }

// Refusal is an error of the API as its callers are told, see [Tell].
type Refusal struct {
	Code      Code
	Reason    string // snake_case; empty for documents that can't be run
	Field     string // the path of the input, such as "content.units[2]"
	Sentence  string // in English
	Path      []any  // of the answer's field, as GraphQL has it
	RequestID string
}

func (r *Refusal) Error() string { return fmt.Sprintf("%s %s: %s", r.Code, r.Reason, r.Sentence) }

// ownKey marks a context whose document is the program's own.
type ownKey struct{}

// isOwn tells whether a document that is run in the context is the program's own.
func isOwn(ctx context.Context) bool { return ctx.Value(ownKey{}) != nil }

// Ask executes a document and decodes its data into what into points to. The first
// error of the answer is returned as a *Refusal; what there is of data beside it has
// been decoded. Variables are encoded as JSON.
func (a Asker) Ask(ctx context.Context, document string, variables map[string]any, into any) error {
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		return fmt.Errorf("graph: ask: %w", err)
	}
	ctx = context.WithValue(ctx, ownKey{}, true)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "/", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("graph: ask: %w", err)
	}
	r.Header.Set("Content-Type", plainJSON)
	w := taken{header: http.Header{}}
	a.api.ServeHTTP(&w, r)
	return w.decode(into)
}

// taken is an answer that is taken by the program itself.
type taken struct {
	header http.Header
	body   bytes.Buffer
}

func (t *taken) Header() http.Header         { return t.header }
func (t *taken) WriteHeader(int)             {}
func (t *taken) Write(p []byte) (int, error) { return t.body.Write(p) }

func (t *taken) decode(into any) error {
	var answer struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Path       []any
			Extensions struct {
				Code                     Code
				Reason, Field, RequestID string
			}
		}
	}
	if err := json.Unmarshal(t.body.Bytes(), &answer); err != nil {
		return fmt.Errorf("graph: ask: %q is no answer: %w", cutText(t.body.String()), err)
	}
	if len(answer.Data) > 0 && into != nil {
		decoder := json.NewDecoder(bytes.NewReader(answer.Data))
		decoder.UseNumber()
		if err := decoder.Decode(into); err != nil {
			return fmt.Errorf("graph: ask: %w", err)
		}
	}
	if len(answer.Errors) == 0 {
		return nil
	}
	e := answer.Errors[0]
	return &Refusal{e.Extensions.Code, e.Extensions.Reason, e.Extensions.Field, e.Message, e.Path, e.Extensions.RequestID}
}

// cutText shortens what is shown of an answer.
func cutText(text string) string {
	const most = 200
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
