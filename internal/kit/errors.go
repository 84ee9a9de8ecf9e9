package kit

import (
	"fmt"
	"strings"

	"signet/domain"
)

// Error says where a kit is wrong, or which of its steps the registry refused.
// It wraps what was wrong: a *domain.Error with a stable Reason, or, of a file
// that can't be received, an *assets.Error with a stable Code.
type Error struct {
	// File is a path within the kit, as in fs.FS.
	File string
	// Line is counted from 1; 0 when the file as a whole is meant.
	Line int
	// Step tells which step was refused, such as "version 2: signed by so-ngoai-vu";
	// empty when the kit itself is wrong.
	Step string
	Err  error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	if e.Step != "" {
		b.WriteString(": " + e.Step)
	}
	return b.String() + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// invalid is a refusal of the kit's form.
func invalid(reason, sentence string, args ...any) *domain.Error {
	return domain.Refuse(domain.Invalid, reason, sentence, args...)
}
