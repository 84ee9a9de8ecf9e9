package kit

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"

	"signet/domain"
)

// parsed is one YAML file, with the tree that knows the lines.
type parsed struct {
	file string
	root *yaml.Node
}

// decode reads the YAML of a file into value, strictly: UTF-8 in NFC with LF,
// one document, no field that is unknown or given twice, nothing that would
// not come back when the kit is written again.
func decode(file string, body []byte, value any) (*parsed, error) {
	if err := checkSize(body); err != nil {
		return nil, place(file, err)
	}
	if err := checkBytes(body); err != nil {
		return nil, place(file, err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(body, &root); err != nil {
		return nil, place(file, yamlError(err))
	}
	if len(root.Content) == 0 {
		return nil, place(file, invalid("invalid_yaml", "the file is empty"))
	}
	if err := checkNode(root.Content[0]); err != nil {
		return nil, place(file, err)
	}
	if root.HeadComment+root.LineComment+root.FootComment != "" {
		return nil, place(file, atLine(root.Line, commented()))
	}
	decoder := yaml.NewDecoder(bytes.NewReader(body))
	decoder.KnownFields(true)
	if err := decoder.Decode(value); err != nil {
		return nil, place(file, yamlError(err))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, place(file, invalid("second_document", "a file is one YAML document"))
	}
	return &parsed{file: file, root: root.Content[0]}, nil
}

// checkSize refuses what would cost too much to parse; what is written is held
// to it too.
func checkSize(body []byte) error {
	if len(body) > MaxFileBytes {
		return invalid("file_too_large", "the text has more than %d bytes", MaxFileBytes)
	}
	if bytes.Count(body, []byte("\n"))+bytes.Count(body, []byte(",")) > MaxFileParts {
		return invalid("file_too_large", "the text has more than %d lines and commas", MaxFileParts)
	}
	return nil
}

// checkBytes refuses bytes that are not text in UTF-8 with LF. NFC is a matter of
// the texts, since what is written as an escape is none of the line's.
func checkBytes(body []byte) error {
	for i, line := range bytes.Split(body, []byte("\n")) {
		switch {
		case !utf8.Valid(line):
			return atLine(i+1, invalid("not_utf8", "the line is not valid UTF-8"))
		case bytes.HasPrefix(line, []byte("\uFEFF")) && i == 0:
			return atLine(1, invalid("byte_order_mark", "the file begins with a byte order mark"))
		case bytes.ContainsRune(line, '\r'):
			return atLine(i+1, invalid("line_end", "lines end in LF only"))
		}
	}
	return nil
}

// maxDepth is more than twice the depth of the form, maxFields more than it has
// fields, or a text locales. The YAML library compares all fields of a mapping
// with each other.
const (
	maxDepth  = 32
	maxFields = 2 * domain.MaxLocales
)

// checkNode refuses what YAML has and the form does not, because it would hide
// something from a reader or be lost: anchors and what points at them, tags,
// comments; and texts that would not be kept as they are written.
func checkNode(n *yaml.Node) error { return checkDeep(n, 0) }

func checkDeep(n *yaml.Node, depth int) error {
	switch {
	case depth > maxDepth:
		return atLine(n.Line, invalid("invalid_yaml", "nested too deeply"))
	case n.Kind == yaml.MappingNode && len(n.Content) > 2*maxFields:
		return atLine(n.Line, invalid("invalid_yaml", "more than %d fields or locales", maxFields))
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return atLine(n.Line, invalid("anchor", "anchors and aliases are not part of the form"))
	case n.Style&yaml.TaggedStyle != 0:
		return atLine(n.Line, invalid("tag", "tags are not part of the form"))
	case n.HeadComment+n.LineComment+n.FootComment != "":
		return atLine(n.Line, commented())
	case n.Kind == yaml.ScalarNode:
		return checkScalar(n)
	}
	for _, child := range n.Content {
		if err := checkDeep(child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func checkScalar(n *yaml.Node) error {
	switch {
	case n.Tag == "!!null" || n.Tag == "!!str" && n.Value == "":
		return atLine(n.Line, invalid("empty_field", "leave out what is empty"))
	case strings.TrimSpace(n.Value) != n.Value:
		return atLine(n.Line, invalid("white_space", "there is white space around the text; a text of several lines is written with |-"))
	case !norm.NFC.IsNormalString(n.Value):
		return atLine(n.Line, invalid("not_nfc", "the text is not in Unicode NFC"))
	}
	return nil
}

func commented() *domain.Error {
	return invalid("comment", "comments are not part of the form: they would be lost")
}

var (
	yamlLine     = regexp.MustCompile(`^(?:yaml: )?line (\d+): `)
	unknownField = regexp.MustCompile(`^field (\S+) not found in type `)
)

// yamlError turns what the YAML library says into a refusal with a line. Its
// sentences name Go types, which say nothing to the author of a kit.
func yamlError(err error) error {
	var own *lined
	if errors.As(err, &own) {
		return own
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	reason, isType := "invalid_yaml", false
	var typed *yaml.TypeError
	if errors.As(err, &typed) && len(typed.Errors) > 0 {
		text, isType = typed.Errors[0], true
	}
	line := 0
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1]) // digits by the pattern; 0 if too many
		text = text[len(m[0]):]
	}
	field := unknownField.FindStringSubmatch(text)
	switch {
	case field != nil:
		reason, text = "unknown_field", "the field "+clip(field[1])+" is not known here"
	case strings.Contains(text, "already"): // defined, or set in type
		reason, text = "duplicate_field", "a field or locale is given twice"
	case isType:
		reason, text = "invalid_value", "the value is of another type than the field"
	}
	return atLine(line, invalid(reason, "%s", text))
}

// encode writes value in the one way in which the form is written.
func encode(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	if err := encoder.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// sortedBy tells the index of the first element whose key does not follow the
// one before, or -1.
func sortedBy[T any](list []T, compare func(a, b T) int) int {
	for i := 1; i < len(list); i++ {
		if compare(list[i-1], list[i]) >= 0 {
			return i
		}
	}
	return -1
}

// sortedKeys is sortedBy for plain keys.
func sortedKeys(list []string) int {
	return sortedBy(list, strings.Compare)
}
