package witness_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/proof"
	"signet/internal/witness"
)

func post(h http.Handler, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/add-checkpoint", strings.NewReader(body)))
	return w
}

// lines are a proof as a request has it.
func lines(tb testing.TB, b *branch, from, to int64) string {
	tb.Helper()
	p, err := tlog.ProveTree(to, from, b.reader())
	if err != nil {
		tb.Fatal(err)
	}
	var out strings.Builder
	for _, h := range p {
		out.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	return out.String()
}

func TestAWitnessAnswersAsTheProtocolSays(t *testing.T) {
	log := (&branch{signer: signerOf(t, origin)}).grow(t, "a", 10)
	fork := log.fork().grow(t, "b", 10)
	log.grow(t, "a", 10)
	at := func(b *branch, size int64) string { return string(b.checkpoint(t, size).Note) }
	stranger := &branch{signer: signerOf(t, "other.example/log")}
	stranger.grow(t, "x", 3)
	impostor := log.fork()
	impostor.signer = signerOf(t, origin)
	hash := base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n"
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"the next one":                  {"old 12\n" + lines(t, log, 12, 20) + "\n" + at(log, 20), 200},
		"the same one":                  {"old 12\n\n" + at(log, 12), 200},
		"another old size":              {"old 11\n" + lines(t, log, 11, 20) + "\n" + at(log, 20), 409},
		"no old size":                   {"old 0\n\n" + at(log, 20), 409},
		"an older one":                  {"old 5\n" + lines(t, log, 5, 9) + "\n" + at(log, 9), 409},
		"the same size, another root":   {"old 12\n\n" + at(fork, 12), 409},
		"the next one of a fork":        {"old 12\n" + lines(t, fork, 12, 20) + "\n" + at(fork, 20), 422},
		"without a proof":               {"old 12\n\n" + at(log, 20), 422},
		"another proof":                 {"old 12\n" + lines(t, log, 11, 20) + "\n" + at(log, 20), 422},
		"the same one, with a proof":    {"old 12\n" + hash + "\n" + at(log, 12), 422},
		"from more than it has":         {"old 13\n" + hash + "\n" + at(log, 12), 400},
		"an unknown log":                {"old 0\n\n" + at(stranger, 3), 404},
		"in its name, by another key":   {"old 12\n" + lines(t, log, 12, 20) + "\n" + at(impostor, 20), 403},
		"nothing":                       {"", 400},
		"no old line":                   {"\n" + at(log, 20), 400},
		"an old size with a zero":       {"old 012\n" + lines(t, log, 12, 20) + "\n" + at(log, 20), 400},
		"an old size with a sign":       {"old +12\n" + lines(t, log, 12, 20) + "\n" + at(log, 20), 400},
		"a negative old size":           {"old -1\n\n" + at(log, 20), 400},
		"a hash of one byte":            {"old 12\nAA==\n\n" + at(log, 20), 400},
		"a hash of words":               {"old 12\nxin chào\n\n" + at(log, 20), 400},
		"too many hashes":               {"old 12\n" + strings.Repeat(hash, 64) + "\n" + at(log, 20), 400},
		"no checkpoint":                 {"old 12\n\n", 400},
		"no signature":                  {"old 12\n\n" + origin + "\n20\n" + hash + "\n", 400},
		"more than a request":           {strings.Repeat("x", 200<<10), 413},
		"signed, but no checkpoint":     {"old 12\n\n" + signedText(t, log, origin+"\n20\n"), 400},
		"signed, a size out of range":   {"old 12\n\n" + signedText(t, log, origin+"\n9223372036854775808\n"+hash), 400},
		"with a signature of a witness": {"old 12\n\n" + at(log, 12) + rawCosigned(t, "x\n7\n"+hash, signerOf(t, "w2")), 200},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, t.TempDir(), signerOf(t, "w1"), log.signer)
			if first := post(server, "old 0\n\n"+at(log, 12)); first.Code != 200 {
				t.Fatal(first.Code, first.Body)
			}
			w := post(server, c.body)
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			cosigned := strings.Contains(w.Body.String(), "— w1 ")
			if cosigned != (c.status == 200) {
				t.Errorf("the answer is %q", w.Body)
			}
			if c.status == 409 && (w.Body.String() != "12\n" || w.Header().Get("Content-Type") != "text/x.tlog.size") {
				t.Errorf("the conflict is told as %q, %q", w.Body, w.Header().Get("Content-Type"))
			}
		})
	}
	w := httptest.NewRecorder()
	newServer(t, t.TempDir(), signerOf(t, "w1")).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/add-checkpoint", http.NoBody))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET is answered with %d", w.Code)
	}
}

