package faults_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"signet/internal/faults"
)

var errJoin = faults.Join()

const role = "SIGNET_TEST_FAULTS_ROLE"

func TestMain(m *testing.M) {
	if path := os.Getenv(role); path != "" {
		act(path)
	}
	os.Exit(m.Run())
}

func act(path string) {
	err := errors.Join(errJoin, os.WriteFile(path, []byte("0123456789"), 0o600))
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
	os.Exit(0)
}

func TestX(t *testing.T) {
	l := faults.New(t)
	path := filepath.Join(t.TempDir(), "f")
	l.Set(func(d faults.Deed) faults.Fault {
		t.Logf("%+v", d)
		if d.Call == faults.Write { return faults.Fault{Part: 3} }
		return faults.Fault{}
	})
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), role+"="+path, l.Environment())
	out, err := c.CombinedOutput()
	t.Logf("%s %v", out, err)
	b, _ := os.ReadFile(path)
	t.Logf("%q", b)
}
