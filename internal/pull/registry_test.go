package pull_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const address = "https://brand.example"

// registry speaks as internal/server does, of a kit that tests change as they like.
// TestTheRealServerIsUnderstood sees to it that it does.
type registry struct {
	t testing.TB

	mu       sync.Mutex // guards what follows
	now      time.Time
	versions []*version
	asked    []asked
	// before, if any, sees each request first, and may answer it.
	before func(w http.ResponseWriter, r *http.Request) (answered bool)
	// edit, if any, changes the list before it is sent.
	edit func(map[string]any)
	// anonymous gives files only of what is in force.
	anonymous bool
}

// version is one of an item, with files or a text in Vietnamese.
type version struct {
	item                   string
	number                 int
	from, until, withdrawn time.Time
	files                  map[string]string
	text                   string
}

// asked is a request that was answered.
type asked struct {
	path, span, token string
	status, bytes     int
}

func newRegistry(t testing.TB) *registry {
	t.Helper()
	r := &registry{t: t, now: time.Date(2027, 1, 4, 8, 0, 0, 0, time.UTC)}
	r.approve("logo-city", map[string]string{"màu.svg": "<svg>màu</svg>", "đen trắng.svg": "<svg>đen trắng</svg>", "twin.svg": "<svg>màu</svg>"}, "")
	r.approve("slogan-gate", nil, "Cửa ngõ")
	r.approve("slogan-port", nil, "Cảng")
	return r
}

// approve puts the next version of an item into force, a day later.
func (r *registry) approve(item string, files map[string]string, text string) *version {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.AddDate(0, 0, 1)
	v := &version{item: item, number: 1, from: r.now, files: files, text: text}
	for _, old := range r.versions {
		if old.item == item {
			v.number = old.number + 1
			if old.until.IsZero() {
				old.until = r.now
			}
		}
	}
	r.versions = append(r.versions, v)
	return v
}

// withdraw takes a version back, a day later.
func (r *registry) withdraw(item string, number int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.AddDate(0, 0, 1)
	for _, v := range r.versions {
		if v.item == item && v.number == number {
			v.withdrawn = r.now
			if v.until.IsZero() {
				v.until = r.now
			}
		}
	}
}

// listing is what is in force of a question, and how it is listed.
type listing struct {
	bodies    map[string]string // by path
	files     []map[string]any
	withdrawn []map[string]any
	unknown   string // an item that was named and is not in force
}

func (r *registry) kit(q url.Values) *listing {
	at := r.now
	if text := q.Get("asOf"); text != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, text); err != nil {
			r.t.Error(err)
		}
	}
	k := &listing{bodies: map[string]string{}}
	found := map[string]bool{}
	var whole []string
	add := func(path, body string, v *version, name string) {
		row := map[string]any{"path": path, "sha256": digestOf(body), "bytes": len(body), "mediaType": "x/y"}
		if v != nil {
			row["item"], row["version"], row["licence"] = v.item, v.number, "CC0"
		}
		if name != "" {
			row["name"] = name
		}
		k.bodies[path] = body
		k.files = append(k.files, row)
	}
	for _, v := range r.versions {
		if v.from.After(at) || !v.until.IsZero() && !v.until.After(at) || len(q["item"]) > 0 && !slices.Contains(q["item"], v.item) {
			continue
		}
		found[v.item] = true
		if !v.withdrawn.IsZero() && !v.withdrawn.After(r.now) {
			k.withdrawn = append(k.withdrawn, map[string]any{"item": v.item, "version": v.number, "withdrawnFrom": v.withdrawn})
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(v.files)) {
			add("logos/"+v.item+"/"+name, v.files[name], v, name)
		}
		if v.text != "" {
			add("texts/slogan/"+v.item+".vi.txt", v.text, v, "")
		}
		whole = append(whole, fmt.Sprintf("%s %d", v.item, v.number))
	}
	slices.Sort(whole)
	if len(whole) > 0 {
		add("kit.json", fmt.Sprintf("%q", whole), nil, "")
		add("index.html", fmt.Sprintf("<p>%q", whole), nil, "")
	}
	for _, item := range q["item"] {
		if !found[item] {
			k.unknown = item
		}
	}
	return k
}

