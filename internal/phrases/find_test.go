package phrases_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signet/internal/phrases"
)

// said is what a test compares of a use.
type said struct {
	how     phrases.How
	phrases []int
	text    string
}

func heard(uses []phrases.Use) []said {
	var out []said
	for _, u := range uses {
		out = append(out, said{u.How, u.Phrases, u.Text})
	}
	return out
}

// check compares what is found in a text.
type check struct {
	title   string
	phrases []string
	text    string
	want    []said
}

func (c check) run(t *testing.T) {
	t.Helper()
	t.Run(c.title, func(t *testing.T) {
		got := heard(index(t, c.phrases...).Find(file(t, c.text)))
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(said{})); diff != "" {
			t.Error(diff)
		}
	})
}

func TestVersionsThatAreNearlyTheSame(t *testing.T) {
	before, after := "Hải Phòng – vươn ra biển lớn", "Hải Phòng – cùng vươn ra biển lớn"
	for _, c := range []check{
		{"the new one is not the old one with changes", []string{before, after}, after, []said{{phrases.Exact, []int{1}, after}}},
		{"nor the old one the new one", []string{before, after}, before, []said{{phrases.Exact, []int{0}, before}}},
		{"the longest exact one is told", []string{"vươn ra biển lớn", before}, before, []said{{phrases.Exact, []int{1}, before}}},
		{
			"an old one that holds the new one is not told where only the new one stands",
			[]string{"Hải Phòng vươn ra biển lớn", "vươn ra biển lớn"},
			"Quảng Ninh vươn ra biển lớn",
			[]said{{phrases.Exact, []int{1}, "vươn ra biển lớn"}},
		},
		{"punctuation tells versions apart", []string{"Hải Phòng: biển lớn", "Hải Phòng – biển lớn", "Hải Phòng – biển lớn!"}, "«Hải Phòng – biển lớn»", []said{{phrases.Exact, []int{1}, "Hải Phòng – biển lớn"}}},
		{"of two with other punctuation the nearest is told", []string{"Hải Phòng – biển lớn!", "Hải Phòng – biển lớn"}, "Hải Phòng, biển lớn", []said{{phrases.Disguised, []int{1}, "Hải Phòng, biển lớn"}}},
		{"and the one that has it is longer", []string{"Hải Phòng – biển lớn", "Hải Phòng – biển lớn!"}, "Hải Phòng – biển lớn!", []said{{phrases.Exact, []int{1}, "Hải Phòng – biển lớn!"}}},
		{"and at the beginning", []string{"¡Hai Phong chào bạn!", "Hai Phong chào bạn"}, "… ¡Hai Phong chào bạn!", []said{{phrases.Exact, []int{0}, "¡Hai Phong chào bạn!"}}},
		{"marks tell versions apart", []string{"Biển lớn gọi ta", "Biến lớn gọi ta"}, "Biến lớn gọi ta", []said{{phrases.Exact, []int{1}, "Biến lớn gọi ta"}}},
		{"without marks the nearest is told", []string{"Biển lớn gọi tá", "Bien lớn gọi ta"}, "Bien lon goi ta", []said{{phrases.Disguised, []int{1}, "Bien lon goi ta"}}},
		{"and all if they are equally near", []string{"Biển lớn gọi ta", "Biến lớn gọi ta"}, "Bien lon goi ta", []said{{phrases.Disguised, []int{0, 1}, "Bien lon goi ta"}}},
		{"the same words in two versions", []string{before, after, before}, before, []said{{phrases.Exact, []int{0, 2}, before}}},
		{
			"a changed text equally near to two",
			[]string{"Together to the open sea", "Together to the open sky"},
			"Together to the open sey",
			[]said{{phrases.Changed, []int{0, 1}, "Together to the open sey"}},
		},
		{
			"a changed text nearer to one",
			[]string{"Hải Phòng cùng vươn ra biển lớn", "Hải Phòng cùng bạn vươn ra biển lớn"},
			"Hải Phòng cùng bn vươn ra biển lớn",
			[]said{{phrases.Changed, []int{1}, "Hải Phòng cùng bn vươn ra biển lớn"}},
		},
		{
			"a longer one with changes hides no exact one",
			[]string{"vươn ra biển lớn", "vươn ra biển lớn xanh"},
			"vươn ra biển lớn xan",
			[]said{{phrases.Exact, []int{0}, "vươn ra biển lớn"}},
		},
		{
			"nor a disguised one",
			[]string{"vươn ra biển lớn", "vươn ra biển lớn xanh hơn"},
			"vuon ra bien lon xanh hn",
			[]said{{phrases.Disguised, []int{0}, "vuon ra bien lon"}},
		},
		{
			"a name within a changed sentence does not hide it",
			[]string{"Hải Phòng", before},
			"Hải Phòng – vươn xa biển lớn",
			[]said{{phrases.Changed, []int{1}, "Hải Phòng – vươn xa biển lớn"}},
		},
	} {
		c.run(t)
	}
}

