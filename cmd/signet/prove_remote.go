package main

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/proof"
)

// prove asks a registry for a proof file.
func (o remote) prove(ctx context.Context, subject proof.Subject, since []byte) ([]byte, error) {
	switch subject.Kind {
	case proof.KindVersion:
		return o.fetch(ctx, "proofs/items/"+subject.Item+"/"+strconv.Itoa(subject.Version), proof.MaxFileBytes)
	case proof.KindEdition:
		return o.fetch(ctx, "proofs/editions/"+strconv.Itoa(subject.Edition), proof.MaxFileBytes)
	}
	file, err := o.between(ctx, since)
	if err != nil {
		return nil, err
	}
	return file.Marshal()
}

// fetch asks for something that is no JSON to be decoded, of at most so many bytes.
func (o remote) fetch(ctx context.Context, path string, most int64) (body []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	request, err := o.request(ctx, http.MethodGet, path, nil, nil)
	if err != nil {
		return nil, err
	}
	err = answered(request, most, func(r io.Reader) (err error) {
		body, err = io.ReadAll(r)
		return err
	})
	return body, err
}

// between proves that the log of a registry continues that of a checkpoint, from its
// tiles. The key is the registry's own word here: who checks the file has another.
func (o remote) between(ctx context.Context, since []byte) (*proof.File, error) {
	key, err := o.fetch(ctx, "tlog/key", proof.MaxCheckpointBytes)
	if err != nil {
		return nil, err
	}
	verifier, err := proof.ReadVerifierKey(string(key))
	if err != nil {
		return nil, err
	}
	older, err := proof.ReadCheckpoint(since, verifier)
	if err != nil {
		return nil, badInput(err, "--since names a checkpoint of this registry")
	}
	text, err := o.fetch(ctx, "tlog/checkpoint", proof.MaxCheckpointBytes)
	if err != nil {
		return nil, err
	}
	newer, err := proof.ReadCheckpoint(text, verifier)
	if err != nil {
		return nil, err
	}
	tiles := tlog.TileHashReader(tlog.Tree{N: newer.Size, Hash: newer.Root}, &tileReader{ctx, o})
	return proof.Between(ctx, tileTree{hashes: tiles}, older, newer)
}

// tileTree proves from hashes that were read as tiles that a tree continues another.
type tileTree struct {
	proof.Tree // nothing else is asked

	hashes tlog.HashReader
}

// Consistency is proof.Tree.Consistency.
func (t tileTree) Consistency(_ context.Context, from, to int64) (tlog.TreeProof, error) {
	return tlog.ProveTree(to, from, t.hashes)
}

// tileReader reads tiles over HTTP (https://c2sp.org/tlog-tiles).
type tileReader struct {
	ctx  context.Context //nolint:containedctx // that of the one question that it is made for
	from remote
}

// Height is that of C2SP's tiles.
func (*tileReader) Height() int { return 8 }

// ReadTiles is tlog.TileReader.ReadTiles.
func (t *tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		var err error
		path := "tlog/tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		if data[i], err = t.from.fetch(t.ctx, path, int64(tlog.HashSize)<<tile.H); err != nil {
			return nil, err
		}
	}
	return data, nil
}

// SaveTiles keeps nothing.
func (*tileReader) SaveTiles([]tlog.Tile, [][]byte) {}
