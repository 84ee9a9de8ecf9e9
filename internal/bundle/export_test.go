package bundle

import (
	"hash/crc32"
	"time"

	"signet/assets"
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
	return plan(store, files, time.Time{})
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
