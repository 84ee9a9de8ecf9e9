package main

import (
	"strings"
	"testing"
)

// hear feeds events, one a line, and returns the tally and all that was printed.
func hear(t *testing.T, lines ...string) (*tally, string) {
	t.Helper()
	var out strings.Builder
	heard := newTally()
	if err := heard.readAll(strings.NewReader(strings.Join(lines, "\n")), &out); err != nil {
		t.Fatal(err)
	}
	heard.sumUp(&out)
	return heard, out.String()
}

func TestWhatAFailedTestSaidIsPrintedAndWhatAPassedOneSaidIsNot(t *testing.T) {
	heard, out := hear(t,
		`{"Action":"output","Package":"p","Test":"TestA","Output":"quiet\n"}`,
		`{"Action":"pass","Package":"p","Test":"TestA"}`,
		`{"Action":"output","Package":"p","Test":"TestB","Output":"loud\n"}`,
		`{"Action":"fail","Package":"p","Test":"TestB"}`,
		`{"Action":"fail","Package":"p"}`,
	)
	if heard.good() || heard.passed != 1 || heard.failed != 1 || heard.packagesFailed != 1 {
		t.Fatalf("wrong totals: %+v", heard)
	}
	if !strings.Contains(out, "loud") || strings.Contains(out, "quiet") {
		t.Fatalf("wrong output:\n%s", out)
	}
}

func TestASkippedTestIsNamedWithItsReason(t *testing.T) {
	heard, out := hear(t,
		`{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}`,
		`{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: no browser\n"}`,
		`{"Action":"output","Package":"p","Test":"TestA","Output":"--- SKIP: TestA (0.00s)\n"}`,
		`{"Action":"skip","Package":"p","Test":"TestA"}`,
		`{"Action":"pass","Package":"p","Test":"TestB"}`,
		`{"Action":"pass","Package":"p"}`,
	)
	if !heard.good() || len(heard.skipped) != 1 {
		t.Fatalf("wrong totals: %+v", heard)
	}
	if !strings.Contains(out, "a_test.go:3: no browser") {
		t.Fatalf("the reason is missing:\n%s", out)
	}
}

func TestAPanicAndABrokenBuildAreFailures(t *testing.T) {
	heard, out := hear(t,
		`{"ImportPath":"q","Action":"build-output","Output":"undefined: x\n"}`,
		`{"ImportPath":"q","Action":"build-fail"}`,
		`{"Action":"fail","Package":"q","FailedBuild":"q"}`,
		`{"Action":"output","Package":"p","Test":"TestA","Output":"panic: oh\n"}`,
		`{"Action":"fail","Package":"p"}`,
	)
	if heard.good() || heard.packagesFailed != 2 {
		t.Fatalf("wrong totals: %+v", heard)
	}
	for _, want := range []string{"undefined: x", "panic: oh"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing from:\n%s", want, out)
		}
	}
}

func TestNothingHeardIsNotGood(t *testing.T) {
	if heard, _ := hear(t); heard.good() {
		t.Fatal("no test ran, and that was called good")
	}
}

func TestWhatIsNoEventIsAnError(t *testing.T) {
	if err := newTally().readAll(strings.NewReader("ok p 0.1s"), &strings.Builder{}); err == nil {
		t.Fatal("plain output was taken for events")
	}
}
