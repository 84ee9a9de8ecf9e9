package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"signet/assets"
	"signet/assets/rendition"
	"signet/domain"
	"signet/internal/pressure"
	"signet/internal/provenance"
	"signet/projections"
)

// openStamped opens what says of itself which version it is, of which registry, and
// where is told whether that is still in force. A format that can't say so is sent
// as it is.
func (s *Server) openStamped(r *http.Request, f found, spec *rendition.Spec) (assets.Download, func(), error) {
	media := assets.Media(f.file.MediaType)
	if spec != nil {
		media = spec.Format.Media()
	}
	if !provenance.Supports(media) {
		return s.openFile(r.Context(), f, spec)
	}
	d, key := describe(r.Context(), f), stampedAs{s.says(r, f, spec), media}
	d.Media = media
	if kept, there := s.stamped.open(key); there {
		d.Content, d.Digest = kept, kept.of.digest
		return d, func() { s.stamped.release(kept) }, nil
	}
	if err := pressure.Spend(r.Context(), pressure.Heavy-pressure.Read); err != nil {
		return d, nil, err
	}
	from, done, err := s.openFile(r.Context(), f, spec)
	if err != nil {
		return d, nil, err
	}
	defer done()
	content, digest, err := stampFile(&from, key.says)
	if err != nil {
		return d, nil, err
	}
	if err := s.stamped.put(key, digest, content); err != nil {
		// It has been made, and can be made again.
		s.Log.WarnContext(r.Context(), "a stamped file could not be kept", "item", f.version.Item, "error", err)
	}
	d.Content, d.Digest = bytes.NewReader(content), digest
	return d, func() {}, nil
}

// says is what a file says of itself.
func (s *Server) says(r *http.Request, f found, spec *rendition.Spec) provenance.Stamp {
	v, home := f.version, here(r)
	says := provenance.Stamp{
		Registry: home + "/", Item: v.Item, Version: v.Number, Original: f.file.Digest, Licence: v.Content.Licence,
		Title: strings.TrimSpace(firstRunes(v.Content.Name()[domain.DefaultSource], provenance.MaxTitle)), Link: home + statusPath + v.Item + "/" + strconv.Itoa(v.Number),
	}
	if spec != nil {
		says.Rendition = spec.String()
	}
	if latest, _ := projections.Latest(f.validities, s.now()); latest != nil {
		says.Edition, says.InForceFrom = latest.Edition, latest.From
	}
	return says
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// stampFile writes a stamp into what is to be sent. The digest names the result by
// what was stamped, and what with.
func stampFile(d *assets.Download, says provenance.Stamp) (content []byte, digest assets.Ref, _ error) {
	text, err := json.Marshal(says)
	if err != nil {
		return nil, "", fmt.Errorf("server: %w", err)
	}
	size, err := d.Content.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, "", fmt.Errorf("server: %w", err)
	}
	at, ok := d.Content.(io.ReaderAt)
	if !ok {
		at = seeking{d.Content}
	}
	var out bytes.Buffer
	out.Grow(int(size) + 16<<10)
	if err := provenance.Write(&out, at, size, d.Media, says); err != nil {
		return nil, "", err
	}
	return out.Bytes(), assets.RefOf(append([]byte(d.Digest+"\n"), text...)), nil
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
