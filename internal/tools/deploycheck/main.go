// Command deploycheck reads the files of a deployment as those will who use them:
// compose files, manifests of Kubernetes, rules of Prometheus, a dashboard of Grafana,
// a Dockerfile. It prints what is wrong, one finding a line, and then ends with
// status 1.
//
//	go run -C internal/tools/deploycheck . ../../../deploy
//
// It is a module of its own, because the parsers of these formats bring 200 modules
// that the product shall not be built with (docs/adr/0002). What needs none of them
// (the proxy, the systemd unit, certificates, names of flags) is tested in deploy.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// finding is something that is wrong.
type finding struct {
	file   string // below the folder that is checked, with slashes
	code   string // stable, in snake_case
	detail string // for people
}

func (f finding) String() string { return fmt.Sprintf("%s: %s: %s", f.file, f.code, f.detail) }

// check is one kind of file. Files it does not know are none of its business.
type check func(d deployment) []finding

// deployment is the folder that is checked.
type deployment struct {
	root string
	// metrics of signet by name, from internal/metrics/testdata/names.txt.
	metrics map[string]metric
	// handbook is the text of docs/operations.md, and runbook holds its anchors.
	handbook string
	runbook  []string
}

func (d deployment) read(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(d.root, filepath.FromSlash(name)))
}

func (d deployment) exists(name string) bool {
	_, err := os.Stat(filepath.Join(d.root, filepath.FromSlash(name)))
	return err == nil
}

// unread is the finding about a file that can't be read at all.
func unread(name string, err error) []finding { return []finding{{name, "unreadable", err.Error()}} }

// checks are all there are.
var checks = []check{checkCompose, checkScrapes, checkKubernetes, checkAlerts, checkDashboards, checkDockerfile}

// examine runs all checks on a folder; what the files refer to is read from the
// repository.
func examine(folder, repository string) ([]finding, error) {
	d := deployment{root: folder}
	var err error
	if d.metrics, err = readMetrics(filepath.Join(repository, "internal", "metrics", "testdata", "names.txt")); err != nil {
		return nil, err
	}
	handbook, err := os.ReadFile(filepath.Join(repository, "docs", "operations.md"))
	if err != nil {
		return nil, err
	}
	d.handbook = string(handbook)
	d.runbook = anchors(d.handbook)
	var all []finding
	for _, c := range checks {
		all = append(all, c(d)...)
	}
	slices.SortStableFunc(all, func(a, b finding) int { return strings.Compare(a.file, b.file) })
	return all, nil
}

func run(args []string, out io.Writer) int {
	if len(args) != 1 {
		fmt.Fprintln(out, "usage: deploycheck DIR")
		return 2
	}
	all, err := examine(args[0], filepath.Dir(filepath.Clean(args[0])))
	if err != nil {
		fmt.Fprintln(out, "deploycheck:", err)
		return 2
	}
	for _, f := range all {
		fmt.Fprintln(out, f)
	}
	if len(all) > 0 {
		return 1
	}
	return 0
}

func main() { os.Exit(run(os.Args[1:], os.Stdout)) }
