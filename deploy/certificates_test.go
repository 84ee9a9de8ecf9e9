package deploy_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"signet/internal/testneeds"
)

// certificates runs the script in a folder.
func certificates(t *testing.T, dir string) {
	t.Helper()
	bash := testneeds.Command(t, "bash")
	testneeds.Command(t, "openssl")
	cmd := exec.CommandContext(t.Context(), bash, "certificates.sh", dir)
	cmd.Env = append(os.Environ(), "GROUP=") // which would need root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func pair(t *testing.T, dir, name string) *x509.Certificate {
	t.Helper()
	p, err := tls.LoadX509KeyPair(filepath.Join(dir, name+".crt"), filepath.Join(dir, name+".key"))
	if err != nil {
		t.Fatal(err)
	}
	return p.Leaf
}

func TestThePartsOfAClusterKnowEachOther(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	certificates(t, dir)
	authority, err := os.ReadFile(filepath.Join(dir, "ca.crt"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority) {
		t.Fatal("ca.crt holds no certificate")
	}
	common := map[string]bool{}
	for name, hosts := range map[string][]string{
		"log-0": {"log-0.log", "log-0", "log", "log-0.log.signet.svc.cluster.local", "localhost", "127.0.0.1"},
		"log-1": {"log-1.log", "log"},
		"log-2": {"log-2.log", "log"},
		"s3":    {"s3", "localhost"},
	} {
		leaf := pair(t, dir, name)
		for _, host := range hosts {
			for _, use := range []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth} {
				_, err := leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: roots, KeyUsages: []x509.ExtKeyUsage{use}})
				if err != nil {
					t.Errorf("%s as %s: %v", name, host, err)
				}
			}
		}
		if leaf.VerifyHostname("other") == nil || leaf.IsCA || leaf.NotAfter.After(time.Now().AddDate(0, 14, 0)) {
			t.Errorf("%s is good for too much: %v", name, leaf.NotAfter)
		}
		if name != "s3" {
			common[leaf.Subject.CommonName] = true
		}
		if info, err := os.Stat(filepath.Join(dir, name+".key")); err != nil || info.Mode().Perm() != 0o640 {
			t.Errorf("the key of %s: %v, %v", name, info.Mode(), err)
		}
	}
	if len(common) != 1 {
		t.Errorf("log nodes know each other by one name, but have %v", common)
	}
	if info, err := os.Stat(filepath.Join(dir, "ca.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key of the authority: %v, %v", info.Mode(), err)
	}
}

func TestASecondRunKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	certificates(t, dir)
	before := pair(t, dir, "log-0")
	if err := os.Remove(filepath.Join(dir, "log-1.crt")); err != nil {
		t.Fatal(err)
	}
	gone := pair(t, dir, "log-2")
	certificates(t, dir)
	if !bytes.Equal(before.Raw, pair(t, dir, "log-0").Raw) || !bytes.Equal(gone.Raw, pair(t, dir, "log-2").Raw) {
		t.Error("a certificate that was there became another one")
	}
	if pair(t, dir, "log-1").Issuer.String() != before.Issuer.String() {
		t.Error("what was missing has another authority")
	}
}
