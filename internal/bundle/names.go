package bundle

import (
	"path"
	"strconv"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"signet/assets"
)

// maxName bounds a path in the archive, in bytes. Windows allows 260 characters
// with the folder that somebody unpacks into.
const maxName = 150

// names gives every file of the archive a path that is safe to unpack and that no
// other has, also where a file system does not tell letters by their case or marks
// by their form. The same names in the same order have the same paths.
type names map[string]bool

// fold is what two paths have in common that are one file on some system: on
// Windows and macOS case does not count, nor on macOS the normalisation form.
func fold(path string) string {
	return norm.NFC.String(cases.Fold().String(norm.NFD.String(path)))
}

// take returns the path of a file with a name from elsewhere, in a folder made of
// our own words and keys.
func (n names) take(folder, name string, media assets.Media) string {
	title, extension := norm.NFC.String(strings.ToValidUTF8(name, "")), media.Extension()
	if extension != "" {
		title = strings.TrimSuffix(title, path.Ext(title))
	}
	room := maxName - len(folder) - len("/") - len(extension)
	suffix := ""
	for twin := 2; ; twin++ {
		full := folder + "/" + stem(title, room-len(suffix), media) + suffix + extension
		if !n[fold(full)] {
			return n.own(full)
		}
		suffix = "-" + strconv.Itoa(twin)
	}
}

// stem is a title as a file name of at most room bytes, without its extension.
func stem(title string, room int, media assets.Media) string {
	for kept := room; ; kept-- { // FileName adds a byte to what Windows reserves
		name := strings.TrimSuffix(assets.FileName(cut(title, kept), media), media.Extension())
		if len(name) <= room || kept == 0 {
			return name
		}
	}
}

// cut shortens a text to at most n bytes, between characters with what combines
// with them.
func cut(s string, n int) string {
	end := 0
	for next := 0; next < len(s); {
		next += norm.NFC.NextBoundaryInString(s[next:], true)
		if next > n {
			break
		}
		end = next
	}
	return s[:end]
}

// own claims a path that is made of our own words and keys only.
func (n names) own(path string) string {
	n[fold(path)] = true
	return path
}

// keyName is a key as a part of a path. Windows keeps some names for devices, also
// with something after a dot
// (https://learn.microsoft.com/windows/win32/fileio/naming-a-file); no key has an
// underscore, so that nothing else is called like that.
func keyName(key string) string {
	switch key {
	case "con", "prn", "aux", "nul":
		return "_" + key
	}
	if len(key) == 4 && (strings.HasPrefix(key, "com") || strings.HasPrefix(key, "lpt")) && key[3] <= '9' {
		return "_" + key
	}
	return key
}
