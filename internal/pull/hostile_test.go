package pull_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signet/domain"
	"signet/internal/pull"
)

func TestPathsThatNoKitHasAreRefused(t *testing.T) {
	for _, path := range []string{
		"", "/etc/passwd", "../x", "a/../../x", "a/..", "..", ".", "a//b", "a/./b", "a/", `a\b`, `..\x`, "C:/x", "c:x", "//host/share", "a:stream",
		".signet/journal", ".Signet/x", "signet.lock", "Signet.Lock", ".git/config", "a/.npmrc", "signet~1/x", "GIT~1/config",
		"con", "CON.txt", "a/nul", "aux .svg", "com1", "LPT9.x", "com¹.txt", "a/conin$", "a.", "a ", "a./b", " a", "a*", "a?", `a"b`, "a<b", "a|b",
		"a\x00b", "a\nb", "a\x1b[2J", "a\u202Eb", "a\u200Cb", "e\u0301", "a\xffb", "a\uFFFDb", strings.Repeat("x", 241),
	} {
		if err := pull.CheckPath(path); err == nil || domain.AsError(err).Reason != "unsafe_path" {
			t.Errorf("%q: %v", path, err)
		}
	}
	for _, path := range []string{
		"index.html", "logos/logo-sample/hải-phòng-ngang-đủ-màu.svg", "texts/slogan/slogan-gateway.zh-CN.txt", "a b/c (2).png", "logos/_con/x", "logos/x/_CON.svg",
		"ロゴ/画像.png", "console", "common", "com10", "a~b", "x/a~1.svg",
	} {
		if err := pull.CheckPath(path); err != nil {
			t.Errorf("%q: %v", path, err)
		}
	}
}

func TestAHostileListIsRefusedBeforeAnythingIsDone(t *testing.T) {
	t.Parallel()
	row := func(edit map[string]any) map[string]any {
		out := map[string]any{"path": "x.txt", "sha256": digestOf("x"), "bytes": 1}
		for k, v := range edit {
			out[k] = v
		}
		return out
	}
	rows := func(paths ...string) []map[string]any {
		var out []map[string]any
		for _, p := range paths {
			out = append(out, row(map[string]any{"path": p}))
		}
		return out
	}
	many := make([]map[string]any, 20_001)
	for i := range many {
		many[i] = row(map[string]any{"path": fmt.Sprint(i)})
	}
	for _, c := range []struct {
		name   string
		edit   map[string]any
		reason string
	}{
		{"up and out", map[string]any{"files": rows("../x")}, "unsafe_path"},
		{"our own folder", map[string]any{"files": rows(".signet/pull.lock")}, "unsafe_path"},
		{"the lock", map[string]any{"files": rows("signet.lock")}, "unsafe_path"},
		{"one path twice", map[string]any{"files": rows("a", "a")}, "unsafe_path"},
		{"two that differ by case", map[string]any{"files": rows("Logo.svg", "logo.svg")}, "unsafe_path"},
		{"folders that differ by case", map[string]any{"files": rows("Logos/a", "logos/b")}, "unsafe_path"},
		{"a file that is also a folder", map[string]any{"files": rows("a", "a/b")}, "unsafe_path"},
		{"a folder that is also a file", map[string]any{"files": rows("a/b", "A")}, "unsafe_path"},
		{"no digest", map[string]any{"files": []any{row(map[string]any{"sha256": "x"})}}, "invalid_manifest"},
		{"a digest in capitals", map[string]any{"files": []any{row(map[string]any{"sha256": strings.ToUpper(digestOf("x"))})}}, "invalid_manifest"},
		{"a negative size", map[string]any{"files": []any{row(map[string]any{"bytes": -1})}}, "invalid_manifest"},
		{"a size beyond measure", map[string]any{"files": []any{row(map[string]any{"bytes": 1 << 40})}}, "invalid_manifest"},
		{"no item", map[string]any{"files": []any{row(map[string]any{"item": "../x", "version": 1})}}, "invalid_manifest"},
		{"no version", map[string]any{"files": []any{row(map[string]any{"item": "x"})}}, "invalid_manifest"},
		{"too many files", map[string]any{"files": many}, "invalid_manifest"},
		{"another format", map[string]any{"format": "signet-bundle/v2"}, "invalid_manifest"},
		{"withdrawn of nothing", map[string]any{"withdrawn": []any{map[string]any{"item": "\x1b", "version": 1}}}, "invalid_manifest"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, dir, old, _ := world(t)
			r.edit = func(m map[string]any) {
				for k, v := range c.edit {
					m[k] = v
				}
			}
			_, err := r.client(dir).Pull(t.Context(), pull.Change{})
			wantReason(t, err, c.reason)
			if diff := cmp.Diff(old, tree(t, dir)); diff != "" {
				t.Error(diff)
			}
			agree(t, dir)
		})
	}
}

