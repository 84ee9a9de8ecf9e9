package archtest

import (
	"fmt"
	"slices"
	"strings"
)

// Rule says what the production files of a package, and of the packages in the
// folders below it, may import. The standard library is always allowed, cgo
// never.
//
// Our own packages are named by their folder from the module's root
// ("internal/eventlog"); a name that ends in "/..." also means all below it. A
// package may always import its own subtree.
type Rule struct {
	// Ours lists the packages of this module that may be imported. It is
	// ignored when Never is set.
	Ours []string
	// Never turns the rule round: all packages of this module may be imported
	// but these.
	Never []string
	// Libraries lists the foreign modules or packages that may be imported,
	// each with all below it. Nil allows none; use [AnyLibrary] to allow all.
	Libraries []string
	// Alone leaves the folders below to rules of their own.
	Alone bool
	// Because ends the sentence of a failure: "…, because <Because>".
	Because string
}

// AnyLibrary, in [Rule].Libraries, allows every foreign module.
const AnyLibrary = "*"

// refuses returns why the rule forbids the package at folder home to import
// path, or "" if it allows it. home is the folder that the rule was stated in.
func (r Rule) refuses(module, home, path string) string {
	if path == "C" {
		return "cgo is not used in this module"
	}
	ours, isOurs := cutModule(module, path)
	switch {
	case isOurs && matches(home+"/...", ours):
		return ""
	case isOurs && r.Never != nil:
		if matchesAny(r.Never, ours) {
			return "its rule forbids it"
		}
		return ""
	case isOurs:
		if !matchesAny(r.Ours, ours) {
			return "of this module it may only import " + list(r.Ours)
		}
		return ""
	case isStandard(path), slices.Contains(r.Libraries, AnyLibrary):
		return ""
	}
	for _, library := range r.Libraries {
		if matches(library+"/...", path) {
			return ""
		}
	}
	return "of foreign modules it may only import " + list(r.Libraries)
}

// sentence is what a failing test says about one import.
func (r Rule) sentence(file, path, why string) string {
	s := fmt.Sprintf("%s imports %s: %s", file, path, why)
	if r.Because != "" {
		s += ", because " + r.Because
	}
	return s
}

// cutModule returns the folder of one of our own packages.
func cutModule(module, path string) (folder string, ours bool) {
	if path == module {
		return ".", true
	}
	return strings.CutPrefix(path, module+"/")
}

// isStandard reports whether path is of the standard library: the first
// element of any other path has a dot (go help importpath).
func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func matchesAny(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, path) })
}

func matches(pattern, path string) bool {
	tree, isTree := strings.CutSuffix(pattern, "/...")
	return path == tree || isTree && strings.HasPrefix(path, tree+"/")
}

func list(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}
