package projections_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"signet/domain"
	"signet/projections"
)

// library is a registry with texts in every key language.
func library(t testing.TB) *registry {
	t.Helper()
	r := emptyRegistry(t, t.TempDir())
	t.Cleanup(func() { r.close() })
	r.found()
	for key, c := range map[string]domain.Texts{
		"city":   {"vi": "Hải Phòng – cửa ngõ ra biển", "en": "Hai Phong, gateway to the sea", "zh": "海防港口，面向海洋", "ja": "海への玄関口、がんばる街", "ko": "하이퐁 항구 도시"},
		"plain":  {"vi": "Hai phong trào thi đua"},
		"island": {"vi": "Đảo ngọc đậm đà", "en": "Crème de la crème: AT&T's naïve café \"quote\" C++ 100%"},
		"greek":  {"vi": "Biển", "el": "Θάλασσα", "ru": "Морской порт", "ar": "مِيناء"},
	} {
		r.register(key, domain.Slogan, key != "island")
		r.approve(key, slogan(c), domain.Effective{})
	}
	r.register("mark", domain.Logo, true)
	r.approve("mark", logo(digestA), domain.Effective{})
	r.wait(time.Hour)
	r.catchUp()
	return r
}

// found lists what a query finds, best first, as "key/locale".
func (r *registry) search(t testing.TB, query string, f projections.SearchFilter) []string {
	t.Helper()
	hits, err := r.views.Search(t.Context(), query, f, 0, 50)
	if err != nil {
		t.Fatalf("%q: %v", query, err)
	}
	var out []string
	for _, h := range hits {
		out = append(out, fmt.Sprintf("%s/%s", h.Item, h.Locale))
	}
	return out
}

func TestSearchFindsWordsInEveryLanguage(t *testing.T) {
	r := library(t)
	for _, c := range []struct {
		query string
		want  []string // in any order
	}{
		{"hai phong", []string{"city/vi", "city/en", "plain/vi"}},
		{"HẢI PHÒNG", []string{"city/vi", "city/en", "plain/vi"}},
		{"Ha\u0309i Pho\u0300ng", []string{"city/vi", "city/en", "plain/vi"}}, // decomposed
		{"Hải Phòng biển", []string{"city/vi"}},
		{"biển", []string{"city/vi", "greek/vi"}},
		{"BIEN", []string{"city/vi", "greek/vi"}},
		{"đảo", []string{"island/vi"}},
		{"dao", []string{"island/vi"}},
		{"ĐẢO", []string{"island/vi"}},
		{"dam da", []string{"island/vi"}},
		{"creme", []string{"island/en"}},
		{"naive cafe", []string{"island/en"}},
		{"港口", []string{"city/zh"}},
		{"口港", nil}, // not in this order
		{"港", []string{"city/zh"}},
		{"海", []string{"city/zh", "city/ja"}},
		{"がんばる", []string{"city/ja"}},
		{"かんはる", nil},
		{"かんばる", nil},
		{"玄関口", []string{"city/ja"}},
		{"항구", []string{"city/ko"}},
		{"하이퐁 도시", []string{"city/ko"}},
		{"구항", nil},
		{"gate", []string{"city/en"}}, // the beginning of the last word
		{"gate hai", nil},             // but not of others
		{"hai gate", []string{"city/en"}},
		{"ateway", nil},
		{"θάλασσα", []string{"greek/el"}},
		{"θαλασσα", nil}, // marks of other scripts are letters of their own
		{"порт", []string{"greek/ru"}},
		{"морскои", nil},
		{"ｇａｔｅｗａｙ", []string{"city/en"}}, // full-width forms
		{"100", []string{"island/en"}},
		{"Biểu trưng", []string{"mark/vi"}},
		{"mark", []string{"mark/en"}},
		{"gateway nowhere", nil},
		{"", nil},
		{"  \t\n", nil},
		{"!?–", nil},
	} {
		got := r.search(t, c.query, projections.SearchFilter{})
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%q finds %q, want %q", c.query, got, c.want)
		}
	}
}

func TestSearchPutsTheVerySameMarksFirst(t *testing.T) {
	r := library(t)
	if got := r.search(t, "Hải Phòng", projections.SearchFilter{Locale: "vi"}); !slices.Equal(got, []string{"city/vi", "plain/vi"}) {
		t.Errorf("%q", got)
	}
	if got := r.search(t, "hai phong", projections.SearchFilter{Locale: "vi"}); !slices.Equal(got, []string{"plain/vi", "city/vi"}) {
		t.Errorf("%q", got)
	}
}

