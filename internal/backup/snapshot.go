package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/eventlog"
)

const (
	snapshotFolder = "snapshots/"
	logFolder      = "log/"
	blobFolder     = "blobs/"
	peopleFolder   = "people/"
	keyFolder      = "keys/"

	snapshotSuffix = ".json"
	// Format is the version of the form of a repository.
	Format = 1
	// maxSnapshot bounds the file, in bytes: 10^8 events are in about 10^4 segments.
	maxSnapshot = 64 << 20
	timeInName  = "2006-01-02T150405Z"
)

// Snapshot is one backup. Times are UTC; sums are SHA-256 in hexadecimal; hashes of the
// tree are in base64 (RFC 4648, section 4), as tlog writes them.
type Snapshot struct {
	// Name is that of its file, without folder and ".json". It begins with the time.
	Name    string    `json:"-"`
	Format  int       `json:"format"`
	Time    time.Time `json:"time"`
	Version string    `json:"version"` // of the program
	// Events and Streams are counted from the beginning of the log, EventBytes are
	// those of data and envelopes.
	Events     int64 `json:"events"`
	Streams    int64 `json:"streams"`
	EventBytes int64 `json:"eventBytes"`
	// Last is the last event; nil in an empty log.
	Last *Place `json:"last,omitempty"`
	// Root is that of the Merkle tree of all events, Peaks are the roots of its full
	// subtrees, the largest first, from which the next backup goes on.
	Root  tlog.Hash   `json:"root"`
	Peaks []tlog.Hash `json:"peaks"`
	// Checkpoint is the newest signed checkpoint (C2SP tlog-checkpoint) that there was, and
	// VerifierKey what it is checked by (C2SP signed-note); empty if there was none.
	Checkpoint  string `json:"checkpoint,omitempty"`
	VerifierKey string `json:"verifierKey,omitempty"`
	// Segments are the log, in order.
	Segments []Segment `json:"segments"`
	Blobs    Blobs     `json:"blobs"`
	// People and Keys are those of this backup. Only the newest snapshot's are kept.
	People *Kept  `json:"people,omitempty"`
	Keys   []Kept `json:"keys,omitempty"`
}

// Place says where an event is in the log that it was read from.
type Place struct {
	Leaf     int64             `json:"leaf"`
	Position eventlog.Position `json:"position"`
	Stream   string            `json:"stream"`
	Revision eventlog.Revision `json:"revision"`
	ID       uuid.UUID         `json:"id"`
	// Hash is that of the leaf.
	Hash tlog.Hash `json:"hash"`
	// Recorded is when the log was told of it.
	Recorded time.Time `json:"recorded"`
}

// Segment is a part of the log: the events First to Last.
type Segment struct {
	File  string `json:"file"`
	First int64  `json:"first"`
	Last  int64  `json:"last"`
	// Bytes and SHA256 are of the file, Raw is how long it is decompressed.
	Bytes  int64  `json:"bytes"`
	Raw    int64  `json:"raw"`
	SHA256 string `json:"sha256"`
}

// Blobs are the registry's files.
type Blobs struct {
	Count int64 `json:"count"`
	Bytes int64 `json:"bytes"`
	// List is the file that names them, in their order; SHA256 and ListBytes are of it
	// as it is stored. All are empty when there are no blobs.
	List      string `json:"list,omitempty"`
	ListBytes int64  `json:"listBytes,omitempty"`
	SHA256    string `json:"sha256,omitempty"`
}

