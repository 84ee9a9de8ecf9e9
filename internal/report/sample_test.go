package report_test

import (
	"time"

	"signet/internal/report"
)

var city = time.FixedZone("+07", 7*60*60)

func at(year int, month time.Month, day, hour int) time.Time {
	return time.Date(year, month, day, hour, 0, 0, 0, city)
}

// agencies are those of the city's plan, by their names in it.
func agencies() map[string]map[string]string {
	return map[string]map[string]string{
		"ban-tuyen-giao-dan-van": {"vi": "Ban Tuyên giáo và Dân vận Thành ủy", "en": "City Party Committee's Commission for Information, Education and Mass Mobilisation"},
		"so-ngoai-vu":            {"vi": "Sở Ngoại vụ", "en": "Department of Foreign Affairs"},
		"so-vhttdl":              {"vi": "Sở Văn hoá, Thể thao và Du lịch", "en": "Department of Culture, Sports and Tourism"},
		"bao-ptth":               {"vi": "Báo và PTTH Hải Phòng", "en": "Hai Phong Newspaper, Radio and Television"},
		"so-cong-thuong":         {"vi": "Sở Công Thương", "en": "Department of Industry and Trade"},
		"ban-quan-ly-kkt":        {"vi": "Ban Quản lý Khu kinh tế Hải Phòng"},
	}
}