func TestBordersAndShortPhrases(t *testing.T) {
	for _, c := range []check{
		{"not within a word", []string{"Cảng mới Hải Phòng"}, "xCảng mới Hải Phòng, Cảng mới Hải Phòngx", []said{
			{phrases.Changed, []int{0}, "xCảng mới Hải Phòng"}, {phrases.Changed, []int{0}, "Cảng mới Hải Phòngx"},
		}},
		{"not within a word, nor with changes if it is short", []string{"Hải Phòng"}, "Thải Phòng, Hải Phòngs, nhai phong", nil},
		{"an invisible character parts no word", []string{"Hải Phòng"}, "T\u00adHải Phòng", nil},
		{"a footnote's digit is no part of a word", []string{"Hải Phòng"}, "Hải Phòng1", []said{{phrases.Exact, []int{0}, "Hải Phòng"}}},
		{"a digit in a number is", []string{"Quý 4"}, "Quý 45, quý 4", nil},
		{"within Japanese", []string{"大海原へ"}, "さあ大海原へ出よう", []said{{phrases.Exact, []int{0}, "大海原へ"}}},
		{"with a Korean ending", []string{"하이퐁"}, "하이퐁에서", []said{{phrases.Exact, []int{0}, "하이퐁"}}},
		{"beside Latin letters", []string{"海防城市"}, "TP海防城市VN", []said{{phrases.Exact, []int{0}, "海防城市"}}},
		{"a short one only exactly", []string{"Hạ Long"}, "hạ lòng, Ha Long, HẠ LONG, Hạ Long, Hạ  Long", []said{{phrases.Exact, []int{0}, "Hạ Long"}, {phrases.Exact, []int{0}, "Hạ Long"}}},
		{"two Chinese characters", []string{"海防"}, "去海防，海 防，海-防", []said{{phrases.Exact, []int{0}, "海防"}, {phrases.Exact, []int{0}, "海 防"}}},
		{"one letter", []string{"B", "5"}, "A B ABBA 5 55", []said{{phrases.Exact, []int{0}, "B"}, {phrases.Exact, []int{1}, "5"}}},
		{"five Chinese characters not with changes", []string{"海防向大洋"}, "海防向大海", nil},
		{"the end is as long as can be", []string{"海防驶向大洋"}, "海防驶向大海了，海防驶向大海洋", []said{{phrases.Changed, []int{0}, "海防驶向大海"}, {phrases.Changed, []int{0}, "海防驶向大海洋"}}},
		{"but better at a full stop", []string{"海防驶向大洋"}, "海防驶向大。海面", []said{{phrases.Changed, []int{0}, "海防驶向大"}}},
		{"not within a ligature", []string{"ive stars"}, "ﬁve stars", nil},
		{"with a mark at the end", []string{"Hải Phòng ab"}, "Hải Phòng ab\u0336.", []said{{phrases.Disguised, []int{0}, "Hải Phòng ab\u0336"}}},
		{"six do", []string{"海防驶向大洋"}, "海防驶向大海", []said{{phrases.Changed, []int{0}, "海防驶向大海"}}},
		{"eleven letters not with changes", []string{"Cảng biển lớn"}, "Cảng biển lớm", nil},
		{"twelve do", []string{"Cảng biển lớn!?a"}, "Cảng biển lớm! a", []said{{phrases.Changed, []int{0}, "Cảng biển lớm! a"}}},
		{"nothing to be found", []string{"", " ", "—", "🌊", "\u200b"}, " — 🌊 \u200b a", nil},
		{"no phrases", nil, "a b", nil},
		{"a line of signs parts", []string{"Hải Phòng"}, "Hải " + strings.Repeat("-", 64) + " Phòng; Hải " + strings.Repeat("-", 65) + " Phòng", []said{{phrases.Disguised, []int{0}, "Hải " + strings.Repeat("-", 64) + " Phòng"}}},
		{"neighbours share no dash", []string{"Hải Phòng –", "– biển lớn"}, "Hải Phòng – biển lớn", []said{{phrases.Exact, []int{0}, "Hải Phòng –"}, {phrases.Exact, []int{1}, "biển lớn"}}},
	} {
		c.run(t)
	}
}