// Kept is a file of which only the newest copy is kept.
type Kept struct {
	Name   string `json:"name"` // of a key: "webhooks.key"
	File   string `json:"file"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	// Count is how many people are in it.
	Count int64 `json:"count,omitempty"`
}

// Bytes are those of events and blobs.
func (s *Snapshot) Bytes() int64 { return s.EventBytes + s.Blobs.Bytes }

// file is the name of its file.
func (s *Snapshot) file() string { return snapshotFolder + s.Name + snapshotSuffix }

// encode returns the file, and sets the name.
func (s *Snapshot) encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(s); err != nil {
		return nil, err
	}
	if b.Len() > maxSnapshot {
		return nil, fmt.Errorf("a snapshot of %d bytes is too large", b.Len())
	}
	s.Name = s.Time.UTC().Format(timeInName) + "-" + shortSum(sha256.Sum256(b.Bytes()))
	return b.Bytes(), nil
}

// parseSnapshot reads a file, of which the name without folder and suffix is given.
func parseSnapshot(name string, content []byte) (*Snapshot, error) {
	file := snapshotFolder + name + snapshotSuffix
	if _, sum, ok := strings.Cut(name, "Z-"); !ok || sum != shortSum(sha256.Sum256(content)) {
		return nil, damaged(file, "").from(errOtherBytes)
	}
	s := &Snapshot{Name: name}
	if err := json.Unmarshal(content, s); err != nil {
		return nil, damaged(file, "").from(err)
	}
	if s.Format > Format {
		return nil, refuse(FormatUnknown, "%s has format %d, this program knows %d", file, s.Format, Format)
	}
	if err := s.check(); err != nil {
		return nil, damaged(file, "").from(err)
	}
	return s, nil
}

// check sees that the parts belong together.
func (s *Snapshot) check() error {
	if s.Format < 1 || s.Streams < 0 || s.Streams > s.Events || s.Blobs.Count < 0 || s.Blobs.Bytes < 0 || s.EventBytes < 0 {
		return errors.New("its numbers are impossible")
	}
	if _, err := treeOf(s.Events, s.Peaks, s.Root); err != nil {
		return err
	}
	if (s.Events == 0) != (s.Last == nil) || s.Last != nil && (s.Last.Leaf != s.Events-1 || s.Last.Position == 0 || s.Last.Revision < 0) {
		return errors.New("its last event is not the last one")
	}
	return errors.Join(s.checkSegments(), s.checkFiles())
}

// checkSegments sees that they are the whole log.
func (s *Snapshot) checkSegments() error {
	next := int64(0)
	for _, segment := range s.Segments {
		if segment.First != next || segment.Last < segment.First || segment.Raw < 0 || segment.Raw > maxRaw {
			return fmt.Errorf("the segment from leaf %d is not the next one", segment.First)
		}
		if err := named(segment.File, logFolder, segment.Bytes, segment.SHA256); err != nil {
			return err
		}
		next = segment.Last + 1
	}
	if next != s.Events {
		return fmt.Errorf("the segments have %d of %d events", next, s.Events)
	}
	return nil
}

// checkFiles sees that all other files are where they belong.
func (s *Snapshot) checkFiles() error {
	if (s.Blobs.List == "") != (s.Blobs.Count == 0) {
		return errors.New("it has blobs and no list, or a list and no blobs")
	}
	if s.Blobs.List != "" {
		if err := named(s.Blobs.List, blobFolder, s.Blobs.ListBytes, s.Blobs.SHA256); err != nil {
			return err
		}
	}
	if s.People != nil {
		if err := named(s.People.File, peopleFolder, s.People.Bytes, s.People.SHA256); err != nil {
			return err
		}
	}
	for _, key := range s.Keys {
		if !isKeyName(key.Name) {
			return fmt.Errorf("%.80q is no name of a key", key.Name)
		}
		if err := named(key.File, keyFolder, key.Bytes, key.SHA256); err != nil {
			return err
		}
	}
	return nil
}

// named sees that a file is one of the folder, and not elsewhere.
func named(file, folder string, size int64, sum string) error {
	rest, ok := strings.CutPrefix(file, folder)
	if !ok || rest == "" || strings.ContainsAny(rest, "/\\\x00") || strings.HasPrefix(rest, ".") || size < 0 || len(file) > 200 {
		return fmt.Errorf("%.80q is no file of %s", file, folder)
	}
	_, err := parseSum(sum)
	return err
}
