package esdbtest

import (
	"strconv"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// refusal is a status with the trailers by which the client tells errors
// apart.
type refusal struct {
	code     codes.Code
	message  string
	trailers []string // keys and values
}

// with sets the trailers on the call and returns the error that ends it.
func (r *refusal) with(set func(metadata.MD)) error {
	if len(r.trailers) > 0 {
		set(metadata.Pairs(r.trailers...))
	}
	return status.Error(r.code, r.message)
}

var (
	notReady     = &refusal{code: codes.Unavailable, message: "Server Is Not Ready"}
	accessDenied = &refusal{code: codes.PermissionDenied, message: "Access Denied", trailers: []string{"exception", "access-denied"}}
	badLogin     = &refusal{code: codes.Unauthenticated, message: "the user name or the password is wrong"}
	badPosition  = &refusal{code: codes.InvalidArgument, message: "Trying to read from an invalid position."}
	cutShort     = &refusal{code: codes.Unavailable, message: "the stream was cut"}
)

func badRequest(why string) *refusal { return &refusal{code: codes.InvalidArgument, message: why} }

func notLeader(host string, port int) *refusal {
	return &refusal{codes.NotFound, "Leader info available", []string{
		"exception", "not-leader", "leader-endpoint-host", host, "leader-endpoint-port", strconv.Itoa(port),
	}}
}

func streamDeleted(stream string) *refusal {
	return &refusal{codes.FailedPrecondition, "Event stream '" + stream + "' is deleted.", []string{
		"exception", "stream-deleted", "stream-name", stream,
	}}
}

func wrongVersion(stream string, expected, actual int64) *refusal {
	return &refusal{codes.FailedPrecondition, "Delete failed due to WrongExpectedVersion.", []string{
		"exception", "wrong-expected-version", "stream-name", stream,
		"expected-version", strconv.FormatInt(expected, 10), "actual-version", strconv.FormatInt(actual, 10),
	}}
}

func tooLarge(most int) *refusal {
	return &refusal{codes.InvalidArgument, "Maximum Append Size of " + strconv.Itoa(most) + " Exceeded.", []string{
		"exception", "maximum-append-size-exceeded", "maximum-append-size", strconv.Itoa(most),
	}}
}

func lacksMetadata(key string) *refusal {
	return &refusal{codes.InvalidArgument, "Required Metadata Property '" + key + "' is missing", []string{
		"exception", "missing-required-metadata-property", "required-metadata-properties", keyType + "," + keyContentType,
	}}
}
