package kit

import (
	"errors"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"signet/domain"
)

// lined is a refusal whose line is known, but not yet its file.
type lined struct {
	line int
	err  *domain.Error
}

func (l *lined) Error() string { return "line " + strconv.Itoa(l.line) + ": " + l.err.Error() }

func (l *lined) Unwrap() error { return l.err }

func atLine(line int, err *domain.Error) error { return &lined{line, err} }

// place names the file of an error.
func place(file string, err error) *Error {
	var l *lined
	if errors.As(err, &l) {
		return &Error{File: file, Line: l.line, Err: l.err}
	}
	return &Error{File: file, Err: err}
}

// at names the line of a refusal, by its field: a path such as
// "versions[1].content.units[2].text.ja". The deepest part that is there counts.
func (p *parsed) at(path string, err *domain.Error) *Error {
	return &Error{File: p.file, Line: p.line(path), Err: err.At("%s", path)}
}

// formFields are the fields that the form calls otherwise than the domain does.
var formFields = strings.NewReplacer("coordinatingDays", "coordinating_days", "leadDays", "lead_days", "revisionDays", "revision_days")

// refuse places a refusal of the domain, whose field stands below the prefix; a
// failure stays as it is.
func (p *parsed) refuse(prefix string, err error) error {
	refused := domain.AsError(err)
	if refused == nil {
		return err
	}
	return p.at(prefix+formFields.Replace(refused.Field), refused)
}

// line returns the line on which the field at a path begins, or the deepest part
// of the path that is there.
func (p *parsed) line(path string) int {
	n, line := p.root, p.root.Line
	for _, part := range pathParts(path) {
		key, value := childOf(n, part)
		if value == nil {
			break
		}
		n, line = value, key.Line
	}
	return line
}

// has tells whether the field at a path is there.
func (p *parsed) has(path string) bool {
	n := p.root
	for _, part := range pathParts(path) {
		if _, n = childOf(n, part); n == nil {
			return false
		}
	}
	return true
}

// pathParts splits "a[1].b" into "a", "1", "b".
func pathParts(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}

// childOf returns the key and the value of one part of a node; in a list they
// are the same. Both are nil if there is none.
func childOf(n *yaml.Node, part string) (key, value *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == part {
				return n.Content[i], n.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(part); err == nil && i >= 0 && i < len(n.Content) {
			return n.Content[i], n.Content[i]
		}
	case yaml.DocumentNode, yaml.ScalarNode, yaml.AliasNode:
	}
	return nil, nil
}
