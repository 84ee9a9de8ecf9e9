package webhooks

import (
	"errors"
	"fmt"

	"signet/internal/ownfile"
)

// Error is what a caller did wrong, or what is wrong with a signature.
type Error struct {
	// Code is stable, in snake_case: "url_scheme".
	Code string
	// Field is what is refused, such as "url", "messages[2].body" or the header
	// "webhook-timestamp".
	Field string
	// Sentence says it in English, for a person. It never holds a secret.
	Sentence string
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s: %s", e.Code, e.Field, e.Sentence) }

func refuse(code, field, sentence string, args ...any) *Error {
	return &Error{Code: code, Field: field, Sentence: fmt.Sprintf(sentence, args...)}
}

var (
	// ErrUnknown: the receiver has no such message.
	ErrUnknown = errors.New("webhooks: no such message")
	// ErrInUse: another Queue, mostly of another process, owns the file.
	ErrInUse = ownfile.ErrInUse
	// ErrForeign: the file is not one of this package.
	ErrForeign = ownfile.ErrForeign
	// ErrNewer: the file was written by a newer program.
	ErrNewer = ownfile.ErrNewer
	// ErrRunning: Run has been called, and has not returned.
	ErrRunning = errors.New("webhooks: already running")
)

// told gives an error of SQLite its meaning.
func told(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("webhooks: %w", ownfile.Told(err))
}
