package scalar_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"signet/graph/scalar"
)

// FuzzScalars reads any text as each scalar: what is accepted is written as JSON that is
// accepted as the same.
func FuzzScalars(f *testing.F) {
	for _, text := range []string{
		"2026-11-16T02:00:00Z", "2026-11-16T09:00:00.123456789+07:00", "9999-12-31T23:59:59-12:00", "1900-01-01T00:00:00+14:00", "2026-02-29T00:00:00Z", "2026-11-16T24:00:00Z",
		"2026-11-16", "0001-01-01", "2026-02-29", "9999-12-31", "vi", "ZH-hans-cn", "x-default", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "9223372036854775807", "-1", "007", "1e3", "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		same(t, text, scalar.UnmarshalDateTime, scalar.MarshalDateTime)
		same(t, text, scalar.UnmarshalDate, scalar.MarshalDate)
		same(t, text, scalar.UnmarshalLocale, scalar.MarshalLocale)
		same(t, text, scalar.UnmarshalDigest, scalar.MarshalDigest)
		same(t, text, scalar.UnmarshalPosition, scalar.MarshalPosition)
		n, err := scalar.UnmarshalRevision(json.Number(text))
		if err == nil && n < -1 {
			t.Fatalf("%q is the revision %d", text, n)
		}
	})
}

func same[V comparable](t *testing.T, text string, read func(any) (V, error), write func(V) graphql.Marshaler) {
	t.Helper()
	value, err := read(text)
	if err != nil {
		return
	}
	var written bytes.Buffer
	write(value).MarshalGQL(&written)
	var told string
	if err := json.Unmarshal(written.Bytes(), &told); err != nil {
		t.Fatalf("%q is written as %s: %v", text, written.Bytes(), err)
	}
	if again, err := read(told); err != nil || again != value {
		t.Fatalf("%q is %v, which is written as %s, which is %v (%v)", text, value, written.Bytes(), again, err)
	}
}
