package main

import (
	"embed"
	"time"

	"signet/domain"
)

// evidence are pictures of places that are made up, see demo_evidence/README.md.
//
//go:embed demo_evidence/*.webp
var evidence embed.FS

// sampleSites are what the demo's audit looks at.
var sampleSites = []domain.AuditSite{
	{Address: "https://khukinhte.haiphong.example", Agency: "ban-ql-kkt", Channel: "portal"},
	{Address: "Fanpage Du lịch Hải Phòng", Agency: "so-vhttdl", Channel: "fanpage"},
	{Address: "Trang LinkedIn của Sở Khoa học và Công nghệ", Agency: "so-khcn", Channel: "linkedin"},
	{Address: "Hội nghị gặp gỡ doanh nghiệp", Agency: "so-cong-thuong", Channel: "events"},
	{Address: "Chuyên trang «Hải Phòng hội nhập»", Agency: "bao-ptth", Channel: "press"},
	{Address: "https://doingoai.haiphong.example", Agency: "so-ngoai-vu", Channel: "portal"},
}

// sampleReport is what was found at one of the sites.
type sampleReport struct {
	site    int
	ago     time.Duration // before the demo was set up
	current int           // places of what was in force, of several items in turn
	found   *domain.Finding
	picture string // of what was found, in evidence
}

// The findings of the demo, one of a kind.
var (
	sampleAltered = domain.Finding{
		Place: "https://khukinhte.haiphong.example/ja/", Outcome: domain.UseAltered, Certainty: domain.Likely, By: domain.BySight, Item: sampleLogo, Version: 1,
	}
	sampleWithdrawn = domain.Finding{
		Place: "Bài đăng «Innovation week»", Outcome: domain.UseWithdrawn, Certainty: domain.Certain, By: domain.ByPerson, Item: "slogan-gateway", Version: 1,
		Evidence: domain.Evidence{Text: "Hai Phong – Gateway to Every Journey", Before: "Innovation week opens on Monday."},
	}
	sampleBackdrop = domain.Finding{
		Place: "Phông sân khấu", Outcome: domain.UseSuperseded, Certainty: domain.Certain, By: domain.ByPerson, Item: "slogan-open-sea", Version: 1,
		Evidence: domain.Evidence{Text: "Hải Phòng – vươn ra biển lớn", Before: "GẶP GỠ DOANH NGHIỆP", After: "Trung tâm Hội nghị thành phố"},
	}
	sampleQuote = domain.Finding{
		Place: "Trang 3", Line: 12, Outcome: domain.UseSuperseded, Certainty: domain.Certain, By: domain.ByText, Item: "slogan-open-sea", Version: 1,
		Evidence: domain.Evidence{Text: "Hai Phong – Reaching for the Open Sea", Before: "The city presented itself as", After: "at the meeting in Osaka"},
	}
	sampleUnknown = domain.Finding{
		Place: "Ảnh bìa", Outcome: domain.UseUnregistered, Certainty: domain.Certain, By: domain.ByPerson,
		Evidence: domain.Evidence{Text: "Hải Phòng – thành phố của những cây cầu"},
	}
)

// sampleReports are in order of time.
var sampleReports = []sampleReport{
	{site: 1, ago: 90 * day, current: 5},
	{site: 4, ago: 89 * day, current: 4},
	{site: 2, ago: 62 * day, current: 3},
	{site: 5, ago: 61 * day, current: 6},
	{site: 2, ago: 38 * day, current: 2, found: &sampleWithdrawn, picture: "post"},
	{site: 4, ago: 37 * day, current: 5},
	{site: 1, ago: 36 * day, current: 6, found: &sampleUnknown},
	{site: 0, ago: 6 * day, current: 7, found: &sampleAltered, picture: "website"},
	{site: 3, ago: 6 * day, current: 4, found: &sampleBackdrop, picture: "backdrop"},
	{site: 4, ago: 5 * day, current: 6, found: &sampleQuote},
	{site: 5, ago: 5 * day, current: 9},
	{site: 2, ago: 2 * day, current: 3, found: &sampleWithdrawn, picture: "post"},
}

// sampleAnswer is what became of what was found at a site.
type sampleAnswer struct {
	site     int
	ago      time.Duration
	text     string
	by       time.Duration // after the demo was set up; before it if negative
	resolved domain.Resolution
}

var sampleAnswers = []sampleAnswer{
	{site: 2, ago: 30 * day, text: "Sẽ gỡ bài đăng và đăng lại với khẩu hiệu đang có hiệu lực.", by: -12 * day},
	{site: 1, ago: 20 * day, text: "Câu của cuộc thi ảnh, không phải khẩu hiệu của thành phố; ảnh bìa được thay sau cuộc thi.", resolved: domain.Excepted},
	{site: 0, ago: 3 * day, text: "Đơn vị quản trị trang đang thay tệp biểu trưng.", by: 10 * day},
	{site: 4, ago: 2 * day, text: "Đã sửa trên bản điện tử.", resolved: domain.Fixed},
}
