package provenance

import (
	"bytes"
	"cmp"
	"io"
	"slices"
)

// edit puts bytes in place of others.
type edit struct {
	span
	put []byte
}

// sorted puts edits into the order of the file: what is put before a part that is
// taken out comes first.
func sorted(edits []edit) []edit {
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	return edits
}

// apply copies a file with the edits, which do not overlap. It holds nothing of
// it in memory.
func apply(w io.Writer, r io.ReaderAt, size int64, edits []edit) error {
	at := int64(0)
	for _, e := range sorted(edits) {
		if err := copyPart(w, r, at, e.from); err != nil {
			return err
		}
		if _, err := w.Write(e.put); err != nil {
			return err
		}
		at = e.to
	}
	return copyPart(w, r, at, size)
}

func copyPart(w io.Writer, r io.ReaderAt, from, to int64) error {
	n, err := io.Copy(w, io.NewSectionReader(r, from, to-from))
	if err == nil && n < to-from {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// edited is apply for what is in memory.
func edited(text []byte, edits []edit) []byte {
	var b bytes.Buffer
	_ = apply(&b, bytes.NewReader(text), int64(len(text)), edits) // neither end fails
	return b.Bytes()
}
