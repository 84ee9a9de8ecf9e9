package server

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"signet/domain"
	"signet/graph"
	"signet/internal/access"
	"signet/internal/merkle"
	"signet/internal/notary"
	"signet/internal/proof"
)

// Where the log is shown as a transparency log (C2SP tlog-tiles), and what of it is proved.
const (
	tlogPath         = "/tlog/"
	provedVersion    = "/proofs/items/{item}/{version}"
	provedEdition    = "/proofs/editions/{edition}"
	tileHeight       = 8
	mediaCheckpoint  = "text/plain; charset=utf-8"
	mediaTile        = "application/octet-stream"
	cachedForEver    = "public, max-age=31536000, immutable"
	cachedCheckpoint = "public, no-cache"
)

// tlogRoutes are those of the log as a transparency log, where it is signed:
//
//	GET /tlog/checkpoint            the newest checkpoint
//	GET /tlog/checkpoint/witnessed  the newest one that a witness has cosigned
//	GET /tlog/key                   the key by which checkpoints are checked
//	GET /tlog/tile/{level}/{n}      hashes (https://c2sp.org/tlog-tiles); for everybody, since
//	                                nothing can be learnt from them
//	GET /tlog/tile/entries/{n}      the envelopes that were hashed; for those who look after
//	                                the registry
//	GET /proofs/…                   a proof file of a version or an edition
func (s *Server) tlogRoutes(open, known func(string, http.HandlerFunc, ...string)) {
	if s.Notary == nil {
		return
	}
	const get, head = http.MethodGet, http.MethodHead
	open(tlogPath+"checkpoint", s.checkpoint(s.Notary.Checkpoint), get, head)
	open(tlogPath+"checkpoint/witnessed", s.checkpoint(s.Notary.Witnessed), get, head)
	open(tlogPath+"key", s.verifierKey, get, head)
	known(tlogPath+"tile/{tile...}", s.tile, get, head)
	known(provedVersion, s.proveVersion, get, head)
	known(provedEdition, s.proveEdition, get, head)
}

// checkpoint answers with a signed checkpoint (https://c2sp.org/tlog-checkpoint).
func (s *Server) checkpoint(which func() (proof.Checkpoint, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := which()
		if err != nil {
			s.failTlog(w, r, err)
			return
		}
		sendBytes(w, r, mediaCheckpoint, cachedCheckpoint, c.Note)
	}
}

// verifierKey answers with the key that checks checkpoints. Who wants to trust nobody
// here takes it from elsewhere, and compares.
func (s *Server) verifierKey(w http.ResponseWriter, r *http.Request) {
	sendBytes(w, r, mediaCheckpoint, cachedCheckpoint, []byte(s.Notary.State().Key+"\n"))
}

// tile answers with a tile of hashes, or with a bundle of entries.
func (s *Server) tile(w http.ResponseWriter, r *http.Request) {
	path := r.PathValue("tile")
	entries := strings.HasPrefix(path, "entries/")
	if entries {
		path = "data/" + strings.TrimPrefix(path, "entries/")
	}
	tile, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", tileHeight, path))
	if err != nil {
		s.problem(w, r, problem{status: http.StatusNotFound, code: graph.NotFound, reason: "unknown_tile", message: "this is no path of a tile"})
		return
	}
	if !entries {
		hashes, err := s.Notary.Tree.Tile(r.Context(), tile)
		if err != nil {
			s.failTlog(w, r, err)
			return
		}
		sendBytes(w, r, mediaTile, cachedForEver, hashes)
		return
	}
	if err := access.From(r.Context()).Require(domain.ReadSystem); err != nil {
		s.fail(w, r, err)
		return
	}
	s.entries(w, r, tile)
}

// entries answers with the envelopes of a tile, each after its length in two bytes.
func (s *Server) entries(w http.ResponseWriter, r *http.Request, tile tlog.Tile) {
	from := tile.N << tileHeight
	envelopes, err := s.Notary.Entries(r.Context(), from, from+int64(tile.W))
	if err != nil {
		s.failTlog(w, r, err)
		return
	}
	var b bytes.Buffer
	for _, e := range envelopes {
		if len(e) > math.MaxUint16 {
			s.fail(w, r, fmt.Errorf("server: an envelope of %d bytes", len(e)))
			return
		}
		b.Write(binary.BigEndian.AppendUint16(nil, uint16(len(e)))) //nolint:gosec // it fits
		b.Write(e)
	}
	sendBytes(w, r, mediaTile, "private, no-cache", b.Bytes())
}

// proveVersion answers with the proof file of a version of an item:
//
//	GET /proofs/items/{item}/{version}
//
// It holds all that was done to the version, so it is for those who may read drafts.
func (s *Server) proveVersion(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if err := access.From(ctx).Require(domain.ReadUnapproved); err != nil {
		s.fail(w, r, err)
		return
	}
	key := r.PathValue("item")
	number, _ := strconv.Atoi(r.PathValue("version")) // 0 is no version
	if _, err := s.Views.Version(ctx, key, number); err != nil {
		s.fail(w, r, err)
		return
	}
	file, err := s.Notary.Version(ctx, key, number)
	s.sendProof(w, r, fmt.Sprintf("%s-v%d", key, number), file, err)
}

// proveEdition answers with the proof file of an edition.
//
//	GET /proofs/editions/{edition}
func (s *Server) proveEdition(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if err := access.From(ctx).Require(domain.ReadApproved); err != nil {
		s.fail(w, r, err)
		return
	}
	number, _ := strconv.Atoi(r.PathValue("edition")) // 0 is no edition
	if _, err := s.Views.Edition(ctx, number); err != nil {
		s.fail(w, r, err)
		return
	}
	file, err := s.Notary.Edition(ctx, number)
	s.sendProof(w, r, fmt.Sprintf("edition-%d", number), file, err)
}

func (s *Server) sendProof(w http.ResponseWriter, r *http.Request, name string, file *proof.File, err error) {
	var body []byte
	if err == nil {
		body, err = file.Marshal()
	}
	if err != nil {
		s.failTlog(w, r, err)
		return
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.signet-proof.json"`)
	sendBytes(w, r, "application/json", "private, no-store", body)
}

// failTlog tells why something can't be proved.
func (s *Server) failTlog(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, notary.ErrNone):
		s.problem(w, r, problem{status: http.StatusNotFound, code: graph.NotFound, reason: "no_checkpoint", message: "nothing has been signed yet"})
	case errors.Is(err, merkle.ErrNoTile), errors.Is(err, merkle.ErrNoLeaf):
		s.problem(w, r, problem{status: http.StatusNotFound, code: graph.NotFound, reason: "unknown_tile", message: "the log does not count as much as that"})
	case errors.Is(err, merkle.ErrDiverged):
		s.Log.ErrorContext(r.Context(), "nothing is proved: the log is not the one that was signed", "error", err)
		s.problem(w, r, problem{
			status: http.StatusServiceUnavailable, code: graph.Unavailable, reason: "history_contradicted",
			message: `the log is not the one that was signed; "signet verify" tells where`,
		})
	default:
		s.fail(w, r, err)
	}
}

// sendBytes sends what is in memory.
func sendBytes(w http.ResponseWriter, r *http.Request, media, cached string, body []byte) {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Cache-Control", cached)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}
