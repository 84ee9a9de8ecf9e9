package witness_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/proof"
	"signet/internal/witness"
)

func TestAWitnessFollowsALogThatGrows(t *testing.T) {
	log := &branch{signer: signerOf(t, origin)}
	log.grow(t, "a", 70)
	server := newServer(t, t.TempDir(), signerOf(t, "witness.example/w1"), log.signer)
	site := httptest.NewServer(http.StripPrefix("/prefix", server))
	defer site.Close()
	w := witness.Witness{URL: site.URL + "/prefix/", Key: server.VerifierKey()}
	for _, c := range []struct{ size, old int64 }{{1, 0}, {1, 1}, {8, 1}, {8, 0}, {9, 3}, {70, 9}, {70, 70}} {
		checkpoint := log.checkpoint(t, c.size)
		text, err := witness.Ask(t.Context(), site.Client(), w, checkpoint, c.old, log.prove)
		if err != nil {
			t.Fatalf("%d after %d: %v", c.size, c.old, err)
		}
		got, err := proof.ReadCheckpoint(text, log.signer.VerifierKey(), server.VerifierKey())
		if err != nil || got.Size != c.size || got.Root != checkpoint.Root || len(got.Cosigned) != 1 || got.Cosigned[0].Name != "witness.example/w1" {
			t.Errorf("%d after %d: %+v, %v", c.size, c.old, got, err)
		}
	}
}

func TestAForkAndALogThatShrinksAreNotCosigned(t *testing.T) {
	log := (&branch{signer: signerOf(t, origin)}).grow(t, "a", 10)
	fork := log.fork().grow(t, "b", 10)
	log.grow(t, "a", 10)
	server := newServer(t, t.TempDir(), signerOf(t, "w1"), log.signer)
	client := direct{"w1": server}.client()
	w := witness.Witness{URL: "http://w1", Key: server.VerifierKey()}
	ask := func(b *branch, size, old int64) error {
		_, err := witness.Ask(t.Context(), client, w, b.checkpoint(t, size), old, b.prove)
		return err
	}
	if err := ask(log, 15, 0); err != nil {
		t.Fatal(err)
	}
	for old := range int64(16) {
		if e := refused(t, ask(fork, 20, old), witness.Contradicted); e.Size != 15 {
			t.Errorf("it has seen %d", e.Size)
		}
		refused(t, ask(fork, 15, old), witness.Contradicted)
		if e := refused(t, ask(log, 12, old), witness.Ahead); e.Size != 15 {
			t.Errorf("it has seen %d", e.Size)
		}
	}
	if err := ask(log, 20, 15); err != nil {
		t.Errorf("what is right is not cosigned any more: %v", err)
	}
}

func TestACosignatureTakesThePlaceOfAnOlderOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := (&branch{signer: signerOf(t, origin)}).grow(t, "a", 3)
		first, second := newServer(t, t.TempDir(), signerOf(t, "w1"), log.signer), newServer(t, t.TempDir(), signerOf(t, "w2"), log.signer)
		client := direct{"w1": first, "w2": second}.client()
		c := log.checkpoint(t, 3)
		for _, w := range []witness.Witness{
			{URL: "http://w1", Key: first.VerifierKey()}, {URL: "http://w2", Key: second.VerifierKey()}, {URL: "http://w1", Key: first.VerifierKey()},
		} {
			pass(time.Hour)
			var err error
			if c.Note, err = witness.Ask(t.Context(), client, w, c, 0, log.prove); err != nil {
				t.Fatal(err)
			}
		}
		if n := strings.Count(string(c.Note), "\n— "); n != 3 {
			t.Errorf("the log and two witnesses have signed %d times:\n%s", n, c.Note)
		}
		got, err := proof.ReadCheckpoint(c.Note, log.signer.VerifierKey(), first.VerifierKey(), second.VerifierKey())
		if err != nil || len(got.Cosigned) != 2 || got.Cosigned[1].Name != "w1" || !got.Cosigned[1].At.Equal(time.Now()) {
			t.Error(got.Cosigned, err)
		}
		nobody := direct{"w1": http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})}.client()
		_, err = witness.Ask(t.Context(), nobody, witness.Witness{URL: "http://w1", Key: first.VerifierKey()}, c, 0, log.prove)
		refused(t, err, witness.CosignatureWrong)
	})
}

