//go:build !linux || !amd64

package faults

import (
	"errors"
	"math/rand/v2"
	"testing"

	"signet/internal/testneeds"
)

// Variable is for Linux on amd64 alone, as is all of this package.
const Variable = "SIGNET_TEST_FAULTS"

// Layer is for Linux on amd64 alone.
type Layer struct{}

// New skips the test aloud.
func New(tb testing.TB) *Layer {
	tb.Helper()
	testneeds.Missing(tb, "Linux on amd64, where a process can decide about the calls of another")
	return nil
}

// Environment tells nothing.
func (*Layer) Environment() string { return "" }

// Set does nothing.
func (*Layer) Set(Rule) {}

// Clear does nothing.
func (*Layer) Clear() {}

// Failed is 0.
func (*Layer) Failed() int64 { return 0 }

// Record does nothing.
func (*Layer) Record(*Recording) {}

// Join does nothing: there are no layers.
func Join() error { return nil }

// Recording is for Linux on amd64 alone.
type Recording struct{}

// NewRecording makes one of nothing.
func NewRecording(string) *Recording { return &Recording{} }

// Len is 0.
func (*Recording) Len() int { return 0 }

// Said is nothing.
func (*Recording) Said(int) string { return "" }

var errElsewhere = errors.New("faults: for Linux on amd64 alone")

// CutPower can't.
func (*Recording) CutPower(*rand.Rand, int, string) error { return errElsewhere }

// Handles is 0.
func Handles(int) uint64 { return 0 }

// LimitHandles can't.
func LimitHandles(int, uint64) error { return errElsewhere }

// Mount may not.
func Mount(testing.TB, string, string) bool { return false }

// Fill does nothing.
func Fill(testing.TB, string) (undo func()) { return func() {} }

// FillInodes does nothing.
func FillInodes(testing.TB, string) (undo func()) { return func() {} }
