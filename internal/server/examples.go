package server

import "signet/graph/explorer"

// examples are offered in the explorer; they work on the sample kit.
var examples = []explorer.Example{
	{
		TitleVi: "Khẩu hiệu đang có hiệu lực, tiếng Nhật", TitleEn: "Slogans in force, in Japanese",
		Query: `query SlogansInForce {
  approved(kind: SLOGAN, locale: "ja") {
    edges { node { key number validFrom text(locale: "ja") } }
  }
}`,
	},
	{
		TitleVi: "Như vậy, vào một ngày trước lần ban hành", TitleEn: "The same, on a day before the edition",
		Query: `query SlogansBefore($on: DateTime!) {
  approved(kind: SLOGAN, locale: "ja", asOf: $on) {
    edges { node { key number validFrom validUntil text(locale: "ja") } }
  }
}`,
		Variables: `{"on": "2026-11-01T00:00:00Z"}`,
	},
	{
		TitleVi: "Tìm kiếm, không cần dấu", TitleEn: "Search, without diacritics",
		Query: `query Search {
  search(query: "hai phong") {
    edges { node { key kind locale excerpt } }
  }
}`,
	},
	{
		TitleVi: "Biểu trưng và địa chỉ ảnh rộng 400 điểm", TitleEn: "The logo, and addresses of pictures 400 pixels wide",
		Query: `query Logo {
  approved(kind: LOGO) {
    edges { node { key name files { file { name colour layout mediaType } url rendition(width: 400, format: PNG) } } }
  }
}`,
	},
	{
		TitleVi: "Lịch sử một khẩu hiệu, và khác biệt giữa hai phiên bản (cần mã truy cập)", TitleEn: "History of a slogan, and what two versions say differently (needs a token)",
		Query: `query History {
  item(key: "slogan-open-sea") {
    history { edges { node { at what version agency reason } } }
    diff(from: 1, to: 2) { field before after segments { op text } }
  }
}`,
	},
	{
		TitleVi: "Ai đang dùng biểu trưng, ở đâu (cần mã truy cập)", TitleEn: "Who uses the logo, and where (needs a token)",
		Query: `query Usage {
  usage(filter: {key: "logo-sample"}) {
    edges { node { number agency channel downloads declared inForce last } }
  }
}`,
	},
	{
		TitleVi: "Độ phủ ngôn ngữ so với mục tiêu 100 %", TitleEn: "Language coverage against the target of 100 %",
		Query: `query Coverage {
  coverage { kind locale covered total percent met }
}`,
	},
	{
		TitleVi: "Mẫu thư đã điền", TitleEn: "A template, filled in",
		Query: `query Filled {
  fillTemplate(
    key: "template-event-backdrop", locale: "en", target: TEXT
    values: [
      {name: "host_agency", value: "Sở Ngoại vụ"}, {name: "event_name", value: "Festival Hoa Phượng Đỏ"}, {name: "event_theme", value: "#HelloHaiPhong"}
      {name: "event_place", value: "Nhà hát Thành phố"}, {name: "event_date", value: "2027-05-13"}
    ]
  ) { number subject body }
}`,
	},
	{
		TitleVi: "Việc đang chờ cơ quan của tôi (cần mã truy cập)", TitleEn: "What waits for my agency (needs a token)",
		Query: `query Queue {
  reviewQueue {
    edges { node { key number step since due daysOverdue version { missing translations { locale missing stale } } } }
  }
}`,
	},
	{
		TitleVi: "Lần cập nhật thứ hai còn thiếu gì (cần mã truy cập)", TitleEn: "What the second edition still lacks (needs a token)",
		Query: `query Readiness {
  edition(number: 2) {
    due daysLate basis { decision decided }
    readiness { candidates included unsigned open missing stale issuable complete }
    candidates { edges { node { key number state awaited missing stale ready } } }
  }
}`,
	},
	{
		TitleVi: "Phiên bản đang chờ ký (cần mã truy cập)", TitleEn: "Versions that wait for signatures (needs a token)",
		Query: `query Waiting {
  versions(state: SUBMITTED) {
    edges { node { item { key } number submitted missing } }
  }
}`,
	},
	{
		TitleVi: "Báo khi có phiên bản được duyệt, thay thế hoặc thu hồi", TitleEn: "Tell when a version is approved, superseded or withdrawn",
		Query: `subscription Changes {
  versionChanged { key kind number what at }
}`,
	},
}
