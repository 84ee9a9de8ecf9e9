package report_test

import (
	"regexp"
	"strings"
	"testing"

	"signet/internal/report"
)

// cells are the texts of the cells of a row of the page that names something.
func cells(t *testing.T, page, named string) string {
	t.Helper()
	for _, row := range regexp.MustCompile(`(?s)<tr>.*?</tr>`).FindAllString(page, -1) {
		if !strings.Contains(row, named) {
			continue
		}
		var texts []string
		for _, cell := range regexp.MustCompile(`(?s)<t[hd]\b[^>]*>(.*?)</t[hd]>`).FindAllStringSubmatch(row, -1) {
			texts = append(texts, strings.TrimSpace(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(cell[1], "")))
		}
		return strings.Join(texts, "|")
	}
	t.Fatalf("no row tells of %s", named)
	return ""
}

func TestAuditsAreToldByMonthAndAgencyAndFinding(t *testing.T) {
	for lang, rows := range map[report.Lang]map[string]string{
		report.Vietnamese: {
			"7/2027</th>":                       "7/2027|4|12|31|9|3|2||21,8%",
			"9/2027</th>":                       "9/2027|1|0|0|0|0|1||–", // nothing registered: there is no share
			"10/2027 – 12/2027":                 "10/2027 – 12/2027|6|1.310|4|1|2|0||99,4%",
			"Đình Vũ":                           "Ban Quản lý Khu kinh tế Hải PhòngKhông nêu kênh|Bảng chỉ dẫn cổng Khu công nghiệp Đình Vũ|Không đăng ký|05/10/2027|Chưa trả lời|–|0",
			"haiphong/about<":                   "Báo và PTTH Hải PhòngFanpage|https://facebook.example/haiphong/about|Đã bị thay thếKhẩu hiệu quốc tế (mẫu đề xuất) slogan-open-sea phiên bản 1|04/10/2027|Đã trả lời|15/12/2027|19",
			"<td>Fanpage</td><td class=\"n\">3": "Báo và PTTH Hải Phòng|Fanpage|3|2|0|0|3|2",
		},
		report.English: {
			"July 2027</th>":               "July 2027|4|12|31|9|3|2||21.8%",
			"October 2027 – December 2027": "October 2027 – December 2027|6|1,310|4|1|2|0||99.4%",
			"haiphong/events<":             "Hai Phong Newspaper, Radio and TelevisionFacebook page|https://facebook.example/haiphong/events|AlteredCity logo (sample proposal) logo-sample version 1|20 December 2027|Answered|31 January 2028|0",
		},
	} {
		page := html(t, sample(), lang)
		for named, want := range rows {
			if got := cells(t, page, named); got != want {
				t.Errorf("%s:\n got %s\nwant %s", named, got, want)
			}
		}
	}
}

func TestTheOverviewTellsOfAudits(t *testing.T) {
	figure := func(r report.Report, key string) string {
		t.Helper()
		m := regexp.MustCompile(`<div( class="alert")?><dt>` + regexp.QuoteMeta(report.English.Word(key)) + `</dt><dd>(.*?)</dd>`).FindStringSubmatch(html(t, r, report.English))
		if m == nil {
			t.Fatalf("no %s", key)
		}
		return m[2] + m[1]
	}
	r := sample()
	if got := figure(r, "figure.right") + " " + figure(r, "figure.late"); got != `99.4% 2 class="alert"` {
		t.Error(got)
	}
	r.Compliance, r.Found, r.Findings = nil, nil, nil
	if got := figure(r, "figure.right") + " " + figure(r, "figure.late"); got != "– 0" {
		t.Error(got)
	}
}

func TestCSVHasARowForEachFinding(t *testing.T) {
	_, rows := table(t, sample(), report.English)
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	for named, want := range map[string]string{
		"haiphong/about": "Findings not settled|slogan-open-sea|International slogan (sample proposal)|1|2027-10-04|2027-12-15|19|Superseded|Answered",
		"Đình Vũ":        "Findings not settled||||2027-10-05||0|Not registered|No answer",
	} {
		var got string
		for _, row := range rows {
			if strings.Contains(row[at["Place"]], named) {
				var texts []string
				for _, column := range []string{"Section", "Item", "Name", "Version", "Day", "Due", "Days late", "Found", "Answer"} {
					texts = append(texts, row[at[column]])
				}
				got = strings.Join(texts, "|")
			}
		}
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", named, got, want)
		}
	}
}
