package accesslog

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"path"
	"strconv"
	"strings"
)

// Current stands for the version that was in force when it was asked for.
const Current = 0

// Address is what an address of the registry's files names.
type Address struct {
	Item    string
	Version int // or Current
	Name    string
	Query   url.Values
}

// ParseAddress reads the target of a request for a file of the registry, as it is
// asked for of the registry itself, or of a proxy or CDN before it:
//
//	/files/{item}/{version or "current"}/{name}?width=400
func ParseAddress(target string) (Address, bool) {
	u, err := url.Parse(target)
	if err != nil {
		return Address{}, false
	}
	parts := strings.Split(u.EscapedPath(), "/")
	if len(parts) != 5 || parts[0] != "" || parts[1] != "files" {
		return Address{}, false
	}
	for i, p := range parts {
		if parts[i], err = url.PathUnescape(p); err != nil {
			return Address{}, false
		}
	}
	a := Address{Item: parts[2], Name: parts[4]}
	if a.Query, err = url.ParseQuery(u.RawQuery); err != nil {
		return Address{}, false
	}
	var ok bool
	a.Version, ok = parseVersion(parts[3])
	return a, ok && a.Item != "" && a.Name != ""
}

// parseVersion reads a number of a version as it is written in one way only, or
// "current".
func parseVersion(s string) (int, bool) {
	if s == "current" {
		return Current, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n > 0 && strconv.Itoa(n) == s
}

// Place is what stands at a path of a channel's site.
type Place struct {
	Item    string
	Version int // or Current
}

// Map tells what stands at which path of a channel's site: at the path itself, or,
// where that ends with a slash, at all below it. The longest one holds.
type Map map[string]Place

// maxMap is the longest map that is read, in bytes.
const maxMap = 16 << 20

// mapped is a row of a map in JSON; the version is a number or "current".
type mapped struct {
	Path    string          `json:"path"`
	Item    string          `json:"item"`
	Version json.RawMessage `json:"version"`
}

// ReadMap reads a map: CSV with the columns path, item and version, of which the
// first line may be the header, or JSON, a list of {"path", "item", "version"}. Each
// path is put below the prefix, such as "/assets". The error is an *Error (bad_map),
// or of the reader.
func ReadMap(r io.Reader, prefix string) (Map, error) {
	b := bufio.NewReader(io.LimitReader(r, maxMap))
	m := Map{}
	for {
		c, err := b.ReadByte()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if err != nil {
			return nil, &Error{Code: BadMap, Sentence: "it is empty"}
		}
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' && c != 0xef && c != 0xbb && c != 0xbf {
			_ = b.UnreadByte() // one was read
			if c == '[' {
				return m, m.readJSON(b, prefix)
			}
			return m, m.readCSV(b, prefix)
		}
	}
}

func (m Map) readJSON(r io.Reader, prefix string) error {
	var rows []mapped
	if err := json.NewDecoder(r).Decode(&rows); err != nil {
		return &Error{Code: BadMap, Sentence: "it is no list of {\"path\", \"item\", \"version\"}"}
	}
	for i, row := range rows {
		if !m.put(prefix, row.Path, row.Item, strings.Trim(string(row.Version), `"`)) {
			return &Error{Code: BadMap, Line: i + 1, Sentence: "a row has a path that begins with a slash, an item, and a version"}
		}
	}
	return nil
}

func (m Map) readCSV(r io.Reader, prefix string) error {
	c := csv.NewReader(r)
	c.FieldsPerRecord = 3
	for first := true; ; first = false {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			return &Error{Code: BadMap, Line: wrong.Line, Sentence: "a line has the three columns path, item and version"}
		}
		if err != nil {
			return err
		}
		if first && row[0] == "path" {
			continue
		}
		if !m.put(prefix, row[0], row[1], row[2]) {
			line, _ := c.FieldPos(0)
			return &Error{Code: BadMap, Line: line, Sentence: "a line has a path that begins with a slash, an item, and a version"}
		}
	}
}

func (m Map) put(prefix, at, item, version string) bool {
	n, ok := parseVersion(version)
	if !ok || item == "" || at == "" || prefix == "" && at[0] != '/' {
		return false
	}
	full := path.Join("/", prefix, at)
	if strings.HasSuffix(at, "/") && full != "/" {
		full += "/"
	}
	m[full] = Place{item, n}
	return true
}

// Find returns what stands at the path of a request's target.
func (m Map) Find(target string) (Place, bool) {
	u, err := url.Parse(target)
	if err != nil {
		return Place{}, false
	}
	at := u.Path
	for {
		if p, ok := m[at]; ok {
			return p, true
		}
		cut := strings.LastIndexByte(strings.TrimSuffix(at, "/"), '/')
		if cut < 0 {
			return Place{}, false
		}
		at = at[:cut+1]
	}
}
