package bundle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"time"

	"signet/assets"
	"signet/projections"
)

// MediaType is what a bundle is served as
// (https://www.iana.org/assignments/media-types/application/zip).
const MediaType = "application/zip"

// maxTexts bounds what of a bundle is kept in memory, in bytes.
const maxTexts = 64 << 20

// Bundle is the plan of an archive. It does not change, so that one may be kept
// and opened by many at the same time.
type Bundle struct {
	store    assets.Store
	segments []segment
	size     int64
	digest   assets.Ref
	versions []Version
	files    []file
	manifest []byte
}

// Version is one that a bundle holds.
type Version struct {
	Item    string
	Number  int
	Digests []string // of its files; none for what is texts only
}

// New plans the archive of what is selected. Each file whose CRC-32 is not in sums
// is read once; nil remembers none.
//
// Refusals are ErrNothing, ErrTooLarge and *domain.Error with the reasons
// unknown_edition, edition_not_issued, two_instants, in_the_future, unknown_kind,
// unknown_locale, unknown_item and invalid_key, with the field. Other errors come from the read
// models, the store (assets.ErrNotFound, assets.ErrCorrupt) or the context.
func New(ctx context.Context, views *projections.Views, store assets.Store, sums *Sums, selection Selection) (*Bundle, error) {
	selection, err := selection.checked()
	if err != nil {
		return nil, err
	}
	k, err := collect(ctx, views, selection)
	if err != nil {
		return nil, err
	}
	w := &writer{kit: k, store: store, sums: sums, names: names{}}
	if err := w.all(ctx); err != nil {
		return nil, err
	}
	b := plan(store, w.files())
	b.manifest = w.manifest
	for _, i := range k.items {
		v := Version{Item: i.Item, Number: i.Version}
		for _, f := range i.Content.Files {
			v.Digests = append(v.Digests, f.Digest)
		}
		b.versions = append(b.versions, v)
	}
	return b, nil
}

// plan lays files out. The digest covers every byte: those in memory, and the
// names of the blobs.
func plan(store assets.Store, files []file) *Bundle {
	b := &Bundle{store: store, files: files}
	b.segments, b.size = layout(files)
	sum := sha256.New()
	for _, s := range b.segments {
		sum.Write(s.bytes)
		sum.Write([]byte(s.ref))
	}
	b.digest = assets.Ref(hex.EncodeToString(sum.Sum(nil)))
	return b
}

// Size is the length of the archive in bytes.
func (b *Bundle) Size() int64 { return b.size }

// Digest names exactly these bytes, as [assets.Download].Digest asks for it. It is
// that of the plan: not the SHA-256 of the archive, which nobody has read yet.
func (b *Bundle) Digest() assets.Ref { return b.digest }

// ETag is a strong entity tag (RFC 9110, section 8.8.3), with its quotes. Send no
// Last-Modified beside it: a kit from which something was withdrawn is not younger
// than it was before.
func (b *Bundle) ETag() string { return `"` + string(b.digest) + `"` }

// Versions are those that the archive holds, in its order.
func (b *Bundle) Versions() []Version { return b.versions }

// Manifest is the content of manifest.json of the whole kit, in JSON. It is not to be
// changed.
func (b *Bundle) Manifest() []byte { return b.manifest }

// writer makes the files of the archive.
type writer struct {
	kit    *kit
	store  assets.Store
	sums   *Sums
	names  names
	texts  int       // bytes in memory
	head   []file    // what tells of the rest
	rest   []file    // logos, then texts
	listed []listing // both, but for the list itself

	manifest []byte
}

// Names at the top of the archive.
const (
	indexName    = "index.html"
	kitName      = "kit.json"
	tokensName   = "tokens.json"
	manifestName = "manifest.json"
	sumsName     = "SHA256SUMS"
)

