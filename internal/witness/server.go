package witness

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	flog "github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/proof"
	"signet/internal/wholefile"
)

const (
	maxRequest = proof.MaxCheckpointBytes + 8<<10 // bytes
	maxLines   = 63                               // of a proof, by the protocol
)

// Server is a witness: https://c2sp.org/tlog-witness. It is an http.Handler for
// POST /add-checkpoint, safe for concurrent use; one process must have its folder alone.
type Server struct {
	cosigner note.Signer
	key      string
	ledgers  map[string]*ledger // by origin
	mux      *http.ServeMux
}

// ledger is what is known of one log.
type ledger struct {
	keys []string
	path string

	mu     sync.Mutex // held from the comparison with latest until it is on the disk
	latest proof.Checkpoint
}

// NewServer opens a witness that cosigns with a key for logs, each known by its verifier
// key, whose name is the log's; several of a name are those of one log. In the folder
// stands, for each log, the latest checkpoint that was cosigned. Who loses it must make a
// new key: with an empty folder a witness would cosign a history that contradicts what it
// has cosigned before. The error is of the file system, an *proof.Error about a key, or
// says which file is damaged.
func NewServer(dir string, key *proof.Signer, logs []string) (*Server, error) {
	cosigner, verifier, err := key.Cosigner()
	if err != nil {
		return nil, err
	}
	s := &Server{cosigner: cosigner, key: verifier, ledgers: map[string]*ledger{}, mux: http.NewServeMux()}
	for _, text := range logs {
		k, err := proof.ReadVerifierKey(text)
		if err != nil {
			return nil, err
		}
		origin, _, _ := strings.Cut(k, "+")
		if s.ledgers[origin] == nil {
			s.ledgers[origin] = &ledger{path: filepath.Join(dir, flog.ID(origin)+".checkpoint"), latest: nothingYet(origin)}
		}
		s.ledgers[origin].keys = append(s.ledgers[origin].keys, k)
	}
	for _, l := range s.ledgers {
		if err := l.load(); err != nil {
			return nil, err
		}
	}
	s.mux.HandleFunc("POST "+addCheckpoint, s.add)
	return s, nil
}

// nothingYet is the state of a log that every history continues.
func nothingYet(origin string) proof.Checkpoint {
	root, err := tlog.TreeHash(0, nil)
	if err != nil {
		panic(err) // a tree without leaves reads no hashes
	}
	return proof.Checkpoint{Origin: origin, Root: root}
}

// VerifierKey is what the logs, and all who check, are given.
func (s *Server) VerifierKey() string { return s.key }

// ServeHTTP answers as the protocol says: 200 with the cosignature, 400 for what is
// malformed, 403 for a log's name without its signature, 404 for an unknown log, 409 with
// the size that was seen last, 413, 422 for a proof that does not verify, and 500 when
// the state could not be kept.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// load reads what was cosigned last. A file that can't be trusted is not passed over.
func (l *ledger) load() error {
	text, err := os.ReadFile(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	c, err := l.read(text)
	if err != nil {
		return fmt.Errorf("witness: %s is damaged, and without it nothing can be cosigned: %w", l.path, err)
	}
	l.latest = c
	return nil
}

// read reads a checkpoint that one of the keys has signed.
func (l *ledger) read(text []byte) (c proof.Checkpoint, err error) {
	for _, key := range l.keys {
		if c, err = proof.ReadCheckpoint(text, key); err == nil {
			break
		}
	}
	return c, err
}

// submission is a request.
type submission struct {
	old  int64
	line tlog.TreeProof
	note []byte
	text string // that was signed
}

func (s *Server) add(w http.ResponseWriter, r *http.Request) {
	body := bytes.Buffer{}
	if _, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, maxRequest)); err != nil {
		var long *http.MaxBytesError
		status := http.StatusBadRequest
		if errors.As(err, &long) {
			status = http.StatusRequestEntityTooLarge
		}
		http.Error(w, "the request broke off, or is too long", status)
		return
	}
	sub, err := parse(body.Bytes())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	origin, _, _ := strings.Cut(sub.text, "\n")
	l := s.ledgers[origin]
	if l == nil {
		http.Error(w, "the log is not known here", http.StatusNotFound)
		return
	}
	c, err := l.read(sub.note)
	var refused *proof.Error
	if errors.As(err, &refused) {
		status := http.StatusBadRequest
		if refused.Code == proof.CheckpointUnsigned {
			status = http.StatusForbidden
		}
		http.Error(w, refused.Error(), status)
		return
	}
	seen, status := l.advance(c, sub.old, sub.line)
	switch status {
	case http.StatusOK:
		s.cosign(w, sub.text)
	case http.StatusConflict:
		w.Header().Set("Content-Type", sizeType)
		w.WriteHeader(status)
		fmt.Fprintf(w, "%d\n", seen)
	default:
		http.Error(w, http.StatusText(status), status)
	}
}

// advance makes a checkpoint the latest one if it continues that, from old on. It returns
// the size that was seen last, and a status: only after StatusOK may it be cosigned.
func (l *ledger) advance(c proof.Checkpoint, old int64, p tlog.TreeProof) (seen int64, status int) {
	if old > c.Size {
		return 0, http.StatusBadRequest
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case old != l.latest.Size, old == c.Size && c.Root != l.latest.Root:
		return l.latest.Size, http.StatusConflict
	case c.Continues(l.latest, p) != nil:
		return l.latest.Size, http.StatusUnprocessableEntity
	case c.Size == l.latest.Size:
		return c.Size, http.StatusOK
	}
	// If this fails there may be the new state on the disk or the old one. Both are good:
	// the new one was not cosigned, and continues what was.
	if err := wholefile.Write(l.path, c.Note); err != nil {
		return l.latest.Size, http.StatusInternalServerError
	}
	l.latest = c
	return c.Size, http.StatusOK
}

func (s *Server) cosign(w http.ResponseWriter, text string) {
	signed, err := note.Sign(&note.Note{Text: text}, s.cosigner)
	if err != nil {
		http.Error(w, "it can't be signed", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprint(w, strings.TrimPrefix(string(signed), text+"\n"))
}

var errMalformed = errors.New("a request is a line with the old size, at most 63 hashes, an empty line and a checkpoint")

// parse reads the body of a request.
func parse(body []byte) (submission, error) {
	head, signed, ok := bytes.Cut(body, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	size, isOld := strings.CutPrefix(lines[0], "old ")
	old, err := strconv.ParseInt(size, 10, 64)
	if !ok || !isOld || err != nil || strconv.FormatInt(max(old, 0), 10) != size || len(lines)-1 > maxLines {
		return submission{}, errMalformed
	}
	sub := submission{old: old, note: signed}
	for _, line := range lines[1:] {
		h, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(h) != tlog.HashSize {
			return submission{}, errMalformed
		}
		sub.line = append(sub.line, tlog.Hash(h))
	}
	n, err := opened(signed)
	if err != nil {
		return submission{}, errMalformed
	}
	sub.text = n.Text
	return sub, nil
}
