package assets

import (
	"archive/zip"
	"encoding/binary"
	"io"
	"strings"
)

// What the directory of an office document may hold; a real one has some
// hundreds of entries.
const (
	maxZipDirectory = 4 << 20 // bytes
	zipEnd          = 22      // bytes of the end record, without a comment
)

// offices are the main parts of Office Open XML (ECMA-376) by content type.
// Those with macros have other types and are refused.
var offices = map[string]Media{
	string(DOCX) + ".main+xml": DOCX, string(XLSX) + ".main+xml": XLSX, string(PPTX) + ".main+xml": PPTX,
	string(DOTX) + ".main+xml": DOTX, string(POTX) + ".main+xml": POTX,
}

// sniffOffice tells what a zip archive is: an OpenDocument or Office Open XML
// document, or nothing that is kept. Documents are opaque: nothing is unpacked
// but the part that names the type.
func sniffOffice(r io.ReaderAt, size int64) (Media, error) {
	archive, err := openZip(r, size)
	if err != nil {
		return "", err
	}
	for _, file := range archive.File {
		lower := strings.ToLower(file.Name)
		if strings.HasSuffix(lower, "vbaproject.bin") || strings.HasPrefix(lower, "basic/") {
			return "", ErrUnsupportedMedia.Because("a document with macros is not kept")
		}
	}
	// OpenDocument 1.3, part 2, section 3.3: the first file says what it is.
	if len(archive.File) > 0 && archive.File[0].Name == "mimetype" {
		stated, err := readPart(archive.File[0], 200)
		if media := Media(stated); err == nil && strings.HasPrefix(stated, "application/vnd.oasis.opendocument.") && media.Extension() != "" {
			return media, nil
		}
		return "", ErrUnsupportedMedia
	}
	for _, file := range archive.File {
		if file.Name != "[Content_Types].xml" {
			continue
		}
		types, err := readPart(file, 1<<20)
		if err != nil {
			return "", ErrUnsupportedMedia.From(err)
		}
		for contentType, media := range offices {
			if strings.Contains(types, `"`+contentType+`"`) {
				return media, nil
			}
		}
	}
	return "", ErrUnsupportedMedia
}

// openZip opens an archive that ends where the file does and whose directory is
// small. archive/zip reads the directory for as long as it goes on, so how many
// entries the end record states is no limit.
func openZip(r io.ReaderAt, size int64) (*zip.Reader, error) {
	var end [zipEnd]byte
	if size < zipEnd {
		return nil, ErrUnsupportedMedia
	}
	if _, err := r.ReadAt(end[:], size-zipEnd); err != nil && err != io.EOF {
		return nil, err
	}
	length, start := int64(binary.LittleEndian.Uint32(end[12:])), int64(binary.LittleEndian.Uint32(end[16:]))
	if string(end[:4]) != "PK\x05\x06" || start+length != size-zipEnd || length > maxZipDirectory {
		return nil, ErrUnsupportedMedia.Because("this archive is cut off, or no office document")
	}
	archive, err := zip.NewReader(r, size)
	if err != nil && archive == nil {
		return nil, ErrUnsupportedMedia.From(err)
	}
	return archive, nil
}

// readPart unpacks at most limit bytes of a part.
func readPart(file *zip.File, limit int64) (string, error) {
	part, err := file.Open()
	if err != nil {
		return "", err
	}
	defer part.Close()
	b, err := io.ReadAll(io.LimitReader(part, limit))
	return string(b), err
}

// sniffFont tells which font file it is, and holds the lengths that it states
// against the file's: four bytes are too few to know a font by.
func sniffFont(head []byte, r io.ReaderAt, size int64) (Media, error) {
	if len(head) < 48 {
		return "", ErrUnsupportedMedia
	}
	switch string(head[:4]) {
	case "wOFF", "wOF2": // https://www.w3.org/TR/WOFF2/#woff20Header: the whole length at 8
		if int64(binary.BigEndian.Uint32(head[8:])) != size {
			return "", ErrUnsupportedMedia.Because("this font is cut off")
		}
		if string(head[:4]) == "wOFF" {
			return WOFF, nil
		}
		return WOFF2, nil
	}
	if !hasFontTables(int(binary.BigEndian.Uint16(head[4:])), r, size) {
		return "", ErrUnsupportedMedia
	}
	if string(head[:4]) == "OTTO" {
		return OTF, nil
	}
	return TTF, nil
}

// hasFontTables reads the table directory of an sfnt file (ISO/IEC 14496-22,
// section 4.4): all tables lie in the file, and those that every font has are
// among them.
func hasFontTables(count int, r io.ReaderAt, size int64) bool {
	const header, record = 12, 16
	if count < 4 || count > 256 {
		return false
	}
	directory := make([]byte, record*count)
	if _, err := r.ReadAt(directory, header); err != nil {
		return false
	}
	needed := map[string]bool{"cmap": true, "head": true, "hhea": true, "maxp": true}
	for ; len(directory) > 0; directory = directory[record:] {
		end := int64(binary.BigEndian.Uint32(directory[8:])) + int64(binary.BigEndian.Uint32(directory[12:]))
		if end > size {
			return false
		}
		delete(needed, string(directory[:4]))
	}
	return len(needed) == 0
}
