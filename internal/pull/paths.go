package pull

import (
	"path"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"signet/domain"
)

// What of a list is believed. A registry takes in files of at most some hundred MiB.
const (
	maxList    = 32 << 20 // bytes of a lock or a manifest
	maxFiles   = 20_000
	maxBytes   = 4 << 30  // of a file
	maxTotal   = 64 << 30 // of all files
	maxPath    = 240      // bytes; a bundle has at most 150
	maxName    = 1024
	maxLicence = 64 << 10
)

// checkFiles refuses a list of files that no registry would make: with a path that can't be
// written safely on every system, two files that are one on some, or sizes that are not
// meant.
func checkFiles(files []File, refuse func(string, ...any) error) error {
	if len(files) > maxFiles {
		return refuse("it has more than %d files", maxFiles)
	}
	var total int64
	all := spelled{}
	for _, f := range files {
		if err := checkPath(f.Path); err != nil {
			return err
		}
		if err := all.add(f.Path); err != nil {
			return err
		}
		if !isDigest(f.SHA256) || f.Bytes < 0 || f.Bytes > maxBytes {
			return refuse("the digest or the size of %q can't be", f.Path)
		}
		if total += f.Bytes; total > maxTotal {
			return refuse("its files are larger than %d bytes", int64(maxTotal))
		}
		if len(f.Name) > maxName || len(f.Licence) > maxLicence {
			return refuse("what it says of %q is too long", f.Path)
		}
		if _, err := domain.ParseKey(f.Item); f.Item != "" && (err != nil || f.Version < 1) {
			return refuse("%q is of an item that can't be", f.Path)
		}
	}
	return nil
}

var digest = regexp.MustCompile(`^[0-9a-f]{64}$`)

func isDigest(s string) bool { return digest.MatchString(s) }

func unsafePath(name, why string) error {
	return domain.Refuse(domain.Conflict, "unsafe_path", "%q %s", name, why)
}

// checkPath refuses what is no relative path of plain names on every system. Names that
// begin with a dot are those of tools: .git, .npmrc and our own folder.
func checkPath(name string) error {
	switch {
	case name == "" || len(name) > maxPath:
		return unsafePath(name, "is too long, or empty")
	case !norm.NFC.IsNormalString(name) || strings.ContainsRune(name, unicode.ReplacementChar):
		return unsafePath(name, "is not in Unicode NFC")
	case strings.ContainsFunc(name, func(r rune) bool {
		return strings.ContainsRune(`\:*?"<>|`, r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	}):
		return unsafePath(name, "has a character that not every system can write")
	case fold(name) == fold(LockName):
		return unsafePath(name, "is the lock's own name")
	}
	for i, part := range strings.Split(name, "/") {
		switch {
		case part == "", part[0] == '.', strings.TrimRight(part, ". ") != part, strings.TrimLeft(part, " ") != part:
			return unsafePath(name, "is not a path of plain names")
		case isReserved(part), i == 0 && shortName.MatchString(part):
			return unsafePath(name, "has a name that Windows reserves")
		}
	}
	return nil
}

// shortName is what FAT and NTFS also call a file with a long name, such as .signet
// (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
var shortName = regexp.MustCompile(`~[0-9]`)

var reserved = regexp.MustCompile(`^(?i:con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)`)

// isReserved knows the names of devices on Windows, also with something behind a dot.
func isReserved(name string) bool { return reserved.MatchString(name) }

// fold is what two paths have in common that are one file on some system: on Windows and
// macOS case does not count, nor on macOS the normalisation form.
func fold(name string) string {
	return norm.NFC.String(cases.Fold().String(norm.NFD.String(name)))
}

// spelled knows the files and folders of a list, by their folded paths.
type spelled map[string]spelling

type spelling struct {
	path   string
	folder bool
}

// add refuses a path that is one with another on some system, or of which a folder is a
// file or is spelled in another way.
func (s spelled) add(name string) error {
	if _, there := s[fold(name)]; there {
		return unsafePath(name, "is there twice, or is also a folder")
	}
	s[fold(name)] = spelling{name, false}
	for up := path.Dir(name); up != "."; up = path.Dir(up) {
		known, there := s[fold(up)]
		if there && known != (spelling{up, true}) {
			return unsafePath(name, "lies in a folder that is also something else")
		}
		s[fold(up)] = spelling{up, true}
	}
	return nil
}

// plain makes a text from elsewhere one line that a terminal can show.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if len(s) > 500 {
		s = strings.ToValidUTF8(s[:500], "") + "…"
	}
	return s
}
