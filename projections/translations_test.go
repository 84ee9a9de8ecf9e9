package projections_test

import (
	"fmt"
	"slices"
	"testing"

	"signet/domain"
	"signet/projections"
)

// translated sees how far a version is translated, as "locale missing stale".
func (r *registry) translated(t *testing.T, key string, version int, want ...string) {
	t.Helper()
	r.catchUp()
	of := projections.VersionKey{Item: key, Number: version}
	all, err := r.views.TranslationsByKey(t.Context(), []projections.VersionKey{of, {Item: key, Number: 99}})
	if err != nil || len(all) > 1 {
		t.Fatal(len(all), err)
	}
	var got []string
	for _, l := range all[of] {
		got = append(got, fmt.Sprintf("%s %d %d", l.Locale, l.Missing, l.Stale))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s/%d: %q, want %q", key, version, got, want)
	}
}

// says sees where the texts of a version stand in a locale, as "unit state text".
func (r *registry) says(t *testing.T, key string, version int, l domain.Locale, want ...string) []*projections.Text {
	t.Helper()
	r.catchUp()
	v, err := r.views.Version(t.Context(), key, version)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := r.views.Texts(t.Context(), v, l)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range texts {
		got = append(got, fmt.Sprintf("%s %s %s", x.Unit.ID, x.State, x.Text))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s/%d in %s: %q, want %q", key, version, l, got, want)
	}
	return texts
}

// work is what a translator into a locale is to do.
func (r *registry) work(t *testing.T, l domain.Locale, want ...string) {
	t.Helper()
	r.catchUp()
	var got []string
	for after := (projections.VersionKey{}); ; {
		rows, err := r.views.TranslationWork(t.Context(), l, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range rows {
			if v.Content == nil {
				t.Errorf("%s/%d has no content", v.Item, v.Number)
			}
			after = projections.VersionKey{Item: v.Item, Number: v.Number}
			got = append(got, fmt.Sprintf("%s/%d", v.Item, v.Number))
		}
		if len(rows) < 2 {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("to translate into %s: %q, want %q", l, got, want)
	}
}

func TestATextIsStaleFromTheChangeOfItsSourceUntilItIsWrittenOrConfirmed(t *testing.T) {
	r := newRegistry(t)
	r.register("slogan", domain.Slogan, true)
	r.draft("slogan", slogan(domain.Texts{"vi": "Cửa ngõ", "ja": "玄関口", "fr": "Porte"}))
	r.translated(t, "slogan", 1, "en 2 0", "fr 1 0", "ja 1 0", "ko 2 0", "zh 2 0")
	r.says(t, "slogan", 1, "ja", "name missing ", "slogan draft 玄関口")
	r.says(t, "slogan", 1, "vi", "name draft Tên", "slogan draft Cửa ngõ")
	r.work(t, "ja", "slogan/1")

	revise := func(text domain.Texts) {
		t.Helper()
		must(r, domain.Items, domain.ReviseDraft{Key: "slogan", Version: 1, Content: slogan(text)}, lan)
	}
	revise(domain.Texts{"vi": "Cửa ngõ lớn", "ja": "玄関口", "fr": "Grande porte"})
	r.translated(t, "slogan", 1, "en 2 0", "fr 1 0", "ja 1 1", "ko 2 0", "zh 2 0") // French was written with its source
	if texts := r.says(t, "slogan", 1, "ja", "name missing ", "slogan stale 玄関口"); texts[1].MadeFrom != "Cửa ngõ" || texts[1].Source != "Cửa ngõ lớn" {
		t.Errorf("%+v", texts[1])
	}
	revise(domain.Texts{"vi": "Cửa ngõ rất lớn", "ja": "玄関口", "fr": "Grande porte"})
	if texts := r.says(t, "slogan", 1, "ja", "name missing ", "slogan stale 玄関口"); texts[1].MadeFrom != "Cửa ngõ" {
		t.Errorf("it was made from %q", texts[1].MadeFrom)
	}
	r.says(t, "slogan", 1, "fr", "name missing ", "slogan stale Grande porte")
	revise(domain.Texts{"vi": "Cửa ngõ", "ja": "玄関口", "fr": "Grande porte"}) // as it was when Japanese was made
	r.says(t, "slogan", 1, "ja", "name missing ", "slogan draft 玄関口")
	r.says(t, "slogan", 1, "fr", "name missing ", "slogan stale Grande porte")

	translate := func(l domain.Locale, texts map[string]string) {
		t.Helper()
		must(r, domain.Items, domain.TranslateVersion{Key: "slogan", Version: 1, Locale: l, Texts: texts}, lan)
	}
	translate("fr", map[string]string{"slogan": "Grande porte"}) // the same: confirmed
	translate("ja", map[string]string{"name": "名"})
	r.translated(t, "slogan", 1, "en 2 0", "fr 1 0", "ja 0 0", "ko 2 0", "zh 2 0")
	r.work(t, "ja")
	r.work(t, "ko", "slogan/1")
	translate("ja", map[string]string{"slogan": ""})
	r.translated(t, "slogan", 1, "en 2 0", "fr 1 0", "ja 1 0", "ko 2 0", "zh 2 0")
	r.work(t, "ja", "slogan/1")
}

func TestTheTextsOfAVersionStandWhereTheVersionDoes(t *testing.T) {
	r := newRegistry(t)
	for _, key := range []string{"c", "a", "b"} {
		r.register(key, domain.Slogan, true)
		r.draft(key, slogan(domain.Texts{"vi": "Cửa ngõ", "ja": "玄関口"}))
	}
	r.work(t, "ja", "a/1", "b/1", "c/1")
	must(r, domain.Items, domain.SubmitVersion{Key: "a", Version: 1}, lan)
	r.says(t, "a", 1, "ja", "name missing ", "slogan in_review 玄関口")
	r.work(t, "ja", "b/1", "c/1") // what agencies are asked to sign is not written
	must(r, domain.Items, domain.ReturnVersion{Key: "a", Version: 1, Reason: "sai"}, hoa)
	r.says(t, "a", 1, "ja", "name missing ", "slogan draft 玄関口")
	r.work(t, "ja", "a/1", "b/1", "c/1")
	must(r, domain.Items, domain.SubmitVersion{Key: "a", Version: 1}, lan)
	must(r, domain.Items, domain.SignVersion{Key: "a", Version: 1}, hoa)
	r.says(t, "a", 1, "ja", "name missing ", "slogan approved 玄関口")
	// The next version begins with what has become stale since this one.
	r.draft("a", slogan(domain.Texts{"vi": "Cửa ngõ mới", "ja": "玄関口", "en": "New gate"}))
	if texts := r.says(t, "a", 2, "ja", "name missing ", "slogan stale 玄関口"); texts[1].MadeFrom != "Cửa ngõ" {
		t.Errorf("%+v", texts[1])
	}
	r.says(t, "a", 2, "en", "name missing ", "slogan draft New gate")
	r.says(t, "a", 1, "ja", "name missing ", "slogan approved 玄関口")
	r.translated(t, "a", 2, "en 1 0", "ja 1 1", "ko 2 0", "zh 2 0")
	must(r, domain.Items, domain.WithdrawVersion{Key: "a", Version: 1, Reason: "sai"}, hoa)
	r.says(t, "a", 1, "ja", "name missing ", "slogan approved 玄関口")
}
