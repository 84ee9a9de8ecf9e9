package webhooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of Standard Webhooks.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp" // of the attempt, in seconds since 1970
	HeaderSignature = "webhook-signature" // one or more, separated by a space
)

const (
	secretPrefix    = "whsec_"
	signaturePrefix = "v1," // HMAC-SHA256

	// The specification wants keys of 192 to 512 bits.
	minKey, maxKey = 24, 64

	// maxSignatures bounds the work that a header can cause in Verify.
	maxSignatures = 16
)

// Secret derives the signing secret of a receiver: "whsec_" and the base64 of 32
// bytes. The master key should be at least 32 random bytes; who has it has all
// secrets, and without it none can be derived again. Another generation is
// another secret, for when one must be changed.
func Secret(master []byte, receiver string, generation int) string {
	mac := hmac.New(sha256.New, master)
	// The generation has a fixed length and stands before the receiver, so no two
	// inputs give the same bytes.
	mac.Write([]byte("signet-webhook\x00"))
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(generation)))
	mac.Write([]byte(receiver))
	return secretPrefix + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Sign returns one signature for the header webhook-signature: "v1," and the
// base64 of the HMAC-SHA256 of "id.timestamp.body", where the timestamp is the
// instant in whole seconds since 1970. Errors are *Error: secret_malformed,
// message_id.
func Sign(secret, id string, at time.Time, body []byte) (string, error) {
	key, err := keyOf(secret)
	if err != nil {
		return "", err
	}
	if err := checkID(id, "id"); err != nil {
		return "", err
	}
	return signature(key, id, strconv.FormatInt(at.Unix(), 10), body), nil
}

func signature(key []byte, id, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return signaturePrefix + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Verify tells whether a message was signed with the secret, and not longer
// before or after now than the tolerance (the specification leaves it open; five
// minutes are usual). The body is that which was received, byte by byte. One good
// signature among several is enough, since two are sent while a secret changes.
// Errors are *Error: secret_malformed, header_missing, message_id,
// timestamp_malformed, timestamp_too_old, timestamp_too_new, signature_mismatch.
func Verify(secret string, header http.Header, body []byte, now time.Time, tolerance time.Duration) error {
	key, err := keyOf(secret)
	if err != nil {
		return err
	}
	for _, name := range []string{HeaderID, HeaderTimestamp, HeaderSignature} {
		if header.Get(name) == "" {
			return refuse("header_missing", name, "the header is missing")
		}
	}
	id, timestamp := header.Get(HeaderID), header.Get(HeaderTimestamp)
	if err := checkID(id, HeaderID); err != nil {
		return err
	}
	// Only digits, and few enough for the arithmetic of time.
	seconds, err := strconv.ParseUint(timestamp, 10, 63)
	if err != nil || len(timestamp) > 12 {
		return refuse("timestamp_malformed", HeaderTimestamp, "want whole seconds since 1970")
	}
	if !anySignature(header.Get(HeaderSignature), signature(key, id, timestamp, body)) {
		return refuse("signature_mismatch", HeaderSignature, "no signature is that of this message with this secret")
	}
	switch age := now.Sub(time.Unix(int64(seconds), 0)); {
	case age > tolerance:
		return refuse("timestamp_too_old", HeaderTimestamp, "the message was signed too long ago")
	case -age > tolerance:
		return refuse("timestamp_too_new", HeaderTimestamp, "the message was signed in the future")
	}
	return nil
}

// anySignature tells whether the wanted one is in the list, in a time that does not
// tell how much of it is right.
func anySignature(list, want string) bool {
	found := 0
	for i, given := range strings.Split(list, " ") {
		if i == maxSignatures {
			break
		}
		found |= subtle.ConstantTimeCompare([]byte(given), []byte(want))
	}
	return found == 1
}

func keyOf(secret string) ([]byte, error) {
	text, ok := strings.CutPrefix(secret, secretPrefix)
	key, err := base64.StdEncoding.Strict().DecodeString(text)
	// The decoder skips line breaks, which no secret of ours has.
	if !ok || err != nil || len(key) < minKey || len(key) > maxKey || strings.ContainsAny(text, "\r\n") {
		return nil, refuse("secret_malformed", "secret", "want whsec_ and the base64 of %d to %d bytes", minKey, maxKey)
	}
	return key, nil
}

// maxID is the longest id of a message, in bytes.
const maxID = 200

// checkID sees that an id can stand in a header, and has no full stop: with one, a
// part of the id could pass for the timestamp in what is signed.
func checkID(id, field string) error {
	good := id != "" && len(id) <= maxID
	for i := range len(id) {
		good = good && id[i] > ' ' && id[i] < 0x7F && id[i] != '.'
	}
	if !good {
		return refuse("message_id", field, "want 1 to %d visible ASCII characters without a full stop", maxID)
	}
	return nil
}