func TestChangedWording(t *testing.T) {
	slogan := "Thành phố cảng xanh, thông minh và đáng sống" // 36 letters: 4 edits
	for text, distance := range map[string]int{
		"Thành phố cảng xanh, thông minh và đáng sốn":       1,
		"hành phố cảng xanh, thông minh và đáng sống":       1,
		"Thành phố cảng xanh, thông minh, đáng sống":        2,
		"Thành phố cảng biển, thông minh và đáng sống":      4,
		"Thành phố cảng xanh thong mih va dang song!":       1,
		"Thành phố cảng xanh, thông minh và đáng sốngs":     1,
		"Thành phố cảng xanh rất thông minh và đáng sống":   3,
		"Thành phố cảng, thông minh và đáng sống":           4,
		"Thành phố cảng xanh, hiện đại và đáng sống":        -1,
		"Thành phố cảng xanh, thông minh":                   -1,
		"Thành phố cảng xanh, thông minh\n\nvà đáng sống":   -1,
		"Một thành phố cảng xanh thông minh đáng sống":      2,
		"cảng xanh, thông minh và đáng sống là thành phố":   -1,
		"Thành phố cảng xanh,\nthông min\nvà đáng sống nhé": 1,
	} {
		uses := index(t, slogan).Find(file(t, text))
		if distance < 0 && len(uses) > 0 || distance > 0 && (len(uses) != 1 || uses[0].How != phrases.Changed || uses[0].Distance != distance) {
			t.Errorf("%q: %+v, want %d edits", text, uses, distance)
		}
	}
}

func TestAChangeInALongPhraseIsFoundByAnyOfItsPieces(t *testing.T) {
	long := strings.Join(prose["vi"], " ")
	x := index(t, long)
	changed := strings.NewReplacer("đoàn tàu", "nhóm tàu", "mến khách", "hiếu khách", "học sinh", "sinh viên").Replace(long)
	uses := x.Find(file(t, "Thưa quý vị. "+changed+" Xin cảm ơn."))
	if len(uses) != 1 || uses[0].How != phrases.Changed || uses[0].Text != strings.TrimSuffix(changed, ".") {
		t.Errorf("%+v", uses)
	}
}

func TestTemplates(t *testing.T) {
	letter := []string{"Thông cáo: {{event_name}} diễn ra tại {{place}}, {{date}} – mời bạn đến!"}
	for _, c := range []check{
		{"filled", letter, "Thông cáo: Lễ hội Hoa phượng đỏ diễn ra tại Nhà hát lớn, 12.5. – mời bạn đến!", []said{{phrases.Exact, []int{0}, "Thông cáo: Lễ hội Hoa phượng đỏ diễn ra tại Nhà hát lớn, 12.5. – mời bạn đến!"}}},
		{"not filled", letter, letter[0], []said{{phrases.Exact, []int{0}, letter[0]}}},
		{"disguised", letter, "THÔNG CÁO Lễ hội dien ra tai Nhà hát moi ban den", []said{{phrases.Disguised, []int{0}, "THÔNG CÁO Lễ hội dien ra tai Nhà hát moi ban den"}}},
		{"filled with too much", letter, "Thông cáo: " + strings.Repeat("ô", 59) + " diễn ra tại Nhà hát lớn, 12.5. – mời bạn đến!", nil},
		{"with as much as may be", []string{"Chào mừng {{name}} đến Hải Phòng"}, "Chào mừng " + strings.Repeat("ô", 58) + " đến Hải Phòng", []said{{phrases.Exact, []int{0}, "Chào mừng " + strings.Repeat("ô", 58) + " đến Hải Phòng"}}},
		{"two of them in a row", letter, "Thông cáo: x diễn ra tại " + strings.Repeat("ô", 117) + " – mời bạn đến!", []said{{phrases.Exact, []int{0}, "Thông cáo: x diễn ra tại " + strings.Repeat("ô", 117) + " – mời bạn đến!"}}},
		{"two of them too long", letter, "Thông cáo: x diễn ra tại " + strings.Repeat("ô", 130) + " – mời bạn đến!", nil},
		{"two of them before the longest part", []string{"Mời {{a}}, {{b}} dự {{c}} của Hải Phòng"}, "Mời " + strings.Repeat("ô", 100) + " dự x của Hải Phòng", []said{{phrases.Exact, []int{0}, "Mời " + strings.Repeat("ô", 100) + " dự x của Hải Phòng"}}},
		{"a part is missing", letter, "Thông cáo: Lễ hội diễn ra tại Nhà hát lớn.", nil},
		{"over a border", letter, "Thông cáo: Lễ hội\n\ndiễn ra tại Nhà hát lớn – mời bạn đến!", nil},
		{"within words", []string{"{{name}}さん、ようこそハイフォンへ"}, "グエンさん、ようこそハイフォンへ。", []said{{phrases.Exact, []int{0}, "さん、ようこそハイフォンへ"}}},
		{"an end within a word", []string{"Chào mừng bạn đến {{place}}"}, "Xchào mừng bạn đến Đồ Sơn", nil},
		{"a beginning within a word", []string{"Mời {{a}} dự lễ ở Hải Phòng"}, "tMời ông dự lễ ở Hải Phòng", nil},
		{"too few fixed words", []string{"{{a}} và {{b}}"}, "tôi và bạn", nil},
		{"the same twice", []string{letter[0], "x", letter[0]}, letter[0], []said{{phrases.Exact, []int{0, 2}, letter[0]}}},
	} {
		c.run(t)
	}
}

