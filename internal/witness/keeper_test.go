package witness_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"signet/internal/proof"
	"signet/internal/witness"
)

// kept is a keeper of a log that grows, and what it hands out.
type kept struct {
	*witness.Keeper

	mu     sync.Mutex
	log    *branch
	notes  [][]byte
	refuse error // of Witnessed
}

func (k *kept) newest(context.Context) (proof.Checkpoint, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	text, err := k.log.signer.Sign(k.log.size, k.log.rootNow())
	if err != nil {
		return proof.Checkpoint{}, err
	}
	return proof.ReadCheckpoint(text, k.log.signer.VerifierKey())
}

func (k *kept) witnessed(_ context.Context, text []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.refuse != nil {
		return k.refuse
	}
	k.notes = append(k.notes, text)
	return nil
}

func (k *kept) grow(tb testing.TB, n int) {
	tb.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.log = k.log.fork().grow(tb, "a", n)
}

// got is the newest that was handed out, and by how many witnesses it is cosigned.
func (k *kept) got(tb testing.TB, keys ...string) (size int64, cosigned int) {
	tb.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.notes) == 0 {
		return 0, 0
	}
	c, err := proof.ReadCheckpoint(k.notes[len(k.notes)-1], k.log.signer.VerifierKey(), keys...)
	if err != nil {
		tb.Fatal(err)
	}
	return c.Size, len(c.Cosigned)
}

func keep(t *testing.T, log *branch, client *http.Client, witnesses ...witness.Witness) *kept {
	t.Helper()
	k := &kept{log: log}
	var err error
	k.Keeper, err = witness.NewKeeper(witness.Options{
		Witnesses: witnesses, Client: client, Newest: k.newest, Prove: log.prove, Witnessed: k.witnessed,
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (k *kept) run(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- k.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

func pass(d time.Duration) {
	time.Sleep(d) // of a bubble of synctest, in which nobody waits
	synctest.Wait()
}

func TestEachNewCheckpointIsWitnessedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := (&branch{signer: signerOf(t, origin)}).grow(t, "a", 40)
		first, second := newServer(t, t.TempDir(), signerOf(t, "w1"), log.signer), newServer(t, t.TempDir(), signerOf(t, "w2"), log.signer)
		var requests atomic.Int64
		counted := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { requests.Add(1); first.ServeHTTP(w, r) })
		k := keep(t, log, direct{"w1": counted, "w2": second}.client(),
			witness.Witness{URL: "http://w1", Key: first.VerifierKey()}, witness.Witness{URL: "http://w2", Key: second.VerifierKey()})
		young := log.fork()
		young.size, young.hashes = 0, nil
		k.log = young
		k.run(t)
		pass(time.Second)
		if requests.Load() != 0 || len(k.notes) != 0 {
			t.Errorf("an empty log was shown in %d requests", requests.Load())
		}
		k.grow(t, 3)
		pass(witness.DefaultEvery)
		if size, n := k.got(t, first.VerifierKey(), second.VerifierKey()); size != 3 || n != 2 || requests.Load() != 1 {
			t.Errorf("%d events, cosigned by %d after %d requests", size, n, requests.Load())
		}
		pass(time.Hour)
		if requests.Load() != 1 || len(k.notes) != 1 {
			t.Errorf("what is cosigned was shown in %d requests, and handed out %d times", requests.Load(), len(k.notes))
		}
		k.grow(t, 7)
		pass(witness.DefaultEvery)
		if size, n := k.got(t, first.VerifierKey(), second.VerifierKey()); size != 10 || n != 2 || requests.Load() != 2 {
			t.Errorf("%d events, cosigned by %d after %d requests", size, n, requests.Load())
		}
		for _, s := range k.Status() {
			if s.Size != 10 || s.Err != nil || s.At.IsZero() || s.Failures != 0 {
				t.Errorf("the status is %+v", s)
			}
		}
	})
}

func TestAWitnessThatIsAwayHoldsUpNobodyAndIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := (&branch{signer: signerOf(t, origin)}).grow(t, "a", 40)
		here, away := newServer(t, t.TempDir(), signerOf(t, "w1"), log.signer), newServer(t, t.TempDir(), signerOf(t, "w2"), log.signer)
		var up atomic.Bool
		var requests atomic.Int64
		shy := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			if !up.Load() {
				http.Error(w, "away", http.StatusBadGateway)
				return
			}
			away.ServeHTTP(w, r)
		})
		k := keep(t, log, direct{"w1": here, "w2": shy}.client(),
			witness.Witness{Name: "Sở Nội vụ", URL: "http://w1", Key: here.VerifierKey()}, witness.Witness{URL: "http://w2", Key: away.VerifierKey()})
		k.run(t)
		pass(time.Second)
		if size, n := k.got(t, here.VerifierKey(), away.VerifierKey()); size != 40 || n != 1 {
			t.Errorf("%d events, cosigned by %d", size, n)
		}
		pass(30 * time.Minute)
		if n := requests.Load(); n < 5 || n > 12 {
			t.Errorf("in half an hour it was asked %d times", n)
		}
		s := k.Status()
		if s[0].Name != "Sở Nội vụ" || s[0].Err != nil || int64(s[1].Failures) != requests.Load() || !s[1].Next.After(time.Now()) {
			t.Errorf("the status is %+v", s)
		}
		refused(t, s[1].Err, witness.Unreachable)
		up.Store(true)
		pass(15 * time.Minute)
		if size, n := k.got(t, here.VerifierKey(), away.VerifierKey()); size != 40 || n != 2 || len(k.notes) != 2 {
			t.Errorf("%d events, cosigned by %d, handed out %d times", size, n, len(k.notes))
		}
	})
}

func TestARewrittenLogIsNoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := (&branch{signer: signerOf(t, origin)}).grow(t, "a", 10)
		rewritten := log.fork().grow(t, "b", 30)
		restored := log.fork()
		log.grow(t, "a", 10)
		server := newServer(t, t.TempDir(), signerOf(t, "w1"), log.signer)
		client, w := direct{"w1": server}.client(), witness.Witness{URL: "http://w1", Key: server.VerifierKey()}
		keep(t, log, client, w).run(t)
		pass(time.Second)
		for code, b := range map[witness.Code]*branch{witness.Contradicted: rewritten, witness.Ahead: restored} {
			k := keep(t, b, client, w)
			k.run(t)
			pass(time.Minute)
			refused(t, k.Status()[0].Err, code)
			if len(k.notes) > 0 {
				t.Error("it is handed out as witnessed")
			}
		}
	})
}

func TestWhatCouldNotBeKeptIsHandedOutAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := (&branch{signer: signerOf(t, origin)}).grow(t, "a", 10)
		server := newServer(t, t.TempDir(), signerOf(t, "w1"), log.signer)
		k := keep(t, log, direct{"w1": server}.client(), witness.Witness{URL: "http://w1", Key: server.VerifierKey()})
		k.refuse = io.ErrShortWrite
		k.run(t)
		pass(time.Second)
		k.mu.Lock()
		k.refuse = nil
		k.mu.Unlock()
		pass(witness.DefaultEvery)
		if size, n := k.got(t, server.VerifierKey()); size != 10 || n != 1 {
			t.Errorf("%d events, cosigned by %d", size, n)
		}
	})
}