func (k *listing) manifest(edit func(map[string]any)) []byte {
	m := map[string]any{"format": "signet-bundle/v1", "files": k.files, "withdrawn": k.withdrawn}
	if edit != nil {
		edit(m)
	}
	body, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return body
}

func (r *registry) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.before != nil && r.before(w, req) {
		return
	}
	parts := strings.Split(strings.Trim(req.URL.Path, "/"), "/")
	switch {
	case req.URL.Path == "/kit/manifest.json", req.URL.Path == "/kit.zip":
		r.serveKit(w, req)
	case len(parts) == 4 && parts[0] == "files":
		r.serveFile(w, req, parts[1], parts[2], parts[3])
	case len(parts) == 3 && parts[0] == "status":
		r.serveStatus(w, parts[1], parts[2])
	default:
		refuse(w, http.StatusNotFound, "unknown_address")
	}
}

func (r *registry) serveKit(w http.ResponseWriter, req *http.Request) {
	q := req.URL.Query()
	if q.Get("pinned") != "1" {
		r.t.Errorf("%s can't be asked for again", req.URL)
	}
	k := r.kit(q)
	switch {
	case k.unknown != "":
		refuse(w, http.StatusNotFound, "unknown_item")
		return
	case len(k.files) == 0:
		refuse(w, http.StatusNotFound, "nothing_selected")
		return
	}
	if req.URL.Path == "/kit/manifest.json" {
		at := q.Get("asOf")
		if at == "" {
			at = r.now.Format(time.RFC3339Nano)
		}
		w.Header().Set("Signet-Asked-At", at)
		w.Header().Set("Signet-Position", "7")
		serve(w, req, k.manifest(r.edit))
		return
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, path := range q["path"] {
		body, there := k.bodies[path]
		if !there {
			refuse(w, http.StatusNotFound, "unknown_path")
			return
		}
		entry, err := z.CreateHeader(&zip.FileHeader{Name: path})
		if err == nil {
			_, err = io.WriteString(entry, body)
		}
		if err != nil {
			r.t.Error(err)
		}
	}
	if err := z.Close(); err != nil {
		r.t.Error(err)
	}
	serve(w, req, b.Bytes())
}

func (r *registry) find(item, number string) *version {
	for _, v := range r.versions {
		if v.item == item && strconv.Itoa(v.number) == number {
			return v
		}
	}
	return nil
}

func (v *version) isWithdrawn(now time.Time) bool {
	return !v.withdrawn.IsZero() && !v.withdrawn.After(now)
}

func (r *registry) serveFile(w http.ResponseWriter, req *http.Request, item, number, name string) {
	v := r.find(item, number)
	switch {
	case v == nil || v.files[name] == "":
		refuse(w, http.StatusNotFound, "unknown_file")
	case v.isWithdrawn(r.now):
		refuse(w, http.StatusGone, "withdrawn")
	case r.anonymous && !v.until.IsZero():
		refuse(w, http.StatusNotFound, "unknown_file")
	default:
		serve(w, req, []byte(v.files[name]))
	}
}

func (r *registry) serveStatus(w http.ResponseWriter, item, number string) {
	v := r.find(item, number)
	if v == nil {
		refuse(w, http.StatusNotFound, "unknown_version")
		return
	}
	state := "in_force"
	switch {
	case v.isWithdrawn(r.now):
		state = "withdrawn"
	case !v.until.IsZero():
		state = "superseded"
	}
	fmt.Fprintf(w, `{"state": %q}`, state)
}

func serve(w http.ResponseWriter, r *http.Request, body []byte) {
	w.Header().Set("ETag", `"`+digestOf(string(body))+`"`)
	w.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

func refuse(w http.ResponseWriter, status int, reason string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error": {"reason": %q, "message": "no"}}`, reason)
}

func digestOf(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

// RoundTrip answers without a network.
func (r *registry) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, asked{req.URL.Path, req.Header.Get("Range"), req.Header.Get("Authorization"), w.Code, w.Body.Len()})
	res := w.Result()
	res.Request = req
	return res, nil
}

// questions returns what was asked since the last call.
func (r *registry) questions() []asked {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.asked
	r.asked = nil
	return out
}
