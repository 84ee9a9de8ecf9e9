package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"signet/assets"
	"signet/assets/rendition"
	"signet/domain"
	"signet/internal/provenance"
	"signet/projections"
)

// stampedBytes bounds the stamped files that are kept in memory; a larger one is
// stamped each time.
const stampedBytes = 48 << 20

// stamped keeps files that were stamped last, under the digest of what was stamped
// and what with.
type stamped struct {
	mu    sync.Mutex
	files *simplelru.LRU[assets.Ref, []byte] // guarded by mu
	bytes int                                // guarded by mu
}

func newStamped() (*stamped, error) {
	files, err := simplelru.NewLRU[assets.Ref, []byte](stampedBytes, nil)
	if err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	return &stamped{files: files}, nil
}

func (s *stamped) get(key assets.Ref) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files.Get(key)
}

func (s *stamped) put(key assets.Ref, file []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(file) > stampedBytes/4 || s.files.Contains(key) {
		return
	}
	s.files.Add(key, file)
	for s.bytes += len(file); s.bytes > stampedBytes; {
		_, oldest, _ := s.files.RemoveOldest()
		s.bytes -= len(oldest)
	}
}

// stamp writes into what is sent which version it is, of which registry, and where
// is told whether that is still in force. A format that can't say so is sent as it is.
func (s *Server) stamp(r *http.Request, f found, spec *rendition.Spec, d *assets.Download) error {
	if !provenance.Supports(d.Media) {
		return nil
	}
	says, err := s.says(r, f, spec)
	if err != nil {
		return err
	}
	text, err := json.Marshal(says)
	if err != nil {
		return fmt.Errorf("server: %w", err)
	}
	key := assets.RefOf(append([]byte(d.Digest+"\n"), text...))
	file, there := s.stamped.get(key)
	if !there {
		if file, err = stampedFile(d, says); err != nil {
			return err
		}
		s.stamped.put(key, file)
	}
	d.Content, d.Digest = bytes.NewReader(file), key
	return nil
}

// says is what a file says of itself.
func (s *Server) says(r *http.Request, f found, spec *rendition.Spec) (provenance.Stamp, error) {
	v := f.version
	says := provenance.Stamp{
		Registry: here(r) + "/", Item: v.Item, Version: v.Number, Original: f.file.Digest, Licence: v.Content.Licence,
		Title: strings.TrimSpace(firstRunes(v.Content.Name()[domain.DefaultSource], provenance.MaxTitle)), Link: fmt.Sprintf("%s%s%s/%d", here(r), statusPath, v.Item, v.Number),
	}
	if spec != nil {
		says.Rendition = spec.String()
	}
	validities, err := s.Views.Validities(r.Context(), v.Item, v.Number)
	if err != nil {
		return says, err
	}
	if latest, _ := projections.Latest(validities, s.now()); latest != nil {
		says.Edition, says.InForceFrom = latest.Edition, latest.From
	}
	return says, nil
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// stampedFile is what is sent, with the stamp.
func stampedFile(d *assets.Download, says provenance.Stamp) ([]byte, error) {
	size, err := d.Content.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	at, ok := d.Content.(io.ReaderAt)
	if !ok {
		at = seeking{d.Content}
	}
	var out bytes.Buffer
	out.Grow(int(size) + 16<<10)
	if err := provenance.Write(&out, at, size, d.Media, says); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// seeking reads at any place what can only seek. It is for one goroutine.
type seeking struct{ io.ReadSeeker }

func (s seeking) ReadAt(p []byte, off int64) (int, error) {
	if _, err := s.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(s.ReadSeeker, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
