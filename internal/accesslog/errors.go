package accesslog

import (
	"errors"
	"fmt"
)

// Code says, in snake_case, what is wrong.
type Code string

// What can be wrong with a line (bad_line: no such format; bad_time; bad_status;
// line_too_long), a log or a map.
const (
	BadLine       Code = "bad_line"
	BadTime       Code = "bad_time"
	BadStatus     Code = "bad_status"
	LineTooLong   Code = "line_too_long"
	BadGzip       Code = "bad_gzip"
	TooManyCounts Code = "too_many_counts" // more different ones than MaxCounts
	BadMap        Code = "bad_map"
)

// Error is what is wrong with what was read.
type Error struct {
	Code Code
	Line int // counted from 1; 0 where it is no line
	// Sentence says it in English; of a line of a log it repeats nothing.
	Sentence string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.Code, e.Sentence)
	}
	return fmt.Sprintf("%s: line %d: %s", e.Code, e.Line, e.Sentence)
}

// AsError returns the *Error that err is or wraps, or nil.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
