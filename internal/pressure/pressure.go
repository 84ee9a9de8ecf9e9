// Package pressure keeps a node answering when more is asked of it than it can do:
// by accident, by one who asks too much, or by one who wants it to fail.
//
// A [Limiter] bounds how much each caller may ask for, a [Gate] how much is worked on
// at once, and [Connections] how many there are. All of them count what happens at this
// node only. What they turn away they tell by a [Reason].
package pressure

import (
	"errors"
	"math"
	"strconv"
	"time"
)

// Reason is why something was turned away, as metrics count it.
type Reason string

// The reasons.
const (
	ByAddress          Reason = "rate_address"
	ByToken            Reason = "rate_token"
	Guessing           Reason = "guessing"
	TooManyConnections Reason = "connections"
	OverloadedReads    Reason = "overloaded_reads"
	OverloadedWrites   Reason = "overloaded_writes"
	OverloadedHeavy    Reason = "overloaded_heavy"
	OverloadedUploads  Reason = "overloaded_uploads"
)

// Reasons are all reasons.
var Reasons = []Reason{ByAddress, ByToken, Guessing, TooManyConnections, OverloadedReads, OverloadedWrites, OverloadedHeavy, OverloadedUploads}

// Costs, in the unit of a [Limit]: what a cheap read costs is 1.
const (
	Read     = 1
	Mutation = 10
	// Heavy is an upload, a picture that is not made yet, an archive, a report.
	Heavy = 20
	// Guess is a token that is not valid.
	Guess = 50
	// fieldsPerRead is how many fields of an answer cost as much as a cheap read.
	fieldsPerRead = 500
)

// CostOf is what an operation costs beside the request that it came with: the mutations
// in it, aliases counted, and the fields that its answer may hold.
func CostOf(mutations, fields int) int { return Mutation*mutations + fields/fieldsPerRead }

// ErrLimited: the caller has asked for more than he may. How long he has to wait stands
// in the [Quota] of the request.
var ErrLimited = errors.New("pressure: over the limit of the caller")

// Limit is how much one caller may ask for. The zero value is no limit.
type Limit struct {
	Rate  float64 // the cost that may go on for ever, per second
	Burst int     // the cost that may come at once, after a pause
}

func (l Limit) off() bool { return l.Rate <= 0 || l.Burst < 1 }

// Quota is how a caller stands to a limit.
type Quota struct {
	// Name is that of the limit; empty if there is none.
	Name string
	// Left is the cost that may come at once now.
	Left int
	// Full is after how long all of the burst may come again.
	Full time.Duration
	// Wait is after how long what was refused would not be; 0 if nothing was.
	Wait time.Duration

	policy string
}

// Policy is the value of the header RateLimit-Policy, and State that of RateLimit
// (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/, draft 10): the
// unit is the cost of a cheap read, and the window the time in which a bucket fills.
func (q Quota) Policy() string { return q.policy }

// State is the value of the header RateLimit.
func (q Quota) State() string {
	text := make([]byte, 0, 40)
	text = append(text, '"')
	text = append(text, q.Name...)
	text = append(text, `";r=`...)
	text = strconv.AppendInt(text, int64(q.Left), 10)
	text = append(text, ";t="...)
	return string(strconv.AppendInt(text, Seconds(q.Full), 10))
}

// Seconds is a time in whole seconds, rounded up, as Retry-After tells it (RFC 9110,
// section 10.2.3).
func Seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }

func policyOf(name string, l Limit) string {
	window := int64(math.Ceil(float64(l.Burst) / l.Rate))
	return `"` + name + `";q=` + strconv.Itoa(l.Burst) + ";w=" + strconv.FormatInt(window, 10)
}
