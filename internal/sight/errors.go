package sight

// Error is what is wrong with a picture or a print; the values below serve as targets
// of errors.Is.
type Error struct {
	Code     string // stable: plain_picture, too_many_pixels or invalid_print
	Sentence string // for a person, in English
}

func (e *Error) Error() string { return "sight: " + e.Sentence }

// What can be wrong.
var (
	// ErrPlain: the picture has nothing to be recognised by: one colour, or too few
	// pixels (less than 16 in the longer side of its content, or 8 in the shorter one).
	ErrPlain = &Error{"plain_picture", "there is nothing in the picture to recognise it by"}

	// ErrTooLarge: the picture has more than 50 million pixels.
	ErrTooLarge = &Error{"too_many_pixels", "the picture has too many pixels"}

	// ErrBadPrint: the bytes are not those of a print, or of a later version of prints.
	ErrBadPrint = &Error{"invalid_print", "this is not a print of a known version"}
)
