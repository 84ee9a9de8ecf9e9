package explorer

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed vendored/*.gz
var vendored embed.FS

//go:embed page/explorer.js page/explorer.css
var own embed.FS

// file is one script or style, kept compressed.
type file struct {
	contentType string
	digest      string // SHA-256 of the content, in hexadecimal
	compressed  []byte // as gzip
	plain       func() []byte
}

// files holds every file under its name.
var files = sync.OnceValue(func() map[string]file {
	all := map[string]file{}
	for name, compressed := range contents(vendored, "vendored") {
		name = strings.TrimSuffix(name, ".gz")
		all[name] = newFile(name, compressed)
	}
	for name, content := range contents(own, "page") {
		all[name] = newFile(name, compress(content))
	}
	return all
})

// Files serves the scripts and styles of the page by the last element of the
// path. With the version in the query that the page asks for, an answer may be
// kept for a year; without one it must be asked for again, by its ETag.
func Files() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := files()[path.Base(r.URL.Path)]
		switch {
		case !ok:
			http.NotFound(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		default:
			f.serve(w, r)
		}
	})
}

// serve sends the file as it is kept, or uncompressed to whom gzip is nothing.
// The two are different representations, and so have different strong ETags
// (RFC 9110, section 8.8.3.3).
func (f file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == f.version() {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	content := f.compressed
	if acceptsGzip(r.Header.Values("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		h.Set("ETag", `"`+f.digest+`-gzip"`)
	} else {
		content = f.plain()
		h.Set("ETag", `"`+f.digest+`"`)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// version is enough of the digest to tell two builds' files apart.
func (f file) version() string { return f.digest[:16] }

// addresses returns where the page finds the named files.
func addresses(names ...string) []string {
	var found []string
	for _, name := range names {
		found = append(found, FilesPath+name+"?v="+files()[name].version())
	}
	return found
}

// acceptsGzip reads Accept-Encoding as RFC 9110, section 12.5.3, says: gzip (or
// its old name x-gzip) is accepted unless its weight is 0, and "*" stands for it
// if it is not named. Without the header nothing but the content itself is sent,
// which every client can read.
func acceptsGzip(headers []string) bool {
	accepted, named := false, false
	for _, header := range headers {
		for element := range strings.SplitSeq(header, ",") {
			coding, params, _ := strings.Cut(element, ";")
			coding = strings.ToLower(strings.TrimSpace(coding))
			switch {
			case coding == "gzip" || coding == "x-gzip":
				accepted, named = weight(params) > 0, true
			case coding == "*" && !named:
				accepted = weight(params) > 0
			}
		}
	}
	return accepted
}

// weight reads "q=0.5". What is absent weighs 1, what can not be read 0.
func weight(params string) float64 {
	name, value, ok := strings.Cut(params, "=")
	if !ok || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return 0
	}
	return q
}

func newFile(name string, compressed []byte) file {
	contentType := "text/javascript; charset=utf-8"
	if path.Ext(name) == ".css" {
		contentType = "text/css; charset=utf-8"
	}
	digest := sha256.Sum256(decompress(compressed))
	return file{
		contentType: contentType,
		digest:      hex.EncodeToString(digest[:]),
		compressed:  compressed,
		// Kept from the first time that a client without gzip asks, for it is 4 MB
		// that most processes never need.
		plain: sync.OnceValue(func() []byte { return decompress(compressed) }),
	}
}

// contents reads a folder of what is embedded, where nothing can be missing.
func contents(from embed.FS, folder string) map[string][]byte {
	found := map[string][]byte{}
	entries, err := from.ReadDir(folder)
	if err != nil {
		panic(err)
	}
	for _, entry := range entries {
		content, err := fs.ReadFile(from, path.Join(folder, entry.Name()))
		if err != nil {
			panic(err)
		}
		found[entry.Name()] = content
	}
	return found
}

func compress(content []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err)
	}
	return out.Bytes()
}

func decompress(compressed []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		panic(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		panic(err)
	}
	return content
}
