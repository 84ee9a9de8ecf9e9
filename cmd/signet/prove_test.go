package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signet/internal/proof"
	"signet/internal/testneeds"
)

// checkedProof checks a proof file, in a folder where there is nothing but it.
func checkedProof(t *testing.T, file string, args ...string) (provedProof, int) {
	t.Helper()
	elsewhere := t.TempDir()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(elsewhere, "proof.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := signet(t, elsewhere, append([]string{"verify", "proof.json", "--json"}, args...)...)
	var told provedProof
	if err := json.Unmarshal([]byte(stdout), &told); err != nil || told.OK != (code == exitOK) {
		t.Fatalf("%v: code %d\n%s%s", err, code, stdout, stderr)
	}
	return told, code
}

// A reviewer is handed files, and has the key from elsewhere: that is all that is needed
// to see that a version was approved, an edition issued, and nothing rewritten since.
func TestHistoryIsProvedToWhoTrustsNobody(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	p := serving(t, dir, "--demo")
	p.await("demo-tokens.env")
	tokens := tokensOf(t, dir)
	at := []string{"--server", p.url, "--token", tokens["SIGNET_AUDITOR"]}
	_, _, keyText := p.get("/tlog/key", "")
	key := strings.TrimSpace(string(keyText))
	await(t, "a first checkpoint", func() bool { status, _, _ := p.get("/tlog/checkpoint", ""); return status == 200 })
	if err := os.WriteFile(filepath.Join(dir, "old.txt"), []byte(must(t, dir, "checkpoint", "--server", p.url)), 0o600); err != nil {
		t.Fatal(err)
	}

	const version = "slogan-port-of-tomorrow-v2.signet-proof.json"
	must(t, dir, append([]string{"prove", "slogan-port-of-tomorrow", "2"}, at...)...)
	told, _ := checkedProof(t, filepath.Join(dir, version), "--key", key)
	if told.Subject.Item != "slogan-port-of-tomorrow" || told.State != "approved" || len(told.Signed) < 3 || told.Log == nil {
		t.Errorf("the proof of an approval tells %+v", told)
	}
	must(t, dir, append([]string{"prove", "--edition", "1", "--out", "edition.json"}, at...)...)
	if told, _ := checkedProof(t, filepath.Join(dir, "edition.json"), "--key", key); told.Subject.Edition != 1 || told.From == nil {
		t.Errorf("the proof of an edition tells %+v", told)
	}

	logo := "/files/logo-sample/current/" + url.PathEscape("hải-phòng-ngang-đủ-màu.svg")
	status, _, signed := p.get(logo, tokens["SIGNET_AGENCY"])
	if status != http.StatusOK {
		t.Fatalf("GET %s: %d", logo, status)
	}
	must(t, dir, append([]string{"prove", "logo-sample", "1", "--out", "logo.json"}, at...)...)
	for content, code := range map[string]string{string(signed): "", "another file": "file_differs"} {
		name := filepath.Join(t.TempDir(), "logo.svg")
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if told, _ := checkedProof(t, filepath.Join(dir, "logo.json"), "--key", key, "--file", name); told.Code != code {
			t.Errorf("the file in hand: %+v", told)
		}
	}
	t.Run("another key proves nothing", func(t *testing.T) {
		other, err := proof.OpenKey(filepath.Join(t.TempDir(), proof.KeyFile), "")
		if err != nil {
			t.Fatal(err)
		}
		if told, _ := checkedProof(t, filepath.Join(dir, version), "--key", other.VerifierKey()); told.Code != string(proof.CheckpointUnsigned) {
			t.Errorf("it tells %+v", told)
		}
	})
	t.Run("a changed signature proves nothing, and is named", func(t *testing.T) {
		text, err := os.ReadFile(filepath.Join(dir, version))
		if err != nil {
			t.Fatal(err)
		}
		forged := filepath.Join(t.TempDir(), "forged.json")
		if err := os.WriteFile(forged, bytes.Replace(text, []byte(`so-ngoai-vu`), []byte(`so-ngoai-vv`), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if told, _ := checkedProof(t, forged, "--key", key); told.OK || told.Event == "" || told.Code == "" {
			t.Errorf("it tells %+v", told)
		}
	})
	t.Run("a witness that was asked for and has not cosigned", func(t *testing.T) {
		other, err := proof.OpenKey(filepath.Join(t.TempDir(), proof.KeyFile), "witness.example")
		if err != nil {
			t.Fatal(err)
		}
		_, witness, err := other.Cosigner()
		if err != nil {
			t.Fatal(err)
		}
		if told, _ := checkedProof(t, filepath.Join(dir, version), "--key", key, "--witness", witness); told.Code != string(proof.WitnessMissing) {
			t.Errorf("it tells %+v", told)
		}
	})

	// Something happens, and what was signed before is a part of what is signed now.
	if a := p.ask(tokens["SIGNET_AUTHOR"], `mutation { registerItem(input: {key: "slogan-later", kind: SLOGAN}) { item { key } } }`, nil); a.text("registerItem.item.key") == "" {
		t.Fatal(a.raw)
	}
	await(t, "a later checkpoint", func() bool {
		return must(t, dir, "checkpoint", "--server", p.url) != string(mustRead(t, filepath.Join(dir, "old.txt")))
	})
	must(t, dir, "prove", "--since", "old.txt", "--server", p.url)
	told, _ = checkedProof(t, filepath.Join(dir, "checkpoint.signet-proof.json"), "--key", key)
	if told.Older == nil || told.Log.Size <= told.Older.Size {
		t.Errorf("the proof of what was kept tells %+v", told)
	}

	// The same by the folder, beside the server and without it.
	must(t, dir, "prove", "slogan-port-of-tomorrow", "2", "--data", demoData, "--out", "beside.json")
	checkedProof(t, filepath.Join(dir, "beside.json"), "--key", key)
	p.stop()
	must(t, dir, "prove", "slogan-port-of-tomorrow", "2", "--data", demoData, "--out", "alone.json")
	checkedProof(t, filepath.Join(dir, "alone.json"), "--key", key)
	must(t, dir, "prove", "--since", "old.txt", "--data", demoData, "--out", "since.json")
	checkedProof(t, filepath.Join(dir, "since.json"), "--key", key)
	must(t, dir, "verify", "--data", demoData, "--checkpoint", "old.txt", "--key", key)
	refused(t, exitBadInput, dir, "prove", "slogan-port-of-tomorrow", "99", "--data", demoData)
	refused(t, exitBadInput, dir, "prove", "nothing", "1", "--data", demoData)
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// An agency runs a witness with the same program; what it has cosigned is shown, and is in
// proofs. A registry that shows it another history gets nothing more.
func TestAnOutsideWitnessCosigns(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	first := serving(t, dir, "--demo")
	first.await("demo-tokens.env")
	_, _, key := first.get("/tlog/key", "")
	first.stop()
	elsewhere := t.TempDir()
	w := launch(t, elsewhere, "witness", "--listen", "127.0.0.1:0", "--name", "witness.example", "--log-key", strings.TrimSpace(string(key)))
	cosigner := w.await(`--witness '(\S+ \S+)'`)[1]
	p := serving(t, dir, "--data", demoData, "--witness", cosigner)
	await(t, "a cosigned checkpoint", func() bool { status, _, _ := p.get("/tlog/checkpoint/witnessed", ""); return status == 200 })
	must(t, dir, "prove", "slogan-port-of-tomorrow", "2", "--data", demoData, "--out", "cosigned.json")
	_, witness, _ := strings.Cut(cosigner, " ")
	told, _ := checkedProof(t, filepath.Join(dir, "cosigned.json"), "--key", strings.TrimSpace(string(key)), "--witness", witness)
	if told.Log == nil || len(told.Log.Witnesses) != 1 {
		t.Errorf("the proof tells %+v", told)
	}
	p.stop()
	w.stop()
}

// Who puts an older log in place of the one that was signed is not signed for.
func TestAnOlderLogIsNotSignedAgain(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	p := serving(t, dir, "--demo")
	p.await("demo-tokens.env")
	p.stop()
	data := filepath.Join(dir, demoData)
	old := mustRead(t, filepath.Join(data, logFile))
	p = serving(t, dir, "--data", demoData)
	var before []byte
	await(t, "a first checkpoint", func() bool {
		status, _, body := p.get("/tlog/checkpoint", "")
		before = body
		return status == http.StatusOK
	})
	if a := p.ask(tokensOf(t, dir)["SIGNET_AUTHOR"], `mutation { registerItem(input: {key: "slogan-later", kind: SLOGAN}) { item { key } } }`, nil); a.text("registerItem.item.key") == "" {
		t.Fatal(a.raw)
	}
	await(t, "a later checkpoint", func() bool {
		status, _, now := p.get("/tlog/checkpoint", "")
		return status == http.StatusOK && !bytes.Equal(now, before)
	})
	p.stop()
	for name, content := range map[string][]byte{logFile: old, logFile + "-wal": nil, logFile + "-shm": nil} {
		if err := os.WriteFile(filepath.Join(data, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(data, viewsFile)); err != nil {
		t.Fatal(err)
	}
	p = serving(t, dir, "--data", demoData)
	await(t, "that nothing is signed", func() bool {
		status, _, body := p.get("/tlog/checkpoint", "")
		return status == 503 && bytes.Contains(body, []byte("history_contradicted"))
	})
	if v := verifyJSON(t, dir, "--data", demoData); v.OK {
		t.Errorf("verify finds nothing: %+v", v)
	}
}
