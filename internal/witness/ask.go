package witness

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/outbound"
	"signet/internal/proof"
)

const (
	// addCheckpoint is the one call of the protocol.
	addCheckpoint = "/add-checkpoint"
	// sizeType is the media type of the answer that tells which size a witness has seen.
	sizeType = "text/x.tlog.size"

	maxAnswer = 64 << 10         // bytes
	patience  = 10 * time.Second // with one witness, in all
	attempts  = 4
)

// Witness is somebody who is asked to cosign.
type Witness struct {
	// Name is what people call it; that of its key when empty.
	Name string
	// URL is its submission prefix, such as "https://witness.example/w1".
	URL string
	// Key is its verifier key, of the type cosignature/v1.
	Key string
}

// Prove proves that the log at one size continues that at another (RFC 6962, section 2.1.2).
type Prove func(ctx context.Context, from, to int64) (tlog.TreeProof, error)

// NewClient makes a client for witnesses: bounded, without proxies, and without
// redirects, which a witness has no use for.
func NewClient() *http.Client {
	return &http.Client{
		Transport: outbound.NewTransport(outbound.Limits{Timeout: patience, Header: 16 << 10, Idle: 8, IdlePerHost: 2}, nil),
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

// check returns the witness with its name, its key as it is to be, and a verifier of it.
func (w Witness) check() (Witness, note.Verifier, error) {
	key, err := proof.ReadVerifierKey(w.Key)
	if err != nil {
		return w, nil, w.fail(Misconfigured, err, "it has no key")
	}
	v, err := fnote.NewVerifierForCosignatureV1(key)
	if err != nil {
		return w, nil, w.fail(Misconfigured, err, "its key is not one of a witness")
	}
	w.Key = key
	if w.Name == "" {
		w.Name = v.Name()
	}
	u, err := url.Parse(w.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return w, nil, w.fail(Misconfigured, err, "its address is none: %.100q", w.URL)
	}
	return w, v, nil
}

// Ask asks a witness for its cosignature of a checkpoint of our log, and returns the
// checkpoint's note with it, checked. Old is the size that the witness is thought to have
// seen last; 0 when that is not known. The error is an *Error, or prove's.
func Ask(ctx context.Context, client *http.Client, w Witness, c proof.Checkpoint, old int64, prove Prove) ([]byte, error) {
	w, verifier, err := w.check()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if old > c.Size {
		old = 0 // let the witness say so itself
	}
	for range attempts {
		body, err := request(ctx, c, old, prove)
		if err != nil {
			return nil, err
		}
		status, answer, err := w.post(ctx, client, body)
		if err != nil {
			return nil, err
		}
		if status == http.StatusOK {
			return w.cosigned(c.Note, answer, verifier)
		}
		seen, err := w.refusal(status, answer, old, c.Size)
		if err != nil {
			return nil, err
		}
		if seen > c.Size {
			e := w.fail(Ahead, nil, "it has seen a log of %d events, and ours has %d", seen, c.Size)
			e.Size = seen
			return nil, e
		}
		old = seen
	}
	return nil, w.fail(Busy, nil, "it has seen another size at each of %d attempts", attempts)
}

// request is the body of a request: see https://c2sp.org/tlog-witness.
func request(ctx context.Context, c proof.Checkpoint, old int64, prove Prove) ([]byte, error) {
	var p tlog.TreeProof
	if 0 < old && old < c.Size {
		var err error
		if p, err = prove(ctx, old, c.Size); err != nil {
			return nil, fmt.Errorf("witness: %w", err)
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", old)
	for _, h := range p {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteString("\n")
	b.Write(c.Note)
	return b.Bytes(), nil
}

// answered is what comes back, as far as it matters.
type answered struct {
	body  []byte
	media string
}

func (w Witness) post(ctx context.Context, client *http.Client, body []byte) (int, answered, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(w.URL, "/")+addCheckpoint, bytes.NewReader(body))
	if err != nil {
		return 0, answered{}, w.fail(Misconfigured, err, "its address is none")
	}
	r.Header.Set("Content-Type", "text/plain; charset=utf-8")
	response, err := client.Do(r)
	if err != nil {
		return 0, answered{}, w.fail(Unreachable, err, "there is no answer")
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil || len(text) > maxAnswer {
		return 0, answered{}, w.fail(Unreachable, err, "the answer broke off, or is longer than %d bytes", maxAnswer)
	}
	media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	return response.StatusCode, answered{text, media}, nil
}

// refusal reads an answer other than 200 to a request about a checkpoint of a size: the
// size that the witness has seen, from which it is to be asked again, or an error.
func (w Witness) refusal(status int, a answered, old, size int64) (int64, error) {
	switch status {
	case http.StatusConflict:
		text, ended := strings.CutSuffix(string(a.body), "\n")
		seen, err := strconv.ParseInt(text, 10, 64)
		told := a.media == sizeType && ended && err == nil && seen >= 0
		if told && seen != old {
			return seen, nil
		}
		if old == size && (told || a.media != sizeType) {
			// Asked from the very size that it has seen, what differs is the root.
			return 0, w.contradicted(old)
		}
		return 0, w.fail(Unreachable, err, "it does not say which size it has seen")
	case http.StatusUnprocessableEntity:
		return 0, w.contradicted(old)
	case http.StatusNotFound:
		return 0, w.fail(UnknownLog, nil, "it does not know our log; its operator must be given the key")
	case http.StatusForbidden:
		return 0, w.fail(Unsigned, nil, "it does not know the key that has signed; its operator must be given the new one")
	}
	return 0, w.fail(Unreachable, nil, "it answers with the status %d: %.100q", status, a.body)
}

func (w Witness) contradicted(seen int64) *Error {
	e := w.fail(Contradicted, nil, "ours does not continue the %d events that it has seen", seen)
	e.Size = seen
	return e
}

// cosigned adds the cosignature of an answer to a note.
func (w Witness) cosigned(text []byte, a answered, v note.Verifier) ([]byte, error) {
	n, err := opened(text)
	if err != nil {
		return nil, w.fail(Misconfigured, err, "what is to be cosigned is no checkpoint")
	}
	// Only what stands behind the text now: not a cosignature that it had already.
	fresh, err := note.Open([]byte(n.Text+"\n"+string(a.body)), note.VerifierList(v))
	if err != nil { // otherwise there is one: it is the only key
		return nil, w.fail(CosignatureWrong, err, "what it has answered is not its signature of the checkpoint")
	}
	return withSignatures(n, fresh.Sigs[0])
}

// opened reads a note without checking its signatures.
func opened(text []byte) (*note.Note, error) {
	n, err := note.Open(text, note.VerifierList())
	var unverified *note.UnverifiedNoteError
	if errors.As(err, &unverified) {
		return unverified.Note, nil
	}
	if err == nil {
		return n, nil
	}
	return nil, err
}

// withSignatures is the note with signatures that take the place of those by the same keys.
func withSignatures(n *note.Note, fresh ...note.Signature) ([]byte, error) {
	same := func(a, b note.Signature) bool { return a.Name == b.Name && a.Hash == b.Hash }
	out := &note.Note{Text: n.Text}
	for _, s := range n.UnverifiedSigs {
		if !slices.ContainsFunc(fresh, func(f note.Signature) bool { return same(f, s) }) {
			out.UnverifiedSigs = append(out.UnverifiedSigs, s)
		}
	}
	out.UnverifiedSigs = append(out.UnverifiedSigs, fresh...)
	return note.Sign(out)
}
