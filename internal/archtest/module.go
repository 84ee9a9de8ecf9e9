package archtest

import (
	"cmp"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// module is the source tree that a rule is held against.
type module struct {
	name  string // as go.mod says
	files fs.FS  // from the folder of go.mod
}

// imported is one import declaration of a production file.
type imported struct {
	file string // slash-separated, from the module's root
	path string
}

// openModule finds the module that the working folder lies in, and the working
// folder's place in it. go test runs a test in the folder of its package.
func openModule() (m module, here string, err error) {
	dir, err := os.Getwd()
	if err != nil {
		return module{}, "", err
	}
	for root := dir; ; root = filepath.Dir(root) {
		text, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if err == nil {
			rel, err := filepath.Rel(root, dir)
			return module{name: moduleName(text), files: os.DirFS(root)}, filepath.ToSlash(rel), err
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return module{}, "", err
		}
		if root == filepath.Dir(root) {
			return module{}, "", fmt.Errorf("no go.mod above %s", dir)
		}
	}
}

func moduleName(gomod []byte) string {
	for line := range strings.Lines(string(gomod)) {
		if name, ok := strings.CutPrefix(line, "module "); ok {
			return strings.TrimSpace(name)
		}
	}
	return ""
}

// imports lists the imports of the production files in a folder and, unless
// alone, in the folders below it, in the order of their files. A folder without
// any such file is an error: a guard of nothing would pass for ever.
func (m module) imports(folder string, alone bool) ([]imported, error) {
	var found []imported
	files := 0
	err := fs.WalkDir(m.files, folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != folder && (alone || m.isOutside(name)) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		files++
		inFile, err := m.importsOf(name)
		found = append(found, inFile...)
		return err
	})
	if err == nil && files == 0 {
		err = fmt.Errorf("no production Go files in folder %q", folder)
	}
	slices.SortStableFunc(found, func(a, b imported) int { return cmp.Compare(a.file, b.file) })
	return found, err
}

// isOutside reports whether the go command leaves a folder out of "./...":
// hidden ones, test data and modules of their own.
func (m module) isOutside(folder string) bool {
	base := path.Base(folder)
	if base == "testdata" || base == "vendor" || base == "node_modules" || strings.HasPrefix(base, "_") || strings.HasPrefix(base, ".") {
		return true
	}
	_, err := fs.Stat(m.files, path.Join(folder, "go.mod"))
	return err == nil
}

func (m module) importsOf(file string) ([]imported, error) {
	text, err := fs.ReadFile(m.files, file)
	if err != nil {
		return nil, err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var found []imported
	for _, spec := range parsed.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: import %s: %w", file, spec.Path.Value, err)
		}
		found = append(found, imported{file: file, path: target})
	}
	return found, nil
}
