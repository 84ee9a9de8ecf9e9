// Package server is the registry over HTTP: the GraphQL API with its explorer,
// the files of versions, uploads, the first login, and what an operator asks.
//
//	/                     sends browsers to the first page, in their language
//	/vi/…, /en/…          the pages for people, see package portal
//	/portal/…             their style sheet and script
//	/graphql              the API; for browsers the explorer
//	GET  /schema.graphql  the whole schema of the API
//	GET  /tlog/…          the log as a transparency log: signed checkpoints, tiles of hashes
//	GET  /proofs/…        what proves a version or an edition
//	GET  /files/…         a file of a version, or a rendition of it
//	GET  /kit.zip         the kit as one download
//	GET  /kit/manifest.json  the list of its files alone
//	POST /links           an address of one of these two that anybody may use for some time
//	/catalogue.json       by what everything that was ever in force is known
//	/evidence             pictures of the places where an audit found something
//	/identify             which version a file is, and whether it is in force
//	GET  /status/…        what has become of a version
//	POST /files           an upload, as the body of the request
//	GET  /xliff/…         the texts of a version, for a translator
//	POST /xliff           what the translator has written
//	/feeds/…              a news feed (Atom), a calendar of deadlines (ICS)
//	/reports              what happened in a half-year, a year or any interval
//	/first-login          how the first administrator gets a token
//	/login, /logout       how people come in, and leave
//	POST /session         how they come in with a token
//	/healthz, /readyz     whether the program runs, and whether it answers
//
// Every answer says up to where the node had read the log; a request may say how
// far it has to, see [Server].
package server

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"signet/assets"
	"signet/assets/rendition"
	"signet/graph"
	"signet/graph/explorer"
	"signet/internal/access"
	"signet/internal/bundle"
	"signet/internal/catalogue"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/links"
	"signet/internal/notary"
	"signet/internal/notify"
	"signet/internal/people"
	"signet/internal/portal/frame"
	"signet/internal/pressure"
	"signet/internal/signin"
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
	// Notifier tells webhooks; nil where there are none.
	Notifier *notify.Notifier
	// Prints takes the prints of pictures; nil where there is no catalogue.
	Prints *catalogue.Prints
	// Links are the keys of signed links; nil where there are none.
	Links *links.Keys
	// People keeps the names of members; nil where nobody is named.
	People people.Store
	// System is what the program knows of itself, for those who look after it; Started is
	// when the server was made if it is zero.
	System graph.System
	// Notary signs what the log held; nil where nothing is signed.
	Notary *notary.Notary
	// Door lets people in who log in elsewhere; nil where nobody does.
	Door *signin.Door
	// PublicURL is where browsers find the registry, without a path, such as
	// "https://registry.example"; empty where it has no name of its own. Where there is a
	// Door it is that of its provider.
	PublicURL string
	// Session is how long a session lasts that somebody begins with a token; 0 means
	// signin.DefaultSession. See signin.NewSessions.
	Session time.Duration
	// StampedDir is a folder of the server's own, in which it keeps stamped files
	// while it runs; it is made if it is missing. Without one each is stamped when
	// it is asked for.
	StampedDir string
	// MaxUpload is the size of the largest file that is taken in, in bytes; 0
	// means DefaultMaxUpload.
	MaxUpload int64
	// Limits are how much a caller may ask for; none if it is zero.
	Limits pressure.Limits
	// Proxies are the networks of reverse proxies, who are believed when they say who
	// calls.
	Proxies []netip.Prefix
	// Uses, if any, is told of the tokens that are used.
	Uses *access.Uses
	// Downloaded, if any, is called with each file or rendition that was sent, and
	// its bytes.
	Downloaded func(rendition bool, bytes int64)
	// Operated, if any, is called with the type of each GraphQL operation, and the
	// code of its first error.
	Operated func(operation string, code graph.Code)
	// Documents say which GraphQL documents are run.
	Documents graph.DocumentRules
	// Log is told what happens; nil discards it.
	Log *slog.Logger
}

// Server answers the requests of a registry. It is an http.Handler. A caller who
// puts the header Signet-Position of an answer into later requests finds at every
// node what it has seen or written at any.
type Server struct {
	Options

	auth      *access.Authenticator
	sessions  *signin.Sessions
	downloads *commands.Downloads
	sums      *bundle.Sums
	versions  *lru.Cache[versionPath, *told]
	stamped   *stampedFiles
	limiter   *pressure.Limiter
	gate      *pressure.Gate
	patterns  []string // what is routed
	doubted   atomic.Bool
	login     login
	api       http.Handler // of graph.NewHandler
	pages     http.Handler // for people
	handler   http.Handler
}

