package bundle

import (
	"hash/crc32"
	"strings"
	"time"

	"signet/assets"
	"signet/domain"
	"signet/projections"
)

// Part is a file for Plan: of bytes, or of a blob with its length and CRC-32.
type Part struct {
	Name     string
	Modified time.Time
	Body     []byte
	Ref      assets.Ref
	Size     int64
	CRC      uint32
}

// Plan lays out an archive of any files.
func Plan(store assets.Store, parts ...Part) *Bundle {
	files := make([]file, len(parts))
	for i, p := range parts {
		files[i] = file{name: p.Name, modified: p.Modified, body: p.Body, ref: p.Ref, size: p.Size, crc: p.CRC}
		if p.Ref == "" {
			files[i].size, files[i].crc = int64(len(p.Body)), crc32.ChecksumIEEE(p.Body)
		}
	}
	return plan(store, files)
}

// InMemory calls see with the stretches that are kept in memory.
func (b *Bundle) InMemory(see func(start int64, bytes []byte)) {
	for _, s := range b.segments {
		if s.ref == "" {
			see(s.start, s.bytes)
		}
	}
}

// Take returns the paths of files of one folder.
func Take(folder string, media assets.Media, all ...string) []string {
	taken := names{}
	out := make([]string, len(all))
	for i, name := range all {
		out[i] = taken.take(folder, name, media)
	}
	return out
}

// Fold is what two paths that are one file somewhere have in common.
func Fold(path string) string { return fold(path) }

// KeyName is a key as a part of a path.
func KeyName(key string) string { return keyName(key) }

// Slug names a colour.
func Slug(name string) string { return slug(name) }

// MaxName bounds a path, in bytes.
const MaxName = maxName

// Fill keeps files of the lengths in memory, as New does.
func Fill(lengths ...int) error {
	w := &writer{}
	for _, n := range lengths {
		if _, _, err := w.memory("", "", make([]byte, n), time.Time{}); err != nil {
			return err
		}
	}
	return nil
}

// Collect collects a text of a length in front of which there are others.
func Collect(before, length int) error {
	k := &kit{bytes: before, selection: Selection{Now: time.Unix(1, 0)}}
	c := &domain.Content{Units: []domain.Unit{{Role: domain.UnitSlogan, Text: domain.Texts{"vi": strings.Repeat("x", length)}}}}
	return k.takeOne(&projections.Standing{Kind: domain.Slogan, Content: c}, &projections.Item{}, &projections.Version{})
}

// MaxTexts bounds what is kept in memory, in bytes.
const MaxTexts = maxTexts
