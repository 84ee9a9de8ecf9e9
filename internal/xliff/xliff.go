// Package xliff writes texts for the tools of translators, and reads what comes
// back: XLIFF 2.1 (OASIS Standard, 13 February 2018) and XLIFF 1.2 (OASIS
// Standard, 1 February 2008).
//
// A file holds one version of one item, from one language into another. What
// tools do to a file on its way is accepted: other segments, attributes of their
// own, modules, matches, notes. What would change a text unseen is refused: a
// placeholder that is missing in a target, a code that the source does not have,
// a file that is cut off. The package knows no kit and no registry: whether a
// unit exists, and whether its source is still that of today, its caller judges.
package xliff

import (
	"fmt"
	"strings"
)

// Version is a version of the format, as the attribute version of the root says it.
type Version string

// The versions that are written and read.
const (
	V21 Version = "2.1"
	V12 Version = "1.2"
)

// The namespaces of the two versions; 2.1 kept that of 2.0.
const (
	namespace21 = "urn:oasis:names:tc:xliff:document:2.0"
	namespace12 = "urn:oasis:names:tc:xliff:document:1.2"
)

// Limits of a file, for writing and for reading.
const (
	MaxBytes = 16 << 20 // bytes of a file
	MaxUnits = 2000     // units of a file
	MaxDepth = 32       // elements inside each other, the root being the first
	MaxKey   = 64       // bytes of the key of an item and of the id of a unit
)

// maxElements bounds the memory that a file of MaxBytes can take: the richest
// export of a tool has some 60 elements for a unit.
const maxElements = 500_000

// Document is one version of an item, in one pair of languages.
type Document struct {
	// Item is the key of the item: words of a-z and 0-9 joined by single dashes, at
	// most MaxKey bytes. It is the id of the file in 2.1, and stands in the
	// attribute original of both versions, as "key/number".
	Item string
	// Number is the number of the item's version, from 1; 0 if the file does not tell.
	Number int
	// Source and Target are the languages: BCP 47 (RFC 5646), in canonical form.
	// Target may be empty if no unit has a target.
	Source, Target string
	// Units has at least one unit and at most MaxUnits.
	Units []Unit
}

// Unit is a text and its translation. Texts are UTF-8 in Unicode NFC, their
// lines end in LF, and their placeholders are written {{name}}, where a name
// is [a-z][a-z0-9_]{0,39}.
type Unit struct {
	// ID is made like the key of an item, and is unique in the document.
	ID string
	// Notes are for the translator, one thought each. Of a file that is read these
	// are the notes that Write wrote; those that tools and translators add are not.
	Notes []string
	// Source is the text to translate, never blank.
	Source string
	// Target is the translation; "" if it is missing. Its placeholders are those of
	// the source, in any order, unless the unit is stale.
	Target string
	// State is Missing if and only if there is no target.
	State State
	// PreviousSource is the text from which the target of a stale unit was made. It
	// stays in the file, and so may come back, when the unit is no longer stale.
	PreviousSource string
}

// The codes of errors. Those marked (w) are for Write alone; the others are for
// Read, and for Write where a document can have the fault.
const (
	CodeTooLarge            = "too_large"            // more than MaxBytes, or too many elements
	CodeTooDeep             = "too_deep"             // more than MaxDepth elements inside each other
	CodeTooManyUnits        = "too_many_units"       // more than MaxUnits
	CodeNotUTF8             = "not_utf8"             // other bytes, another declared encoding, or U+FFFD
	CodeControlCharacter    = "control_character"    // C0, C1 but tab and line end; bidirectional controls
	CodeNotWellFormed       = "not_well_formed"      // not XML
	CodeDoctype             = "doctype_not_allowed"  // any document type declaration
	CodeNotXLIFF            = "not_xliff"            // the root is another, or a unit stands in no file
	CodeUnsupportedVersion  = "unsupported_version"  // neither 2.1 nor 1.2
	CodeItemInvalid         = "item_invalid"         // the file names no item and version
	CodeSeveralItems        = "several_items"        // the files in it name different ones
	CodeLanguageMissing     = "language_missing"     // no source language, or targets and no target language
	CodeLanguageInvalid     = "language_invalid"     // no tag of BCP 47, or one that is unknown
	CodeSeveralLanguages    = "several_languages"    // the files in it differ in their languages
	CodeNoUnits             = "no_units"             // nothing to translate
	CodeUnitIDMissing       = "unit_id_missing"      //
	CodeUnitIDInvalid       = "unit_id_invalid"      // not made as Unit.ID says
	CodeUnitIDDuplicate     = "unit_id_duplicate"    //
	CodeSourceMissing       = "source_missing"       // no source, or a blank one
	CodePlaceholderMismatch = "placeholder_mismatch" // the codes of a target are not those of its source
	CodeStateInvalid        = "state_invalid"        // (w) an unknown state, or one that does not suit the target
	CodeTextBlank           = "text_blank"           // (w) a note, target or previous source of white space only
	CodeTextNotNFC          = "text_not_nfc"         // (w)
)

// Error is a fault of a file that is read, or of a document that is to be written.
type Error struct {
	Code    string // one of the Code constants
	Line    int    // in the file that is read, from 1; 0 for a document
	Unit    string // id of the unit, if it is of one
	Message string // a sentence for people
}

// Error tells where the fault is, and what.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("xliff: ")
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", e.Line)
	}
	if e.Unit != "" {
		fmt.Fprintf(&b, "unit %s: ", e.Unit)
	}
	b.WriteString(e.Message)
	return b.String()
}

func refuse(code string, line int, format string, args ...any) *Error {
	return &Error{Code: code, Line: line, Message: fmt.Sprintf(format, args...)}
}

// of says which unit the error is of.
func (e *Error) of(unit string) *Error {
	e.Unit = unit
	return e
}