// sample is a half-year as it could be. Its slogans and logos are proposals made
// for this program ("mẫu đề xuất"), as the city has issued none yet.
func sample() report.Report {
	issued := at(2027, 7, 21, 8)
	row3 := []string{"ban-tuyen-giao-dan-van", "so-ngoai-vu", "so-vhttdl", "bao-ptth"}
	row14 := []string{"so-cong-thuong", "so-vhttdl", "ban-quan-ly-kkt", "so-ngoai-vu", "so-nong-nghiep-moi-truong"}
	return report.Report{
		Registry: "Sổ đăng ký bộ nhận diện thành phố Hải Phòng",
		From:     at(2027, 7, 1, 0), Until: at(2028, 1, 1, 0), Made: at(2028, 1, 3, 9), Period: "2027-H2",
		Approvals: []report.Approval{
			{Item: "slogan-open-sea", Kind: "slogan", Name: map[string]string{"vi": "Khẩu hiệu quốc tế (mẫu đề xuất)", "en": "International slogan (sample proposal)"}, Version: 2, ApprovedAt: at(2027, 7, 12, 15), Agencies: row3, Days: 9},
			{Item: "logo-sample", Kind: "logo", Name: map[string]string{"vi": "Biểu trưng thành phố (mẫu đề xuất)", "en": "City logo (sample proposal)"}, Version: 1, ApprovedAt: at(2027, 7, 15, 10), Agencies: row3, Days: 12},
			{Item: "positioning", Kind: "message_set", Name: map[string]string{"vi": "Định vị và thông điệp cốt lõi"}, Version: 3, ApprovedAt: at(2027, 7, 15, 11), Agencies: row3, Days: 12},
			{Item: "template-invest-factsheet", Kind: "template", Name: map[string]string{"vi": "Tờ thông tin xúc tiến đầu tư", "en": "Investment fact sheet"}, Version: 1, ApprovedAt: at(2027, 10, 27, 23), Agencies: row14, Days: 31},
		},
		Returns: []report.Return{
			{Item: "template-invest-factsheet", Version: 1, Agency: "ban-quan-ly-kkt", At: at(2027, 9, 6, 14), Reason: "Số liệu khu công nghiệp chưa cập nhật đến quý II/2027; bản tiếng Hàn thiếu đơn vị diện tích."},
			{Item: "slogan-festival", Version: 1, Agency: "so-vhttdl", At: at(2027, 11, 16, 9), Reason: "Tên Festival Hoa Phượng Đỏ phải viết đúng như văn bản của thành phố."},
		},
		Editions: []report.Edition{
			{Number: 1, Title: map[string]string{"vi": "Bộ thông điệp truyền thông đối ngoại 2027", "en": "External communication message set 2027"}, Due: "2027-07-31", Issued: &issued, Decision: "1234/QĐ-UBND", Decided: "2027-07-20", Added: 11, Changed: 2, NextDue: "2029-07-21"},
			{Number: 2, Title: map[string]string{"vi": "Bộ tài liệu truyền thông xúc tiến"}, Due: "2027-10-31", DaysLate: 64, Added: 4},
		},
		Coverage: []report.Coverage{
			{Kind: "slogan", Locale: "en", Covered: 24, Total: 24},
			{Kind: "slogan", Locale: "zh", Covered: 24, Total: 24},
			{Kind: "slogan", Locale: "ja", Covered: 22, Total: 24},
			{Kind: "message_set", Locale: "en", Covered: 1316, Total: 1316},
			{Kind: "message_set", Locale: "ko", Covered: 1315, Total: 1316},
			{Kind: "template", Locale: "zh-Hant", Covered: 41, Total: 118},
			{Kind: "template", Locale: "ko", Covered: 0, Total: 118},
			{Kind: "logo", Locale: "en", Covered: 0, Total: 0},
		},
		Recalls: []report.Recall{
			{Item: "logo-draft-2026", Version: 2, From: at(2027, 7, 21, 8), Reason: "Thay bằng biểu trưng ban hành theo Quyết định 1234/QĐ-UBND.", Replacement: "logo-sample", Affected: []report.AffectedAgency{{Agency: "bao-ptth", Downloads: 41, Declared: 3}, {Agency: "so-vhttdl", Downloads: 12, Declared: 1}}},
			{Item: "slogan-old", Version: 4, From: at(2027, 8, 2, 0), Reason: "Không còn phù hợp với định vị mới."},
		},
		Usage: []report.Usage{
			{Item: "logo-sample", Version: 1, Agency: "so-vhttdl", Channel: "portal", Downloads: 1284, Requests: 88210, Declared: 6, InForce: true},
			{Item: "logo-sample", Version: 1, Agency: "bao-ptth", Channel: "youtube", Downloads: 312, Declared: 4, InForce: true},
			{Item: "logo-draft-2026", Version: 2, Agency: "bao-ptth", Channel: "fanpage", Downloads: 41, Declared: 3},
			{Item: "slogan-open-sea", Version: 2, Agency: "so-ngoai-vu", Channel: "hoi-nghi-ngoai-giao", Declared: 2, InForce: true},
			{Item: "template-invest-factsheet", Version: 1, Agency: "ban-quan-ly-kkt", Downloads: 96, InForce: true},
		},
		Overdue: []report.Overdue{
			{Item: "template-tourism-brochure", Version: 2, Agency: "so-vhttdl", Due: "2027-12-10", Days: 24},
			{Item: "template-tourism-brochure", Version: 2, Agency: "so-ngoai-vu", Due: "2027-12-10", Days: 24},
		},
		Compliance: []report.Compliance{
			{From: "2027-07-01", To: "2027-07-31", Sites: 4, Current: 12, Superseded: 31, Withdrawn: 9, Altered: 3, Unregistered: 2},
			{From: "2027-09-01", To: "2027-09-30", Sites: 1, Unregistered: 1},
			{From: "2027-10-01", To: "2027-12-31", Sites: 6, Current: 1310, Superseded: 4, Withdrawn: 1, Altered: 2},
		},
		Found: []report.Found{
			{Agency: "bao-ptth", Channel: "fanpage", Superseded: 3, Withdrawn: 2, Open: 3, Overdue: 2},
			{Agency: "ban-quan-ly-kkt", Channel: "", Superseded: 1, Altered: 2, Unregistered: 1, Open: 1},
			{Agency: "so-vhttdl", Channel: "portal", Superseded: 12},
		},
		Findings: []report.AuditFinding{
			{Agency: "bao-ptth", Channel: "fanpage", Place: "https://facebook.example/haiphong/albums/2026-hoa-phuong-do/anh-bia-chinh-thuc-le-hoi-hoa-phuong-do-2026.html", Outcome: "withdrawn", Item: "logo-draft-2026", Version: 2, Answered: true, Since: at(2027, 8, 2, 9), Promised: "2027-11-30", Days: 34},
			{Agency: "bao-ptth", Channel: "fanpage", Place: "https://facebook.example/haiphong/about", Outcome: "superseded", Item: "slogan-open-sea", Version: 1, Answered: true, Since: at(2027, 10, 4, 9), Promised: "2027-12-15", Days: 19},
			{Agency: "ban-quan-ly-kkt", Place: "Bảng chỉ dẫn cổng Khu công nghiệp Đình Vũ", Outcome: "unregistered", Since: at(2027, 10, 5, 14)},
			{Agency: "bao-ptth", Channel: "fanpage", Place: "https://facebook.example/haiphong/events", Outcome: "altered", Item: "logo-sample", Version: 1, Answered: true, Since: at(2027, 12, 20, 9), Promised: "2028-01-31"},
		},
		Agencies: agencies(),
	}
}
