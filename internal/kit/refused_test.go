package kit_test

import (
	"context"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"signet/internal/kit"
	"signet/internal/sample"
	"signet/internal/testneeds"
)

// The files of the sample kit that the cases below change.
const (
	root     = "kit.yaml"
	openSea  = "items/slogan/slogan-open-sea.yaml"
	gateway  = "items/slogan/slogan-gateway.yaml"
	backdrop = "items/template/template-event-backdrop.yaml"
	logo     = "items/logo/logo-sample.yaml"
	mark     = "files/logo-sample/1/hải-phòng-dọc-đủ-màu.svg"
)

// tree is a copy of the sample kit that can be changed.
func tree(t failer) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for name, body := range contents(t, sample.HaiPhong()) {
		out[name] = &fstest.MapFile{Data: []byte(body)}
	}
	return out
}

// swap replaces the first old in a file, which must be there.
func swap(t failer, files fstest.MapFS, name, old, replacement string) {
	t.Helper()
	body := string(files[name].Data)
	if !strings.Contains(body, old) {
		t.Fatal(name + " does not contain " + old)
	}
	files[name] = &fstest.MapFile{Data: []byte(strings.Replace(body, old, replacement, 1))}
}

// bad is a kit with one thing wrong.
type bad struct {
	name   string
	file   string
	change func(t failer, files fstest.MapFS)
	reason string
	// text stands in the line that must be named; empty: the file as a whole.
	text string
	// late: only a registry can tell that it is wrong.
	late bool
}

// in makes a case of a replacement in one file; the line of the replacement, or
// the one with text, must be named.
func in(file, old, replacement, reason, text string) bad {
	return bad{
		name: reason + " in " + file, file: file, reason: reason, text: text,
		change: func(t failer, files fstest.MapFS) { swap(t, files, file, old, replacement) },
	}
}

