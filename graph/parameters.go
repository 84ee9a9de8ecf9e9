package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
)

// decode reads one JSON value that is all of the text, and in UTF-8. Numbers
// keep their digits.
func decode(text []byte, into any) error {
	if !utf8.Valid(text) {
		return errNotUTF8
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	return atEnd(d)
}

var (
	errNotUTF8   = errors.New("not UTF-8")
	errNoObject  = errors.New("not an object")
	errMore      = errors.New("more than one value")
	errNameTwice = errors.New("an object has a name twice")
	errTooDeep   = errors.New("too deep")
)

// maxJSONDepth is how deep objects and lists of a request may lie in each other.
const maxJSONDepth = 100

func atEnd(d *json.Decoder) error {
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errMore
	}
	return nil
}

// readObject reads a JSON object that is all of the text. Unlike encoding/json it
// refuses a name that an object has twice, of which each reader takes another one
// (RFC 8259, section 4), and what is not UTF-8, which encoding/json mends: it would
// change a text that somebody signs.
func readObject(text []byte) (map[string]any, error) {
	if !utf8.Valid(text) {
		return nil, errNotUTF8
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	value, err := readValue(d, 0)
	if err != nil {
		return nil, err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errNoObject
	}
	return object, atEnd(d)
}

func readValue(d *json.Decoder, depth int) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	begin, composed := token.(json.Delim)
	switch {
	case !composed:
		return token, nil
	case depth == maxJSONDepth:
		return nil, errTooDeep
	case begin == '{':
		return readFields(d, depth)
	}
	list := []any{}
	for d.More() {
		element, err := readValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, element)
	}
	_, err = d.Token() // the end
	return list, err
}

func readFields(d *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("decode: %w", err)
		}
		name, _ := token.(string) // the decoder takes nothing else here
		if _, twice := object[name]; twice {
			return nil, errNameTwice
		}
		if object[name], err = readValue(d, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token() // the end
	return object, err
}

// decodeParams reads the JSON of a request.
func decodeParams(body []byte) (*graphql.RawParams, *refusal) {
	fields, err := readObject(body)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "invalid_request", "the request is not a JSON object in UTF-8 in which each name stands once")
	}
	return paramsOf(fields)
}

// paramsOf reads the parameters of a request
// (https://graphql.github.io/graphql-over-http/draft/#sec-Request-Parameters). What is
// null is as if it were left out. The id of a document becomes one of the extensions.
func paramsOf(fields map[string]any) (*graphql.RawParams, *refusal) {
	params, id := &graphql.RawParams{}, ""
	for name, into := range map[string]*string{"query": &params.Query, "operationName": &params.OperationName, idParameter: &id} {
		var ok bool
		if *into, ok = fields[name].(string); !ok && fields[name] != nil {
			return nil, refusedParameter(name, "a text")
		}
	}
	for name, into := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		var ok bool
		if *into, ok = fields[name].(map[string]any); !ok && fields[name] != nil {
			return nil, refusedParameter(name, "an object")
		}
	}
	if id != "" {
		if params.Extensions == nil {
			params.Extensions = map[string]any{}
		}
		params.Extensions[idParameter] = id
	}
	if _, persisted := params.Extensions[persistedQuery]; strings.TrimSpace(params.Query) == "" && !persisted && params.Extensions[idParameter] == nil {
		return nil, refusedParameter("query", "there")
	}
	return params, nil
}

func refusedParameter(name, want string) *refusal {
	refused := refuse(http.StatusBadRequest, "invalid_request", "the parameter "+name+" must be "+want)
	refused.err.Extensions["field"] = name
	return refused
}

// fromQuery reads the parameters of a GET request. Each stands there once.
func fromQuery(r *http.Request) (*graphql.RawParams, *refusal) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "invalid_request", "the query of the address is not as a form's")
	}
	fields := map[string]any{}
	for _, name := range []string{"query", "operationName", idParameter, "variables", "extensions"} {
		values := query[name]
		switch {
		case len(values) == 0 || len(values) == 1 && values[0] == "":
		case len(values) > 1 || !utf8.ValidString(values[0]):
			return nil, refusedParameter(name, "there once, in UTF-8")
		case name != "variables" && name != "extensions":
			fields[name] = values[0]
		case values[0] == "null":
		default:
			if fields[name], err = readObject([]byte(values[0])); err != nil {
				return nil, refusedParameter(name, "a JSON object in which each name stands once")
			}
		}
	}
	return paramsOf(fields)
}