func TestAnEmptyLogIsWitnessedToo(t *testing.T) {
	log := &branch{signer: signerOf(t, origin)}
	server := newServer(t, t.TempDir(), signerOf(t, "w1"), log.signer)
	if w := post(server, "old 0\n\n"+string(log.checkpoint(t, 0).Note)); w.Code != 200 {
		t.Error(w.Code, w.Body)
	}
	wrong, err := log.signer.Sign(0, tlog.Hash{1})
	if err != nil {
		t.Fatal(err)
	}
	if w := post(server, "old 0\n\n"+string(wrong)); w.Code != 409 {
		t.Error(w.Code, w.Body)
	}
}

func TestARestartKeepsWhatWasCosigned(t *testing.T) {
	log := (&branch{signer: signerOf(t, origin)}).grow(t, "a", 10)
	fork := log.fork().grow(t, "b", 10)
	log.grow(t, "a", 10)
	dir, key := t.TempDir(), signerOf(t, "w1")
	if w := post(newServer(t, dir, key, log.signer), "old 0\n\n"+string(log.checkpoint(t, 12).Note)); w.Code != 200 {
		t.Fatal(w.Code)
	}
	again := newServer(t, dir, key, log.signer)
	for _, body := range []string{
		"old 0\n\n" + string(fork.checkpoint(t, 20).Note),
		"old 12\n\n" + string(fork.checkpoint(t, 12).Note),
	} {
		if w := post(again, body); w.Code != 409 || w.Body.String() != "12\n" {
			t.Errorf("a fork is answered with %d %s", w.Code, w.Body)
		}
	}
	if w := post(again, "old 12\n"+lines(t, log, 12, 20)+"\n"+string(log.checkpoint(t, 20).Note)); w.Code != 200 {
		t.Error(w.Code)
	}
}

