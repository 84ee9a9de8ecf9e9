package s3

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"syscall"

	"github.com/minio/minio-go/v7"

	"signet/assets"
)

// Error tells an operator what is wrong with a store in S3: with what was asked
// of Open and ParseURL, or with the bucket. Two of them are the same for
// errors.Is if they have the same code. It never holds a secret.
type Error struct {
	code string
	// Sentence says it in English.
	Sentence string
	// Field is the option or parameter that is refused ("endpoint"), or empty.
	Field string
	cause error
}

// What can be wrong. The code is stable.
var (
	// ErrInvalidOptions: an option or a parameter of a URL is missing or wrong;
	// Field names it.
	ErrInvalidOptions = &Error{code: "invalid_options", Sentence: "this is no place for blobs"}
	// ErrCredentialsInURL: a URL names a user or a key, and would be logged.
	ErrCredentialsInURL = &Error{code: "credentials_in_url", Sentence: "keys do not belong into the URL; put them into the environment or a file"}
	// ErrNoCredentials: no key was found where one may be.
	ErrNoCredentials = &Error{code: "credentials_missing", Sentence: "there is no key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a file"}
	// ErrCacheInUse: another process has locked the cache folder.
	ErrCacheInUse = &Error{code: "cache_in_use", Sentence: "another process uses the cache folder"}
	// ErrBucketMissing: there is no such bucket.
	ErrBucketMissing = &Error{code: "bucket_missing", Sentence: "there is no such bucket"}
	// ErrAccessDenied: the key is unknown or wrong, or it may not list, get or
	// put.
	ErrAccessDenied = &Error{code: "access_denied", Sentence: "the key is wrong, or may not list, get or put"}
	// ErrWrongRegion: the bucket is in another region than the one that
	// requests are signed for.
	ErrWrongRegion = &Error{code: "wrong_region", Sentence: "the bucket is in another region"}
	// ErrUnreachable: nothing answers at the endpoint, or not in time, or with
	// failures.
	ErrUnreachable = &Error{code: "unreachable", Sentence: "the endpoint does not answer"}
	// ErrRefused: the server refuses for a reason that is none of the others.
	ErrRefused = &Error{code: "refused", Sentence: "the server refuses"}
)

// Error tells code, field, sentence and cause.
func (e *Error) Error() string {
	text := e.code + ": "
	if e.Field != "" {
		text += e.Field + ": "
	}
	text += e.Sentence
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Code returns the stable code, in snake_case.
func (e *Error) Code() string { return e.code }

// Unwrap returns the error that led to this one, or nil.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is an Error of the same code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.code == e.code
}

func (e *Error) because(sentence string, args ...any) *Error {
	told := *e
	told.Sentence = fmt.Sprintf(sentence, args...)
	return &told
}

func (e *Error) at(field string) *Error {
	told := *e
	told.Field = field
	return &told
}

func (e *Error) from(cause error) *Error {
	told := *e
	told.cause = cause
	return &told
}

// remote is an error that came from the other side, unlike one of the local
// disk or of the blob itself.
type remote struct{ error }

func (r remote) Unwrap() error { return r.error }

func fromRemote(err error) error {
	if err == nil {
		return nil
	}
	return remote{err}
}

// Codes of S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html)
// and of servers that speak as it does.
var (
	deniedCodes = []string{
		minio.AccessDenied, minio.AllAccessDisabled, minio.InvalidAccessKeyID, minio.SignatureDoesNotMatch, minio.RequestTimeTooSkewed,
		"AccountProblem", "ExpiredToken", "InvalidSecurity", "InvalidToken", "NotSignedUp",
		"XAdminUserNotFound", // of Versity's gateway for an unknown key, with status 404
	}
	regionCodes = []string{
		minio.AuthorizationHeaderMalformed, minio.InvalidRegion, "IllegalLocationConstraintException", "PermanentRedirect", "TemporaryRedirect",
	}
	fullCodes = []string{"QuotaExceeded", "XMinioAdminBucketQuotaExceeded", "XMinioStorageFull"}
	// damagedCodes mean that other bytes arrived than were sent.
	damagedCodes = []string{
		minio.BadDigest, minio.IncompleteBody, minio.InvalidDigest, minio.XAmzContentSHA256Mismatch, "InvalidRequestChecksum",
	}
	passingCodes = []string{"ExpiredToken", minio.InternalError, "OperationAborted", "RequestTimeout", "ServiceUnavailable", "SlowDown"}
)

// isPassing reports whether the same call may succeed if it is made again.
func isPassing(err error) bool {
	var r remote
	if !errors.As(err, &r) {
		return false
	}
	var answer minio.ErrorResponse
	if !errors.As(err, &answer) {
		var untrusted *tls.CertificateVerificationError
		return !errors.As(err, &untrusted)
	}
	return slices.Contains(passingCodes, answer.Code) || slices.Contains(damagedCodes, answer.Code) ||
		answer.StatusCode == http.StatusRequestTimeout || answer.StatusCode == http.StatusTooManyRequests ||
		answer.StatusCode >= http.StatusInternalServerError && answer.StatusCode != http.StatusNotImplemented &&
			!slices.Contains(fullCodes, answer.Code)
}

// told turns what went wrong into what a caller of the store is told.
func told(err error) error {
	var r remote
	var answer minio.ErrorResponse
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return assets.ErrNoSpace.From(err)
	case !errors.As(err, &r):
		return err
	case !errors.As(err, &answer):
		return assets.ErrUnavailable.From(ErrUnreachable.from(r.error))
	case answer.Code == minio.NoSuchKey:
		return assets.ErrNotFound.From(r.error)
	case answer.Code == minio.EntityTooLarge:
		return assets.ErrTooLarge.From(r.error)
	case answer.StatusCode == http.StatusInsufficientStorage, slices.Contains(fullCodes, answer.Code):
		return assets.ErrNoSpace.From(r.error)
	}
	return assets.ErrUnavailable.From(diagnosis(answer))
}

// diagnosis tells an operator what an answer of the server means.
func diagnosis(answer minio.ErrorResponse) *Error {
	switch {
	case answer.Code == minio.NoSuchBucket:
		return ErrBucketMissing.from(answer)
	case slices.Contains(regionCodes, answer.Code):
		if answer.Region != "" {
			return ErrWrongRegion.because("the bucket is in the region %q", answer.Region).from(answer)
		}
		return ErrWrongRegion.from(answer)
	case slices.Contains(deniedCodes, answer.Code),
		answer.StatusCode == http.StatusForbidden, answer.StatusCode == http.StatusUnauthorized:
		return ErrAccessDenied.from(answer)
	case answer.StatusCode >= http.StatusInternalServerError, answer.StatusCode == http.StatusTooManyRequests:
		return ErrUnreachable.because("the server fails or is overloaded").from(answer)
	}
	return ErrRefused.from(answer)
}