var badKits = []bad{
	in(root, "format: signet-kit/v1", "format: signet-kit/v2", "unknown_format", "signet-kit/v2"),
	in(root, "    registered: 2026-07-01T01:03:00Z", "    registered: 2026-07-01T01:03:00Z\n    colour: red", "unknown_field", "colour: red"),
	in(openSea, "    submitted: 2026-07-30T02:00:00Z", "    submited: 2026-07-30T02:00:00Z", "unknown_field", "submited"),
	in(openSea, "public: true", "public: true\npublic: false", "duplicate_field", "public: false"),
	in(openSea, "public: true\n", "", "missing_field", "key: slogan-open-sea"),
	in(openSea, "public: true", "public: maybe", "invalid_value", "public: maybe"),
	in(openSea, "key: slogan-open-sea", "key: [slogan", "invalid_yaml", "key: [slogan"),
	in(openSea, "Reaching for", "Reaching \xff for", "not_utf8", "Reaching \xff for"),
	in(openSea, "vươn ra", "vu\u031bơn ra", "not_nfc", "vu\u031bơn ra"),
	in(openSea, "kind: slogan\n", "kind: slogan\r\n", "line_end", "kind: slogan"),
	in(openSea, "public: true", "public: true # for all", "comment", "for all"),
	in(openSea, "public: true", "public: &yes true", "anchor", "&yes"),
	in(openSea, "public: true", "public: !!bool true", "tag", "!!bool"),
	in(root, "format:", "\ufeffformat:", "byte_order_mark", "format:"),
	in(openSea, "registered: 2026-07-02T01:00:00Z", "registered: 2026-07-02", "invalid_instant", "registered: 2026-07-02"),
	in(openSea, "registered: 2026-07-02T01:00:00Z", "registered: 2026-07-02T08:00:00+07:00", "invalid_instant", "08:00:00+07:00"),
	in(root, "due: 2026-11-30", "due: 2026-11-31", "invalid_date", "2026-11-31"),
	in(openSea, "en: Hai Phong – Reaching for the Open Sea", "en: ' Hai Phong'", "white_space", "en: ' Hai Phong'"),
	in(openSea, "en: Hai Phong – Reaching for the Open Sea", "en: ''", "empty_field", "en: ''"),
	in(openSea, "en: Hai Phong – Reaching for the Open Sea", "english-language: x", "unknown_locale", "text:"),
	in(openSea, "en: Hai Phong – Reaching for the Open Sea", "EN: x", "not_canonical", "text:"),
	in(openSea, "en: Hai Phong – Reaching", "en: Hai\u202e Phong – Reaching", "control_character", "Hai\u202e Phong"),
	in(openSea, "vi: Hải Phòng – vươn ra biển lớn", "th: x", "source_missing", "text:"),
	in(openSea, "number: 2", "number: 3", "version_gap", "number: 3"),
	in(openSea, "drafted: 2026-07-06T02:00:00Z", "drafted: 2026-07-01T02:00:00Z", "time_order", "drafted: 2026-07-01"),
	in(openSea, "drafted: 2026-09-14T02:00:00Z", "drafted: 2026-08-09T02:00:00Z", "time_order", "drafted: 2026-08-09"),
	in(openSea, "at: 2026-08-06T03:13:00Z", "at: 2026-08-05T01:13:00Z", "unsorted", "2026-08-05T01:13:00Z"),
	in(openSea, "      - agency: so-vhttdl", "      - agency: so-cong-thuong", "not_a_signer", ""),
	in(openSea, "      - agency: so-vhttdl", "      - agency: so-ngoai-vu", "no_change", ""),
	in(openSea, "      - agency: so-vhttdl", "      - agency: nobody", "unknown_agency", ""),
	in(openSea, "    agency: ban-tuyen-giao-dan-van", "    agency: nobody", "unknown_agency", "- number: 1"),
	in(openSea, "with_edition: 1", "with_edition: 3", "unknown_edition", "effective:"),
	in(openSea, "with_edition: 1", "with_edition: 1\n      at: 2026-11-01T00:00:00Z", "two_beginnings", "effective:"),
	in(openSea, "      - agency: ban-tuyen-giao-dan-van\n        at: 2026-08-10T08:39:00Z\n", "", "version_open", ""),
	in(openSea, "key: slogan-open-sea", "key: slogan-other", "wrong_place", "key: slogan-other"),
	in(gateway, "from: 2026-10-12T17:00:00Z", "from: 2026-10-11T17:00:00Z", "in_the_past", "from: 2026-10-11"),
	in(gateway, "    withdrawn:\n      agency: ban-tuyen-giao-dan-van", "    withdrawn:\n      agency: ''", "empty_field", "agency: ''"),
	in(backdrop, "{{event_date}}", "{{event_day}}", "placeholder_mismatch", "|-"),
	in(backdrop, "        - name: host_agency\n", "        - name: host\n", "unused_placeholder", "name: host"),
	in(backdrop, "        - name: host_agency\n          note:\n            en: Agency that hosts the event\n            vi: Cơ quan tổ chức\n          example: Sở Công Thương\n", "", "not_canonical", "content:"),
	in(logo, "path: files/logo-sample/1/hải-phòng-ngang-đủ-màu.svg", "path: files/logo-sample/1/../1/x.svg", "invalid_path", "../1/x.svg"),
	in(logo, "path: files/logo-sample/1/hải-phòng-ngang-đủ-màu.svg", "path: /etc/passwd", "invalid_path", "/etc/passwd"),
	in(logo, "path: files/logo-sample/1/hải-phòng-ngang-đủ-màu.svg", "path: kit.yaml", "invalid_path", "path: kit.yaml"),
	in(logo, "path: files/logo-sample/1/hải-phòng-ngang-đủ-màu.svg", "path: files/logo-sample/1/không.svg", "missing_file", "không.svg"),
	in(root, "agency: ban-tuyen-giao-dan-van\n    entries:", "agency: nobody\n    entries:", "unknown_agency", "- number: 1"),
	in(root, "  - kind: slogan\n    at: 2026-07-01T02:10:00Z", "  - kind: logo\n    at: 2026-06-01T02:10:00Z", "unsorted", "2026-06-01"),
	in(root, "      - ban-tuyen-giao-dan-van\n    required:", "      - nobody\n    required:", "unknown_agency", ""),
	in(root, "  - number: 2", "  - number: 3", "edition_gap", "number: 3"),
	in(root, "        version: 2", "        version: 4", "unknown_version", ""),
	in(root, "        version: 2", "        version: 1", "other_edition", ""),
	in(root, "at: 2026-11-10T02:24:00Z", "at: 2026-08-01T02:24:00Z", "time_order", "2026-08-01T02:24:00Z"),
	in(root, "decided: 2026-11-13", "decided: 2026-11-17", "in_the_future", ""),
	in(root, "opened: 2026-11-16T04:00:00Z", "opened: 2036-11-16T04:00:00Z", "in_the_future", ""),
	{
		name: "a text of 10 MB", file: openSea, reason: "file_too_large",
		change: func(t failer, files fstest.MapFS) {
			swap(t, files, openSea, "Reaching", strings.Repeat("Reaching ", 10<<20/9))
		},
	},
	{
		name: "a text of 30,000 characters", file: openSea, reason: "text_too_long",
		change: func(t failer, files fstest.MapFS) { swap(t, files, openSea, "Reaching", strings.Repeat("R", 30_000)) },
		text:   "RRRR",
	},
	{
		name: "an image that is not safe", file: mark, reason: "unsafe_svg",
		change: func(_ failer, files fstest.MapFS) {
			files[mark] = &fstest.MapFile{Data: []byte("<svg><script/></svg>")}
		},
	},
	{
		name: "an empty image", file: logo, reason: "empty_file", text: "hải-phòng-dọc-đủ-màu.svg",
		change: func(_ failer, files fstest.MapFS) { files[mark] = &fstest.MapFile{} },
	},
	{
		name: "a file that nothing speaks of", file: "files/logo-sample/1/.DS_Store", reason: "stray_file",
		change: func(_ failer, files fstest.MapFS) {
			files["files/logo-sample/1/.DS_Store"] = &fstest.MapFile{Data: []byte("x")}
		},
	},
	{
		name: "a link", file: "files/link", reason: "not_a_file",
		change: func(_ failer, files fstest.MapFS) {
			files["files/link"] = &fstest.MapFile{Data: []byte("/etc/passwd"), Mode: fs.ModeSymlink}
		},
	},
	{
		name: "an item of two kinds", file: "items/template/slogan-gateway.yaml", reason: "duplicate_item",
		change: func(_ failer, files fstest.MapFS) { files["items/template/slogan-gateway.yaml"] = files[gateway] },
	},
	{
		name: "no kit at all", file: root, reason: "missing_file",
		change: func(_ failer, files fstest.MapFS) {
			maps.DeleteFunc(files, func(string, *fstest.MapFile) bool { return true })
		},
	},
	{
		name: "a second document", file: gateway, reason: "second_document",
		change: func(_ failer, files fstest.MapFS) {
			files[gateway] = &fstest.MapFile{Data: append(slices.Clone(files[gateway].Data), "---\nkey: x\n"...)}
		},
	},
	{
		name: "an empty kit.yaml", file: root, reason: "invalid_yaml",
		change: func(_ failer, files fstest.MapFS) { files[root] = &fstest.MapFile{} },
	},
}

