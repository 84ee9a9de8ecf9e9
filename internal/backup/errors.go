package backup

import (
	"errors"
	"fmt"
)

// Code says what is wrong, for programs. Codes are stable.
type Code string

// The codes of an [Error].
const (
	// LogDiverged: the log does not go on from what is in the repository. It is
	// another registry's, it was restored to an earlier time, or it was changed.
	LogDiverged Code = "log_diverged"
	// LogDamaged: an event of the log is not what was written.
	LogDamaged Code = "log_damaged"
	// RepositoryDamaged: a file of the repository is missing, or is not what was
	// written.
	RepositoryDamaged Code = "repository_damaged"
	// RepositoryBusy: another backup writes to the repository.
	RepositoryBusy Code = "repository_busy"
	// RepositoryUnavailable: the repository can't be reached or written; the same
	// may succeed later.
	RepositoryUnavailable Code = "repository_unavailable"
	// SnapshotUnknown: there is no snapshot of that name, or none at all.
	SnapshotUnknown Code = "snapshot_unknown"
	// FormatUnknown: the snapshot was written by a newer program.
	FormatUnknown Code = "format_unknown"
	// NotEmpty: what is to be restored would be mixed with something else.
	NotEmpty Code = "not_empty"
	// TimeBeforeFirst: nothing had been recorded at the time that is asked for.
	TimeBeforeFirst Code = "time_before_first"
	// LeafUnknown: the snapshot has fewer events than are asked for.
	LeafUnknown Code = "leaf_unknown"
	// CheckpointDiffers: a signed checkpoint says something else of the log.
	CheckpointDiffers Code = "checkpoint_differs"
	// CheckpointUnsigned: a checkpoint can't be read, or is not signed by the key.
	CheckpointUnsigned Code = "checkpoint_unsigned"
	// CheckpointBeyond: a checkpoint is of a larger log than is restored.
	CheckpointBeyond Code = "checkpoint_beyond"
	// NotNewest: only the whole newest snapshot can go on under the same key.
	NotNewest Code = "not_newest"
)

// Error tells what is wrong and where.
type Error struct {
	Code Code
	// Leaf is the number of the event in the log, counted from 0; -1 if it is not
	// about an event.
	Leaf int64
	// File is the name in the repository, or empty.
	File string
	// Sentence says it in English.
	Sentence string
	// Err is what led to it, or nil.
	Err error
}

func (e *Error) Error() string {
	text := "backup: " + string(e.Code)
	if e.File != "" {
		text += ": " + e.File
	}
	if e.Leaf >= 0 {
		text += fmt.Sprintf(": leaf %d", e.Leaf)
	}
	if e.Sentence != "" {
		text += ": " + e.Sentence
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns what led to it.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of an error of this package, or "".
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func refuse(code Code, sentence string, args ...any) *Error {
	return &Error{Code: code, Leaf: -1, Sentence: fmt.Sprintf(sentence, args...)}
}

// damaged is about a file of the repository.
func damaged(file, sentence string, args ...any) *Error {
	return &Error{Code: RepositoryDamaged, Leaf: -1, File: file, Sentence: fmt.Sprintf(sentence, args...)}
}

func (e *Error) at(leaf int64) *Error {
	e.Leaf = leaf
	return e
}

func (e *Error) from(err error) *Error {
	e.Err = err
	return e
}
