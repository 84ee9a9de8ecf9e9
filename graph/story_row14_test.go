package graph_test

import (
	"strings"
	"testing"
)

// letter is a template with placeholders of every type.
func letter() []text {
	return []text{
		sampleName(),
		{id: "tieu-de", role: "SUBJECT", in: five("Thư mời {{khach}}", "Invitation for {{khach}}", "致{{khach}}的邀请函", "{{khach}}様への招待状", "{{khach}} 귀하 초청장")},
		{id: "noi-dung", role: "BODY", in: five(
			"Kính gửi {{khach}},\n\nNgày {{ngay}}, Hải Phòng giới thiệu {{du_an}}, tổng vốn {{von}} tỷ đồng.",
			"Dear {{khach}},\n\nOn {{ngay}} Hải Phòng presents {{du_an}}, VND {{von}} billion in all.",
			"尊敬的{{khach}}：\n\n{{ngay}}，海防推介{{du_an}}，总投资{{von}}亿越盾。",
			"{{khach}}様\n\n{{ngay}}、ハイフォンは{{du_an}}（総額{{von}}十億ドン）をご紹介します。",
			"{{khach}} 귀하\n\n{{ngay}} 하이퐁은 {{du_an}}(총 {{von}}십억 동)을 소개합니다.",
		)},
	}
}

// gaps describe the placeholders of the letter; forms are those of its plural.
func gaps(forms ...any) []any {
	return []any{
		vars{"name": "khach", "example": "ông Yamada"},
		vars{"name": "ngay", "type": "DATE", "style": "long"},
		vars{"name": "du_an", "type": "PLURAL", "forms": forms},
		vars{"name": "von", "type": "NUMBER"},
	}
}

func form(locale, category, text string) vars {
	return vars{"locale": locale, "category": category, "text": text}
}

func allForms() []any {
	return []any{
		form("vi", "other", "# dự án"), form("en", "one", "# project"), form("en", "other", "# projects"),
		form("zh", "other", "#个项目"), form("ja", "other", "#件の事業"), form("ko", "other", "사업 #건"),
	}
}

// letterUnderReview drafts the letter and submits it.
func (w *world) letterUnderReview() response {
	w.t.Helper()
	content := saying(letter())
	content["placeholders"] = gaps(allForms()...)
	w.registerAndDraft("trade", "thu-moi", "TEMPLATE", content)
	return w.must("trade", submit, of("thu-moi", 1))
}

func TestRow14LettersAreHeldToTheirPlaceholders(t *testing.T) {
	w := newCity(t)
	w.must("trade", registerItem, vars{"in": vars{"key": "thu-moi", "kind": "TEMPLATE"}})
	draft := func(texts []text, placeholders []any) vars {
		content := saying(texts)
		content["placeholders"] = placeholders
		return vars{"in": vars{"key": "thu-moi", "content": content}}
	}
	without := func(locale, category string) []any {
		var left []any
		for _, f := range allForms() {
			if f := f.(vars); f["locale"] != locale || f["category"] != category {
				left = append(left, f)
			}
		}
		return left
	}
	lacking := letter()
	lacking[2].in["ja"] = strings.ReplaceAll(lacking[2].in["ja"], "{{von}}", "")
	dated := gaps(allForms()...)
	dated[1] = vars{"name": "ngay", "type": "DATE", "style": "percent"}
	counted := gaps(allForms()...)
	counted[3] = vars{"name": "von", "type": "NUMBER", "forms": []any{form("vi", "other", "#")}}
	w.refused(
		refusal{"a coordinating agency drafts", "zone", draftVersion, draft(letter(), gaps(allForms()...)), "FORBIDDEN", "not_permitted", ""},
		refusal{"English without its form for one", "trade", draftVersion, draft(letter(), gaps(without("en", "one")...)), "BAD_USER_INPUT", "missing_form", "content.placeholders[2].forms[1]"},
		refusal{"English without its form for others", "trade", draftVersion, draft(letter(), gaps(without("en", "other")...)), "BAD_USER_INPUT", "missing_form", "content.placeholders[2].forms[1]"},
		refusal{"Japanese with a form for one", "trade", draftVersion, draft(letter(), gaps(append(allForms(), form("ja", "one", "#件"))...)), "BAD_USER_INPUT", "unknown_form", ""},
		refusal{"two forms for one", "trade", draftVersion, draft(letter(), gaps(append(allForms(), form("ja", "other", "#件"))...)), "BAD_USER_INPUT", "duplicate_form", "content.placeholders[2].forms[6]"},
		refusal{"a plural without forms", "trade", draftVersion, draft(letter(), gaps()), "BAD_USER_INPUT", "forms_required", "content.placeholders[2].forms"},
		refusal{"a number with forms", "trade", draftVersion, draft(letter(), counted), "BAD_USER_INPUT", "not_a_plural", "content.placeholders[3].forms"},
		refusal{"a date in per cent", "trade", draftVersion, draft(letter(), dated), "BAD_USER_INPUT", "unknown_placeholder_style", "content.placeholders[1].style"},
		refusal{"a translation that lacks a gap", "trade", draftVersion, draft(lacking, gaps(allForms()...)), "BAD_USER_INPUT", "placeholder_mismatch", "content.units[2].text.ja"},
	)
}

