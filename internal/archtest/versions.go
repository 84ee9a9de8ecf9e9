package archtest

import (
	"io/fs"
	"strings"
)

// required returns the version of a module that a go.mod file of the tree
// requires, or "" if it does not require it.
func (m module) required(gomod, path string) (string, error) {
	text, err := fs.ReadFile(m.files, gomod)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) >= 2 && fields[0] == path && strings.HasPrefix(fields[1], "v") {
			return fields[1], nil
		}
	}
	return "", nil
}