// New makes a server. It fails when it can't have its caches: memory, or StampedDir, and
// when PublicURL or Session can't be right.
func New(o Options) (*Server, error) {
	if o.MaxUpload == 0 {
		o.MaxUpload = DefaultMaxUpload
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.System.Started.IsZero() {
		o.System.Started = time.Now()
	}
	auth, err := access.NewAuthenticator(o.Views, o.Runner.Clock)
	if err != nil {
		return nil, err
	}
	auth.Tell(o.Uses)
	sums, err := bundle.NewSums(sumsKept)
	if err != nil {
		return nil, err
	}
	versions, err := lru.New[versionPath, *told](toldKept)
	if err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	stamped, err := openStampedFiles(o.StampedDir, stampedBytes)
	if err != nil {
		return nil, err
	}
	s := &Server{
		Options: o, auth: auth, downloads: commands.NewDownloads(o.Runner), sums: sums, versions: versions, stamped: stamped,
		limiter: pressure.NewLimiter(o.Limits, time.Now), gate: pressure.NewGate(rooms(), o.Limits.Refused),
	}
	if err := s.useSessions(); err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	s.api = s.newAPI()
	if s.pages, err = s.newPages(); err != nil {
		return nil, err
	}
	s.handler = s.identified(s.recovered(s.placed(s.routes())))
	return s, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Where things are.
const (
	graphPath    = "/graphql"
	filesPath    = "/files/"
	kitPath      = "/kit.zip"
	manifestPath = "/kit/manifest.json"
	healthPath   = "/healthz"
	readyPath    = "/readyz"
)

func (s *Server) routes() http.Handler {
	const get, head, post = http.MethodGet, http.MethodHead, http.MethodPost
	mux := http.NewServeMux()
	route := func(pattern string, h http.Handler) {
		s.patterns = append(s.patterns, pattern)
		mux.Handle(pattern, h)
	}
	handle := func(pattern string, h http.HandlerFunc, methods ...string) {
		route(pattern, s.only(h, methods...))
	}
	open := func(pattern string, h http.HandlerFunc, methods ...string) {
		handle(pattern, s.open(h).ServeHTTP, methods...)
	}
	route("/", s.open(http.HandlerFunc(s.nothing)))
	open("/{$}", s.start, get, head)
	handle(healthPath, healthy, get, head)
	handle(readyPath, s.ready, get, head)
	open("/first-login", s.firstLogin, get, head, post)
	s.loginRoutes(open)
	route(explorer.FilesPath, s.open(explorer.Files()))
	route(graphPath, s.graphql())
	route(vietnamesePath, s.visitor(s.pages))
	route(englishPath, s.visitor(s.pages))
	route(frame.StaticPath, s.open(s.pages))
	open("/schema.graphql", publishedSchema, get, head)
	s.tlogRoutes(open, func(pattern string, h http.HandlerFunc, methods ...string) {
		handle(pattern, s.known(h).ServeHTTP, methods...)
	})
	handle("/xliff", s.known(http.HandlerFunc(s.importXLIFF)).ServeHTTP, post)
	handle("/xliff/{item}/{version}/{locale}", s.known(http.HandlerFunc(s.exportXLIFF)).ServeHTTP, get, head)
	handle("/feeds/changes.atom", s.known(http.HandlerFunc(s.changes)).ServeHTTP, get, head)
	handle("/feeds/deadlines.ics", s.known(http.HandlerFunc(s.deadlines)).ServeHTTP, get, head)
	handle("/reports", s.known(http.HandlerFunc(s.report)).ServeHTTP, get, head)
	handle("/identify", s.known(http.HandlerFunc(s.identify)).ServeHTTP, get, head, post)
	handle(statusPath+"{item}/{version}", s.known(http.HandlerFunc(s.status)).ServeHTTP, get, head)
	handle(kitPath, s.linked(s.kit), get, head)
	handle(manifestPath, s.known(http.HandlerFunc(s.kitManifest)).ServeHTTP, get, head)
	if s.Prints != nil {
		handle("/catalogue.json", s.known(http.HandlerFunc(s.catalogue)).ServeHTTP, get, head)
	}
	handle("/evidence", s.known(http.HandlerFunc(s.keepEvidence)).ServeHTTP, post)
	handle(graph.EvidencePath+"{finding}", s.known(http.HandlerFunc(s.evidence)).ServeHTTP, get, head)
	handle("/files", s.known(http.HandlerFunc(s.upload)).ServeHTTP, post)
	handle(filesPath+"{item}/{version}/{name}", s.linked(s.file), get, head)
	if s.Links != nil {
		handle("/links", s.known(http.HandlerFunc(s.link)).ServeHTTP, post)
	}
	return mux
}

// newAPI makes the API.
func (s *Server) newAPI() http.Handler {
	return graph.NewHandler(&graph.Resolver{
		Runner: s.Runner, Views: s.Views, Store: s.Store, System: s.System, People: s.People, MaxUpload: s.MaxUpload, Notifier: s.Notifier, Operated: s.Operated, Documents: s.Documents,
		Spend: s.spend, Turn: s.turn, Address: func(r *http.Request) string { return Address(r).String() },
	}, s.auth, s.Log)
}

// graphql is the API over HTTP; a browser that is pointed at it gets the explorer.
func (s *Server) graphql() http.Handler {
	page := s.open(explorer.Handler(explorer.Options{Endpoint: graphPath, SubscriptionEndpoint: graphPath, Examples: examples}))
	asked := s.known(s.api)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.Header.Get("Upgrade") == "" &&
			!r.URL.Query().Has("query") && wantsPage(r) {
			page.ServeHTTP(w, r)
			return
		}
		asked.ServeHTTP(w, r)
	})
}

