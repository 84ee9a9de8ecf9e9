package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"
)

// remote is a registry that is asked over HTTP.
type remote struct{ server, token string }

// flags are the flags of verbs that ask a registry.
func (o *remote) flags(cmd *cobra.Command, token string) {
	cmd.Flags().StringVar(&o.server, "server", "", "address of the registry")
	cmd.Flags().StringVar(&o.token, "token", "", token)
}

// asking is how long the registry may take for an answer, and mostAnswered how long
// that may be, in bytes.
const (
	asking       = 30 * time.Second
	mostAnswered = 64 << 20
)

// seeRegistry is what helps with what the registry refuses.
const seeRegistry = "see what the registry says"

// request is one to a path of the registry, with a body of JSON unless it is nil.
func (o remote) request(ctx context.Context, method, path string, query url.Values, body any) (*http.Request, error) {
	at, err := url.Parse(o.server)
	if err != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != "http" {
		return nil, badInput(fmt.Errorf("%q is no address", o.server), "such as --server https://brand.example")
	}
	at = at.JoinPath(path)
	at.RawQuery = query.Encode()
	var text io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		text = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, at.String(), text)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if o.token != "" {
		request.Header.Set("Authorization", "Bearer "+o.token)
	}
	return request, nil
}

// call asks for something, and decodes the answer, which is JSON.
func (o remote) call(ctx context.Context, method, path string, query url.Values, body, into any) error {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	request, err := o.request(ctx, method, path, query, body)
	if err != nil {
		return err
	}
	return answerTo(request, into)
}

// answerTo sends a request, and decodes the answer. What the registry refuses is told
// as it says it.
func answerTo(request *http.Request, into any) error {
	return answered(request, mostAnswered, func(body io.Reader) error { return json.NewDecoder(body).Decode(into) })
}

// answered sends a request, and lets the answer be read, of which there is at most so
// much.
func answered(request *http.Request, most int64, read func(io.Reader) error) error {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		return refusal(request, response)
	}
	if err := read(io.LimitReader(response.Body, most)); err != nil {
		return fmt.Errorf("%s: %w", request.URL.Host, err)
	}
	return nil
}

// refusal is the error that a registry answers with.
func refusal(request *http.Request, response *http.Response) error {
	var refused struct {
		Error struct{ Reason, Field, Message string }
	}
	body := json.NewDecoder(io.LimitReader(response.Body, mostAnswered))
	if body.Decode(&refused) != nil || refused.Error.Reason == "" {
		return fmt.Errorf("%s answers with status %d", request.URL.Host, response.StatusCode)
	}
	e := refused.Error
	if e.Field != "" {
		e.Reason += ": " + e.Field
	}
	err := fmt.Errorf("%s refuses: %s: %s", request.URL.Host, e.Reason, e.Message)
	if response.StatusCode/100 == 4 {
		return badInput(err, seeRegistry)
	}
	return err
}

// ask asks the API, and decodes the data of the answer; into nothing if it is nil.
func (o remote) ask(ctx context.Context, query string, variables map[string]any, into any) error {
	answer := struct {
		Data   any
		Errors []struct {
			Message    string
			Extensions struct{ Code, Reason, Field string }
		}
	}{Data: into}
	if err := o.call(ctx, http.MethodPost, "graphql", nil, map[string]any{"query": query, "variables": variables}, &answer); err != nil {
		return err
	}
	if len(answer.Errors) == 0 {
		return nil
	}
	e := answer.Errors[0]
	if e.Extensions.Field != "" {
		e.Extensions.Reason += ": " + e.Extensions.Field
	}
	err := fmt.Errorf("the registry refuses: %s: %s", e.Extensions.Reason, e.Message)
	switch e.Extensions.Code {
	case "BAD_USER_INPUT", "NOT_FOUND", "CONFLICT", "FORBIDDEN", "UNAUTHENTICATED":
		return badInput(err, seeRegistry)
	}
	return err
}
