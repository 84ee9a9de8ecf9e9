package metrics

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// requestBuckets reach from an answer out of memory to a large download, in seconds.
var requestBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

// methods that are counted by their name.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// maxRoutes bounds the values of the label route, whatever the function says.
const maxRoutes = 64

// HTTP counts requests by route, method and class of the status ("2xx"), and
// measures how long answers took. Route names the route of a request, such as
// "/files/{item}/{version}/{name}", or "" for none. It is asked after next has
// answered, when [http.Request.Pattern] is set; it may return 64 different names, of
// which more are "other".
//
// A connection that is given away (WebSockets), and an answer of server-sent events,
// are counted when they begin, and have no duration: they last for as long as
// somebody listens. signet_http_streams tells how many there are.
//
// Writers keep what [http.ResponseController] and [io.Copy] look for: Flush, Hijack,
// ReadFrom, deadlines.
func HTTP(r *Registry, route func(*http.Request) string, next http.Handler) http.Handler {
	m := &measuredHTTP{
		route: route, next: next, known: map[string]struct{}{},
		count: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "http_requests_total",
			Help: "Requests that were answered, by route, method and class of the status.",
		}, []string{"route", "method", "class"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Name: "http_request_seconds",
			Help:    "How long requests took from their headers to the end of the answer, without streams.",
			Buckets: requestBuckets,
		}, []string{"route"}),
		streams: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: namespace, Name: "http_streams",
			Help: "Connections that listen for changes: WebSockets and server-sent events.",
		}),
	}
	r.reg.MustRegister(m.count, m.took, m.streams)
	return m
}

type measuredHTTP struct {
	route   func(*http.Request) string
	next    http.Handler
	count   *prometheus.CounterVec
	took    *prometheus.HistogramVec
	streams prometheus.Gauge

	mu    sync.Mutex
	known map[string]struct{} // guarded by mu: the routes that have been seen
}

func (m *measuredHTTP) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	a := &answer{ResponseWriter: w, control: http.NewResponseController(w)}
	a.streaming = func() {
		m.streams.Inc()
		m.counted(r, a.status)
	}
	ended := false
	defer func() {
		if a.stream {
			m.streams.Dec()
			return
		}
		status := a.status
		switch {
		case status != 0:
		case ended:
			status = http.StatusOK
		default:
			status = http.StatusInternalServerError // it panicked before it said anything
		}
		m.took.WithLabelValues(m.counted(r, status)).Observe(time.Since(began).Seconds())
	}()
	m.next.ServeHTTP(a, r)
	ended = true
}

// counted counts a request, and returns its route.
func (m *measuredHTTP) counted(r *http.Request, status int) (route string) {
	route = m.bounded(m.route(r))
	method := r.Method
	if !slices.Contains(methods, method) {
		method = other
	}
	m.count.WithLabelValues(route, strings.ToLower(method), strconv.Itoa(status/100)+"xx").Inc()
	return route
}

func (m *measuredHTTP) bounded(route string) string {
	if route == "" {
		return "none"
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.known[route]; !ok {
		if len(m.known) >= maxRoutes {
			return other
		}
		m.known[route] = struct{}{}
	}
	return route
}