func TestAHostileFolderOfOursIsRefused(t *testing.T) {
	t.Parallel()
	good, err := (&pull.Lock{Format: pull.LockFormat, Server: address, AsOf: newRegistry(t).now}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	x := digestOf("x")
	for _, c := range []struct{ name, journal string }{
		{"no JSON", "x"},
		{"another format", `{"format": "x", "lock": LOCK}`},
		{"it removes outside", `{"format": "signet-journal/v1", "removes": [{"path": "../x", "was": "y"}], "lock": LOCK}`},
		{"it removes what is a tool's", `{"format": "signet-journal/v1", "removes": [{"path": ".npmrc", "was": "` + x + `"}], "lock": LOCK}`},
		{"it writes outside", `{"format": "signet-journal/v1", "puts": [{"path": "../x", "sha256": "` + x + `", "staged": ".signet/` + x + `"}], "lock": LOCK}`},
		{"it takes from elsewhere", `{"format": "signet-journal/v1", "puts": [{"path": "x", "sha256": "` + x + `", "staged": "secret.key"}], "lock": LOCK}`},
		{"it has no lock", `{"format": "signet-journal/v1"}`},
		{"what it takes is not there", `{"format": "signet-journal/v1", "puts": [{"path": "x", "sha256": "` + x + `", "staged": ".signet/` + x + `"}], "lock": LOCK}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRegistry(t)
			dir, cl := r.pulled(t)
			write(t, dir, "secret.key", "x")
			write(t, dir, ".npmrc", "x")
			before := tree(t, dir)
			write(t, dir, ".signet/journal", strings.Replace(c.journal, "LOCK", quoted(good), 1))
			if _, err := cl.Verify(); err == nil {
				t.Error("it is carried out")
			}
			if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func quoted(text []byte) string {
	out, err := json.Marshal(string(text))
	if err != nil {
		panic(err)
	}
	return string(out)
}

func TestALockThatCanNotBeMeantIsRefused(t *testing.T) {
	r := newRegistry(t)
	dir, _ := r.pulled(t)
	text, err := lockOf(t, dir).Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, young string }{
		{"no JSON", "{", "["},
		{"a field that nobody knows", `"server"`, `"sever"`},
		{"another format", "signet-lock/v1", "signet-lock/v2"},
		{"a server that is none", address, "ftp://x"},
		{"a server with a password", address, "https://me:you@brand.example"},
		{"no instant", `"asOf": "2027`, `"asOf": "x`},
		{"a digest that is none", `"manifest": "`, `"manifest": "x`},
		{"a path outside", `"kit.json"`, `"../kit.json"`},
		{"a path twice", `"kit.json"`, `"index.html"`},
		{"a size that can't be", `"bytes":`, `"bytes":-`},
		{"more behind it", "]\n}\n", "]\n}\n{}"},
	} {
		if _, err := pull.ReadLock(strings.NewReader(strings.Replace(string(text), c.old, c.young, 1))); domain.AsError(err) == nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := pull.ReadLock(bytes.NewReader(text)); err != nil {
		t.Error(err)
	}
}

func FuzzReadLock(f *testing.F) {
	f.Add([]byte(`{"about":"","format":"signet-lock/v1","server":"https://brand.example","selection":{"kinds":["logo"],"items":["a","a"],"edition":1},"channel":"portal","asOf":"2027-01-01T00:00:00Z","manifest":"` + digestOf("") + `","files":[{"path":"a/b.txt","sha256":"` + digestOf("x") + `","bytes":1,"item":"a","version":1,"name":"b","licence":"<&>","asOf":"2026-01-01T00:00:00+07:00"}]}`))
	f.Add([]byte(`{"format":"signet-lock/v1","server":"http://x","asOf":"2027-01-01T00:00:00Z"}`))
	f.Add([]byte(`{"files":[{"path":"../x"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := pull.ReadLock(bytes.NewReader(text))
		if err != nil {
			return
		}
		once, err := l.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := pull.ReadLock(bytes.NewReader(once))
		if err != nil {
			t.Fatalf("%v\n%s", err, once)
		}
		if twice, err := again.Encode(); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%s\n%s", once, twice)
		}
	})
}

func FuzzReadManifest(f *testing.F) {
	f.Add(newKit().manifest(nil))
	f.Add([]byte(`{"format":"signet-bundle/v1","files":[{"path":"a/b","sha256":"` + digestOf("x") + `","bytes":1}],"withdrawn":[{"item":"a","version":1}]}`))
	f.Add([]byte(`{"format":"signet-bundle/v1","files":[{"path":"a"},{"path":"A"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		paths, err := pull.ReadManifest(text)
		if err != nil {
			return
		}
		for _, p := range paths {
			if strings.HasPrefix(p, "/") || strings.Contains("/"+p+"/", "/../") || strings.HasPrefix(strings.ToLower(p), ".signet") || strings.ContainsAny(p, "\\:\x00") {
				t.Errorf("%q", p)
			}
		}
	})
}

func newKit() *listing { return &listing{bodies: map[string]string{}} }