func TestAUseSaysWhereItIs(t *testing.T) {
	source := "\uFEFFdòng một\r\ndòng hai\rdòng ba có khẩu hiệu của thành phố được viết ở đây: “Hải Phòng\n– vươn ra biển lớn”, và sau đó còn nhiều chữ khác nữa mà không ai cần.\n"
	uses := index(t, "Hải Phòng – vươn ra biển lớn").Find(file(t, source))
	want := []phrases.Use{{
		Phrases: []int{0}, How: phrases.Exact, Start: strings.Index(source, "Hải"), End: strings.Index(source, "”"), Line: 3, Column: 54,
		Text: "Hải Phòng – vươn ra biển lớn", Before: "khẩu hiệu của thành phố được viết ở đây: “", After: "”, và sau đó còn nhiều chữ khác nữa mà",
	}}
	if len(uses) == 1 { // the words around are asserted by their ends
		if !strings.HasSuffix(uses[0].Before, "viết ở đây: “") || !strings.HasPrefix(uses[0].After, "”, và sau") || len([]rune(uses[0].Before)) > 40 || len([]rune(uses[0].After)) > 40 {
			t.Errorf("%q, %q", uses[0].Before, uses[0].After)
		}
		want[0].Before, want[0].After = uses[0].Before, uses[0].After
	}
	if diff := cmp.Diff(want, uses); diff != "" {
		t.Error(diff)
	}
}

func TestTheWordsAroundAreWholeIfTheyAreFew(t *testing.T) {
	uses := index(t, slogan).Find(page(t, "<p>Xin\nchào: <b>"+slogan+"</b> – hẹn gặp lại</p>"))
	if len(uses) != 1 || uses[0].Before != "Xin chào:" || uses[0].After != "– hẹn gặp lại" {
		t.Errorf("%+v", uses)
	}
}

func TestPhrasesThatCanNotBeTaken(t *testing.T) {
	for code, texts := range map[string][]string{
		"not_utf8":         {"a", "\xff"},
		"too_many_phrases": make([]string, phrases.MaxPhrases+1),
		"too_many_bytes":   {strings.Repeat("a", phrases.MaxBytes), "b"},
	} {
		_, err := phrases.New(texts)
		var e *phrases.Error
		if !errors.As(err, &e) || e.Code != code || e.Field == "" {
			t.Errorf("%v, want %s", err, code)
		}
		if code == "not_utf8" && (e == nil || e.Field != "phrases[1]") {
			t.Errorf("%v is told of", e)
		}
	}
}

func TestAnIndexServesSeveralAtOnce(t *testing.T) {
	x := index(t, kit()...)
	d := file(t, strings.Join(kit(), "\n\n"))
	want := x.Find(d)
	if len(want) != len(kit()) {
		t.Fatalf("%+v", want)
	}
	done := make(chan bool)
	for range 4 {
		go func() { done <- cmp.Equal(want, x.Find(d)) }()
	}
	for range 4 {
		if !<-done {
			t.Error("another answer")
		}
	}
	if !slices.IsSortedFunc(want, func(a, b phrases.Use) int { return a.Start - b.Start }) {
		t.Error("out of order")
	}
}

func TestALongLineIsSearchedToItsEnd(t *testing.T) {
	x := index(t, append(everything(), "x {{name}} Kính gửi quý khách {{name}}")...)
	for _, c := range []struct {
		text, filler string
		length       int
	}{
		{slogans["vi"][2], ", ", 200_000},
		{slogans["ja"][2], "〜", 80_000},
		{"x bà Kính gửi quý khách", " ông, ", 100_000},
	} {
		n := c.length / len([]rune(c.text+c.filler))
		uses := x.Find(file(t, strings.Repeat(c.text+c.filler, n)))
		for i, u := range uses {
			if from := i * len(c.text+c.filler); u.How != phrases.Exact || u.Start != from || u.End != from+len(c.text) {
				t.Fatalf("%+v, want from %d", u, from)
			}
		}
		if len(uses) != n {
			t.Errorf("%d of %d are found", len(uses), n)
		}
	}
}