func TestRow14SignsByQuorumAndThenBothLeads(t *testing.T) {
	w := newCity(t)
	w.letterUnderReview()
	row := wait("thu-moi", 1, "COORDINATING", "2026-11-20", "2026-11-30", 0)
	for _, agency := range []string{khuKinhTe, ngoaiVu, nongNghiep} {
		w.want(agency, w.queue(agency), row)
	}
	w.refused(
		refusal{"a lead signs before the quorum", "industry", sign, of("thu-moi", 1), "CONFLICT", "not_your_turn", ""},
		refusal{"an agency of row 3 that row 14 does not ask", "press", sign, of("thu-moi", 1), "FORBIDDEN", "not_a_signer", ""},
		refusal{"a lead that does not sign at all", "industry", recuse, of("thu-moi", 1, "whole", true, "reason", "x"), "CONFLICT", "must_sign", ""},
	)
	r := w.must("farms", recuse, of("thu-moi", 1, "whole", true, "reason", "góp vốn vào dự án"))
	w.want("without one of three", r.rows("recuseSigner.version.awaited", "agency", "step"), khuKinhTe+" COORDINATING; "+ngoaiVu+" COORDINATING")
	w.want("the one that stepped back", w.queue(nongNghiep), "")
	w.refused(
		refusal{"a member of an agency that stepped back", "farms", sign, of("thu-moi", 1), "FORBIDDEN", "recused", ""},
		refusal{"a second agency steps back", "zone", recuse, of("thu-moi", 1, "whole", true, "reason", "x"), "CONFLICT", "quorum_unreachable", ""},
	)
	w.days(1)
	w.must("zone", sign, of("thu-moi", 1))
	w.refused(refusal{"an agency that has signed steps back", "zone", recuse, of("thu-moi", 1, "whole", true, "reason", "x"), "CONFLICT", "already_signed", ""})
	w.days(1)
	r = w.must("foreign", sign, of("thu-moi", 1))
	leads := congThuong + " LEAD " + nine("2026-11-22") + " 2026-11-27; " + vanHoa + " LEAD " + nine("2026-11-22") + " 2026-11-27"
	w.want("both leads", r.rows("signVersion.version.awaited", "agency", "step", "since", "due"), leads)
	r = w.must("culture", sign, of("thu-moi", 1))
	if r.at("signVersion.version.state") != "SUBMITTED" || r.at("signVersion.version.missing.0") != congThuong {
		t.Error(r.raw)
	}
	w.want("the other lead", w.queue(congThuong), wait("thu-moi", 1, "LEAD", "2026-11-22", "2026-11-27", 0))
	r = w.must("industry", sign, of("thu-moi", 1))
	if r.at("signVersion.version.state") != "APPROVED" || r.at("signVersion.version.status") != "IN_FORCE" {
		t.Error(r.raw)
	}
}

func TestRow14AThirdSignatureIsNotAskedFor(t *testing.T) {
	w := newCity(t)
	w.letterUnderReview()
	w.must("farms", sign, of("thu-moi", 1))
	r := w.must("zone", sign, of("thu-moi", 1))
	if r.at("signVersion.version.leadDue") != "2026-11-25" {
		t.Error(r.raw)
	}
	w.want("who is not needed", w.queue(ngoaiVu), "")
	r = w.must("foreign", sign, of("thu-moi", 1)) // but is welcome
	w.want("signatures", r.rows("signVersion.version.signatures", "agency"), strings.Join([]string{khuKinhTe, ngoaiVu, nongNghiep}, "; "))
	w.want("the leads are asked since then", w.queue(vanHoa), wait("thu-moi", 1, "LEAD", "2026-11-20", "2026-11-25", 0))
	w.refused(refusal{"a second agency that is needed, when the quorum is met", "zone", recuse, of("thu-moi", 1, "whole", true, "reason", "x"), "CONFLICT", "already_signed", ""})
}

