package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"signet/internal/testneeds"
)

// exposure is what "systemd-analyze security" may give the service, in tenths: 100
// is a service without any protection. docs/operations.md tells the number.
const exposure = "11"

func TestTheUnitIsOneThatSystemdTakes(t *testing.T) {
	analyze := testneeds.Command(t, "systemd-analyze")
	text, err := os.ReadFile("signet.service")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	// It must be there for systemd: the real one is not installed.
	stand := filepath.Join(dir, "signet")
	if err := os.WriteFile(stand, []byte("#!/bin/true\n"), 0o700); err != nil { //nolint:gosec // it is a program
		t.Fatal(err)
	}
	unit := filepath.Join(dir, "signet.service")
	if err := os.WriteFile(unit, []byte(strings.ReplaceAll(string(text), "/usr/local/bin/signet", stand)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		// It ends with 0 for what it ignores: what it says counts as well.
		{"verify", "--man=no", unit},
		{"security", "--offline=yes", "--no-pager", "--threshold=" + exposure, unit},
	} {
		out, err := exec.CommandContext(t.Context(), analyze, args...).CombinedOutput()
		if err != nil || args[0] == "verify" && len(out) > 0 {
			t.Errorf("%s: %v\n%s", args[0], err, out)
		}
	}
}
