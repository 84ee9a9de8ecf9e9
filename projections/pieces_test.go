package projections_test

import (
	"strings"
	"testing"

	"signet/domain"
	"signet/projections"
)

// marked writes a difference as text[-deleted-]{+inserted+}.
func marked(t *testing.T, before, after string) string {
	t.Helper()
	a, b := domain.Content{Licence: before}, domain.Content{Licence: after}
	var out strings.Builder
	for _, c := range projections.Diff(&a, &b) {
		spelled(t, c)
		for _, s := range c.Segments {
			switch s.Op {
			case projections.SegmentInserted:
				out.WriteString("{+" + s.Text + "+}")
			case projections.SegmentDeleted:
				out.WriteString("[-" + s.Text + "-]")
			case projections.SegmentKept:
				out.WriteString(s.Text)
			}
		}
	}
	return out.String()
}

func TestDiffMarksWords(t *testing.T) {
	for name, c := range map[string]struct{ before, after, want string }{
		"a Vietnamese word differs as a whole":      {"Hải Phòng chào bạn", "Hải Phòng chao bạn", "Hải Phòng [-chào-]{+chao+} bạn"},
		"so does one whose marks stand apart":       {"cha\u0300o", "chao", "[-cha\u0300o-]{+chao+}"},
		"an English word differs as a whole":        {"Open to the sea", "Opened to the sea", "[-Open-]{+Opened+} to the sea"},
		"a number differs as a whole":               {"in 2026, so", "in 2028, so", "in [-2026-]{+2028+}, so"},
		"words beside each other are one change":    {"one two three four", "one five six four", "one [-two three-]{+five six+} four"},
		"Chinese differs by single characters":      {"海防——通向大海之门", "海防——通往大海之门", "海防——通[-向-]{+往+}大海之门"},
		"Japanese differs by single characters":     {"大海原へ拓くハイフォン", "大海原に拓くハイフォン", "大海原[-へ-]{+に+}拓くハイフォン"},
		"Korean differs by single syllables":        {"하이퐁의 바다", "하이퐁은 바다", "하이퐁[-의-]{+은+} 바다"},
		"Latin words keep whole among Han":          {"海防Port口号", "海防Ports口号", "海防[-Port-]{+Ports+}口号"},
		"a voiced mark stays at its kana":           {"か\u3099く", "かく", "[-か\u3099-]{+か+}く"},
		"signs that are joined are one":             {"x👩‍👩‍👧y", "x👩‍👧y", "x[-👩‍👩‍👧-]{+👩‍👧+}y"},
		"a name of a placeholder differs as a word": {"Kính gửi {{ten}}", "Kính gửi {{ho_ten}}", "Kính gửi {{[-ten-]{+ho_ten+}}}"},
	} {
		if got := marked(t, c.before, c.after); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
