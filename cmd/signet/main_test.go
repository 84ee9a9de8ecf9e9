package main

import (
	"os"
	"testing"
)

// asProgram is the environment variable that makes the test binary be signet, so
// that tests run the program as people do: as a process that can be killed.
const asProgram = "SIGNET_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "1" {
		main()
	}
	os.Exit(m.Run())
}
