package bundle_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signet/assets"
	"signet/domain"
	"signet/internal/bundle"
	"signet/internal/eventlog/logtest"
	"signet/internal/generate"
	"signet/internal/testneeds"
	"signet/projections"
)

// paths are those of the files that belong to items.
func paths(t *testing.T, b *bundle.Bundle) []string {
	t.Helper()
	var out []string
	for name := range unpack(t, b) {
		if strings.Contains(name, "/") {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// listed is what tests read of manifest.json.
type listed struct {
	AsOf, LatestInForceFrom *time.Time
	Edition                 int
	Editions                []struct {
		Number            int
		Decision, Decided string
		LegalBasis        *struct{ Decision string }
	}
	Withdrawn []struct {
		Item          string
		Version       int
		WithdrawnFrom time.Time
	}
	Files []struct {
		Path, SHA256, MediaType, Name, Item, Kind, Locale, SourceLocale, Licence string
		Bytes                                                                    int64
		Version, Edition                                                         int
		InForceFrom, InForceUntil                                                *time.Time
	}
}

func manifest(t *testing.T, b *bundle.Bundle) listed {
	t.Helper()
	var m listed
	if err := json.Unmarshal([]byte(unpack(t, b)["manifest.json"]), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAKitHasWhatIsInForceAndNothingElse(t *testing.T) {
	r := newRegistry(t)
	has := func(s bundle.Selection, path string) bool {
		t.Helper()
		return slices.Contains(paths(t, r.bundle(t, s)), path)
	}
	const gateway, letter = "texts/slogan/slogan-gateway.vi.txt", "texts/template/template-investor-letter.vi.txt"
	before := time.Date(2026, 10, 12, 16, 0, 0, 0, time.UTC) // the withdrawal begins an hour later
	if has(bundle.Selection{}, gateway) {
		t.Error("what was withdrawn is in today's kit")
	}
	if has(bundle.Selection{AsOf: before}, gateway) {
		t.Error("what was withdrawn since is in the kit of a former day")
	}
	told := manifest(t, r.bundle(t, bundle.Selection{AsOf: before})).Withdrawn
	if len(told) != 1 || told[0].Item != "slogan-gateway" || told[0].Version != 1 || !told[0].WithdrawnFrom.Equal(before.Add(time.Hour)) {
		t.Errorf("what was left out is not told: %+v", told)
	}
	if told := manifest(t, r.bundle(t, bundle.Selection{AsOf: before, Kinds: []domain.Kind{domain.Template, domain.Slogan}, Locales: []domain.Locale{"en"}})).Withdrawn; len(told) != 1 {
		t.Errorf("%+v", told)
	}
	if !has(bundle.Selection{AsOf: before, Now: before}, gateway) {
		t.Error("what was not withdrawn yet is missing")
	}
	if has(bundle.Selection{Public: true}, letter) || !has(bundle.Selection{}, letter) {
		t.Error("the letter is for those with a token, and for them only")
	}
	files := unpack(t, r.bundle(t, bundle.Selection{}))
	if strings.Contains(strings.Join(slices.Collect(maps.Values(files)), ""), "slogan-gateway") {
		t.Error("a list still names what was withdrawn")
	}
	for _, f := range manifest(t, r.bundle(t, bundle.Selection{})).Files {
		if f.Item == "slogan-port-of-tomorrow" && f.Version != 2 {
			t.Errorf("version %d, which waits for an edition, is in the kit", f.Version)
		}
	}
}

func TestTextsAreThoseOfTheVersion(t *testing.T) {
	files := unpack(t, newRegistry(t).bundle(t, bundle.Selection{Public: true}))
	var kit struct {
		Items []struct {
			Key     string
			Kind    domain.Kind
			Content domain.Content
		}
	}
	if err := json.Unmarshal([]byte(files["kit.json"]), &kit); err != nil {
		t.Fatal(err)
	}
	texts := 0
	for _, i := range kit.Items {
		for _, u := range i.Content.Units {
			for l, text := range u.Text {
				body, there := files["texts/"+string(i.Kind)+"/"+i.Key+"."+string(l)+".txt"]
				switch main := u.Role != domain.UnitName && u.Role != domain.UnitNote; {
				case main && !strings.Contains(body, text+"\n"):
					t.Errorf("%s in %s lacks its unit %s", i.Key, l, u.ID)
				case i.Kind == domain.Logo && there:
					t.Errorf("the logo %s has a text", i.Key)
				case main:
					texts++
				}
			}
		}
		if i.Kind == domain.Slogan && files["texts/slogan/"+i.Key+".ja.txt"] != *i.Content.TextIn("ja")+"\n" {
			t.Errorf("the file of %s holds more than the slogan", i.Key)
		}
	}
	if texts < 50 {
		t.Errorf("only %d texts", texts)
	}
}

func TestASelectionChooses(t *testing.T) {
	r := newRegistry(t)
	count := func(s bundle.Selection) map[string]int {
		t.Helper()
		out := map[string]int{}
		for _, p := range paths(t, r.bundle(t, s)) {
			switch parts := strings.Split(p, "/"); parts[0] {
			case "logos":
				out["logos"]++
			default:
				out[parts[1]]++
				out[strings.Split(parts[2], ".")[1]]++
			}
		}
		return out
	}
	for _, c := range []struct {
		name string
		s    bundle.Selection
		want map[string]int
	}{
		{"kinds", bundle.Selection{Kinds: []domain.Kind{domain.Slogan}, Locales: []domain.Locale{"vi"}}, map[string]int{"slogan": 3, "vi": 3}},
		{"logos are for every language", bundle.Selection{Kinds: []domain.Kind{domain.Logo}, Locales: []domain.Locale{"de"}}, map[string]int{"logos": 0}},
		{"a locale in its canonical form", bundle.Selection{Kinds: []domain.Kind{domain.Slogan}, Locales: []domain.Locale{"JA", "ja"}}, map[string]int{"slogan": 3, "ja": 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := count(c.s)
			if c.name == "logos are for every language" {
				c.want["logos"] = got["logos"]
				if got["logos"] < 10 {
					t.Error("too few")
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	investors := paths(t, r.bundle(t, bundle.Selection{Kinds: []domain.Kind{domain.MessageSet}, Audiences: []string{"investors"}, Locales: []domain.Locale{"en"}}))
	if !slices.Contains(investors, "texts/message_set/audience-investors.en.txt") || !slices.Contains(investors, "texts/message_set/positioning.en.txt") {
		t.Errorf("what is for investors, or for all, is missing: %q", investors)
	}
	if slices.Contains(investors, "texts/message_set/audience-tourists.en.txt") {
		t.Error("messages to tourists were not asked for")
	}
}

func TestTitlesStayWhereTheirLanguageWasNotAskedFor(t *testing.T) {
	files := unpack(t, newRegistry(t).bundle(t, bundle.Selection{Kinds: []domain.Kind{domain.Logo}, Locales: []domain.Locale{"de"}}))
	if !strings.Contains(files["kit.json"], "Biểu trưng Hải Phòng") || strings.Contains(files["kit.json"], "하이퐁") {
		t.Error("the title must be there in the source locale, and no other")
	}
}

func TestTheManifestTellsOfEveryFile(t *testing.T) {
	r := newRegistry(t)
	b := r.bundle(t, bundle.Selection{Edition: 1})
	files, m := unpack(t, b), manifest(t, b)
	if m.Edition != 1 || len(m.Editions) != 1 || m.Editions[0].Decision != "MẪU-01/QĐ-TĐ" || m.Editions[0].Decided != "2026-11-13" {
		t.Errorf("%+v", m.Editions)
	}
	issued := time.Date(2026, 11, 16, 2, 0, 0, 0, time.UTC)
	if !m.LatestInForceFrom.Equal(issued) || m.AsOf != nil {
		t.Errorf("%v, %v", m.LatestInForceFrom, m.AsOf)
	}
	var named []string
	for _, f := range m.Files {
		named = append(named, f.Path)
		if int64(len(files[f.Path])) != f.Bytes {
			t.Errorf("%s has %d bytes", f.Path, len(files[f.Path]))
		}
		if f.Item != "" && (f.Version == 0 || f.InForceFrom == nil || f.SourceLocale != "vi" || f.Licence == "" || f.Kind == "" || f.MediaType == "") {
			t.Errorf("%+v", f)
		}
	}
	want := slices.Sorted(maps.Keys(files))
	want = slices.DeleteFunc(want, func(p string) bool { return p == "manifest.json" || p == "SHA256SUMS" })
	if diff := cmp.Diff(want, named); diff != "" {
		t.Error(diff)
	}
	asked := time.Date(2026, 11, 17, 0, 0, 0, 0, time.UTC)
	if m := manifest(t, r.bundle(t, bundle.Selection{AsOf: asked})); m.AsOf == nil || !m.AsOf.Equal(asked) {
		t.Error("the instant that was asked about is missing")
	}
}

func TestWhatCannotBeBundledIsRefused(t *testing.T) {
	r := newRegistry(t)
	for _, c := range []struct {
		name          string
		s             bundle.Selection
		reason, field string
	}{
		{"an edition that does not exist", bundle.Selection{Edition: 7}, "unknown_edition", "edition"},
		{"a number that no edition has", bundle.Selection{Edition: -1}, "unknown_edition", "edition"},
		{"an edition that is open", bundle.Selection{Edition: 2}, "edition_not_issued", "edition"},
		{"an edition that is issued later", bundle.Selection{Edition: 1, Now: time.Date(2026, 11, 16, 1, 59, 0, 0, time.UTC)}, "edition_not_issued", "edition"},
		{"an edition and an instant", bundle.Selection{Edition: 1, AsOf: present}, "two_instants", "edition"},
		{"the future", bundle.Selection{AsOf: present.Add(time.Second)}, "in_the_future", "asOf"},
		{"before anything was in force", bundle.Selection{AsOf: present.AddDate(-5, 0, 0)}, "nothing_selected", ""},
		{"a language that nothing is in", bundle.Selection{Kinds: []domain.Kind{domain.Slogan}, Locales: []domain.Locale{"de"}}, "nothing_selected", ""},
		{"no locale", bundle.Selection{Locales: []domain.Locale{"vi", "../x"}}, "unknown_locale", "locales[1]"},
		{"no kind", bundle.Selection{Kinds: []domain.Kind{"x"}}, "unknown_kind", "kinds[0]"},
		{"an item that nobody knows", bundle.Selection{Items: []string{"slogan-open-sea", "slogan-none"}}, "unknown_item", "item"},
		{"an item that was withdrawn", bundle.Selection{Items: []string{"slogan-gateway"}}, "unknown_item", "item"},
		{"an item that is not public", bundle.Selection{Items: []string{"template-investor-letter"}, Public: true}, "unknown_item", "item"},
		{"an item that was not in force then", bundle.Selection{Items: []string{"logo-sample"}, AsOf: present.AddDate(-5, 0, 0)}, "unknown_item", "item"},
		{"no item", bundle.Selection{Items: []string{"../x"}}, "invalid_key", "items[0]"},
		{"no audience", bundle.Selection{Audiences: []string{"A b"}}, "invalid_key", "audiences[0]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := r.try(t, c.s)
			if refused := domain.AsError(err); refused == nil || refused.Reason != c.reason || refused.Field != c.field {
				t.Errorf("%v", err)
			}
		})
	}
	if _, err := bundle.New(t.Context(), r.views, r.store, nil, bundle.Selection{}); err == nil || domain.AsError(err) != nil {
		t.Errorf("a caller that forgot the present: %v", err)
	}
	if _, err := r.try(t, bundle.Selection{AsOf: present.AddDate(-5, 0, 0)}); !errors.Is(err, bundle.ErrNothing) {
		t.Error(err)
	}
	if _, err := bundle.NewSums(0); err == nil {
		t.Error("no room for sums")
	}
}

func TestTheSameKitIsTheSameBytes(t *testing.T) {
	r := newRegistry(t)
	first := r.bundle(t, bundle.Selection{})
	later := r.bundle(t, bundle.Selection{Now: present.Add(time.Hour)})
	other := newRegistry(t).bundle(t, bundle.Selection{Kinds: slices.Clone(domain.Kinds)[:0]})
	for _, b := range []*bundle.Bundle{later, other} {
		if b.ETag() != first.ETag() || b.Size() != first.Size() || !bytes.Equal(bytesOf(t, b), bytesOf(t, first)) {
			t.Error("they differ")
		}
	}
	if tag := first.ETag(); len(tag) != 66 || tag[0] != '"' || tag[1:65] != string(first.Digest()) {
		t.Errorf("%s is no strong tag", tag)
	}
	if r.bundle(t, bundle.Selection{Locales: []domain.Locale{"vi", "en"}}).ETag() != r.bundle(t, bundle.Selection{Locales: []domain.Locale{"en", "vi", "EN"}}).ETag() {
		t.Error("the order in which languages are asked for makes another kit")
	}
	seen := map[string]bool{}
	for _, s := range []bundle.Selection{{}, {Public: true}, {Edition: 1}, {Locales: []domain.Locale{"en"}}} {
		if tag := r.bundle(t, s).ETag(); seen[tag] {
			t.Errorf("%+v has the tag of another", s)
		} else {
			seen[tag] = true
		}
	}
}

func TestOtherBytesAreAnotherPlan(t *testing.T) {
	plan := func(ref assets.Ref) string {
		return bundle.Plan(nil, bundle.Part{Name: "a", Ref: ref, Size: 1, CRC: 1}).ETag()
	}
	if plan(someRef) == plan(assets.RefOf([]byte("a"))) {
		t.Error("two blobs of one length and CRC-32 have the same tag")
	}
}

func TestTextsFitIntoMemory(t *testing.T) {
	if err := bundle.Fill(1, bundle.MaxTexts-1); err != nil {
		t.Error(err)
	}
	if err := bundle.Fill(1, bundle.MaxTexts); !errors.Is(err, bundle.ErrTooLarge) {
		t.Error(err)
	}
	if err := bundle.Collect(bundle.MaxTexts-9, 9); err != nil {
		t.Error(err)
	}
	if err := bundle.Collect(bundle.MaxTexts-9, 10); !errors.Is(err, bundle.ErrTooLarge) {
		t.Error(err)
	}
}

// TestLargeKitsAreReadByPages takes more items than the read models give at once.
func TestLargeKitsAreReadByPages(t *testing.T) {
	testneeds.PlainInCI(t)
	log := logtest.NewMemory()
	if _, err := generate.Generate(t.Context(), log, generate.Options{Items: 1500, Versions: 1, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "views.db")
	if err := projections.Rebuild(t.Context(), path, log, nil); err != nil {
		t.Fatal(err)
	}
	views, err := projections.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer views.Close()
	now := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	rows, err := views.Approved(t.Context(), projections.ApprovedFilter{AsOf: now, Kind: domain.Slogan}, "", 10_000)
	if err != nil {
		t.Fatal(err)
	}
	b, err := bundle.New(t.Context(), views, nil, nil, bundle.Selection{Now: now, Kinds: []domain.Kind{domain.Slogan}})
	if err != nil {
		t.Fatal(err)
	}
	items := map[string]bool{}
	for _, f := range manifest(t, b).Files {
		if f.Item != "" {
			items[f.Item] = true
		}
	}
	if len(rows) < 250 || len(items) != len(rows) {
		t.Errorf("%d of %d slogans", len(items), len(rows))
	}
}
