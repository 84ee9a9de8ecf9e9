package phrases_test

import (
	"strings"
	"testing"
)

func TestWhatAFileSays(t *testing.T) {
	x := index(t, slogan)
	for source, want := range map[string]string{
		"# Hải Phòng –\nvươn ra biển lớn":                                                "exact: Hải Phòng –\nvươn ra biển lớn",
		"Hải Phòng –\r\n\tvươn ra biển lớn":                                              "exact: Hải Phòng –\r\n\tvươn ra biển lớn",
		"Hải Phòng –\n\nvươn ra biển lớn":                                                "",
		"Hải Phòng –\r\n \t\r\nvươn ra biển lớn":                                         "",
		`{"a": "Hải Phòng –\nvươn ra biển lớn"}`:                                         `exact: Hải Phòng –\nvươn ra biển lớn`,
		`{"a": "Hải Phòng –\n\nvươn ra biển lớn"}`:                                       ``,
		`{"a": "Hải Phòng –\r\n\r\nvươn ra biển lớn"}`:                                   ``,
		`{"a": "Hải Phòng –\r\nvươn ra biển lớn"}`:                                       `exact: Hải Phòng –\r\nvươn ra biển lớn`,
		`{"a": "Hải Phòng –", "b": "vươn ra biển lớn"}`:                                  ``,
		`a = ["Hải Phòng –", "vươn ra biển lớn"]`:                                        `disguised: Hải Phòng –", "vươn ra biển lớn`,
		`{"a": "H\u1ea3i Ph\u00F2ng \u2013 v\u01b0ơn ra biển lớn"}`:                      `exact: H\u1ea3i Ph\u00F2ng \u2013 v\u01b0ơn ra biển lớn`,
		`a = 'H\u{1ea3}i Ph\u{F2}ng \u{2013} v\u{0001b0}ơn ra biển lớn'`:                 `exact: H\u{1ea3}i Ph\u{F2}ng \u{2013} v\u{0001b0}ơn ra biển lớn`,
		`a: "H\U00001EA3i Phòng – vươn ra biển lớn"`:                                     `exact: H\U00001EA3i Phòng – vươn ra biển lớn`,
		`{"a": "Ha\u0309i Pho\u0300ng – vươn ra biển lớn"}`:                              `exact: Ha\u0309i Pho\u0300ng – vươn ra biển lớn`,
		`slogan=H\u1ea3i Phòng \` + "\n  – vươn ra biển lớn":                             `exact: H\u1ea3i Phòng \` + "\n  – vươn ra biển lớn",
		`slogan=H\u1ea3i Phòng \` + "\r\n  – vươn ra biển lớn":                           `exact: H\u1ea3i Phòng \` + "\r\n  – vươn ra biển lớn",
		"Hải Ph\\\nòng – vươn ra bi\\\r\nển lớn":                                         "exact: Hải Ph\\\nòng – vươn ra bi\\\r\nển lớn",
		"msgstr \"\"\n\"Hải Phòng \"\n\"– vươn ra biển lớn\"":                            "disguised: Hải Phòng \"\n\"– vươn ra biển lớn",
		"a: H&#7843;i Ph&ograve;ng&nbsp;– vươn ra biển lớn":                              "exact: H&#7843;i Ph&ograve;ng&nbsp;– vươn ra biển lớn",
		"Hải Ph&ograveng – vươn ra biển lớn":                                             "",
		"a,Hải Phòng – vươn ra biển lớn,b":                                               "exact: Hải Phòng – vươn ra biển lớn",
		"<source>Hải Phòng – vươn ra biển lớn</source>":                                  "exact: Hải Phòng – vươn ra biển lớn",
		`\uD83C\uDF0A\uD83C Hải Phòng – vươn ra biển lớn\u12`:                            `exact: Hải Phòng – vươn ra biển lớn`,
		`Hải Phòng\uD83C\uDF0A – vươn ra biển lớn\uD83C\u00e1`:                           `disguised: Hải Phòng\uD83C\uDF0A – vươn ra biển lớn`,
		`C:\hình\Hải Phòng – vươn ra biển lớn`:                                           `exact: Hải Phòng – vươn ra biển lớn`,
		`\u{zz} \u{110000} \u{1 \Uzzzzzzzz \U0011FFFF \q Hải Phòng – vươn ra biển lớn \`: `exact: Hải Phòng – vươn ra biển lớn`,
	} {
		if got := strings.Join(where(t, x, file(t, source), source), "\n"); got != want {
			t.Errorf("%s\nsays %q, want %q", source, got, want)
		}
	}
}

func TestQuotesInQuotes(t *testing.T) {
	source := `{"a": "Ta nói: \"Biển lớn\" \/ \\ gọi"}`
	uses := index(t, `Ta nói: "Biển lớn" / \ gọi`).Find(file(t, source))
	if len(uses) != 1 || uses[0].How != "exact" || source[uses[0].Start:uses[0].End] != `Ta nói: \"Biển lớn\" \/ \\ gọi` {
		t.Errorf("%+v", uses)
	}
}

func TestACharacterOfTwoEscapes(t *testing.T) {
	source := `"\uD842\uDFB7野家へ"`
	uses := index(t, "𠮷野家へ").Find(file(t, source))
	if len(uses) != 1 || uses[0].How != "exact" || uses[0].Start != 1 || uses[0].End != len(source)-1 {
		t.Errorf("%+v", uses)
	}
}

func TestAByteOrderMarkIsInNoColumn(t *testing.T) {
	uses := index(t, slogan).Find(file(t, "\uFEFF"+slogan))
	if len(uses) != 1 || uses[0].Start != 3 || uses[0].Line != 1 || uses[0].Column != 1 {
		t.Errorf("%+v", uses)
	}
}
