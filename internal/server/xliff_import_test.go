package server_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"signet/domain"
	"signet/internal/xliff"
)

// subject21 and subject12 are the target of the letter's subject, as tools write it.
const (
	subject21 = `<target xml:lang="ja"><ph id="1" dataRef="d1"/>様への招待状</target>`
	subject12 = `<target state="translated"><ph id="1">{{name}}</ph>様への招待状</target>`
)

// translated does to a file what a translator's tool does: it writes a target into
// the segment that had none, and leaves marks of its own.
func translated(t *testing.T, file []byte) []byte {
	t.Helper()
	text := string(file)
	for _, change := range [][2]string{
		{"<xliff ", `<xliff xmlns:tool="urn:example:tool" tool:saved="yes" `},
		{`state="initial" subState="signet:missing"`, `state="translated" tool:match="73"`},
	} {
		text = strings.Replace(text, change[0], change[1], 1)
	}
	before, after, found := strings.Cut(text, "Thư mời ")
	source, rest, closed := strings.Cut(after, "</source>")
	if !found || !closed {
		t.Fatalf("there is no subject in %s", text)
	}
	target := subject21
	if strings.Contains(text, "trans-unit") {
		target = subject12
	}
	return []byte(before + "Thư mời " + source + "</source>\n" + target + rest)
}

func TestWhatATranslatorHasWrittenIsTakenIn(t *testing.T) {
	for _, format := range []string{"2.1", "1.2"} {
		r := newRegistry(t).follow().withSample().withLetter()
		before := map[string]string{"name": "DRAFT 手紙", "subject": "MISSING", "body": "DRAFT {{name}}様、\n{{name}}へようこそ。"}
		if got := r.says(); fmt.Sprint(got) != fmt.Sprint(before) {
			t.Fatalf("%q", got)
		}
		file := translated(t, r.export("/xliff/"+letter+"/1/ja?format="+format))
		w := r.send(domain.RoleTranslator, file).written(t)
		if w.Item != letter || w.Version != 1 || w.Locale != "ja" || w.Written != 1 || w.Position != r.head() {
			t.Errorf("%s: %+v", format, w)
		}
		before["subject"] = "DRAFT {{name}}様への招待状"
		if got := r.says(); fmt.Sprint(got) != fmt.Sprint(before) {
			t.Errorf("%s: afterwards it says %q", format, got)
		}
		var data struct {
			Item struct {
				History struct {
					Edges []struct {
						Node struct{ What, Via, Agency string }
					}
				}
			}
		}
		r.query(domain.RoleAuditor, `{ item(key: "`+letter+`") { history { edges { node { what via agency } } } } }`, &data)
		if steps := data.Item.History.Edges; steps[len(steps)-1].Node.What != "TRANSLATED" || steps[len(steps)-1].Node.Via != "xliff" {
			t.Errorf("%s: the history says %+v", format, steps)
		}
		if w := r.send(domain.RoleTranslator, file).written(t); w.Written != 0 || w.Position != r.head() {
			t.Errorf("%s: the same once more: %+v", format, w)
		}
	}
}

// A tool that has lost a translation does not take it out of the registry.
func TestAUnitWithoutATargetIsLeftAsItIs(t *testing.T) {
	r := newRegistry(t).follow().withSample().withLetter()
	file := r.export("/xliff/" + letter + "/1/ja")
	empty := bytes.Replace(file, []byte("<target>手紙</target>"), nil, 1)
	if bytes.Equal(file, empty) {
		t.Fatalf("there is no target in %s", file)
	}
	if w := r.send(domain.RoleTranslator, empty).written(t); w.Written != 0 || r.says()["name"] != "DRAFT 手紙" {
		t.Errorf("%+v, %q", w, r.says())
	}
}

func TestTakenOutAndInAndOutAgainIsTheSame(t *testing.T) {
	r := newRegistry(t).follow().withSample().withLetter()
	for _, format := range []string{"2.1", "1.2"} {
		path := "/xliff/" + letter + "/1/ja?format=" + format
		file, head := r.export(path), r.head()
		if w := r.send(domain.RoleTranslator, file).written(t); w.Written != 0 || r.head() != head {
			t.Errorf("%s: nothing was new, and was written: %+v", format, w)
		}
		if again := r.export(path); !bytes.Equal(file, again) {
			t.Errorf("%s: first\n%s\nthen\n%s", format, file, again)
		}
	}
}