func TestSearchFilters(t *testing.T) {
	r := library(t)
	for name, c := range map[string]struct {
		query  string
		filter projections.SearchFilter
		want   []string
	}{
		"a locale":          {"hai", projections.SearchFilter{Locale: "en"}, []string{"city/en"}},
		"a kind":            {"biểu", projections.SearchFilter{Kind: domain.Slogan}, nil},
		"its kind":          {"biểu", projections.SearchFilter{Kind: domain.Logo}, []string{"mark/vi"}},
		"in force":          {"đảo", projections.SearchFilter{AsOf: r.now}, []string{"island/vi"}},
		"not yet in force":  {"đảo", projections.SearchFilter{AsOf: newYear.Add(-hour)}, nil},
		"public":            {"hải cửa", projections.SearchFilter{AsOf: r.now, Public: true}, []string{"city/vi"}},
		"what isn't public": {"đảo", projections.SearchFilter{AsOf: r.now, Public: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := r.search(t, c.query, c.filter); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestSearchFollowsTheVersions(t *testing.T) {
	r := newRegistry(t)
	r.register("slogan", domain.Slogan, true)
	n := r.draft("slogan", slogan(domain.Texts{"vi": "đầu tiên", "en": "first"}))
	r.catchUp()
	if got := r.search(t, "first", projections.SearchFilter{}); !slices.Equal(got, []string{"slogan/en"}) {
		t.Errorf("a draft: %q", got)
	}
	must(r, domain.Items, domain.ReviseDraft{Key: "slogan", Version: n, Content: slogan(domain.Texts{"vi": "thứ hai"})}, lan)
	r.catchUp()
	if got := r.search(t, "first", projections.SearchFilter{}); got != nil {
		t.Errorf("what was revised away: %q", got)
	}
	if got := r.search(t, "thứ hai", projections.SearchFilter{AsOf: r.now}); got != nil {
		t.Errorf("a draft is in force: %q", got)
	}
	must(r, domain.Items, domain.SubmitVersion{Key: "slogan", Version: n}, lan)
	must(r, domain.Items, domain.SignVersion{Key: "slogan", Version: n}, hoa)
	old := r.now
	r.wait(hour)
	r.approve("slogan", slogan(domain.Texts{"vi": "thứ ba"}), domain.Effective{})
	r.catchUp()
	for _, c := range []struct {
		query string
		at    time.Time
		finds bool
	}{{"thứ hai", old, true}, {"thứ hai", r.now, false}, {"thứ ba", r.now, true}, {"thứ ba", old, false}} {
		if got := r.search(t, c.query, projections.SearchFilter{AsOf: c.at}); (got != nil) != c.finds {
			t.Errorf("%q as of %v: %q", c.query, c.at, got)
		}
	}
}

func TestSearchPages(t *testing.T) {
	r := library(t)
	whole := r.search(t, "hai", projections.SearchFilter{})
	var paged []string
	for i := range len(whole) + 1 {
		page, err := r.views.Search(t.Context(), "hai", projections.SearchFilter{}, i, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range page {
			paged = append(paged, fmt.Sprintf("%s/%s", h.Item, h.Locale))
		}
	}
	if len(whole) < 3 || !slices.Equal(whole, paged) {
		t.Errorf("%q, not %q", paged, whole)
	}
}

func TestExcerptOfALongLineShowsTheWords(t *testing.T) {
	r := newRegistry(t)
	r.register("slogan", domain.Slogan, true)
	far, ja := strings.Repeat("rất dài ", 50), strings.Repeat("あいう。", 80)
	r.draft("slogan", slogan(domain.Texts{"vi": "ra biển\n" + far + "vươn ra biển lớn " + far, "ja": ja + "大海原へ" + ja}))
	r.catchUp()
	for query, want := range map[string]string{"bien lon": "biển lớn", "大海": "大海原へ"} {
		hits, err := r.views.Search(t.Context(), query, projections.SearchFilter{}, 0, 1)
		if err != nil || len(hits) != 1 {
			t.Fatalf("%q: %+v, %v", query, hits, err)
		}
		before, after, found := strings.Cut(hits[0].Excerpt, want)
		if n := len([]rune(before)); !found || n < 20 || n > 50 || !strings.HasPrefix(before, "…") || !strings.HasSuffix(after, "…") {
			t.Errorf("%q: %q", query, hits[0].Excerpt)
		}
	}
}

func TestExcerptIsTheLineThatWasFound(t *testing.T) {
	r := newRegistry(t)
	r.register("slogan", domain.Slogan, true)
	long := strings.Repeat("rất dài ", 50)
	r.draft("slogan", slogan(domain.Texts{"vi": "dòng một\nHẢI PHÒNG ở dòng hai\n" + long}))
	r.catchUp()
	for query, want := range map[string]string{"hai phong": "HẢI PHÒNG ở dòng hai", "một": "dòng một", "tên": "Tên"} {
		hits, err := r.views.Search(t.Context(), query, projections.SearchFilter{}, 0, 1)
		if err != nil || len(hits) != 1 || hits[0].Excerpt != want {
			t.Errorf("%q: %+v, %v", query, hits, err)
		}
	}
	hits, err := r.views.Search(t.Context(), "rất", projections.SearchFilter{}, 0, 1)
	if err != nil || len(hits) != 1 || !strings.HasPrefix(hits[0].Excerpt, "rất dài") || len([]rune(hits[0].Excerpt)) > 201 {
		t.Errorf("%+v, %v", hits, err)
	}
}

func FuzzSearch(f *testing.F) {
	for _, query := range []string{
		"hai phong", `"`, `""`, `a"b`, "*", "a*", "NEAR(a b)", "a AND b", "NOT", "exact : x", "{exact} : a", "^a", "a + b", "(", "-a",
		"';DROP TABLE item;--", "\x00", "\xff\xfe", "港口", "がんばる", "ー", "\u0301", "a\u0301\u0301", "đ", "ﬃ", "\u1100\u1161", "𐐀", "a\u200db", "\ue000",
	} {
		f.Add(query)
	}
	f.Add(strings.Repeat("từ ", 300))
	f.Add(strings.Repeat("港", 500))
	f.Add(strings.Repeat("港a", 200))
	r := library(f)
	f.Fuzz(func(t *testing.T, query string) {
		for _, filter := range []projections.SearchFilter{{}, {Kind: domain.Slogan, Locale: "vi", AsOf: r.now, Public: true}} {
			if _, err := r.views.Search(t.Context(), query, filter, 0, 10); err != nil {
				t.Errorf("%q: %v", query, err)
			}
		}
	})
}
