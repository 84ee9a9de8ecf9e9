package assets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
)

// Ref names a blob: the SHA-256 (FIPS 180-4) of its bytes as 64 lower-case
// hexadecimal digits. Only [ParseRef], [RefOf] and the functions that store
// bytes make one.
type Ref string

// refDigits is the length of a Ref.
const refDigits = 2 * sha256.Size

// ParseRef reads a Ref. There is one spelling of each: upper-case digits,
// spaces and prefixes are refused with [ErrInvalidRef].
func ParseRef(s string) (Ref, error) {
	if len(s) != refDigits || strings.Trim(s, "0123456789abcdef") != "" {
		return "", ErrInvalidRef.Because("a reference is 64 lower-case hexadecimal digits")
	}
	return Ref(s), nil
}

// RefOf returns the name of bytes that are in memory.
func RefOf(b []byte) Ref {
	// Neither a writer that discards nor a reader of memory fails.
	ref, _, _ := hashTo(context.Background(), io.Discard, strings.NewReader(string(b)))
	return ref
}

// Rehash reads r to its end and returns [ErrCorrupt] unless its bytes are those
// that ref names. Memory does not grow with the blob.
func Rehash(ctx context.Context, ref Ref, r io.Reader) error {
	found, _, err := hashTo(ctx, io.Discard, r)
	switch {
	case err != nil:
		return err
	case found != ref:
		return ErrCorrupt.Because("the bytes of %s are those of %s", ref, found)
	}
	return nil
}

// hashTo copies r to w and returns the name of what was copied, and its length
// in bytes. It is the only place that hashes.
func hashTo(ctx context.Context, w io.Writer, r io.Reader) (Ref, int64, error) {
	h := sha256.New()
	n, err := copyContext(ctx, io.MultiWriter(h, w), r)
	if err != nil {
		return "", n, err
	}
	return Ref(hex.EncodeToString(h.Sum(nil))), n, nil
}

// copyContext is io.Copy that looks at ctx before each piece. It can't
// interrupt a read that blocks; who hands in a network connection sets a
// deadline on it.
func copyContext(ctx context.Context, w io.Writer, r io.Reader) (int64, error) {
	buffer := make([]byte, 64<<10)
	var total int64
	for {
		if err := ctx.Err(); err != nil {
			return total, err
		}
		n, err := r.Read(buffer)
		if n > 0 {
			if _, err := w.Write(buffer[:n]); err != nil {
				return total, err
			}
			total += int64(n)
		}
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}
