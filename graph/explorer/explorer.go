// Package explorer serves an interactive GraphQL explorer to browsers: GraphiQL,
// from the binary itself, with no request to any other host.
//
// [Handler] answers with the page; [Files] with its scripts and styles, which
// must be mounted at [FilesPath]. The page runs under a Content-Security-Policy
// that allows no inline script and no foreign host.
package explorer

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"strconv"
)

// FilesPath is where [Files] must be mounted.
const FilesPath = "/graphql/explorer/"

// Options say what the page talks to.
type Options struct {
	// Endpoint is the address that takes queries and mutations by POST, relative
	// to the page or absolute on the same origin, such as "/graphql".
	Endpoint string
	// SubscriptionEndpoint is the address that speaks graphql-transport-ws, of the
	// same origin and with an http or no scheme. If it is empty, subscriptions are
	// sent to Endpoint. The token, if there is one, comes as "Authorization" in
	// the payload of connection_init, in the form of the header.
	SubscriptionEndpoint string
	// Examples are offered in a drawer, in this order.
	Examples []Example
}

// Example is a query that a reader can open in a tab of its own.
type Example struct {
	TitleVi   string `json:"titleVi"` // a short line in Vietnamese
	TitleEn   string `json:"titleEn"` // the same in English
	Query     string `json:"query"`
	Variables string `json:"variables,omitempty"` // a JSON object, or empty
}

// scrollLockStyle is the digest of the one style element that GraphiQL inserts
// while it runs: react-remove-scroll keeps the page from scrolling under an open
// dialogue. On a page with another scroll bar the element differs and is refused,
// which costs only that lock.
const scrollLockStyle = "'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc='"

// contentSecurityPolicy of the page: nothing inline, nothing from elsewhere.
// 'self' in connect-src includes WebSocket on the same host (CSP level 3, "scheme-part
// matches"). The icon is the one data: image.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self' " + scrollLockStyle + "; " +
	"connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

//go:embed page/page.html
var pageSource string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// pageOptions is what the page's script reads.
type pageOptions struct {
	Endpoint             string    `json:"endpoint"`
	SubscriptionEndpoint string    `json:"subscriptionEndpoint"`
	Examples             []Example `json:"examples"`
}

// Handler answers every GET and HEAD with the page, wherever it is mounted. It
// panics if the options can not be written as JSON, which no string can cause.
func Handler(opts Options) http.Handler {
	page := render(opts)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Length", strconv.Itoa(len(page)))
		h.Set("Content-Security-Policy", contentSecurityPolicy)
		h.Set("Cache-Control", "no-cache")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Add("Vary", "Accept") // the same address answers queries with JSON
		if r.Method == http.MethodGet {
			_, _ = w.Write(page) // an error is the reader's having gone
		}
	})
}

func render(opts Options) []byte {
	var page bytes.Buffer
	err := pageTemplate.Execute(&page, struct {
		Scripts, Styles []string
		Options         pageOptions
	}{
		Scripts: addresses("react.js", "react-dom.js", "graphql-ws.js", "graphiql.js", "explorer.js"),
		Styles:  addresses("graphiql-react.css", "graphiql.css", "explorer.css"),
		Options: pageOptions{
			Endpoint:             opts.Endpoint,
			SubscriptionEndpoint: opts.SubscriptionEndpoint,
			Examples:             append([]Example{}, opts.Examples...), // [], not null
		},
	})
	if err != nil {
		panic(err)
	}
	return page.Bytes()
}
