// Command signet is the registry of a city's brand kit: "signet serve" runs it
// from one data directory, and the other verbs look after that directory.
// docs/kit-format.md tells what "signet import" reads, deploy/README.md how an
// operator runs it; "signet help" lists the verbs and their exit codes.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}
