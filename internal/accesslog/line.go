package accesslog

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// Entry is one line of a log: one request. It is for the moment only; see the
// package's comment.
type Entry struct {
	Host      string // of a log that begins with it, else empty
	Address   string // of who asked
	Time      time.Time
	Method    string
	Target    string // path and query, as they were asked for
	Status    int
	UserAgent string // empty in the common format
}

// timeLayout is that of %t, without its brackets.
const timeLayout = "02/Jan/2006:15:04:05 -0700"

// ParseLine reads one line, without its end. The error is an *Error without a line
// number: bad_line, bad_time, bad_status.
func ParseLine(line []byte) (Entry, error) {
	before, rest, ok := bytes.Cut(line, []byte(" ["))
	if !ok {
		return Entry{}, wrong(BadLine, "there is no time in brackets")
	}
	var e Entry
	if !e.client(string(before)) {
		return Entry{}, wrong(BadLine, "it does not begin with an address, an identity and a user")
	}
	at, rest, ok := bytes.Cut(rest, []byte("] "))
	if !ok {
		return Entry{}, wrong(BadLine, "the time does not end")
	}
	var err error
	if e.Time, err = time.Parse(timeLayout, string(at)); err != nil {
		return Entry{}, wrong(BadTime, "the time is not written as 10/Oct/2027:13:55:36 +0700")
	}
	request, rest, ok := quoted(rest)
	if !ok {
		return Entry{}, wrong(BadLine, "there is no request in quotes")
	}
	if rest, err = e.answer(rest); err != nil {
		return Entry{}, err
	}
	if !e.agent(rest) {
		return Entry{}, wrong(BadLine, "after the size there is neither nothing nor a referrer and a user agent in quotes")
	}
	if parts := strings.Split(request, " "); len(parts) == 2 || len(parts) == 3 {
		e.Method, e.Target = parts[0], parts[1]
	}
	return e, nil
}

// client reads what is before the time: an address, an identity and a user, whose
// name may have spaces, maybe after a host. What has a colon and no dot, as an IPv6
// address, or is an address of IPv4, is no host.
func (e *Entry) client(text string) bool {
	parts := strings.Split(text, " ")
	if len(parts) < 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return false
	}
	e.Address = parts[0]
	if len(parts) > 3 && parts[2] == "-" && parts[1] != "-" { // host address - user
		e.Host, e.Address = parts[0], parts[1]
	}
	return true
}

// answer reads the status and the size, which is "-" for nothing.
func (e *Entry) answer(rest []byte) ([]byte, error) {
	if len(rest) == 0 || rest[0] != ' ' {
		return nil, wrong(BadLine, "after the request there is no status")
	}
	status, rest, ok := bytes.Cut(rest[1:], []byte(" "))
	if !ok {
		return nil, wrong(BadLine, "after the status there is no size")
	}
	n, err := strconv.Atoi(string(status))
	if err != nil || n < 100 || n > 999 || len(status) != 3 {
		return nil, wrong(BadStatus, "the status has not three digits")
	}
	e.Status = n
	size, rest, more := bytes.Cut(rest, []byte(" "))
	if string(size) != "-" {
		if _, err := strconv.ParseUint(string(size), 10, 63); err != nil {
			return nil, wrong(BadLine, "the size is no number")
		}
	}
	if more && len(rest) == 0 {
		return nil, wrong(BadLine, "it ends within")
	}
	return rest, nil
}

// agent reads what the combined format adds. What some servers add after that is
// left alone.
func (e *Entry) agent(rest []byte) bool {
	if len(rest) == 0 {
		return true
	}
	_, rest, ok := quoted(rest)
	if !ok || len(rest) == 0 || rest[0] != ' ' {
		return false
	}
	e.UserAgent, rest, ok = quoted(rest[1:])
	if e.UserAgent == "-" {
		e.UserAgent = ""
	}
	return ok && (len(rest) == 0 || rest[0] == ' ')
}

// quoted reads a text in quotes at the beginning, and what is after it.
func quoted(in []byte) (text string, rest []byte, ok bool) {
	if len(in) == 0 || in[0] != '"' {
		return "", nil, false
	}
	var out []byte // only where something is escaped
	begin := 1
	for i := 1; i < len(in); i++ {
		switch in[i] {
		case '"':
			if out == nil {
				return string(in[begin:i]), in[i+1:], true
			}
			return string(append(out, in[begin:i]...)), in[i+1:], true
		case '\\':
			if i+1 == len(in) {
				return "", nil, false
			}
			out = append(out, in[begin:i]...)
			i++
			if in[i] == 'x' && i+2 < len(in) {
				if b, err := strconv.ParseUint(string(in[i+1:i+3]), 16, 8); err == nil {
					out = append(out, byte(b))
					i += 2
					begin = i + 1
					continue
				}
			}
			out = append(out, unescaped(in[i])...)
			begin = i + 1
		}
	}
	return "", nil, false
}

// unescaped is what stands behind a backslash and this byte.
func unescaped(b byte) []byte {
	switch b {
	case 'n':
		return []byte{'\n'}
	case 't':
		return []byte{'\t'}
	case 'r':
		return []byte{'\r'}
	case '"', '\\':
		return []byte{b}
	}
	return []byte{'\\', b}
}

func wrong(code Code, sentence string) error { return &Error{Code: code, Sentence: sentence} }
