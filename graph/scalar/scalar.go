// Package scalar reads and writes the API's own scalars.
package scalar

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"signet/domain"
	"signet/internal/eventlog"
)

// wrong says that a value is not of the scalar. The value is not repeated.
func wrong(format string, args ...any) error {
	return &gqlerror.Error{
		Message:    fmt.Sprintf(format, args...),
		Extensions: map[string]any{"code": "BAD_USER_INPUT", "reason": "invalid_scalar"},
	}
}

func text(v any, name string) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", wrong("a %s is a string", name)
	}
	return s, nil
}

// refused makes an error of the domain one that may be shown.
func refused(err error) error {
	e := domain.AsError(err)
	if e == nil {
		return err
	}
	return &gqlerror.Error{
		Message:    e.Sentence,
		Extensions: map[string]any{"code": "BAD_USER_INPUT", "reason": e.Reason},
	}
}

// MarshalDateTime writes an instant in UTC; the zero instant is null.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	if t.IsZero() {
		return graphql.Null
	}
	return graphql.WriterFunc(func(w io.Writer) {
		_, _ = io.WriteString(w, `"`+t.UTC().Format(time.RFC3339Nano)+`"`)
	})
}

// UnmarshalDateTime reads RFC 3339.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, err := text(v, "DateTime")
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	t = t.UTC() // in which it is told and kept: at 9999-12-31T23:59:59-12:00 it is the year 10000
	if err != nil || t.Year() < 1900 || t.Year() > 9999 {
		return time.Time{}, wrong("a DateTime is written like 2026-11-16T02:00:00Z")
	}
	return t.Truncate(time.Microsecond), nil
}

// MarshalDate writes a day; the empty one is null.
func MarshalDate(d domain.Date) graphql.Marshaler {
	if d == "" {
		return graphql.Null
	}
	return graphql.MarshalString(string(d))
}

// UnmarshalDate reads YYYY-MM-DD.
func UnmarshalDate(v any) (domain.Date, error) {
	s, err := text(v, "Date")
	if err != nil {
		return "", err
	}
	d, err := domain.ParseDate(s)
	return d, refused(err)
}

// MarshalLocale writes a language tag; the empty one is null.
func MarshalLocale(l domain.Locale) graphql.Marshaler {
	if l == "" {
		return graphql.Null
	}
	return graphql.MarshalString(string(l))
}

// locales remembers tags that were read before: one document asks for the same
// locale in every text of every row.
var locales, _ = lru.New[string, domain.Locale](1000) // fails for sizes below 1 only

// UnmarshalLocale reads a language tag in any case, as its canonical form.
func UnmarshalLocale(v any) (domain.Locale, error) {
	s, err := text(v, "Locale")
	if err != nil {
		return "", err
	}
	if l, known := locales.Get(s); known {
		return l, nil
	}
	l, err := domain.ParseLocale(s)
	if err != nil {
		return "", refused(err)
	}
	locales.Add(s, l)
	return l, nil
}

// MarshalDigest writes a digest.
func MarshalDigest(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalDigest reads 64 lower-case hexadecimal digits.
func UnmarshalDigest(v any) (string, error) {
	s, err := text(v, "Digest")
	if err != nil {
		return "", err
	}
	if len(s) != 64 {
		return "", wrong("a Digest has 64 hexadecimal digits")
	}
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return "", wrong("a Digest is written in lower-case hexadecimal digits")
		}
	}
	return s, nil
}

// MarshalPosition writes a position as a string, since JSON numbers are too small.
func MarshalPosition(p eventlog.Position) graphql.Marshaler {
	return graphql.MarshalString(strconv.FormatUint(uint64(p), 10))
}

// UnmarshalPosition reads what MarshalPosition wrote.
func UnmarshalPosition(v any) (eventlog.Position, error) {
	s, err := text(v, "Position")
	if err != nil {
		return 0, err
	}
	p, err := strconv.ParseUint(s, 10, 63)
	if err != nil {
		return 0, wrong("a Position is a number")
	}
	return eventlog.Position(p), nil
}

// MarshalRevision writes a revision as an Int.
func MarshalRevision(r eventlog.Revision) graphql.Marshaler { return graphql.MarshalInt64(int64(r)) }

// UnmarshalRevision reads an Int that is not below -1.
func UnmarshalRevision(v any) (eventlog.Revision, error) {
	var n int64
	switch v := v.(type) {
	case int64:
		n = v
	case int:
		n = int64(v)
	case json.Number:
		var err error
		if n, err = v.Int64(); err != nil {
			return 0, wrong("a revision is an Int")
		}
	default:
		return 0, wrong("a revision is an Int")
	}
	if n < int64(eventlog.NoStream) {
		return 0, wrong("a revision is not below -1")
	}
	return eventlog.Revision(n), nil
}

// MarshalNumber writes a number that is null when it is 0.
func MarshalNumber(n int) graphql.Marshaler {
	if n == 0 {
		return graphql.Null
	}
	return graphql.MarshalInt(n)
}
