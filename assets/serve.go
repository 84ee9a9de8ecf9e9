package assets

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// Values of [Download].CacheControl.
const (
	// CacheForever is for a URL that names the bytes themselves, by their Ref.
	CacheForever = "public, max-age=31536000, immutable"
	// CacheRevalidated is for a URL whose bytes or permission may change.
	CacheRevalidated = "private, no-cache"
	// CacheNever keeps the bytes out of every cache.
	CacheNever = "private, no-store"
)

// Download is what [Serve] sends.
type Download struct {
	// Content is read from its beginning and not closed.
	Content io.ReadSeeker
	// Digest names exactly these bytes: the Ref of an original, or the digest of
	// a rendition. It becomes the strong entity tag.
	Digest Ref
	// Media is what was decided when the bytes came in.
	Media Media
	// Title is what the file is called, in any script, without extension.
	Title string
	// Inline lets a browser show a bitmap in its own window; all other kinds
	// are attachments in any case. Pictures in a page are shown either way.
	Inline bool
	// CacheControl is the header of that name; empty means CacheRevalidated.
	CacheControl string
	// AnyOrigin lets pages of other sites embed this; without it only those of
	// the same origin may.
	AnyOrigin bool
	// Record, if any, is called once, before the first byte is sent, when the
	// answer is the whole content or a range with its last byte; not for HEAD,
	// for "not modified", or for a range that leaves the end to another request.
	// If it fails nothing is sent but status 503 and code not_recorded.
	Record func(context.Context) error
	// Refuse, if any, writes the answer when the download is refused, in place of
	// a plain one. Headers of the content have been taken back.
	Refuse func(http.ResponseWriter, *Error)
}

// Serve answers a GET or HEAD: whole, or one range (RFC 9110, section 14; a
// request for several ranges is answered whole, as section 14.2 allows), or not
// modified. It is safe for bytes that strangers uploaded: the type is fixed, and
// a document such as an SVG is a download that runs nothing if it is opened.
// Other methods are answered with status 405.
func Serve(w http.ResponseWriter, r *http.Request, d Download) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	setHeaders(w.Header(), d)
	if strings.Contains(r.Header.Get("Range"), ",") || len(r.Header.Values("Range")) > 1 {
		r = r.Clone(r.Context())
		r.Header.Del("Range")
	}
	http.ServeContent(&recordingWriter{ResponseWriter: w, request: r, record: d.Record, refuse: d.Refuse}, r, "", time.Time{}, d.Content)
}

func setHeaders(h http.Header, d Download) {
	kind := "attachment"
	if d.Inline && d.Media.IsBitmap() {
		kind = "inline"
	}
	cache := d.CacheControl
	if cache == "" {
		cache = CacheRevalidated
	}
	origin := "same-origin"
	if d.AnyOrigin {
		origin = "cross-origin"
	}
	h.Set("Content-Type", string(d.Media))
	h.Set("ETag", `"`+string(d.Digest)+`"`)
	h.Set("Cache-Control", cache)
	h.Set("Content-Disposition", disposition(kind, FileName(d.Title, d.Media)))
	h.Set("X-Content-Type-Options", "nosniff")
	// A picture that is opened by itself gets an origin of its own, no scripts,
	// and nothing but what it holds.
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:")
	h.Set("Cross-Origin-Resource-Policy", origin)
	h.Set("Referrer-Policy", "no-referrer")
}

// recordingWriter records a download when its header is about to be sent, which
// is the last moment at which the answer can still be another one.
type recordingWriter struct {
	http.ResponseWriter
	request *http.Request
	record  func(context.Context) error
	refuse  func(http.ResponseWriter, *Error)
	begun   bool
	refused bool
}

// Unwrap is for http.ResponseController.
func (w *recordingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader begins the answer, unless it can't be recorded.
func (w *recordingWriter) WriteHeader(status int) { w.begin(status) }

func (w *recordingWriter) begin(status int) {
	if w.begun {
		return
	}
	w.begun = true
	if w.record != nil && w.request.Method == http.MethodGet && w.sendsTheEnd(status) {
		if err := w.record(w.request.Context()); err != nil {
			w.refused = true
			refuse(w.ResponseWriter, ErrNotRecorded.From(err), w.refuse)
			return
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recordingWriter) Write(p []byte) (int, error) {
	w.begin(http.StatusOK)
	if w.refused {
		return 0, ErrNotRecorded
	}
	return w.ResponseWriter.Write(p)
}

// ReadFrom keeps the way open by which the system copies a file to a socket.
func (w *recordingWriter) ReadFrom(r io.Reader) (int64, error) {
	w.begin(http.StatusOK)
	if w.refused {
		return 0, ErrNotRecorded
	}
	return io.Copy(w.ResponseWriter, r)
}

// sendsTheEnd reports whether the answer holds the last byte of the content.
func (w *recordingWriter) sendsTheEnd(status int) bool {
	switch status {
	case http.StatusOK:
		return true
	case http.StatusPartialContent:
		return endsContent(w.Header().Get("Content-Range"))
	}
	return false
}

// refuse answers with an error in place of what the headers promised.
func refuse(w http.ResponseWriter, e *Error, tell func(http.ResponseWriter, *Error)) {
	h := w.Header()
	for _, name := range []string{"ETag", "Content-Length", "Content-Range", "Accept-Ranges", "Content-Disposition", "Content-Encoding", "Last-Modified"} {
		h.Del(name)
	}
	if tell != nil {
		tell(w, e)
		return
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/json")
	if e.Status() == http.StatusServiceUnavailable {
		h.Set("Retry-After", "1")
	}
	w.WriteHeader(e.Status())
	text, err := json.Marshal(map[string]map[string]string{"error": {"code": e.Code(), "message": e.Sentence}})
	if err == nil {
		_, _ = w.Write(append(text, '\n')) // the client may be gone; there is nobody else to tell
	}
}
