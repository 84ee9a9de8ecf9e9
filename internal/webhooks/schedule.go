package webhooks

import (
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longestWait bounds the time between two attempts.
const longestWait = 6 * time.Hour

// waits are the times after the first, second, … attempt; after the last of them
// every wait is the longest. With 16 attempts a message is given up after some
// 56 hours.
var waits = []time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, longestWait,
}

// backoff is how long to wait after so many attempts. It varies by a fifth either
// way, so that what failed together does not come back together; by the message,
// so that it can be foretold.
func backoff(id string, attempts int) time.Duration {
	wait := waits[min(max(attempts, 1), len(waits))-1]
	sum := sha256.Sum256([]byte(id + "." + strconv.Itoa(attempts)))
	part := float64(binary.BigEndian.Uint64(sum[:])>>11) / (1 << 53) // in [0, 1)
	wait = time.Duration(float64(wait) * (0.8 + 0.4*part))
	if wait > longestWait {
		wait = 2*longestWait - wait // still varied, and not over the bound
	}
	return wait
}

// retryAfter reads the header Retry-After (RFC 9110, section 10.2.3): seconds, or
// a date. What is not there, malformed or past is 0, and more than the longest
// wait is that.
func retryAfter(text string, now time.Time) time.Duration {
	text = strings.TrimSpace(text)
	if text != "" && strings.Trim(text, "0123456789") == "" {
		seconds, err := strconv.ParseUint(text, 10, 64)
		if err != nil || seconds > uint64(longestWait/time.Second) {
			return longestWait // also a number that is too large to be read
		}
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), longestWait)
}