// Ready tells whether the node answers: as /readyz does, also if it serves reads only.
func (s *Server) Ready() bool {
	live, err := s.Views.Ready()
	away := !eventlog.HealthOf(s.Runner.Log).Up
	return err == nil && (live || away && s.Views.Position() > 0)
}

// Configure sets limits of an http.Server that suit the handler. There is none
// on a whole request or answer, since uploads, downloads and subscriptions take
// as long as they take: the handler sees to it that they move on.
func Configure(s *http.Server) {
	s.ReadHeaderTimeout = 10 * time.Second
	s.ReadTimeout = 0
	s.WriteTimeout = 0
	s.IdleTimeout = 2 * time.Minute
	s.MaxHeaderBytes = 64 << 10
}

// healthy says that the program runs.
func healthy(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, r, http.StatusOK, map[string]any{"status": "ok"})
}

// ready says whether the node answers, and whether it can write: "serving", or
// "reading" while the log is away and what was read of it is told. With ?for=writes
// only a node that can write is ready.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	live, err := s.Views.Ready()
	if err != nil {
		s.notReady(w, r, "views_failed", "the read models have stopped following the log", err)
		return
	}
	head, err := s.head(ctx)
	switch {
	case err != nil && (s.Views.Position() == 0 || r.URL.Query().Get("for") == "writes"):
		s.notReady(w, r, "log_unavailable", "the log does not answer", err)
	case err != nil:
		s.Log.WarnContext(ctx, "serving reads only", "error", err)
		s.isReady(w, r, map[string]any{"status": "reading", "reason": "log_unavailable", "asOf": s.Views.AsOf().UTC()})
	case !live:
		s.notReady(w, r, "catching_up", "the read models are catching up with the log", nil)
	default:
		s.isReady(w, r, map[string]any{"status": "serving", "head": head})
	}
}

// head asks the log, unless it is known to be away.
func (s *Server) head(ctx context.Context) (eventlog.Position, error) {
	if health := eventlog.HealthOf(s.Runner.Log); !health.Up {
		return 0, health.Err
	}
	return s.Runner.Log.Head(ctx)
}

func (s *Server) isReady(w http.ResponseWriter, r *http.Request, state map[string]any) {
	state["position"] = s.Views.Position()
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, r, http.StatusOK, state)
}

func (s *Server) notReady(w http.ResponseWriter, r *http.Request, reason, message string, err error) {
	if err != nil {
		s.Log.WarnContext(r.Context(), "not ready", "reason", reason, "error", err)
	}
	s.problem(w, r, problem{status: http.StatusServiceUnavailable, code: graph.Unavailable, reason: reason, message: message})
}
