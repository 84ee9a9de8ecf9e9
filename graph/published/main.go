// Command published writes the whole schema of the API as one document, with its
// types in the order of their names, so that a tool of somebody else needs one file
// and a change of the schema is seen as one diff. go generate runs it.
package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/vektah/gqlparser/v2/formatter"

	"signet/graph/gen"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: published FILE")
		os.Exit(2)
	}
	if err := os.WriteFile(os.Args[1], schema(), 0o644); err != nil { //nolint:gosec // for everybody to read
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// schema is the text of the file.
func schema() []byte {
	var text bytes.Buffer
	text.WriteString("# Made by go generate from graph/schema; do not edit.\n\n")
	formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatSchema(gen.NewExecutableSchema(gen.Config{}).Schema())
	return text.Bytes()
}