func TestBadKitsAreRefusedWithFileAndLineAndChangeNothing(t *testing.T) { refuses(t, badKits) }

func refuses(t *testing.T, cases []bad) {
	t.Helper()
	testneeds.PlainInCI(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			files := tree(t)
			c.change(t, files)
			r := newRegistry(t)
			_, err := kit.Import(t.Context(), files, r.target(), nil)
			got, file, line := reason(err)
			if got != c.reason || file != c.file {
				t.Fatalf("refused for %q in %q: %v; want %q in %q", got, file, err, c.reason, c.file)
			}
			if c.text != "" && !strings.Contains(lineOf(files[file].Data, line), c.text) {
				t.Errorf("line %d, %q, is named; want the one with %q: %v", line, lineOf(files[file].Data, line), c.text, err)
			}
			if n := r.events(t); n != 0 {
				t.Errorf("%d events were written", n)
			}
		})
	}
}

func lineOf(body []byte, line int) string {
	lines := strings.Split(string(body), "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	return lines[line-1]
}

func TestStepsOfTheFutureAreAcceptedOnlyWhenAskedFor(t *testing.T) {
	r := newRegistry(t)
	target := r.target()
	target.Runner.Clock = func() time.Time { return present.AddDate(-1, 0, 0) }
	if _, err := kit.Import(t.Context(), sample.HaiPhong(), target, nil); r.events(t) != 0 {
		t.Fatalf("a kit of the future was imported: %v", err)
	}
	target.Future = true
	if _, err := kit.Import(t.Context(), sample.HaiPhong(), target, nil); err != nil {
		t.Fatal(err)
	}
}

func TestAnEndedContextChangesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := newRegistry(t)
	if _, err := kit.Import(ctx, sample.HaiPhong(), r.target(), nil); err == nil || kit.IsInvalid(err) {
		t.Fatalf("the import of an ended context: %v", err)
	}
	if n := r.events(t); n != 0 {
		t.Fatalf("%d events were written", n)
	}
}
