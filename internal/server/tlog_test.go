package server_test

import (
	"encoding/binary"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/formats/note"
	merkleproof "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"

	"signet/domain"
	"signet/internal/proof"
)

// tiles reads a log as anybody would who knows C2SP's tlog-tiles and nothing of us.
type tiles struct {
	r     *registry
	asked int
}

func (t *tiles) Height() int { return 8 }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(wanted))
	for i, tile := range wanted {
		t.asked++
		data[i] = t.r.plain("/tlog/tile/"+strings.TrimPrefix(tile.Path(), "tile/8/"), domain.RoleAuditor)
	}
	return data, nil
}

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// plain is the body of an answer that must be there.
func (r *registry) plain(path string, role domain.Role) []byte {
	r.t.Helper()
	status, body := r.raw(path, role)
	if status != http.StatusOK {
		r.t.Fatalf("GET %s: %d %s", path, status, body)
	}
	return body
}

func (r *registry) raw(path string, role domain.Role) (int, []byte) {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.url+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	if role != "" {
		request.Header.Set("Authorization", "Bearer "+r.tokens[role])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response.StatusCode, body
}

// signed is the checkpoint that is served, as other software reads it.
func (r *registry) signed() *log.Checkpoint {
	r.t.Helper()
	if err := r.notary.CatchUp(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(r.plain("/tlog/key", ""))))
	if err != nil {
		r.t.Fatal(err)
	}
	c, _, _, err := log.ParseCheckpoint(r.plain("/tlog/checkpoint", ""), verifier.Name(), verifier)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// Other people's software finds in the tiles that each envelope stands under the
// checkpoint, and that a later checkpoint continues it.
func TestTheLogIsServedAsATransparencyLog(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	r.publish("earlier-slogan", true)
	r.publish("another-slogan", true)
	before := r.signed()
	r.publish("later-slogan", true)
	now := r.signed()
	if before.Size <= 256 || now.Size <= before.Size {
		t.Fatalf("sizes %d and %d", before.Size, now.Size)
	}
	reader := &tiles{r: r}
	hashes := tlog.TileHashReader(tlog.Tree{N: int64(now.Size), Hash: tlog.Hash(now.Hash)}, reader)
	var entries []byte
	for _, bundle := range []string{"000", "001.p/7"} {
		entries = append(entries, r.plain("/tlog/tile/entries/"+bundle, domain.RoleAuditor)...)
	}
	index := int64(0)
	for ; len(entries) > 0; index++ {
		n := int(binary.BigEndian.Uint16(entries))
		envelope := entries[2 : 2+n]
		entries = entries[2+n:]
		path, err := tlog.ProveRecord(int64(now.Size), index, hashes)
		if err != nil {
			t.Fatal(err)
		}
		if err := merkleproof.VerifyInclusion(rfc6962.DefaultHasher, uint64(index), now.Size, rfc6962.DefaultHasher.HashLeaf(envelope), bytesOf(path), now.Hash); err != nil {
			t.Fatalf("entry %d: %v", index, err)
		}
	}
	if index != 256+7 {
		t.Errorf("%d entries were served", index)
	}
	path, err := tlog.ProveTree(int64(now.Size), int64(before.Size), hashes)
	if err != nil {
		t.Fatal(err)
	}
	if err := merkleproof.VerifyConsistency(rfc6962.DefaultHasher, before.Size, now.Size, bytesOf(path), before.Hash, now.Hash); err != nil {
		t.Error(err)
	}
}

func bytesOf[P ~[]tlog.Hash](path P) [][]byte {
	out := make([][]byte, len(path))
	for i, h := range path {
		out[i] = h[:]
	}
	return out
}

func TestWhatIsNoTileIsNotFound(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	r.signed()
	for name, path := range map[string]string{
		"a level that is not there":  "/tlog/tile/3/000",
		"beyond the end":             "/tlog/tile/0/009",
		"wider than it is":           "/tlog/tile/0/001.p/255",
		"entries beyond the end":     "/tlog/tile/entries/001.p/255",
		"no number":                  "/tlog/tile/0/x",
		"a number written otherwise": "/tlog/tile/0/0",
		"the height in the path":     "/tlog/tile/8/0/000",
		"data, as others call it":    "/tlog/tile/data/000",
		"nothing":                    "/tlog/tile/",
	} {
		t.Run(name, func(t *testing.T) {
			if status, body := r.raw(path, domain.RoleAuditor); status != http.StatusNotFound {
				t.Errorf("%d %.100s", status, body)
			}
		})
	}
}

func TestAnApprovalAndAnEditionAreProved(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	r.publish("proved-slogan", false)
	r.signed()
	key := strings.TrimSpace(string(r.plain("/tlog/key", "")))
	for path, subject := range map[string]proof.Subject{
		"/proofs/items/proved-slogan/1": {Kind: proof.KindVersion, Item: "proved-slogan", Version: 1},
		"/proofs/editions/1":            {Kind: proof.KindEdition, Edition: 1},
	} {
		file, err := proof.Read(r.plain(path, domain.RoleAuditor))
		if err != nil {
			t.Fatal(err)
		}
		verdict, err := file.Check(key)
		if err != nil || verdict.Subject != subject {
			t.Errorf("%s proves %+v, %v", path, verdict.Subject, err)
		}
		if v := verdict.Version; v != nil && (v.Approved == nil || len(v.Signatures) == 0 || len(v.Awaited) != 0) {
			t.Errorf("%s does not tell of the approval: %+v", path, v)
		}
	}
	for _, path := range []string{"/proofs/items/proved-slogan/2", "/proofs/items/nothing/1", "/proofs/items/proved-slogan/x", "/proofs/editions/99"} {
		if status, body := r.raw(path, domain.RoleAuditor); status != http.StatusNotFound {
			t.Errorf("%s: %d %.100s", path, status, body)
		}
	}
}