func TestAFileIsTakenInAsAWholeOrNotAtAll(t *testing.T) {
	r := newRegistry(t).follow().withSample().withLetter()
	file := translated(t, r.export("/xliff/"+letter+"/1/ja"))
	with := func(old, other string) []byte {
		t.Helper()
		if !bytes.Contains(file, []byte(old)) {
			t.Fatalf("there is no %q in %s", old, file)
		}
		return bytes.ReplaceAll(file, []byte(old), []byte(other))
	}
	line := func(of string) int {
		before, _, _ := bytes.Cut(file, []byte(of))
		return 1 + bytes.Count(before, []byte("\n"))
	}
	before, said := r.head(), r.says()
	for _, test := range []struct {
		name string
		role domain.Role
		file []byte
		want string
	}{
		{"a placeholder is missing", domain.RoleTranslator, with(subject21, `<target>招待状</target>`), fmt.Sprintf("400 BAD_USER_INPUT placeholder_mismatch line %d, unit subject", line(subject21))},
		{"a unit that there is not", domain.RoleTranslator, with(`unit id="name"`, `unit id="nothing"`), "404 NOT_FOUND unknown_unit unit nothing"},
		{"another source", domain.RoleTranslator, with("Thư mẫu", "Thư cũ"), "409 CONFLICT source_changed unit name"},
		{"another source language", domain.RoleTranslator, with(`srcLang="vi"`, `srcLang="en"`), "409 CONFLICT other_source_locale source"},
		{"a language of others", domain.RoleTranslator, bytes.ReplaceAll(with(`trgLang="ja"`, `trgLang="ko"`), []byte(`xml:lang="ja"`), nil), "403 FORBIDDEN not_your_locale locale"},
		{"an item that there is not", domain.RoleTranslator, with(letter, "nothing"), "404 NOT_FOUND unknown_item item"},
		{"a version that there is not", domain.RoleTranslator, with(letter+"/1", letter+"/7"), "404 NOT_FOUND unknown_version version"},
		{"no version", domain.RoleTranslator, with(letter+"/1", letter), "404 NOT_FOUND unknown_version version"},
		{"not UTF-8", domain.RoleTranslator, with("手紙", "\x8e\xe8\x8e\x86"), fmt.Sprint("400 BAD_USER_INPUT not_utf8 line ", line("手紙"))},
		{"cut off", domain.RoleTranslator, file[:len(file)/2], "400 BAD_USER_INPUT not_well_formed"},
		{"nothing", domain.RoleTranslator, nil, "400 BAD_USER_INPUT not_well_formed line 1"},
		{"a page", domain.RoleTranslator, []byte("<!DOCTYPE html><html/>"), "400 BAD_USER_INPUT doctype_not_allowed line 1"},
		{"too large", domain.RoleTranslator, append(bytes.Clone(file), bytes.Repeat([]byte{'\n'}, xliff.MaxBytes)...), "413 BAD_USER_INPUT too_large"},
	} {
		a := r.send(test.role, test.file)
		if got := fmt.Sprint(a.status, " ", a.problem()); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: %s, want %s\n%s", test.name, got, test.want, a.body)
		}
	}
	if r.head() != before || fmt.Sprint(r.says()) != fmt.Sprint(said) {
		t.Errorf("something was written: %q", r.says())
	}
	// A version that agencies are asked to sign is no longer written.
	act(r, "so-ngoai-vu", domain.RoleAuthor, domain.Items, domain.SubmitVersion{Key: letter, Version: 1})
	if a := r.send(domain.RoleTranslator, file); a.status != 409 || !strings.HasPrefix(a.problem(), "CONFLICT ") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestAFileMadeBeforeTheSourceChangedIsRefused(t *testing.T) {
	r := newRegistry(t).follow().withSample().withLetter()
	old := translated(t, r.export("/xliff/"+letter+"/1/ja"))
	const newBody = "Kính gửi {{name}},\nHải Phòng trân trọng chào {{name}}."
	act(r, "so-ngoai-vu", domain.RoleAuthor, domain.Items, domain.ReviseDraft{Key: letter, Version: 1, Content: letterOf(newBody, "{{name}}様、\n{{name}}へようこそ。")})
	before := r.head()
	if a := r.send(domain.RoleTranslator, old); a.status != 409 || a.problem() != "CONFLICT source_changed unit body" || r.head() != before {
		t.Errorf("%d %s", a.status, a.body)
	}
	// The file of now tells from what the text was made, and leaves it stale until the
	// translator says otherwise.
	file := r.export("/xliff/" + letter + "/1/ja")
	d, _, err := xliff.Read(bytes.NewReader(file))
	if err != nil || d.Units[2].State != xliff.Stale || d.Units[2].PreviousSource != body || d.Units[2].Source != newBody {
		t.Fatalf("%v, %+v", err, d.Units)
	}
	if w := r.send(domain.RoleTranslator, file).written(t); w.Written != 0 || r.says()["body"] != "STALE {{name}}様、\n{{name}}へようこそ。" {
		t.Errorf("%+v, %q", w, r.says())
	}
	confirmed := bytes.ReplaceAll(file, []byte(`state="initial" subState="signet:stale"`), []byte(`state="translated"`))
	if w := r.send(domain.RoleTranslator, confirmed).written(t); w.Written != 1 || r.says()["body"] != "DRAFT {{name}}様、\n{{name}}へようこそ。" {
		t.Errorf("%+v, %q", w, r.says())
	}
}

func TestAStoppedFileIsTheCallersDoing(t *testing.T) {
	r := newRegistry(t).follow().withSample().withLetter()
	file := translated(t, r.export("/xliff/"+letter+"/1/ja"))
	before := r.head()
	conn, err := net.DialTimeout("tcp", strings.TrimPrefix(r.url, "http://"), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := fmt.Fprintf(conn, "POST /xliff HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s", r.tokens[domain.RoleTranslator], len(file)+1, file); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	answered, err := io.ReadAll(bufio.NewReader(conn))
	if status, _, _ := strings.Cut(string(answered), "\n"); !strings.Contains(status, " 400 ") || !bytes.Contains(answered, []byte("BAD_USER_INPUT")) {
		t.Errorf("%s, %v", answered, err)
	}
	if r.head() != before {
		t.Error("a file that had not come whole was taken in")
	}
}

// A file that is longer than what is taken is refused without a length, too.
func TestAFileWithoutALengthIsMeasured(t *testing.T) {
	r := newRegistry(t).follow().withSample()
	a := r.ask("POST", "/xliff", domain.RoleTranslator, io.LimitReader(zeros{}, xliff.MaxBytes+2))
	if a.status != 413 || !strings.HasPrefix(a.problem(), "BAD_USER_INPUT too_large") {
		t.Errorf("%d %s", a.status, a.body)
	}
}
