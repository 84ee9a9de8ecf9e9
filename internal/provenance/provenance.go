package provenance

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"signet/assets"
	"signet/assets/svg"
	"signet/domain"
)

const (
	// maxPacket is the length of a packet that is read. A JPEG can't hold more
	// than 64 kB in one piece; packets of a megabyte hold thumbnails.
	maxPacket = 1 << 20
	// maxPackets is how many of a file are looked at.
	maxPackets = 8
)

// Supports tells whether files of a kind can be stamped.
func Supports(media assets.Media) bool {
	return slices.Contains([]assets.Media{assets.PNG, assets.JPEG, assets.WebP, assets.SVG, assets.PDF}, media)
}

// Write copies the size bytes of r to w with a stamp, which takes the place of
// one that is there. The same file and stamp give the same bytes, and stamping
// twice is stamping once. Memory does not grow with the file, but for an SVG,
// which has at most svg.MaxBytes. A PDF has at most 32 MiB.
//
// Refusals: those of [Stamp.Normalise], [NoSuchMedia], [Broken], [TooLarge] (for
// an SVG also if it would be too large with its stamp), [Protected]. Then nothing has
// been written; after an error of r or w a part has.
func Write(w io.Writer, r io.ReaderAt, size int64, media assets.Media, s Stamp) error {
	s, err := s.Normalise()
	if err != nil {
		return err
	}
	return change(w, r, size, media, &s)
}

// Strip copies the size bytes of r to w without a stamp. Of a file that [Write] has
// stamped it gives the bytes of before, unless it had a stamp then; of
// an SVG too, but for a root that closed itself. Of a PDF it gives them only if nothing
// but the stamp was put behind its end; otherwise the stamp is taken out behind
// that, and can still be found in the bytes. What another program has moved into
// descriptions of its own (title, terms, identifiers) stays there. Refusals as
// Write.
func Strip(w io.Writer, r io.ReaderAt, size int64, media assets.Media) error {
	return change(w, r, size, media, nil)
}

func change(w io.Writer, r io.ReaderAt, size int64, media assets.Media, s *Stamp) error {
	edits, err := edits(r, size, media, s)
	if err != nil {
		return whole(err)
	}
	return apply(w, r, size, edits)
}

// edits returns what has to change so that a file has the stamp and no other.
func edits(r io.ReaderAt, size int64, media assets.Media, s *Stamp) ([]edit, error) {
	switch media {
	case assets.SVG:
		return svgEdits(r, size, s)
	case assets.PDF:
		return pdfEdits(r, size, s)
	default:
		l, err := layoutOf(r, size, media)
		if err != nil {
			return nil, err
		}
		return l.edits(s)
	}
}

// whole makes a refusal of what was not there to be read.
func whole(err error) error {
	if errors.Is(err, io.EOF) {
		return broken("the file ends too early")
	}
	return err
}

// Read returns the stamp of a file of size bytes, and whether there is one. It
// finds it also in a packet that another program has written anew, and of a file that
// is cut off after it. Of several stamps the first one counts. Time and memory
// are bounded: at most eight packets of a megabyte are read, or an SVG of svg.MaxBytes,
// or 32 MiB of the objects of a PDF.
//
// Refusals: [NoSuchMedia], [Broken], [TooLarge], [Protected]; or the error of r.
func Read(r io.ReaderAt, size int64, media assets.Media) (Stamp, bool, error) {
	switch media {
	case assets.SVG:
		doc, err := svgDocument(r, size)
		if err != nil {
			return Stamp{}, false, whole(err)
		}
		return doc.stamp()
	case assets.PDF:
		s, found, err := readPDF(r, size)
		return s, found, whole(err)
	default:
	}
	l, err := layoutOf(r, size, media)
	err = whole(err)
	for _, p := range l.packets {
		doc, unreadable := scan(p.xmp, false)
		if unreadable != nil {
			continue // what is no XMP of ours is none of our business
		}
		s, found, wrong := doc.stamp()
		if found {
			return s, true, nil
		}
		if err == nil {
			err = wrong
		}
	}
	return Stamp{}, false, err
}

// layoutOf finds the packets of a file. With a refusal it also returns those
// that it has found before.
func layoutOf(r io.ReaderAt, size int64, media assets.Media) (layout, error) {
	part := io.NewSectionReader(r, 0, size) // r may go on behind it
	switch media {
	case assets.PNG:
		return pngLayout(part)
	case assets.JPEG:
		return jpegLayout(part)
	case assets.WebP:
		return webpLayout(part)
	default:
		return layout{}, domain.Refuse(domain.Invalid, NoSuchMedia, "files of the type %s hold no stamp", clip(media))
	}
}

func clip(media assets.Media) string {
	if known, err := assets.ParseMedia(string(media)); err == nil {
		return string(known)
	}
	return "unknown"
}

func svgDocument(r io.ReaderAt, size int64) (*document, error) {
	if size > svg.MaxBytes {
		return nil, tooLarge("an SVG file may have %d bytes", svg.MaxBytes)
	}
	text := make([]byte, size)
	if err := readPart(r, text, 0); err != nil {
		return nil, err
	}
	return scan(text, true)
}

func svgEdits(r io.ReaderAt, size int64, s *Stamp) ([]edit, error) {
	doc, err := svgDocument(r, size)
	if err != nil {
		return nil, err
	}
	edits := doc.stripping()
	if s == nil {
		return edits, nil
	}
	root, element := doc.root, metadata(*s)
	if root.closesItself() {
		tag := doc.text[root.from:root.to]
		name := tag[1:bytes.IndexAny(tag, " \t\r\n/>")]
		edits = append(edits, edit{span{root.to - 2, root.to}, []byte(">" + element + "</" + string(name) + ">")})
	} else {
		edits = append(edits, edit{span{root.end, root.end}, []byte(element)})
	}
	for _, e := range edits {
		size += int64(len(e.put)) - (e.to - e.from)
	}
	if size > svg.MaxBytes {
		return nil, tooLarge("with its stamp the SVG file would have more than %d bytes", svg.MaxBytes)
	}
	return edits, nil
}

// readPart fills b from a place in the file; io.EOF if the file is not as long.
func readPart(r io.ReaderAt, b []byte, at int64) error {
	n, err := r.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == nil || errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return err
}
