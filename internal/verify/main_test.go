package verify_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// checks is how often a property is checked when nobody asks for another number
// with -rapid.checks; each one takes a whole registry.
const checks = "15"

func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", checks); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	os.Exit(inFolder(m))
}

// inFolder gives the tests a folder of their own.
func inFolder(m *testing.M) int {
	dir, err := os.MkdirTemp("", "signet-verify")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	scratch = dir
	defer os.RemoveAll(dir)
	return m.Run()
}
