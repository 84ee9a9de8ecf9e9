package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signet/internal/testneeds"
	"signet/internal/verify"
)

// verifyJSON runs verify, whatever it finds.
func verifyJSON(t *testing.T, dir string, args ...string) verification {
	t.Helper()
	stdout, stderr, code := signet(t, dir, append([]string{"verify", "--json"}, args...)...)
	var v verification
	if err := json.Unmarshal([]byte(stdout), &v); err != nil {
		t.Fatalf("%v: code %d\n%s", err, code, stderr)
	}
	if (code == exitOK) != v.OK || code > exitFailed {
		t.Errorf("verify ended with code %d, its report says ok=%v", code, v.OK)
	}
	return v
}

func (v *verification) has(codes ...verify.Code) bool {
	return slices.ContainsFunc(v.Findings, func(f finding) bool { return slices.Contains(codes, f.Code) })
}

// flip changes one bit in the first of the files of a pattern that holds the text:
// within the last place that does.
func flip(t *testing.T, pattern, text string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if at := bytes.LastIndex(b, []byte(text)); at >= 0 {
			b[at+len(text)/2] ^= 1
			if err := os.WriteFile(name, b, 0o600); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("none of %q holds %q", files, text)
}

func TestVerifyFindsAFlippedBit(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	whole := t.TempDir()
	must(t, whole, "import", sampleKit(t, whole))
	must(t, whole, "export", "kit") // the read models catch up
	if v := verifyJSON(t, whole); !v.OK || len(v.Findings) > 0 {
		t.Fatalf("before anything is wrong: %+v", v)
	}
	for _, test := range []struct {
		name, files, text string
		want              []verify.Code
	}{
		{"a blob", "blobs/*/*", "<svg", []verify.Code{verify.BlobCorrupt}},
		{"a payload", logFile, "vươn ra biển lớn", []verify.Code{verify.LogCorrupt}},
		{"the place in an envelope", logFile, `"stream":"item-slogan-open-sea"`, []verify.Code{verify.LogCorrupt}},
		{"the commitment in an envelope", logFile, `","commitment":"`, []verify.Code{verify.LogCorrupt}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			flip(t, filepath.Join(dir, defaultData, test.files), test.text)
			if v := verifyJSON(t, dir); v.OK || !v.has(test.want...) {
				t.Errorf("not found: %+v", v)
			}
		})
	}
}

func TestAnotherFileInPlaceOfTheLogIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, defaultData, logFile)
	if err := os.Mkdir(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	text := []byte(strings.Repeat("không phải nhật ký\n", 1000))
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"verify", "serve", "rebuild"} {
		refused(t, exitBadInput, dir, verb)
	}
	if there, err := os.ReadFile(name); err != nil || !bytes.Equal(there, text) {
		t.Errorf("it was changed: %v", err)
	}
}

func TestVerifyRunsBesideAServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serving(t, dir, "--demo")
	if v := verifyJSON(t, dir, "--data", demoData); !v.OK || !v.Beside || v.Events < 200 {
		t.Errorf("beside a server: %+v", v)
	}
	p.stop()
	if v := verifyJSON(t, dir, "--data", demoData); !v.OK || v.Beside {
		t.Errorf("alone: %+v", v)
	}
}

// Read models that are behind go on by themselves. Those that are ahead tell of
// what the log has lost: it was restored from another day.
func TestVerifyFindsReadModelsThatAreAhead(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir, earlier := t.TempDir(), t.TempDir()
	must(t, dir, "import", sampleKit(t, dir))
	must(t, dir, "rebuild")
	if err := os.CopyFS(earlier, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	must(t, dir, "token", "--agency", "so-khcn", "--role", "designer")
	if v := verifyJSON(t, dir); !v.OK {
		t.Errorf("behind by two events: %+v", v)
	}
	must(t, dir, "rebuild")
	must(t, dir, "verify")
	views := filepath.Join(defaultData, viewsFile)
	if err := os.Rename(filepath.Join(dir, views), filepath.Join(earlier, views)); err != nil {
		t.Fatal(err)
	}
	if v := verifyJSON(t, earlier); v.OK || !v.has(verify.PositionMismatch) {
		t.Errorf("ahead by two events: %+v", v)
	}
	must(t, earlier, "rebuild")
	must(t, earlier, "verify")
}
