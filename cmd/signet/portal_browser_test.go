package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"signet/internal/testneeds"
)

// storyTold is one line of testdata/portal/run.mjs: the end of a story or, the last one, how
// many there were.
type storyTold struct {
	File, Name, Skipped string
	Milliseconds        int `json:"ms"`
	Failures, Notes     []string
	Played              *int
}

// TestThePortalInABrowser plays the stories of testdata/portal in Chromium, on a demo.
// Its README tells how they are written, and by which variables of the environment one
// of them is played, or on a server that runs already.
func TestThePortalInABrowser(t *testing.T) {
	if testneeds.Race {
		t.Skip("SKIPPED ALOUD: pages are timed as people have them; the other of CI's runs has it")
	}
	t.Parallel()
	node, chromium := testneeds.Command(t, "node"), testneeds.Chromium(t)
	folder := filepath.Join("testdata", "portal")
	for _, needed := range []string{"playwright-core", "axe-core", "pixelmatch", "pngjs"} {
		if _, err := os.Stat(filepath.Join(folder, "node_modules", needed)); err != nil {
			testneeds.Missing(t, "the npm packages of cmd/signet/testdata/portal: run npm ci --ignore-scripts there")
		}
	}
	run := exec.CommandContext(t.Context(), node, "run.mjs")
	run.Dir, run.Stderr = folder, t.Output()
	run.Env = append(os.Environ(), "SIGNET_CHROMIUM="+chromium, "SIGNET_ARTEFACTS="+artefactsFolder(t))
	if os.Getenv("SIGNET_PORTAL_URL") == "" {
		dir := t.TempDir()
		p := serving(t, dir, "--demo")
		p.await("demo-tokens.env")
		run.Env = append(run.Env, "SIGNET_PORTAL_URL="+p.url, "SIGNET_PORTAL_TOKENS="+filepath.Join(dir, demoData, demoTokens))
		defer p.stop()
	}
	out, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	played, all := relate(t, out)
	err = run.Wait() // with a code also when a story failed, which is told already
	switch {
	case !all:
		t.Errorf("after %d stories it broke off: %v", played, err)
	case played == 0:
		t.Error("there is no such story")
	case err != nil && !t.Failed():
		t.Error(err)
	}
}

// artefactsFolder is where pictures are left. One that nobody asked for stays only when
// the test fails, whose failures name it.
func artefactsFolder(t *testing.T) string {
	t.Helper()
	if asked := os.Getenv("SIGNET_ARTEFACTS"); asked != "" {
		return asked
	}
	folder, err := os.MkdirTemp("", "signet-portal-") //nolint:usetesting // it outlives a test that fails
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !t.Failed() {
			_ = os.RemoveAll(folder) // it is a temporary one in any case
		}
	})
	return folder
}

// relate makes a test of each story. It returns how many there were, and whether these
// were all.
func relate(t *testing.T, stories io.Reader) (played int, all bool) {
	t.Helper()
	lines := json.NewDecoder(stories)
	for {
		var s storyTold
		err := lines.Decode(&s)
		switch {
		case errors.Is(err, io.EOF):
			return played, all
		case err != nil:
			t.Fatal(err)
		case s.Played != nil:
			all = *s.Played == played
			continue
		}
		played++
		t.Run(s.Name, func(t *testing.T) {
			t.Logf("%s took %d ms", s.File, s.Milliseconds)
			for _, note := range s.Notes {
				t.Log(note)
			}
			for _, failure := range s.Failures {
				t.Error(failure)
			}
			if s.Skipped != "" {
				testneeds.Missing(t, s.Skipped)
			}
		})
	}
}
