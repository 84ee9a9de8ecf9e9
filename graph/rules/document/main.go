// Command document writes the tables of graph/rules into the file that it is given.
package main

import (
	"fmt"
	"os"

	"signet/graph/rules"
)

func main() {
	if err := fill(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "document:", err)
		os.Exit(1)
	}
}

func fill(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("one file is wanted, not %d", len(args))
	}
	document, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	if document, err = rules.Fill(document); err != nil {
		return err
	}
	return os.WriteFile(args[0], document, 0o644) //nolint:gosec // it is a document of the tree
}