const fillTemplate = `query($locale: Locale!, $values: [PlaceholderValueInput!]!, $target: FillTarget!) {
	fillTemplate(key: "thu-moi", locale: $locale, values: $values, target: $target) { number locale subject body } }`

// filling are the variables of fillTemplate: pairs of names and values.
func filling(locale, target string, pairs ...string) vars {
	var values []any
	for i := 0; i+1 < len(pairs); i += 2 {
		values = append(values, vars{"name": pairs[i], "value": pairs[i+1]})
	}
	return vars{"locale": locale, "target": target, "values": values}
}

func TestRow14LettersAreFilledInFiveLanguages(t *testing.T) {
	w := newCity(t)
	w.letterUnderReview()
	all := []string{"khach", "<script>alert('Đỗ & Phượng')</script>", "ngay", "2027-07-01", "du_an", "1", "von", "12345.5"}
	w.refused(refusal{"what is not in force", "trade", fillTemplate, filling("vi", "TEXT", all...), "NOT_FOUND", "unknown_template", "key"})
	for _, who := range []string{"farms", "zone", "culture", "industry"} {
		w.must(who, sign, of("thu-moi", 1))
	}
	w.refused(
		refusal{"a value too few", "portal", fillTemplate, filling("vi", "TEXT", "khach", "A", "du_an", "1", "von", "1"), "BAD_USER_INPUT", "missing_value", "values.ngay"},
		refusal{"a value too many", "portal", fillTemplate, filling("vi", "TEXT", append(all, "gia", "1")...), "BAD_USER_INPUT", "extra_value", "values.gia"},
		refusal{"a value twice", "portal", fillTemplate, filling("vi", "TEXT", append(all, "von", "1")...), "BAD_USER_INPUT", "duplicate_value", "values[4].name"},
		refusal{"a number as people write it", "portal", fillTemplate, filling("vi", "TEXT", "khach", "A", "ngay", "2027-07-01", "du_an", "1", "von", "12.345,5"), "BAD_USER_INPUT", "invalid_number", "values.von"},
		refusal{"a plural of words", "portal", fillTemplate, filling("en", "TEXT", "khach", "A", "ngay", "2027-07-01", "du_an", "one", "von", "1"), "BAD_USER_INPUT", "invalid_number", "values.du_an"},
		refusal{"a day that is none", "portal", fillTemplate, filling("ja", "HTML", "khach", "A", "ngay", "2027-02-30", "du_an", "1", "von", "1"), "BAD_USER_INPUT", "invalid_date", "values.ngay"},
		refusal{"a language that it does not speak", "portal", fillTemplate, filling("fr", "TEXT", all...), "NOT_FOUND", "unknown_text", "locale"},
	)
	name, escaped := all[1], "&lt;script&gt;alert(&#39;Đỗ &amp; Phượng&#39;)&lt;/script&gt;"
	filled := five(
		"Kính gửi @,\n\nNgày 1 tháng 7, 2027, Hải Phòng giới thiệu 1 dự án, tổng vốn 12.345,5 tỷ đồng.",
		"Dear @,\n\nOn July 1, 2027 Hải Phòng presents 1 project, VND 12,345.5 billion in all.",
		"尊敬的@：\n\n2027年7月1日，海防推介1个项目，总投资12,345.5亿越盾。",
		"@様\n\n2027年7月1日、ハイフォンは1件の事業（総額12,345.5十億ドン）をご紹介します。",
		"@ 귀하\n\n2027년 7월 1일 하이퐁은 사업 1건(총 12,345.5십억 동)을 소개합니다.",
	)
	for l, body := range filled {
		r := w.must("", fillTemplate, filling(l, "TEXT", all...)) // what is public and in force can be filled in by anybody
		w.want(l, r.at("fillTemplate.body").(string), strings.ReplaceAll(body, "@", name))
		r = w.must("portal", fillTemplate, filling(l, "HTML", all...))
		w.want(l+" as HTML", r.at("fillTemplate.body").(string), "<p>"+strings.ReplaceAll(strings.ReplaceAll(body, "@", escaped), "\n\n", "</p><p>")+"</p>")
		w.want(l+", its subject is no HTML", r.at("fillTemplate.subject").(string), strings.ReplaceAll(letter()[1].in[l], "{{khach}}", name))
	}
	r := w.must("portal", fillTemplate, filling("en", "TEXT", "khach", "A", "ngay", "2027-07-01", "du_an", "1200", "von", "1"))
	if !strings.Contains(r.at("fillTemplate.body").(string), "1,200 projects") {
		t.Error(r.raw)
	}
}
