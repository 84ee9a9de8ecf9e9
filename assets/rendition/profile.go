package rendition

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"io"
	"slices"

	"signet/assets"
)

// maxProfile is the longest colour profile that is read, in bytes; one of a
// screen has half a kilobyte, one of a press a megabyte.
const maxProfile = 4 << 20

// maxParts is how many segments or chunks are passed over in search of it.
const maxParts = 1 << 10

// readProfile returns the ICC profile in a file, or nil if it has none that can
// be read.
func readProfile(media assets.Media, file *io.SectionReader) []byte {
	switch media {
	case assets.JPEG:
		return profileOfJPEG(file)
	case assets.PNG:
		return profileOfPNG(file)
	case assets.WebP:
		return profileOfWebP(file)
	default:
		return nil
	}
}

const inJPEG = "ICC_PROFILE\x00"

// profileOfJPEG puts together the parts (ICC.1:2022, B.4).
func profileOfJPEG(file *io.SectionReader) []byte {
	parts := map[byte][]byte{}
	total := 0
	at := int64(2)
	for range maxParts {
		var head [4]byte
		if _, err := file.ReadAt(head[:], at); err != nil || head[0] != 0xFF || head[1] == 0xDA {
			break
		}
		if head[1] == 0xFF {
			at++
			continue
		}
		length := int64(binary.BigEndian.Uint16(head[2:]))
		if head[1] == 0xE2 && length > int64(len(inJPEG))+4 {
			segment := make([]byte, length-2)
			if _, err := file.ReadAt(segment, at+4); err != nil {
				return nil
			}
			if part, ok := bytes.CutPrefix(segment, []byte(inJPEG)); ok {
				parts[part[0]] = part[2:]
				total += len(part) - 2
			}
		}
		at += 2 + length
	}
	if total > maxProfile {
		return nil
	}
	var profile []byte
	for i := range len(parts) {
		part, ok := parts[byte(i+1)]
		if !ok {
			return nil
		}
		profile = append(profile, part...)
	}
	return profile
}

// profileOfPNG unpacks the chunk iCCP (PNG 3, 11.3.2.3).
func profileOfPNG(file *io.SectionReader) []byte {
	at := int64(8)
	for range maxParts {
		var head [8]byte
		if _, err := file.ReadAt(head[:], at); err != nil || string(head[4:]) == "IDAT" {
			return nil
		}
		length := int64(binary.BigEndian.Uint32(head[:]))
		if string(head[4:]) == "iCCP" && length <= maxProfile {
			chunk := make([]byte, length)
			if _, err := file.ReadAt(chunk, at+8); err != nil {
				return nil
			}
			_, packed, ok := bytes.Cut(chunk, []byte{0})
			if !ok || len(packed) < 1 || packed[0] != 0 {
				return nil
			}
			return unpacked(packed[1:])
		}
		at += 12 + length
	}
	return nil
}

func unpacked(packed []byte) []byte {
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil
	}
	defer z.Close()
	profile, err := io.ReadAll(io.LimitReader(z, maxProfile+1))
	if err != nil || len(profile) > maxProfile {
		return nil
	}
	return profile
}

// profileOfWebP looks for the chunk ICCP (RFC 9649, 2.7.1.4).
func profileOfWebP(file *io.SectionReader) []byte {
	at := int64(12)
	for range maxParts {
		var head [8]byte
		if _, err := file.ReadAt(head[:], at); err != nil {
			return nil
		}
		length := int64(binary.LittleEndian.Uint32(head[4:]))
		if string(head[:4]) == "ICCP" && length <= maxProfile {
			profile := make([]byte, length)
			if _, err := file.ReadAt(profile, at+8); err != nil {
				return nil
			}
			return profile
		}
		at += 8 + length + length&1
	}
	return nil
}

// withProfile carries a profile along in a PNG or JPEG that has none; other
// formats stay without.
func withProfile(picture, profile []byte, f Format) []byte {
	switch f {
	case PNG:
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		// A buffer takes everything.
		_, _ = z.Write(profile)
		_ = z.Close()
		body := append([]byte("iCCPICC\x00\x00"), packed.Bytes()...)
		chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)-4))
		chunk = binary.BigEndian.AppendUint32(append(chunk, body...), crc32.ChecksumIEEE(body))
		const afterHeader = 8 + 25
		return slices.Insert(picture, afterHeader, chunk...)
	case JPEG:
		const most = 0xFFFF - 2 - len(inJPEG) - 2
		var segments []byte
		count := (len(profile) + most - 1) / most
		for i, part := range slices.Collect(slices.Chunk(profile, most)) {
			segments = binary.BigEndian.AppendUint16(append(segments, 0xFF, 0xE2), uint16(2+len(inJPEG)+2+len(part)))
			segments = append(append(segments, inJPEG...), byte(i+1), byte(count))
			segments = append(segments, part...)
		}
		return slices.Insert(picture, 2, segments...)
	case WebP:
	}
	return picture
}

// colours is what becomes of the profile of an original.
type colours struct {
	convert *conversion // to sRGB, if it is set
	carry   []byte      // the profile that goes along, if there is one
}

// coloursOf decides: sRGB and what nobody can read are left as they are, a matrix
// with curves is converted, and other RGB profiles go along.
func coloursOf(media assets.Media, file *io.SectionReader) colours {
	profile := readProfile(media, file)
	if profile == nil {
		return colours{}
	}
	c, err := readConversion(profile)
	switch {
	case err == nil && c.changesNothing():
		return colours{}
	case err == nil:
		return colours{convert: c}
	}
	if tags, err := profileTags(profile); err == nil && string(profile[16:20]) == "RGB " && tags["A2B0"] != nil {
		return colours{carry: profile}
	}
	return colours{}
}
