package witness_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/proof"
	"signet/internal/witness"
)

const origin = "haiphong.example/signet"

// keyFiles are where the keys of signers stand.
var keyFiles sync.Map

func signerOf(tb testing.TB, name string) *proof.Signer {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "key")
	s, err := proof.OpenKey(path, name)
	if err != nil {
		tb.Fatal(err)
	}
	keyFiles.Store(s, path)
	return s
}

// signedText is any text, signed as a checkpoint of the log would be.
func signedText(tb testing.TB, b *branch, text string) string {
	tb.Helper()
	path, _ := keyFiles.Load(b.signer)
	secret, err := os.ReadFile(path.(string))
	if err != nil {
		tb.Fatal(err)
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(secret)))
	if err != nil {
		tb.Fatal(err)
	}
	out, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		tb.Fatal(err)
	}
	return string(out)
}

// branch is a log with a signer, as an operator may show it.
type branch struct {
	signer *proof.Signer
	hashes []tlog.Hash
	size   int64
}

func (b *branch) reader() tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			out[i] = b.hashes[at]
		}
		return out, nil
	})
}

func (b *branch) grow(tb testing.TB, text string, n int) *branch {
	tb.Helper()
	for range n {
		more, err := tlog.StoredHashes(b.size, fmt.Appendf(nil, "%s %d", text, b.size), b.reader())
		if err != nil {
			tb.Fatal(err)
		}
		b.hashes, b.size = append(b.hashes[:len(b.hashes):len(b.hashes)], more...), b.size+1
	}
	return b
}

// fork is a log that has been the same until now.
func (b *branch) fork() *branch {
	c := *b
	return &c
}

func (b *branch) root(tb testing.TB, size int64) tlog.Hash {
	tb.Helper()
	root, err := tlog.TreeHash(size, b.reader())
	if err != nil {
		tb.Fatal(err)
	}
	return root
}

// rootNow is the root of all of it.
func (b *branch) rootNow() tlog.Hash {
	root, err := tlog.TreeHash(b.size, b.reader())
	if err != nil {
		panic(err) // the hashes are all in memory
	}
	return root
}

func (b *branch) checkpoint(tb testing.TB, size int64) proof.Checkpoint {
	tb.Helper()
	text, err := b.signer.Sign(size, b.root(tb, size))
	if err != nil {
		tb.Fatal(err)
	}
	c, err := proof.ReadCheckpoint(text, b.signer.VerifierKey())
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func (b *branch) prove(_ context.Context, from, to int64) (tlog.TreeProof, error) {
	return tlog.ProveTree(to, from, b.reader())
}

// direct is a client of handlers, by the names of hosts, without a network.
type direct map[string]http.Handler

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	h := d[r.URL.Host]
	if h == nil {
		return nil, errors.New("no such host")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

func (d direct) client() *http.Client { return &http.Client{Transport: d} }

func newServer(tb testing.TB, dir string, key *proof.Signer, logs ...*proof.Signer) *witness.Server {
	tb.Helper()
	var keys []string
	for _, l := range logs {
		keys = append(keys, l.VerifierKey())
	}
	s, err := witness.NewServer(dir, key, keys)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func refused(tb testing.TB, err error, code witness.Code) *witness.Error {
	tb.Helper()
	var e *witness.Error
	if !errors.As(err, &e) || e.Code != code {
		tb.Fatalf("got %v, want %s", err, code)
	}
	return e
}

// rawCosigned is a checkpoint's text with the signature of a key, as a line.
func rawCosigned(tb testing.TB, text string, s *proof.Signer) string {
	tb.Helper()
	signer, _, err := s.Cosigner()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		tb.Fatal(err)
	}
	return string(out[len(text)+1:])
}
