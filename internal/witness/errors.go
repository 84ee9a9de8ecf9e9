package witness

import "fmt"

// Code is the stable name of why there is no cosignature.
type Code string

// Why a witness has not cosigned.
const (
	// Misconfigured: its address or its key is none.
	Misconfigured Code = "witness_misconfigured"
	// Unreachable: there was no answer in time, or none that means anything.
	Unreachable Code = "witness_unreachable"
	// UnknownLog: it does not know a log of the name.
	UnknownLog Code = "witness_unknown_log"
	// Unsigned: it does not know the key that has signed the checkpoint.
	Unsigned Code = "witness_unsigned"
	// Ahead: it has seen a longer log, of Error.Size events. Ours was restored from a
	// backup, lost its end, or is another one.
	Ahead Code = "witness_ahead"
	// Contradicted: what it has seen is not the beginning of ours. One of the two
	// histories was changed.
	Contradicted Code = "witness_contradicted"
	// Busy: it was asked about newer checkpoints all the time.
	Busy Code = "witness_busy"
	// CosignatureWrong: what it has answered is not its signature.
	CosignatureWrong Code = "cosignature_wrong"
)

// Error is why a witness has not cosigned.
type Error struct {
	Code    Code
	Witness string
	// Size is how many events the witness has seen, where that is known.
	Size     int64
	Sentence string
	// Err is the cause, or nil.
	Err error
}

func (e *Error) Error() string {
	s := fmt.Sprintf("%s: %s: %s", e.Code, e.Witness, e.Sentence)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func (w Witness) fail(code Code, err error, sentence string, args ...any) *Error {
	return &Error{Code: code, Witness: w.Name, Sentence: fmt.Sprintf(sentence, args...), Err: err}
}
