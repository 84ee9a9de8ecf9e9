package esdb

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"signet/internal/eventlog"
)

// codeOf is the client's code of an error, which client.FromError does not find in
// one that was wrapped.
func codeOf(err error) client.ErrorCode {
	var e *client.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return client.ErrorCodeUnknown
}

func isNotLeader(err error) bool { return err != nil && codeOf(err) == client.ErrorCodeNotLeader }

func isConflict(err error) bool {
	return err != nil && codeOf(err) == client.ErrorCodeWrongExpectedVersion
}

func isNotFound(err error) bool {
	return err != nil && codeOf(err) == client.ErrorCodeResourceNotFound
}

// isRefused: the server does not want us. The subscription's errors are gRPC's own.
func isRefused(err error) bool {
	theirs, code := codeOf(err), status.Code(err)
	return theirs == client.ErrorCodeUnauthenticated || theirs == client.ErrorCodeAccessDenied || code == codes.Unauthenticated || code == codes.PermissionDenied
}

// isInvalid: the server does not take what was sent.
func isInvalid(err error) bool { return status.Code(err) == codes.InvalidArgument }

// isFinal: another attempt would end the same way.
func isFinal(err error) bool {
	for _, e := range []error{eventlog.ErrClosed, eventlog.ErrCorrupt, eventlog.ErrConflict, eventlog.ErrTooLarge} {
		if errors.Is(err, e) {
			return true
		}
	}
	return isConflict(err) || isNotFound(err) || isInvalid(err) || codeOf(err) == client.ErrorCodeStreamDeleted
}

// meaning gives an error of the client that which the log's contract knows.
func meaning(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, eventlog.ErrClosed),
		errors.Is(err, eventlog.ErrCorrupt), errors.Is(err, eventlog.ErrConflict), errors.Is(err, eventlog.ErrTooLarge),
		errors.Is(err, eventlog.ErrUnavailable):
		return err
	case isRefused(err):
		return fmt.Errorf("%w: %w", eventlog.ErrUnauthenticated, err)
	case codeOf(err) == client.ErrorCodeStreamDeleted:
		return fmt.Errorf("%w: a stream was deleted: %w", eventlog.ErrCorrupt, err)
	}
	return fmt.Errorf("%w: %w", eventlog.ErrUnavailable, err)
}

// withoutSecrets drops the connection string from an error about it: it can hold a
// password.
func withoutSecrets(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
