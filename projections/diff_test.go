package projections_test

import (
	"slices"
	"testing"

	"signet/domain"
	"signet/projections"
)

func TestDiffTellsEachField(t *testing.T) {
	before := domain.Content{
		Units: []domain.Unit{
			unit("name", domain.UnitName, domain.Texts{"vi": "Thư"}),
			unit("body", domain.UnitBody, domain.Texts{"vi": "Kính gửi {{ten}}", "en": "Dear {{ten}}", "ja": "拝啓"}),
		},
		Placeholders: []domain.Placeholder{{Name: "ten", Example: "An"}}, Licence: "CC BY",
	}
	after := domain.Content{
		Units: []domain.Unit{
			unit("name", domain.UnitName, domain.Texts{"vi": "Thư"}),
			unit("body", domain.UnitBody, domain.Texts{"vi": "Trân trọng kính gửi {{ten}}", "en": "Dear {{ten}}", "ko": "안녕하세요"}),
			message("m1", "du-lich", "", domain.Texts{"vi": "Đảo"}),
		},
		Placeholders: []domain.Placeholder{{Name: "ten", Example: "Bình"}},
	}
	changed := map[string][2]string{}
	for _, c := range projections.Diff(&before, &after) {
		changed[c.Field] = [2]string{c.Before, c.After}
		spelled(t, c)
	}
	want := map[string][2]string{
		"body.vi": {"Kính gửi {{ten}}", "Trân trọng kính gửi {{ten}}"}, "body.ja": {"拝啓", ""}, "body.ko": {"", "안녕하세요"},
		"m1.vi": {"", "Đảo"}, "m1.role": {"", "message"}, "m1.pillar": {"", "du-lich"},
		"placeholders.ten.example": {"An", "Bình"}, "licence": {"CC BY", ""},
	}
	if len(changed) != len(want) {
		t.Errorf("%q", changed)
	}
	for field, texts := range want {
		if changed[field] != texts {
			t.Errorf("%s: %q, want %q", field, changed[field], texts)
		}
	}
}

// spelled sees that the segments spell both texts.
func spelled(t *testing.T, c projections.FieldChange) {
	t.Helper()
	before, after := "", ""
	for _, s := range c.Segments {
		if s.Op != projections.SegmentInserted {
			before += s.Text
		}
		if s.Op != projections.SegmentDeleted {
			after += s.Text
		}
	}
	if before != c.Before || after != c.After {
		t.Errorf("%s: the segments spell %q and %q", c.Field, before, after)
	}
	if (c.BeforeOrNil() == nil) != (c.Before == "") || (c.AfterOrNil() == nil) != (c.After == "") {
		t.Errorf("%+v", c)
	}
}

func TestDiffOfLogos(t *testing.T) {
	before, after := logo(digestA), logo("b"+digestA[1:])
	after.Colours = []domain.Colour{{Name: domain.Texts{"vi": "Đỏ"}, Hex: "#D7263D"}}
	var got []string
	for _, c := range projections.Diff(&before, &after) {
		got = append(got, c.Field)
		spelled(t, c)
	}
	slices.Sort(got)
	if want := []string{"colours[0]", "colours[0].name.vi", "files.logo.svg"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestDiffOfTheSameIsEmpty(t *testing.T) {
	a, b := logo(digestA), logo(digestA)
	if d := projections.Diff(&a, &b); len(d) != 0 {
		t.Errorf("%+v", d)
	}
	if d := projections.Diff(&domain.Content{}, &domain.Content{}); len(d) != 0 {
		t.Errorf("%+v", d)
	}
}

func FuzzDiffSpellsBothTexts(f *testing.F) {
	f.Add("Hải Phòng", "Hai Phong")
	f.Add("", "a")
	f.Add("e\u0301", "é")
	f.Add("👩‍👩‍👧", "👩‍👧")
	f.Fuzz(func(t *testing.T, before, after string) {
		a, b := domain.Content{Licence: string([]rune(before))}, domain.Content{Licence: string([]rune(after))}
		for _, c := range projections.Diff(&a, &b) {
			spelled(t, c)
		}
	})
}