func TestAnswersThatAreNoneAreRefused(t *testing.T) {
	log := (&branch{signer: signerOf(t, origin)}).grow(t, "a", 3)
	key, other := signerOf(t, "w1"), signerOf(t, "w1")
	c := log.checkpoint(t, 3)
	head, _, _ := strings.Cut(string(c.Note), "\n\n")
	good := rawCosigned(t, head+"\n", key)
	smaller, _, _ := strings.Cut(string(log.checkpoint(t, 2).Note), "\n\n")
	_, vkey, err := key.Cosigner()
	if err != nil {
		t.Fatal(err)
	}
	for name, a := range map[string]struct {
		status int
		media  string
		body   string
		code   witness.Code // empty: it is good
	}{
		"a cosignature":                     {200, "text/plain", good, ""},
		"one beside another's":              {200, "text/plain", rawCosigned(t, head+"\n", other) + good, ""},
		"another's":                         {200, "text/plain", rawCosigned(t, head+"\n", other), witness.CosignatureWrong},
		"one of something else":             {200, "text/plain", rawCosigned(t, smaller+"\n", key), witness.CosignatureWrong},
		"nothing":                           {200, "text/plain", "", witness.CosignatureWrong},
		"words":                             {200, "text/html", "<html>", witness.CosignatureWrong},
		"another text and its cosignature":  {200, "text/plain", "x\n\n" + good, witness.CosignatureWrong},
		"more than an answer":               {200, "text/plain", strings.Repeat("x", 100<<10), witness.Unreachable},
		"an unknown log":                    {404, "text/plain", "", witness.UnknownLog},
		"an unknown key":                    {403, "text/plain", "", witness.Unsigned},
		"a proof that is none":              {422, "text/plain", "", witness.Contradicted},
		"a failure":                         {500, "text/plain", "", witness.Unreachable},
		"a redirect":                        {302, "text/plain", "", witness.Unreachable},
		"a conflict, with words":            {409, "text/x.tlog.size", "two\n", witness.Unreachable},
		"a conflict, with half a line":      {409, "text/x.tlog.size", "2", witness.Unreachable},
		"a conflict, with a negative size":  {409, "text/x.tlog.size", "-2\n", witness.Unreachable},
		"a conflict, of somebody else":      {409, "text/html", "2\n", witness.Unreachable},
		"a conflict, with the size we told": {409, "text/x.tlog.size", "1\n", witness.Unreachable},
		"a conflict, with a larger size":    {409, "text/x.tlog.size", "4\n", witness.Ahead},
	} {
		t.Run(name, func(t *testing.T) {
			h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", a.media)
				w.WriteHeader(a.status)
				fmt.Fprint(w, a.body)
			})
			_, err := witness.Ask(t.Context(), direct{"w1": h}.client(), witness.Witness{URL: "http://w1", Key: vkey}, c, 1, log.prove)
			if a.code == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			refused(t, err, a.code)
		})
	}
}

// TestAskingEnds: a witness that never answers, or always says something else, is not
// waited for.
func TestAskingEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := (&branch{signer: signerOf(t, origin)}).grow(t, "a", 9)
		_, key, err := signerOf(t, "w1").Cosigner()
		if err != nil {
			t.Fatal(err)
		}
		asked := int64(0)
		client := direct{
			"silent": http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }),
			"fickle": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				asked++
				w.Header().Set("Content-Type", "text/x.tlog.size")
				w.WriteHeader(http.StatusConflict)
				fmt.Fprintf(w, "%d\n", asked)
			}),
		}.client()
		for host, code := range map[string]witness.Code{"silent": witness.Unreachable, "fickle": witness.Busy, "nowhere": witness.Unreachable} {
			_, err := witness.Ask(t.Context(), client, witness.Witness{URL: "http://" + host, Key: key}, log.checkpoint(t, 9), 0, log.prove)
			refused(t, err, code)
		}
		if asked > 5 {
			t.Errorf("it was asked %d times", asked)
		}
	})
}

func TestAFailureToProveIsNotTheWitnesss(t *testing.T) {
	log := (&branch{signer: signerOf(t, origin)}).grow(t, "a", 9)
	server := newServer(t, t.TempDir(), signerOf(t, "w1"), log.signer)
	fails := func(context.Context, int64, int64) (tlog.TreeProof, error) { return nil, io.ErrUnexpectedEOF }
	_, err := witness.Ask(t.Context(), direct{"w1": server}.client(), witness.Witness{URL: "http://w1", Key: server.VerifierKey()}, log.checkpoint(t, 9), 3, fails)
	if err == nil || !strings.Contains(err.Error(), io.ErrUnexpectedEOF.Error()) {
		t.Error(err)
	}
}

func TestAWitnessThatCanNotBeAskedIsNotTakenOn(t *testing.T) {
	log := signerOf(t, origin)
	_, key, err := signerOf(t, "w1").Cosigner()
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range map[string]witness.Witness{
		"no address":       {Key: key},
		"half an address":  {Key: key, URL: "w1/"},
		"a file":           {Key: key, URL: "file:///etc/passwd"},
		"with a password":  {Key: key, URL: "https://a:b@w1/"},
		"with a question":  {Key: key, URL: "https://w1/?a=b"},
		"no key":           {URL: "https://w1/"},
		"a key of nothing": {URL: "https://w1/", Key: "w1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := witness.NewKeeper(witness.Options{Witnesses: []witness.Witness{w}})
			refused(t, err, witness.Misconfigured)
		})
	}
	if _, err := witness.NewServer(t.TempDir(), log, []string{"w1"}); err == nil {
		t.Error("a witness knows a log without a key")
	}
}
