// Package server is the registry over HTTP: the GraphQL API with its explorer,
// the files of versions, uploads, the first login, and what an operator asks.
//
//	/                     a page that says what this is
//	/graphql              the API; for browsers the explorer
//	GET  /files/…         a file of a version, or a rendition of it
//	POST /files           an upload, as the body of the request
//	/first-login          how the first administrator gets a token
//	/healthz, /readyz     whether the program runs, and whether it answers
package server

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"signet/assets"
	"signet/assets/rendition"
	"signet/graph"
	"signet/graph/explorer"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/projections"
)

// DefaultMaxUpload is the size of the largest file that is taken in, in bytes.
const DefaultMaxUpload = 64 << 20

// Options are what a server works with.
type Options struct {
	Runner     *commands.Runner
	Views      *projections.Views
	Store      assets.Store
	Renditions *rendition.Maker
	// MaxUpload is the size of the largest file that is taken in, in bytes; 0
	// means DefaultMaxUpload.
	MaxUpload int64
	// Log is told what happens; nil discards it.
	Log *slog.Logger
}

// Server answers the requests of a registry. It is an http.Handler.
type Server struct {
	Options

	auth      *access.Authenticator
	downloads *commands.Downloads
	login     firstLogin
	handler   http.Handler
}

// New makes a server. It fails only when memory for its caches can't be had.
func New(o Options) (*Server, error) {
	if o.MaxUpload == 0 {
		o.MaxUpload = DefaultMaxUpload
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	auth, err := access.NewAuthenticator(o.Views, o.Runner.Clock)
	if err != nil {
		return nil, err
	}
	s := &Server{Options: o, auth: auth, downloads: commands.NewDownloads(o.Runner)}
	s.handler = s.identified(s.recovered(s.routes()))
	return s, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", s.home)
	mux.HandleFunc("GET /healthz", healthy)
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("GET /first-login", s.askFirstLogin)
	mux.HandleFunc("POST /first-login", s.takeFirstLogin)
	mux.Handle(explorer.FilesPath, explorer.Files())
	mux.Handle("/graphql", s.graphql())
	mux.Handle("POST /files", s.known(s.upload))
	mux.Handle("GET /files/{item}/{version}/{name}", s.known(s.file))
	return mux
}

// graphql is the API; a browser that is pointed at it gets the explorer.
func (s *Server) graphql() http.Handler {
	api := graph.NewHandler(&graph.Resolver{Runner: s.Runner, Views: s.Views, Store: s.Store, MaxUpload: s.MaxUpload}, s.auth, s.Log)
	page := explorer.Handler(explorer.Options{Endpoint: "/graphql", SubscriptionEndpoint: "/graphql", Examples: examples})
	asked := s.known(api.ServeHTTP)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.Header.Get("Upgrade") == "" &&
			!r.URL.Query().Has("query") && wantsPage(r) {
			page.ServeHTTP(w, r)
			return
		}
		asked.ServeHTTP(w, r)
	})
}

// Configure sets limits of an http.Server that suit the handler. There is no
// limit on writing, since downloads and subscriptions take as long as they
// take; uploads have one of their own.
func Configure(s *http.Server) {
	s.ReadHeaderTimeout = 10 * time.Second
	s.ReadTimeout = 60 * time.Second
	s.IdleTimeout = 2 * time.Minute
	s.MaxHeaderBytes = 64 << 10
}

// healthy says that the program runs.
func healthy(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"status": "ok"})
}

// ready says whether the log answers, and whether the read models tell all of it.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	head, err := s.Runner.Log.Head(ctx)
	if err != nil {
		s.Log.WarnContext(ctx, "not ready", "error", err)
		s.problem(w, problem{status: http.StatusServiceUnavailable, code: string(graph.Unavailable), reason: "log_unavailable", message: "the log does not answer"})
		return
	}
	live, err := s.Views.Ready()
	switch {
	case err != nil:
		s.Log.WarnContext(ctx, "not ready", "error", err)
		s.problem(w, problem{status: http.StatusServiceUnavailable, code: string(graph.Unavailable), reason: "views_failed", message: "the read models have stopped following the log"})
	case !live:
		s.problem(w, problem{status: http.StatusServiceUnavailable, code: string(graph.Unavailable), reason: "catching_up", message: "the read models are catching up with the log"})
	default:
		writeJSON(w, http.StatusOK, map[string]any{"status": "ready", "position": s.Views.Position(), "head": head})
	}
}
