package assets

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxFileName bounds the name without its extension, in bytes: file systems
// allow 255, of which programs use some for " (2)" and ".part".
const maxFileName = 180

// namelessFile is what a file is called whose title leaves nothing.
const namelessFile = "asset"

// FileName makes a name that every system can save a file under of a title and
// a media type: in NFC, without folders, control characters, marks that turn the
// direction of text (an "exe" that reads as "png"), or what Windows reserves.
func FileName(title string, media Media) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`/\:*?"<>|`, r):
			return '-'
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(title, "")))
	// What was left out may have stood between marks that belong together.
	name = norm.NFC.String(strings.Join(strings.Fields(name), " "))
	name = trimName(cut(trimName(name), maxFileName))
	if name == "" {
		name = namelessFile
	}
	if isReserved(name) {
		name = "_" + name
	}
	return name + media.Extension()
}

// trimName removes what hides a file (a leading dot) and what Windows drops from
// the end.
func trimName(name string) string {
	return strings.TrimRight(strings.TrimLeft(name, ". -"), ". ")
}

// isReserved knows the names of devices
// (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
func isReserved(name string) bool {
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	for _, port := range []string{"COM", "LPT"} {
		if number, ok := strings.CutPrefix(stem, port); ok && len([]rune(number)) == 1 && strings.ContainsAny(number, "0123456789¹²³") {
			return true
		}
	}
	return false
}

// cut shortens a text to at most n bytes, not within a character and what
// combines with it.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	end := 0
	for i := 0; i < len(s); {
		i += norm.NFC.NextBoundaryInString(s[i:], true)
		if i > n {
			break
		}
		end = i
	}
	return s[:end]
}

// disposition returns the Content-Disposition of a file name made by FileName:
// the name itself in UTF-8 (RFC 8187), and before it an ASCII one for programs
// that know no other (RFC 6266, section 4.3 and appendix D).
func disposition(kind, name string) string {
	return kind + `; filename="` + fallbackName(name) + `"; filename*=UTF-8''` + extValue(name)
}

// fallbackName spells a name in ASCII: Vietnamese without its marks, other
// scripts left out.
func fallbackName(name string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == 'đ':
			return 'd'
		case r == 'Đ':
			return 'D'
		case r == '%':
			return '-'
		case r >= 0x7F: // marks, too
			return -1
		}
		return r
	}, norm.NFD.String(name))
	stem, extension := plain, ""
	if dot := strings.LastIndexByte(plain, '.'); dot >= 0 {
		stem, extension = plain[:dot], plain[dot:]
	}
	if strings.Trim(stem, " .,-_()'&+") == "" {
		stem = namelessFile
	}
	return strings.Join(strings.Fields(stem), " ") + extension
}

// extValue encodes a text as the value-chars of RFC 8187, section 3.2.1.
func extValue(s string) string {
	const digits = "0123456789ABCDEF"
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~"
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(plain, s[i]) >= 0 {
			b.WriteByte(s[i])
		} else {
			b.Write([]byte{'%', digits[s[i]>>4], digits[s[i]&15]})
		}
	}
	return b.String()
}