// all makes every file; first what others tell of.
func (w *writer) all(ctx context.Context) error {
	for _, name := range []string{indexName, kitName, tokensName, manifestName, sumsName} {
		w.names.own(name)
	}
	for _, i := range w.kit.items {
		if err := w.blobs(ctx, i); err != nil {
			return err
		}
	}
	for _, i := range w.kit.items {
		if err := w.writeTexts(i); err != nil {
			return err
		}
	}
	index, err := indexPage(w.kit)
	if err != nil {
		return err
	}
	if err := w.top(indexName, "text/html; charset=utf-8", index); err != nil {
		return err
	}
	for _, made := range []struct {
		name    string
		content any
	}{{kitName, w.kit.contents()}, {tokensName, tokens(w.kit)}} {
		if err := w.topJSON(made.name, made.content); err != nil {
			return err
		}
	}
	if w.manifest, err = encode(w.kit.manifest(w.listed)); err != nil {
		return err
	}
	if err := w.top(manifestName, "application/json", w.manifest); err != nil {
		return err
	}
	return w.top(sumsName, "text/plain; charset=utf-8", checksums(w.listed))
}

// files are all files, in the order of the archive.
func (w *writer) files() []file { return append(w.head, w.rest...) }

// blobs adds the files of a logo.
func (w *writer) blobs(ctx context.Context, i *item) error {
	for _, f := range i.Content.Files {
		ref, err := assets.ParseRef(f.Digest)
		if err != nil {
			return fmt.Errorf("bundle: %s: %w", i.Item, err)
		}
		sum, err := w.sums.of(ctx, w.store, ref)
		if err != nil {
			return fmt.Errorf("bundle: %s of %s: %w", f.Name, i.Item, err)
		}
		media, err := assets.ParseMedia(f.MediaType)
		if err != nil {
			media = "" // of a kind that is not known any more: it keeps its name as it is
		}
		path := w.names.take("logos/"+keyName(i.Item), f.Name, media)
		i.Paths = append(i.Paths, path)
		w.rest = append(w.rest, file{name: path, modified: i.From, size: sum.size, crc: sum.crc, ref: ref, of: i})
		w.listed = append(w.listed, listing{Path: path, SHA256: f.Digest, Bytes: sum.size, MediaType: f.MediaType, Name: f.Name, of: i})
	}
	return nil
}

// writeTexts adds an item's texts, one file for each locale.
func (w *writer) writeTexts(i *item) error {
	for _, l := range i.locales() {
		text := i.text(l)
		if text == "" {
			continue
		}
		path := w.names.own(fmt.Sprintf("texts/%s/%s.%s.txt", i.Kind, keyName(i.Item), l))
		f, row, err := w.memory(path, "text/plain; charset=utf-8", []byte(text), i.From)
		if err != nil {
			return err
		}
		row.Locale, row.of, f.of = l, i, i
		w.rest, w.listed = append(w.rest, f), append(w.listed, row)
	}
	return nil
}

func (w *writer) topJSON(name string, content any) error {
	body, err := encode(content)
	if err != nil {
		return err
	}
	return w.top(name, "application/json", body)
}

// top adds a file that tells of the rest.
func (w *writer) top(name, media string, body []byte) error {
	f, row, err := w.memory(name, media, body, w.kit.latest)
	w.head, w.listed = append(w.head, f), append(w.listed, row)
	return err
}

// memory is a file that is kept in memory.
func (w *writer) memory(path, media string, body []byte, modified time.Time) (file, listing, error) {
	if w.texts += len(body); w.texts > maxTexts {
		return file{}, listing{}, ErrTooLarge
	}
	sum := sha256.Sum256(body)
	f := file{name: path, modified: modified, size: int64(len(body)), crc: crc32.ChecksumIEEE(body), body: body}
	return f, listing{Path: path, SHA256: hex.EncodeToString(sum[:]), Bytes: f.size, MediaType: media}, nil
}

// encode writes JSON for people as well as programs, without the escapes that are
// meant for HTML.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	return b.Bytes(), nil
}
