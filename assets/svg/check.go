package svg

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// What a file may hold. Real logos stay far below: the largest of 3,000 looked
// at has 9,000 elements, 12 levels and 1.2 MB.
const (
	// MaxBytes is the length of a file.
	MaxBytes = 8 << 20
	// MaxDepth is how deep elements may be nested.
	MaxDepth = 64
	// MaxElements is the number of elements in the file.
	MaxElements = 100_000
	// MaxExpanded is the number of elements once every reference has been
	// replaced by what it refers to.
	MaxExpanded = 250_000
	// MaxExpandedDepth is how deep they are nested then.
	MaxExpandedDepth = 128
)

// Namespace is that of SVG's elements.
const Namespace = "http://www.w3.org/2000/svg"

// Error says why a file is refused.
type Error struct {
	// Line is where the file is refused, counted from 1, or 0 if it is the
	// file as a whole.
	Line int
	// Sentence says it in English, for the author of the file.
	Sentence string
}

// Error tells line and sentence.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Code() + ": " + e.Sentence
	}
	return fmt.Sprintf("%s: line %d: %s", e.Code(), e.Line, e.Sentence)
}

// Code returns the stable code of all refusals of this package.
func (*Error) Code() string { return "unsafe_svg" }

// Warning is something that the author should know of a file that is accepted.
type Warning struct {
	// Code is stable: "text", "animation", "bitmap", "no_size".
	Code string
	// Line is where it occurs first, counted from 1, or 0.
	Line int
	// Sentence says it in English.
	Sentence string
}

// Report describes a file that is accepted.
type Report struct {
	// Width and Height are the natural size in CSS pixels (96 to an inch), from
	// the root's attributes or else its viewBox; 0 if neither says it.
	Width, Height float64
	// Elements is their number in the file, Expanded that after references.
	Elements, Expanded int
	// Warnings are in the order of their lines, each code once.
	Warnings []Warning
}

// CheckImage decides about an embedded picture: its declared media type, which
// is image/png or image/jpeg, and its bytes.
type CheckImage func(media string, data []byte) error

// Check reads a whole file and reports on it, or returns an *Error, or the
// context's error. It asks image about every embedded picture. Memory and time
// are linear in the length of the file, which is limited by MaxBytes.
func Check(ctx context.Context, file []byte, image CheckImage) (Report, error) {
	if len(file) > MaxBytes {
		return Report{}, &Error{Sentence: fmt.Sprintf("an SVG file may have %d bytes", MaxBytes)}
	}
	if !utf8.Valid(file) {
		return Report{}, &Error{Sentence: "an SVG file has to be UTF-8"}
	}
	decoder := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff"))))
	w := &walker{decoder: decoder, image: image, ids: map[string][]int{}}
	for step := 0; ; step++ {
		if step%1024 == 0 && ctx.Err() != nil {
			return Report{}, ctx.Err()
		}
		w.line, _ = decoder.InputPos()
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return w.report()
		}
		if err == nil {
			err = w.token(token)
		}
		if err != nil {
			return Report{}, w.refusal(err)
		}
	}
}

// walker holds what is known half-way through a file.
type walker struct {
	decoder *xml.Decoder
	image   CheckImage
	line    int // where the present token begins

	nodes  []node // all elements, in the order of the file
	open   []int  // the elements around the present place
	ids    map[string][]int
	ended  bool // the root has been closed
	styled strings.Builder

	size     size
	warnings []Warning
}

// refuse returns an error at the present line.
func (w *walker) refuse(sentence string, args ...any) error {
	return &Error{Line: w.line, Sentence: fmt.Sprintf(sentence, args...)}
}

// refusal turns errors of the XML decoder into ours.
func (w *walker) refusal(err error) error {
	var ours *Error
	if errors.As(err, &ours) {
		return err
	}
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return &Error{Line: syntax.Line, Sentence: "this is not well-formed XML: " + syntax.Msg}
	}
	return &Error{Line: w.line, Sentence: "this is not well-formed XML in UTF-8"}
}

func (w *walker) warn(code, sentence string) {
	for _, known := range w.warnings {
		if known.Code == code {
			return
		}
	}
	w.warnings = append(w.warnings, Warning{Code: code, Line: w.line, Sentence: sentence})
}

func (w *walker) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		return w.refuse("a DOCTYPE and what it declares are not accepted; export without it")
	case xml.ProcInst:
		if t.Target != "xml" {
			return w.refuse("a processing instruction (%s) is not accepted", clip(t.Target))
		}
	case xml.StartElement:
		return w.start(t)
	case xml.EndElement:
		return w.end()
	case xml.CharData:
		if len(w.open) == 0 && len(bytes.TrimSpace(t)) > 0 {
			return w.refuse("there is text outside of the svg element")
		}
		if w.inStyle() {
			w.styled.Write(t)
		}
	}
	return nil
}

func (w *walker) inStyle() bool {
	return len(w.open) > 0 && w.nodes[w.open[len(w.open)-1]].name == "style"
}

func (w *walker) start(t xml.StartElement) error {
	name := local(t.Name)
	switch {
	case w.ended:
		return w.refuse("there is a second root element")
	case len(w.open) == 0 && (name != "svg" || t.Name.Space != Namespace):
		return w.refuse("the root is not an svg element of the namespace %s", Namespace)
	case len(w.open) == MaxDepth:
		return w.refuse("elements are nested deeper than %d", MaxDepth)
	case len(w.nodes) == MaxElements:
		return w.refuse("there are more than %d elements", MaxElements)
	case w.inStyle():
		return w.refuse("a style element holds another element")
	}
	if err := w.checkName(name, t.Name.Space); err != nil {
		return err
	}
	at := len(w.nodes)
	parent := -1
	if len(w.open) > 0 {
		parent = w.open[len(w.open)-1]
	}
	w.nodes = append(w.nodes, node{name: name, parent: parent, line: w.line})
	w.open = append(w.open, at)
	if err := w.attributes(at, t.Attr); err != nil {
		return err
	}
	if at == 0 {
		w.size = sizeOf(t.Attr)
	}
	return nil
}

func (w *walker) end() error {
	if w.inStyle() {
		at := w.open[len(w.open)-1]
		if err := w.checkCSS(at, w.styled.String()); err != nil {
			return err
		}
		w.styled.Reset()
	}
	w.open = w.open[:len(w.open)-1]
	w.ended = len(w.open) == 0
	return nil
}

func (w *walker) report() (Report, error) {
	if len(w.nodes) == 0 {
		return Report{}, &Error{Line: 1, Sentence: "there is no svg element"}
	}
	expanded, err := w.expand()
	if err != nil {
		return Report{}, err
	}
	if w.size.width == 0 || w.size.height == 0 {
		w.warnings = append(w.warnings, Warning{
			Code: "no_size", Sentence: "neither width and height nor viewBox say how large this is",
		})
	}
	return Report{
		Width: w.size.width, Height: w.size.height,
		Elements: len(w.nodes), Expanded: expanded, Warnings: w.warnings,
	}, nil
}

// clip shortens what a file holds before it stands in a sentence.
func clip(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
