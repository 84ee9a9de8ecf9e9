// Command report reads the events of "go test -json" from standard input and
// prints what a person wants of them: a line for each package, everything that
// a failed test said, and at the end the tests that were skipped, with why,
// which "go test" keeps to itself.
//
//	go test -json ./... | go run ./internal/testneeds/report
//
// It exits with 1 if anything failed, if a line was not an event, or if no test
// ran at all.
package main

import (
	"fmt"
	"os"
)

func main() {
	t := newTally()
	err := t.readAll(os.Stdin, os.Stdout)
	t.sumUp(os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
	}
	if err != nil || !t.good() {
		os.Exit(1)
	}
}
