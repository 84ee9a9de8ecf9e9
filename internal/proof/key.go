package proof

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/wholefile"
)

// KeyFile is the name of the file of a registry's folder that holds the key of its
// checkpoints.
const KeyFile = "checkpoint.key"

const (
	maxKeyBytes = 8 << 10 // of a text with a key; those of ML-DSA have 1,800
	maxOrigin   = 200     // bytes
)

// Signer signs the checkpoints of one log. It is safe for concurrent use.
type Signer struct {
	secret   string
	verifier string
	signer   note.Signer
}

// OpenKey reads the signer key of a log, and makes it when there is no file: an Ed25519
// key in the form of https://pkg.go.dev/golang.org/x/mod/sumdb/note, whose name is the
// origin, or "signet/" and 8 random hexadecimal digits if origin is empty. The file is for
// this user only. The errors are of the file system, or an *Error: OriginDiffers,
// OriginMalformed, KeyMalformed. A damaged key is not replaced: nobody could check any
// more what it has signed.
func OpenKey(path, origin string) (*Signer, error) {
	if origin != "" {
		if err := checkOrigin(origin); err != nil {
			return nil, err
		}
	}
	s, err := ReadKey(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return makeKey(path, origin)
	case err != nil:
		return nil, err
	case origin != "" && origin != s.Origin():
		return nil, fail(OriginDiffers, "%s is the key of %q, not of %q", path, s.Origin(), origin)
	}
	return s, nil
}

// ReadKey is OpenKey for who must not make one: fs.ErrNotExist when there is none.
func ReadKey(path string) (*Signer, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	s, err := newSigner(string(bytes.TrimSpace(text)))
	if err != nil {
		return nil, fail(KeyMalformed, "%s holds no key; restore it from a backup", path).because(err)
	}
	return s, nil
}

func makeKey(path, origin string) (*Signer, error) {
	if origin == "" {
		var b [4]byte
		_, _ = rand.Read(b[:]) // never fails: the program ends if the system has no randomness
		origin = "signet/" + hex.EncodeToString(b[:])
	}
	secret, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	if err := wholefile.Write(path, []byte(secret+"\n")); err != nil {
		return nil, err
	}
	return newSigner(secret)
}

// newSigner reads a signer key: "PRIVATE+KEY+name+hash+base64".
func newSigner(secret string) (*Signer, error) {
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, err
	}
	parts := strings.SplitN(secret, "+", 5) // Base64 has "+" too
	seed, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil {
		return nil, err
	}
	public, ok := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	if !ok {
		return nil, errors.New("no Ed25519 key")
	}
	verifier, err := note.NewEd25519VerifierKey(signer.Name(), public)
	if err != nil {
		return nil, err
	}
	return &Signer{secret: secret, verifier: verifier, signer: signer}, nil
}

// Origin is the name of the log, and of the key.
func (s *Signer) Origin() string { return s.signer.Name() }

// VerifierKey is what is given to those who check: "name+hash+base64", see
// https://c2sp.org/signed-note.
func (s *Signer) VerifierKey() string { return s.verifier }

// Sign returns the checkpoint of a log of the size with the root.
func (s *Signer) Sign(size int64, root tlog.Hash) ([]byte, error) {
	if size < 0 {
		return nil, fmt.Errorf("proof: a log of the size %d", size)
	}
	signed, err := note.Sign(&note.Note{Text: checkpointText(s.Origin(), size, root)}, s.signer)
	if err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	return signed, nil
}

// Cosigner turns the key into that of a witness, and returns its verifier key: its
// signatures are of the type cosignature/v1 of https://c2sp.org/tlog-cosignature, and
// say when they were made. A key is that of one log or of one witness.
func (s *Signer) Cosigner() (note.Signer, string, error) {
	signer, err := fnote.NewSignerForCosignatureV1(s.secret)
	if err != nil {
		return nil, "", fmt.Errorf("proof: %w", err)
	}
	key, err := fnote.VKeyToCosignatureV1(s.verifier)
	if err != nil {
		return nil, "", fmt.Errorf("proof: %w", err)
	}
	return signer, key, nil
}

// checkOrigin refuses what can't be the name of a key.
func checkOrigin(origin string) error {
	bad := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '+' }
	if origin == "" || len(origin) > maxOrigin || !utf8.ValidString(origin) || strings.ContainsFunc(origin, bad) {
		return fail(OriginMalformed, "the name of a log is 1 to %d bytes without spaces and plus signs, not %.60q", maxOrigin, origin)
	}
	return nil
}

// The types of keys of https://c2sp.org/signed-note that may stand for a log or a
// witness, with the length of the key.
var keyTypes = map[byte]int{
	1: ed25519.PublicKeySize, // a log, or a witness that uses cosignature/v1 with it
	4: ed25519.PublicKeySize, // a witness
	6: 1312,                  // a witness with ML-DSA-44
}

// ReadVerifierKey reads a verifier key from a text, such as a file or a flag, in which
// white space around it, empty lines and lines that begin with # are passed over. The
// error is an *Error: KeyPrivate for a signer key, which nobody but its owner may have,
// or KeyMalformed.
func ReadVerifierKey(text string) (string, error) {
	if strings.Contains(text, "PRIVATE+KEY") {
		return "", fail(KeyPrivate, "this is a private key, with which everything can be signed; give the verifier key, and keep this one secret")
	}
	if len(text) > maxKeyBytes {
		return "", fail(KeyMalformed, "a verifier key has at most %d bytes", maxKeyBytes)
	}
	key := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case key != "":
			return "", fail(KeyMalformed, "more than one key")
		default:
			key = line
		}
	}
	if err := checkKey(key); err != nil {
		return "", err
	}
	return key, nil
}

// checkKey checks a verifier key wholly, also what its users do not look at.
func checkKey(key string) error {
	name, rest, _ := strings.Cut(key, "+")
	hash, encoded, _ := strings.Cut(rest, "+")
	public, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || len(public) == 0 || checkOrigin(name) != nil {
		return fail(KeyMalformed, "a verifier key is name+hash+base64, not %.60q", key)
	}
	if length, known := keyTypes[public[0]]; !known || len(public)-1 != length {
		return fail(KeyMalformed, "%s is no Ed25519 key of a log or a witness", name)
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), public...))
	if hash != fmt.Sprintf("%08x", binary.BigEndian.Uint32(sum[:])) {
		return fail(KeyMalformed, "the hash of the key of %s does not fit: it was mistyped, or changed", name)
	}
	return nil
}
