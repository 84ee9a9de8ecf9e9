package links

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"signet/internal/wholefile"
)

// MaxKeys is how many keys a file has at most.
const MaxKeys = 20

const secretSize = 32

// Keys are the keys of a file. The first one signs, and all verify: a new one is put
// before the others (see Rotate), and an old one taken out when nothing that it signed
// is good any more, or at once if somebody else has it. A change of the file counts at
// once. The methods are safe for concurrent use.
type Keys struct {
	path string

	mu       sync.Mutex
	modified time.Time // guarded by mu
	size     int64     // guarded by mu
	keys     []key     // guarded by mu; replaced, never written to
}

type key struct {
	id     string // that addresses name
	secret []byte
}

// Open opens the file of keys, and makes it with one key if it is not there. It fails
// when it can't be read, or has a line that is no key: "ID SECRET", the secret being 32
// bytes in base64 (RFC 4648, section 5). Empty lines and those that begin with # don't
// count.
func Open(path string) (*Keys, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if _, err := Rotate(path); err != nil {
			return nil, err
		}
	}
	k := &Keys{path: path}
	_, err := k.current()
	return k, err
}

// Rotate puts a new key before those of a file, which is made if it is not there, and
// returns its id. At more than MaxKeys the oldest is dropped.
func Rotate(path string) (string, error) {
	before, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("links: %w", err)
	}
	keys, err := parse(before)
	if err != nil && len(before) > 0 {
		return "", fmt.Errorf("links: %s: %w", path, err)
	}
	var fresh [4 + secretSize]byte
	_, _ = rand.Read(fresh[:]) // never fails: the program ends if the system has no randomness
	made := key{hex.EncodeToString(fresh[:4]), fresh[4:]}
	keys = append([]key{made}, keys...)
	var out bytes.Buffer
	out.WriteString("# Keys of signed links. The first one signs, all of them verify. Keep it secret.\n")
	for _, k := range keys[:min(len(keys), MaxKeys)] {
		fmt.Fprintf(&out, "%s %s\n", k.id, base64.RawURLEncoding.EncodeToString(k.secret))
	}
	if err := wholefile.Write(path, out.Bytes()); err != nil {
		return "", fmt.Errorf("links: %w", err)
	}
	return made.id, nil
}

// current are the keys as the file has them now.
func (k *Keys) current() ([]key, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	info, err := os.Stat(k.path)
	if err != nil {
		return nil, fmt.Errorf("links: %w", err)
	}
	if k.keys != nil && info.ModTime().Equal(k.modified) && info.Size() == k.size {
		return k.keys, nil
	}
	content, err := os.ReadFile(k.path)
	if err != nil {
		return nil, fmt.Errorf("links: %w", err)
	}
	keys, err := parse(content)
	if err != nil {
		return nil, fmt.Errorf("links: %s: %w", k.path, err)
	}
	k.keys, k.modified, k.size = keys, info.ModTime(), info.Size()
	return keys, nil
}

// parse reads a file of keys, which has at least one.
func parse(content []byte) ([]key, error) {
	var keys []key
	lines := bufio.NewScanner(bytes.NewReader(content))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, text, _ := strings.Cut(line, " ")
		secret, err := base64.RawURLEncoding.DecodeString(strings.TrimSpace(text))
		if err != nil || len(secret) != secretSize || id == "" || len(keys) == MaxKeys {
			return nil, fmt.Errorf("line %d is no key, or there are more than %d", n, MaxKeys)
		}
		keys = append(keys, key{id, secret})
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, errors.New("there is no key in it")
	}
	return keys, nil
}
