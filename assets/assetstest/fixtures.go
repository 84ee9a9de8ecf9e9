package assetstest

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"signet/assets"
)

// generous is a limit that no test but those of limits comes near.
const generous = 1 << 30

func put(t *testing.T, store assets.Store, content string) assets.Ref {
	t.Helper()
	stat, err := assets.Put(t.Context(), store, bytes.NewReader([]byte(content)), generous)
	if err != nil {
		t.Fatal(err)
	}
	if stat.Size != int64(len(content)) {
		t.Fatalf("put %d bytes, told %d", len(content), stat.Size)
	}
	return stat.Ref
}

func read(t *testing.T, store assets.Store, ref assets.Ref) string {
	t.Helper()
	blob, err := store.Open(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	defer blob.Close()
	content, err := io.ReadAll(blob)
	if err != nil {
		t.Fatal(err)
	}
	if blob.Size() != int64(len(content)) {
		t.Fatalf("read %d bytes of a blob of %d", len(content), blob.Size())
	}
	return string(content)
}

// wants fails unless err is the expected one.
func wants(t *testing.T, err, expected error) {
	t.Helper()
	if !errors.Is(err, expected) {
		t.Fatalf("want %v, got %v", expected, err)
	}
}

// isEmpty fails if the store holds anything, seen or unseen.
func isEmpty(t *testing.T, s Subject, store assets.Store) {
	t.Helper()
	if refs := list(t, store); len(refs) != 0 {
		t.Fatalf("the store holds %v", refs)
	}
	if left := s.Leftovers(t, store); left != 0 {
		t.Fatalf("%d unfinished uploads were left behind", left)
	}
}

func list(t *testing.T, store assets.Store) []assets.Ref {
	t.Helper()
	var refs []assets.Ref
	for stat, err := range store.List(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, stat.Ref)
	}
	return refs
}

// noise is a reader of n bytes that are the same for the same seed, and held
// nowhere.
func noise(seed uint64, n int64) io.Reader {
	var key [32]byte
	key[0] = byte(seed)
	return io.LimitReader(rand.NewChaCha8(key), n)
}

// breaking is a reader that fails after its content, as a connection does.
func breaking(content string) io.Reader {
	return io.MultiReader(bytes.NewReader([]byte(content)), failure{})
}

type failure struct{}

var errConnection = errors.New("connection reset by peer")

func (failure) Read([]byte) (int, error) { return 0, errConnection }
