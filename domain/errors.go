package domain

import (
	"errors"
	"fmt"
)

// Code is the coarse class of a refusal; it decides the HTTP status.
type Code string

// The classes of refusals. Everything that is not one of them is internal.
const (
	Invalid   Code = "invalid"   // the input can't be right, in any state
	NotFound  Code = "not_found" // no such thing, or not for this viewer
	Conflict  Code = "conflict"  // right in itself, but not in the present state
	Forbidden Code = "forbidden" // not for this actor
)

// Error is a refusal: an answer of the rules, meant for the caller.
type Error struct {
	Code Code
	// Reason is the stable, fine-grained code, in snake_case: "self_approval".
	Reason string
	// Field is the path of the input that is refused, such as
	// "content.units[2].text.ja"; empty when it is no single field.
	Field string
	// Sentence says it in English, for a person.
	Sentence string
}

func (e *Error) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%s: %s", e.Reason, e.Sentence)
	}
	return fmt.Sprintf("%s: %s: %s", e.Reason, e.Field, e.Sentence)
}

// Refuse makes a refusal; the sentence is formatted as by fmt.Sprintf.
func Refuse(code Code, reason, sentence string, args ...any) *Error {
	return &Error{Code: code, Reason: reason, Sentence: fmt.Sprintf(sentence, args...)}
}

// At names the field that is refused.
func (e *Error) At(field string, args ...any) *Error {
	e.Field = fmt.Sprintf(field, args...)
	return e
}

// CodeOf is the class of the refusal that err is or wraps, or empty.
func CodeOf(err error) Code {
	if refused := AsError(err); refused != nil {
		return refused.Code
	}
	return ""
}

// AsError returns the refusal that err is or wraps, or nil.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