func TestADamagedStateIsNotPassedOver(t *testing.T) {
	log := (&branch{signer: signerOf(t, origin)}).grow(t, "a", 10)
	for name, damage := range map[string]func([]byte) []byte{
		"emptied": func([]byte) []byte { return nil },
		"cut":     func(b []byte) []byte { return b[:len(b)/2] },
		"changed": func(b []byte) []byte { return []byte(strings.Replace(string(b), "\n8\n", "\n7\n", 1)) },
	} {
		t.Run(name, func(t *testing.T) {
			dir, key := t.TempDir(), signerOf(t, "w1")
			post(newServer(t, dir, key, log.signer), "old 0\n\n"+string(log.checkpoint(t, 8).Note))
			files, err := filepath.Glob(filepath.Join(dir, "*"))
			if err != nil || len(files) != 1 {
				t.Fatal(files, err)
			}
			b, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(files[0], damage(b), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := witness.NewServer(dir, key, []string{log.signer.VerifierKey()}); err == nil {
				t.Error("it begins anew")
			}
		})
	}
}

// TestWhatCanNotBeKeptIsNotCosigned: the folder is gone.
func TestWhatCanNotBeKeptIsNotCosigned(t *testing.T) {
	log := (&branch{signer: signerOf(t, origin)}).grow(t, "a", 10)
	dir := filepath.Join(t.TempDir(), "state")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	server := newServer(t, dir, signerOf(t, "w1"), log.signer)
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	body := "old 0\n\n" + string(log.checkpoint(t, 8).Note)
	if w := post(server, body); w.Code != 500 || strings.Contains(w.Body.String(), "—") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if w := post(server, body); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestALogMayChangeItsKey(t *testing.T) {
	old, fresh := signerOf(t, origin), signerOf(t, origin)
	log := (&branch{signer: old}).grow(t, "a", 10)
	dir, key := t.TempDir(), signerOf(t, "w1")
	post(newServer(t, dir, key, old), "old 0\n\n"+string(log.checkpoint(t, 8).Note))
	server := newServer(t, dir, key, fresh, old)
	log.signer = fresh
	if w := post(server, "old 8\n"+lines(t, log, 8, 10)+"\n"+string(log.checkpoint(t, 10).Note)); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestOneHistoryIsCosignedWhoeverAsks: clients race with two forks of a log, both signed
// by its key. All that is cosigned is one history, which never shrinks.
func TestOneHistoryIsCosignedWhoeverAsks(t *testing.T) {
	signer := signerOf(t, origin)
	for round := range 3 {
		log := (&branch{signer: signer}).grow(t, "a", 5)
		fork := log.fork().grow(t, "b", 60)
		log.grow(t, "a", 60)
		server := newServer(t, t.TempDir(), signerOf(t, "w1"), signer)
		client := direct{"w1": server}.client()
		w := witness.Witness{URL: "http://w1", Key: server.VerifierKey()}
		var mu sync.Mutex
		var longest atomic.Int64 // that anybody has got a cosignature of
		seen := map[int64]tlog.Hash{}
		var wait sync.WaitGroup
		for c := range 8 {
			rng := rand.New(rand.NewPCG(uint64(round), uint64(c)))
			wait.Go(func() {
				for range 8 {
					b := []*branch{log, fork}[rng.IntN(2)]
					checkpoint := b.checkpoint(t, 1+rng.Int64N(b.size))
					before := longest.Load()
					_, err := witness.Ask(t.Context(), client, w, checkpoint, rng.Int64N(checkpoint.Size+1), b.prove)
					if err != nil {
						continue
					}
					if checkpoint.Size < before {
						t.Errorf("%d events are cosigned after %d", checkpoint.Size, before)
					}
					for now := longest.Load(); now < checkpoint.Size && !longest.CompareAndSwap(now, checkpoint.Size); now = longest.Load() {
					}
					mu.Lock()
					seen[checkpoint.Size] = checkpoint.Root
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		ofLog, ofFork := 0, 0
		for size, root := range seen {
			if size > 5 && root == log.root(t, size) {
				ofLog++
			} else if size > 5 {
				ofFork++
			}
		}
		if ofLog > 0 && ofFork > 0 || ofLog+ofFork == 0 {
			t.Errorf("cosigned are %d states of the one history and %d of the other", ofLog, ofFork)
		}
	}
}

func FuzzServer(f *testing.F) {
	log := (&branch{signer: signerOf(f, origin)}).grow(f, "a", 20)
	f.Add("old 12\n" + lines(f, log, 12, 20) + "\n" + string(log.checkpoint(f, 20).Note))
	f.Add("old 0\n\n" + string(log.checkpoint(f, 12).Note))
	f.Add("old 0\n\n\n\n")
	server := newServer(f, f.TempDir(), signerOf(f, "w1"), log.signer)
	f.Fuzz(func(t *testing.T, body string) {
		switch w := post(server, body); w.Code {
		case 200:
			if c, err := proof.ReadCheckpoint([]byte(body[strings.Index(body, "\n\n")+2:]), log.signer.VerifierKey()); err != nil || c.Root != log.root(t, c.Size) {
				t.Fatalf("cosigned: %q (%v)", body, err)
			}
		case 400, 403, 404, 409, 413, 422:
		default:
			t.Fatal(fmt.Sprint(w.Code, w.Body))
		}
	})
}
