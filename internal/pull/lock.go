package pull

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"signet/domain"
)

// Names in the folder that is pulled into.
const (
	// LockName is the file that says what was pulled.
	LockName = "signet.lock"
	// LockFormat is what a lock calls itself.
	LockFormat = "signet-lock/v1"
	// about is what a lock says of itself to who opens it.
	about = "What signet pull has fetched. Keep it under version control; signet pull --locked fetches exactly this again."
)

// Lock is what signet.lock says. It is JSON with one line for each file, in the order of
// their paths, so that version control shows what has changed.
type Lock struct {
	About  string `json:"about"`
	Format string `json:"format"`
	// Server is the address of the registry, without a path of its own.
	Server    string    `json:"server"`
	Selection Selection `json:"selection"`
	// Channel is the key of the channel for which files are fetched, which the registry
	// records; empty for none.
	Channel string `json:"channel,omitempty"`
	// AsOf is the instant of the pull by the clock of the registry, in UTC.
	AsOf time.Time `json:"asOf"`
	// Manifest is the SHA-256 of the list that the registry gave; empty when the files are
	// of several instants.
	Manifest string `json:"manifest,omitempty"`
	Files    []File `json:"files,omitempty"`
}

// File is a file of the kit.
type File struct {
	Path   string `json:"path"`   // below the folder, with slashes
	SHA256 string `json:"sha256"` // 64 lower-case hexadecimal digits
	Bytes  int64  `json:"bytes"`
	// Item and Version are absent for what tells of the whole kit.
	Item    string `json:"item,omitempty"` // its key
	Version int    `json:"version,omitempty"`
	// Name is that of the file in the version; a text has none.
	Name    string `json:"name,omitempty"`
	Licence string `json:"licence,omitempty"`
	// AsOf is the instant at which the version was in force, where that is another than
	// the lock's: the file stayed when others were updated.
	AsOf time.Time `json:"asOf,omitzero"`
}

// Version names a version of an item.
type Version struct {
	Item   string `json:"item"`
	Number int    `json:"version"`
}

func (v Version) String() string { return fmt.Sprintf("%s version %d", v.Item, v.Number) }

func (f File) version() Version { return Version{f.Item, f.Version} }

// ReadLock decodes and checks a lock. What is wrong is refused with the reason invalid_lock,
// or unsafe_path for a path that no kit has.
func ReadLock(r io.Reader) (*Lock, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxList+1))
	if err != nil {
		return nil, fmt.Errorf("pull: %w", err)
	}
	if len(text) > maxList {
		return nil, invalidLock("it is too large")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var l Lock
	if err := decoder.Decode(&l); err != nil {
		return nil, invalidLock("%s", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, invalidLock("something follows its end")
	}
	if err := l.check(); err != nil {
		return nil, err
	}
	return &l, nil
}

func (l *Lock) check() error {
	if l.Format != LockFormat {
		return invalidLock("its format is %q, and not %q", l.Format, LockFormat)
	}
	if _, err := parseServer(l.Server); err != nil {
		return err
	}
	if l.AsOf.IsZero() {
		return invalidLock("it has no asOf")
	}
	if l.Manifest != "" && !isDigest(l.Manifest) {
		return invalidLock("its manifest is no SHA-256")
	}
	if l.Channel != "" {
		if _, err := domain.ParseKey(l.Channel); err != nil {
			return domain.AsError(err).At("channel")
		}
	}
	if err := l.Selection.settle(); err != nil {
		return err
	}
	return checkFiles(l.Files, invalidLock)
}

// encode writes the lock; equal locks are equal bytes.
func (l *Lock) encode() ([]byte, error) {
	head := *l
	head.Files = nil
	text, err := encode(head, "  ")
	if err != nil {
		return nil, err
	}
	b := bytes.NewBuffer(bytes.TrimSuffix(text, []byte("\n}\n")))
	b.WriteString(",\n  \"files\": [")
	for i, f := range l.sorted() {
		row, err := encode(f, "")
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n    ")
		b.Write(bytes.TrimSpace(row))
	}
	b.WriteString("\n  ]\n}\n")
	return b.Bytes(), nil
}

func (l *Lock) sorted() []File {
	return slices.SortedFunc(slices.Values(l.Files), func(a, b File) int { return strings.Compare(a.Path, b.Path) })
}

// encode writes JSON without the escapes that are meant for HTML.
func encode(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("pull: %w", err)
	}
	return b.Bytes(), nil
}

// at is the instant of which a file is.
func (l *Lock) at(f File) time.Time {
	if f.AsOf.IsZero() {
		return l.AsOf.UTC()
	}
	return f.AsOf.UTC()
}

// partial tells that the files are of several instants.
func (l *Lock) partial() bool {
	return slices.ContainsFunc(l.Files, func(f File) bool { return !f.AsOf.IsZero() })
}

// byPath finds files of a lock; a nil lock has none.
func (l *Lock) byPath() map[string]File {
	out := map[string]File{}
	if l != nil {
		for _, f := range l.Files {
			out[f.Path] = f
		}
	}
	return out
}

// parseServer reads the address of a registry.
func parseServer(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, domain.Refuse(domain.Invalid, "invalid_server", "%q is no address of a registry, such as https://brand.example", address).At("server")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	return u, nil
}
