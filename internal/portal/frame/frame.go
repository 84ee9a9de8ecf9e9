package frame

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"signet/assets"
	"signet/graph"
)

// Area is a part of the portal.
type Area struct {
	// Name is that of the package: texts begin with it.
	Name   string
	Routes []Route
	// Pages are the *.html at the root; a page is shown as "<name>/<file>".
	Pages fs.FS
	Texts Texts
	// Style and Script are added to those of the portal.
	Style, Script string
}

// Route is an address, below that of the language.
type Route struct {
	// Pattern is one of http.ServeMux, such as "GET /items/{key}".
	Pattern string
	// Serve answers. What it returns is shown as a page that tells of it.
	Serve func(*Visit) error
	// MaxBody is the longest form, in bytes; 0 means 1 MiB.
	MaxBody int64
}

// Options are what the portal works with.
type Options struct {
	// API is the handler of graph.NewHandler.
	API http.Handler
	// Receive takes a file in, for who may upload, and says what it is.
	Receive func(ctx context.Context, from io.Reader) (assets.Info, error)
	// Origin is that of the registry as the caller knows it: "https://host".
	Origin func(*http.Request) string
	// FirstLogin tells whether the first administrator is still awaited.
	FirstLogin func() bool
	// Provider tells that people may log in elsewhere, at /login.
	Provider bool
	// Links tells that links which work without a token can be made, at POST /links.
	Links bool
	// Log is told what went wrong; nil discards it.
	Log *slog.Logger
}

// Site is the portal. It is an http.Handler for /vi/, /en/ and [StaticPath].
type Site struct {
	Options

	asker  graph.Asker
	speech map[Lang]*speech
	pages  map[Lang]map[string]*template.Template
	static map[string]file // by path
	links  struct{ style, script string }
	mux    *http.ServeMux
	routes []Route
}

// StaticPath is where the style sheet and the script are.
const StaticPath = "/portal/"

// file is one of those that never change under their address.
type file struct {
	media string
	body  string
}

// New makes the portal of its areas. It fails when a page can't be read, two areas
// have a text by one key, or a page asks for a text that there is not.
func New(o Options, areas ...Area) (*Site, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Site{Options: o, asker: graph.NewAsker(o.API), speech: map[Lang]*speech{}, pages: map[Lang]map[string]*template.Template{}, mux: http.NewServeMux()}
	all := []Texts{ownTexts, nameTexts}
	for _, a := range areas {
		all = append(all, a.Texts)
	}
	texts, err := joined(all...)
	if err != nil {
		return nil, err
	}
	s.readStatic(areas)
	for _, lang := range Langs {
		s.speech[lang] = speechOf(lang, texts)
		if s.pages[lang], err = s.readPages(s.speech[lang], areas); err != nil {
			return nil, err
		}
	}
	for _, a := range areas {
		for _, r := range a.Routes {
			s.route(r)
		}
	}
	s.mux.HandleFunc("GET "+StaticPath, s.serveStatic)
	for _, lang := range Langs {
		s.mux.HandleFunc("/"+string(lang)+"/", func(w http.ResponseWriter, r *http.Request) {
			v := s.visit(w, r, lang)
			v.end(&graph.Refusal{Code: graph.NotFound, Reason: "unknown_path"})
		})
	}
	return s, nil
}

// Ask asks the API for who stands in the context, as Visit.Ask does.
func (s *Site) Ask(ctx context.Context, document string, variables Vars, into any) error {
	return s.asker.Ask(ctx, document, variables, into)
}

// Routes are the addresses of the portal, below that of a language.
func (s *Site) Routes() []Route { return s.routes }

func (s *Site) route(r Route) {
	s.routes = append(s.routes, r)
	method, where, _ := strings.Cut(r.Pattern, " ")
	for _, lang := range Langs {
		s.mux.HandleFunc(method+" /"+string(lang)+where, func(w http.ResponseWriter, req *http.Request) {
			limit := r.MaxBody
			if limit == 0 {
				limit = 1 << 20
			}
			req.Body = http.MaxBytesReader(w, req.Body, limit)
			v := s.visit(w, req, lang)
			v.pattern = where
			if err := r.Serve(v); err != nil {
				v.end(err)
			}
		})
	}
}

// Handler answers the portal's requests, compressed where the caller takes that. Who
// calls stands in the request's context (access.With).
func (s *Site) Handler() http.Handler { return gzhttp.GzipHandler(s.mux) }

// readStatic joins the sheets and the scripts, whose digests become their names.
func (s *Site) readStatic(areas []Area) {
	style, script := ownFile("portal.css"), ownFile("portal.js")
	for _, a := range areas {
		style += "\n" + a.Style
		script += "\n" + a.Script
	}
	s.static = map[string]file{StaticPath + "icon.svg": {"image/svg+xml", ownFile("icon.svg")}}
	keep := func(name, media, body string) string {
		sum := sha256.Sum256([]byte(body))
		const enough = 8
		address := StaticPath + strings.Replace(name, ".", "-"+hex.EncodeToString(sum[:enough])+".", 1)
		s.static[address] = file{media, body}
		return address
	}
	s.links.style = keep("portal.css", "text/css; charset=utf-8", style)
	s.links.script = keep("portal.js", "text/javascript; charset=utf-8", script)
}

func (s *Site) serveStatic(w http.ResponseWriter, r *http.Request) {
	f, ok := s.static[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.media)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = io.WriteString(w, f.body) // an error is the reader's having gone
}

// readPages parses every page of every area for one language.
func (s *Site) readPages(sp *speech, areas []Area) (map[string]*template.Template, error) {
	base, err := template.New("frame").Option("missingkey=error").Funcs(s.funcs(sp)).ParseFS(own, "pages/page.html", "pages/parts.html")
	if err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	pages := map[string]*template.Template{"frame/problem": template.Must(template.Must(base.Clone()).Parse(ownPage("pages/problem.html")))}
	for _, a := range areas {
		if a.Pages == nil {
			continue
		}
		if err := readArea(base, a, pages); err != nil {
			return nil, fmt.Errorf("portal: pages of %s: %w", a.Name, err)
		}
	}
	return pages, checkTexts(sp, pages)
}

func readArea(base *template.Template, a Area, into map[string]*template.Template) error {
	names, err := fs.Glob(a.Pages, "*.html")
	if err != nil {
		return err
	}
	common := template.Must(base.Clone())
	for _, name := range names {
		if strings.HasPrefix(name, "_") {
			if _, err := common.ParseFS(a.Pages, name); err != nil {
				return err
			}
		}
	}
	for _, name := range names {
		if strings.HasPrefix(name, "_") {
			continue
		}
		page := template.Must(common.Clone())
		if _, err := page.ParseFS(a.Pages, name); err != nil {
			return err
		}
		if page.Lookup("title") == nil || page.Lookup("main") == nil {
			return fmt.Errorf("%s has no title, or no main", name)
		}
		into[a.Name+"/"+strings.TrimSuffix(name, path.Ext(name))] = page
	}
	return nil
}

// render executes a page, or one part of it.
func (s *Site) render(lang Lang, name, part string, page *Page) ([]byte, error) {
	t, ok := s.pages[lang][name]
	if !ok {
		return nil, fmt.Errorf("portal: there is no page %q", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, part, page); err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	return b.Bytes(), nil
}

// asRefusal is the refusal that an error is, or nil.
func asRefusal(err error) *graph.Refusal {
	var r *graph.Refusal
	if errors.As(err, &r) {
		return r
	}
	return nil
}
