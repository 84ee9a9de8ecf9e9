package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signet/internal/people/peopletest"
	"signet/internal/testneeds"
)

// before is a copy of what was acknowledged until now.
func (l *ledger) before() (items map[string]expected, blobs []string, acks int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	items = map[string]expected{}
	for key, e := range l.items {
		items[key] = expected{steps: slices.Clone(e.steps), text: e.text, file: e.file, uses: e.uses}
	}
	return items, slices.Clone(l.blobs), l.acks
}

// atLeast sees that all is there that was acknowledged, in its order; what came later may
// be there or not.
func (l *ledger) atLeast(p *process, items map[string]expected) {
	l.t.Helper()
	for _, key := range slices.Sorted(maps.Keys(items)) {
		want := items[key]
		a := p.ask(l.auditor, whatIsThere, vars{"key": key})
		var steps []string
		edges, _ := a.at("item.history.edges").([]any)
		for i := range edges {
			steps = append(steps, (&answer{Data: edges[i]}).text("node.what"))
		}
		if len(steps) < len(want.steps) || !slices.Equal(steps[:len(want.steps)], want.steps) ||
			max(a.number("item.usage.edges.0.node.declared"), 0) < want.uses ||
			want.text != "" && a.text("item.version.content.units.0.text") != want.text ||
			want.file != "" && a.text("item.version.content.files.0.digest") != want.file {
			l.t.Errorf("%s: acknowledged before the backup was %+v, there is %s", key, want, a.raw)
		}
	}
}

// verifiedFolder sees that a restored folder is whole.
func verifiedFolder(t *testing.T, dir, data string) verification {
	t.Helper()
	var v verification
	if err := json.Unmarshal([]byte(must(t, dir, "verify", "--data", data, "--json")), &v); err != nil || !v.OK {
		t.Errorf("%s: %+v, %v", data, v, err)
	}
	return v
}

// The drill of docs/backup.md: back up under load, destroy, restore, verify. Nothing that
// was acknowledged before the backup began is missing, the log is the one that was signed,
// and who was erased stays erased, also at a point in time before that.
func TestTheRestoreDrill(t *testing.T) {
	testneeds.OnceInCI(t)
	t.Parallel()
	s, l := newStaff(t), newLedger(t)
	cast := castOfKill(t, s.dir, l)
	s.claim()
	must(t, s.dir, "person", "set", s.person.ID.String(), "--name", s.person.Name, "--mail", s.person.Mail)
	data, repo := filepath.Join(s.dir, defaultData), filepath.Join(s.dir, "repo")
	must(t, s.dir, "backup", "repo")
	whileThere := time.Now().Format(time.RFC3339Nano)

	p := serving(t, s.dir, "--log-level", "error")
	s.erase(p, s.admin, "--basis", "asked_by_person")
	s.erase(p, s.second)
	done := make(chan struct{})
	go func() {
		defer close(done)
		load(p, l, cast, 1, 0)
	}()
	<-l.begin()
	for acks := 0; acks < 20; _, _, acks = l.before() {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-p.exited:
			t.Fatal("the server has ended by itself")
		}
	}
	signed, key, code := signet(t, s.dir, "checkpoint", "--server", p.url)
	if code != exitOK {
		t.Fatal(signed, key)
	}
	items, blobs, acks := l.before()
	var made struct {
		Events int64
		Files  int
	}
	if err := json.Unmarshal([]byte(must(t, s.dir, "backup", "repo", "--json")), &made); err != nil || made.Files < len(blobs) {
		t.Fatalf("%+v, %v", made, err)
	}
	p.signal(os.Kill)
	p.code()
	<-done
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(filepath.Join(s.dir, "kept.txt"), []byte(signed), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, s.dir, "backup", "verify", "repo")
	must(t, s.dir, "restore", "repo", "--checkpoint", "kept.txt", "--key", strings.TrimSpace(strings.TrimPrefix(key, "khóa / key: ")))
	if v := verifiedFolder(t, s.dir, defaultData); int64(v.Events) != made.Events || v.Blobs < len(blobs) {
		t.Errorf("%+v, backed up were %+v", v, made)
	}
	// To a point in time at which the person was there.
	must(t, s.dir, "restore", "repo", "--data", "earlier", "--at", whileThere)
	if v := verifiedFolder(t, s.dir, "earlier"); int64(v.Events) >= made.Events || v.Events == 0 {
		t.Errorf("the earlier one has %d of %d events", v.Events, made.Events)
	}
	for _, folder := range []string{data, filepath.Join(s.dir, "earlier"), repo} {
		for _, found := range peopletest.InFiles(t, folder, s.person) {
			t.Error("who was erased is back:", found)
		}
	}
	refused(t, exitBadInput, s.dir, "restore", "repo")
	p = serving(t, s.dir, "--log-level", "error")
	l.atLeast(p, items)
	s.without("the list", must(t, s.dir, "person", "list", "--server", p.url, "--token", s.admin))
	t.Logf("%d acknowledged before the backup, %d events in it", acks, made.Events)
}

// A restore that was cut off, wherever, is taken for no registry, and is begun again.
func TestARestoreThatWasCutOffIsNoRegistry(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	must(t, dir, "token", "--agency", "lead", "--agency-name", "Chủ trì", "--role", "admin")
	must(t, dir, "backup", "repo")
	for name, cut := range map[string]func(data string, w *restoring){
		"at its beginning": func(string, *restoring) {},
		"while it moved what was made": func(data string, w *restoring) {
			must(t, dir, "restore", "repo", "--data", data+"-whole")
			move(t, data+"-whole", w.dir)
			for _, part := range []string{"blobs", "people.db"} {
				if err := os.Rename(filepath.Join(w.dir, part), filepath.Join(data, part)); err != nil {
					t.Fatal(err)
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			data := filepath.Join(dir, strings.ReplaceAll(name, " ", "-"))
			w, err := beginRestore(data, false)
			if err != nil {
				t.Fatal(err)
			}
			cut(data, w)
			refused(t, exitBadInput, dir, "serve", "--listen", "127.0.0.1:0", "--data", data)
			must(t, dir, "restore", "repo", "--data", data)
			verifiedFolder(t, dir, data)
			refused(t, exitBadInput, dir, "restore", "repo", "--data", data)
		})
	}
	if err := os.Mkdir(filepath.Join(dir, "other"), 0o700); err != nil {
		t.Fatal(err)
	}
	refused(t, exitBadInput, dir, "restore", "other", "--data", "none")
	if _, err := os.Stat(filepath.Join(dir, "none")); !os.IsNotExist(err) {
		t.Errorf("a restore that was refused left a folder: %v", err)
	}
}

// move moves what is in a folder into another one.
func move(t *testing.T, from, to string) {
	t.Helper()
	entries, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if err := os.Rename(filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
}
