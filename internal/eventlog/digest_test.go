package eventlog

import (
	"encoding/hex"
	"testing"
)

func TestADigestIsTheHashOfALeaf(t *testing.T) {
	// Of the empty leaf it is a known answer: that of certificate-transparency's test vectors.
	const empty = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
	if got := (Record{}).Digest(); hex.EncodeToString(got[:]) != empty {
		t.Errorf("the empty leaf has the hash %x", got)
	}
	r := golden(t, "envelope.v1.json")
	whole := r.Digest()
	const long = "964f345089e29b866c8194059b2d2ff7c87e96bf14a4f827386e92110645be7f"
	if hex.EncodeToString(whole[:]) != long {
		t.Errorf("what was sealed long ago has the digest %x", whole)
	}
	r.Data = nil
	if r.Digest() != whole {
		t.Error("an erased payload changes the digest")
	}
	r.Meta = append([]byte{}, r.Meta...)
	r.Meta[len(r.Meta)-3] ^= 1
	if r.Digest() == whole {
		t.Error("another envelope has the same digest")
	}
}
