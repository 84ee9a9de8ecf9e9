package report

import "fmt"

// Error is a refusal: the caller asked for what can't be right. Any other error
// that this package returns is the writer's.
type Error struct {
	// Code is stable, in snake_case: "period_malformed". Each function lists its own.
	Code string
	// Field is the path of the input that is refused: "editions[0].due".
	Field string
	// Sentence says it in English, for a person.
	Sentence string
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s: %s", e.Code, e.Field, e.Sentence) }

func refuse(code, field, sentence string, args ...any) *Error {
	return &Error{Code: code, Field: field, Sentence: fmt.Sprintf(sentence, args...)}
}
