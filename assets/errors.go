package assets

import (
	"errors"
	"fmt"
	"net/http"
)

// Error is a refusal or failure that a caller is told of. Two of them are the
// same for errors.Is if they have the same code, so that the Err… values below
// serve as targets:
//
//	errors.Is(err, assets.ErrTooLarge)
type Error struct {
	code   string
	status int
	// Sentence says it in English, for a person. It holds no path of the
	// machine and no bytes of the file.
	Sentence string
	// Field is the parameter that is refused ("width"), or empty.
	Field string
	// Line is the line of the file that is refused, counted from 1, or 0.
	Line  int
	cause error
}

// What can be wrong with bytes. The code is stable: clients may compare it.
var (
	// ErrInvalidRef: what should be a Ref is none.
	ErrInvalidRef = sentinel("invalid_ref", http.StatusBadRequest, "this is not a reference to a blob")
	// ErrNotFound: the store has no such blob.
	ErrNotFound = sentinel("not_found", http.StatusNotFound, "there is no such blob")
	// ErrTooLarge: more bytes came than the limit allows.
	ErrTooLarge = sentinel("too_large", http.StatusRequestEntityTooLarge, "this is more than the limit of bytes")
	// ErrInterrupted: the upload ended before its end.
	ErrInterrupted = sentinel("interrupted", http.StatusBadRequest, "the upload stopped before its end")
	// ErrUnsupportedMedia: the content is of no kind that the registry keeps.
	ErrUnsupportedMedia = sentinel("unsupported_media", http.StatusUnsupportedMediaType, "the content is of no kind that is kept here")
	// ErrUnsafeSVG: the SVG holds what could run, load or overload something.
	ErrUnsafeSVG = sentinel("unsafe_svg", http.StatusUnprocessableEntity, "this SVG holds what is not accepted")
	// ErrTooManyPixels: decoded, the picture would be too large.
	ErrTooManyPixels = sentinel("too_many_pixels", http.StatusUnprocessableEntity, "this picture has too many pixels")
	// ErrBrokenImage: it begins as a picture and can't be read as one.
	ErrBrokenImage = sentinel("broken_image", http.StatusUnprocessableEntity, "this picture can't be read")
	// ErrNoRendition: a blob of this kind can't be drawn.
	ErrNoRendition = sentinel("no_rendition", http.StatusUnprocessableEntity, "a file of this kind has no renditions")
	// ErrInvalidSpec: a parameter of a rendition is unknown or out of range.
	ErrInvalidSpec = sentinel("invalid_spec", http.StatusBadRequest, "this rendition can't be asked for")
	// ErrCorrupt: stored bytes are not those that their name says. Only a
	// backup helps.
	ErrCorrupt = sentinel("corrupt", http.StatusInternalServerError, "the stored bytes are damaged")
	// ErrNoSpace: the disk is full.
	ErrNoSpace = sentinel("no_space", http.StatusInsufficientStorage, "there is no space left to store this")
	// ErrNotRecorded: a download could not be recorded, so it was not sent.
	ErrNotRecorded = sentinel("not_recorded", http.StatusServiceUnavailable, "the download could not be recorded; try again")
	// ErrUnavailable: the place where blobs are kept is away; the same call may
	// succeed later.
	ErrUnavailable = sentinel("unavailable", http.StatusServiceUnavailable, "the place where files are kept does not answer; try again")
	// ErrBusy: too many renditions are being made; try again.
	ErrBusy = sentinel("busy", http.StatusServiceUnavailable, "too many pictures are being made; try again")
	// ErrTimeout: making the rendition took too long.
	ErrTimeout = sentinel("timeout", http.StatusServiceUnavailable, "making this picture took too long")
)

func sentinel(code string, status int, sentence string) *Error {
	return &Error{code: code, status: status, Sentence: sentence}
}

// Error tells code, place and sentence.
func (e *Error) Error() string {
	text := e.code + ": "
	if e.Field != "" {
		text += e.Field + ": "
	}
	if e.Line > 0 {
		text += fmt.Sprintf("line %d: ", e.Line)
	}
	text += e.Sentence
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Code returns the stable code, in snake_case.
func (e *Error) Code() string { return e.code }

// Status returns the HTTP status that suits the error.
func (e *Error) Status() int { return e.status }

// Unwrap returns the error that led to this one, or nil. It is for logs: it may
// hold paths.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is an Error of the same code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.code == e.code
}

// AsError returns the Error that err is or wraps, or nil.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// Because returns a copy of the error with a sentence of its own, formatted as
// by fmt.Sprintf.
func (e *Error) Because(sentence string, args ...any) *Error {
	told := *e
	told.Sentence = fmt.Sprintf(sentence, args...)
	return &told
}

// From returns a copy of the error that wraps its cause.
func (e *Error) From(cause error) *Error {
	told := *e
	told.cause = cause
	return &told
}

// At returns a copy of the error that names the refused parameter.
func (e *Error) At(field string) *Error {
	told := *e
	told.Field = field
	return &told
}

// onLine returns a copy of the error that names the line of the file.
func (e *Error) onLine(line int) *Error {
	told := *e
	told.Line = line
	return &told
}
