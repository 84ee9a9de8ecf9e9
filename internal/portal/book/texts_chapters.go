package book

import "signet/internal/portal/frame"

// chapterTexts are those of the chapters.
var chapterTexts = frame.Texts{
	"book.slogans.intro":   frame.Say("Dùng nguyên văn, đúng từng dấu. Bản dịch nào ở đây cũng đã được ký duyệt; không dịch lại.", "Use them word for word. Every translation here has been signed; do not translate anew."),
	"book.logos.intro":     frame.Say("Chọn biến thể hợp với nền, giữ khoảng trống, không sửa hình.", "Choose the variant that fits the ground, keep the space, leave the picture as it is."),
	"book.templates.intro": frame.Say("Điền vào chỗ trống rồi sao chép hoặc tải về; ngày tháng và con số tự viết theo thông lệ của ngôn ngữ đích.", "Fill in the gaps, then copy or download; dates and numbers are written as the language has them."),
	"book.messages.intro":  frame.Say("Nói gì, với ai, về điều gì. Mỗi câu đều đã được ký duyệt, sao chép được ngay.", "What to say, to whom, about what. Every sentence has been signed and is ready to copy."),
	"book.editions.intro":  frame.Say("Bộ nhận diện được cập nhật ít nhất hai năm một lần, bằng quyết định. Mỗi lần đều xem lại được như vào ngày ban hành.", "The kit is updated at least every two years, by a decision. Each edition can be seen as it was on the day of its issue."),

	"book.messages.by":       frame.Say("Sắp xếp theo", "Sorted by"),
	"book.messages.in":       frame.Say("Ngôn ngữ", "Language"),
	"book.messages.audience": frame.Say("Theo nhóm đối tượng", "By audience"),
	"book.messages.pillar":   frame.Say("Theo trụ cột", "By pillar"),
	"book.messages.all":      frame.Say("Cho mọi đối tượng", "For everybody"),
	"book.messages.more":     frame.Say("Ở đây chỉ có 100 bộ thông điệp đầu tiên; hãy dùng ô tìm kiếm.", "These are the first 100 message sets only; use the search."),

	"book.logo.variants":     frame.Say("Các biến thể", "Variants"),
	"book.logo.colours":      frame.Say("Màu sắc", "Colours"),
	"book.logo.space":        frame.Say("Khoảng trống xung quanh", "Clear space"),
	"book.logo.space.alt":    frame.Say("Biểu trưng trong khung khoảng trống, mỗi phía rộng x", "The logo within its clear space, x wide on each side"),
	"book.logo.space.drawn":  frame.Say("Hình vẽ minh họa; độ rộng x theo quy định bằng lời.", "The drawing is an illustration; x is what the words say."),
	"book.logo.space.common": frame.Say("Bộ nhận diện chưa quy định khoảng trống. Hình vẽ theo thông lệ: x bằng một phần tư chiều cao.", "The kit does not say how much space is needed. Drawn is what is common: x is a quarter of the height."),
	"book.logo.size":         frame.Say("Kích thước nhỏ nhất", "Smallest size"),
	"book.logo.size.alt":     frame.Say("Biểu trưng ở chiều rộng %s", "The logo at a width of %s"),
	"book.logo.size.common":  frame.Say("Bộ nhận diện chưa quy định kích thước nhỏ nhất. Hình vẽ theo thông lệ: 20 mm khi in, 100 px trên màn hình.", "The kit does not name a smallest size. Drawn is what is common: 20 mm in print, 100 px on screens."),
	"book.logo.size.drawn":   frame.Say("Vẽ gần đúng cỡ thật khi trang được xem ở tỷ lệ 100%.", "About life-size where the page is shown at 100%."),
	"book.logo.use":          frame.Say("Dùng đúng, dùng sai", "Right and wrong"),
	"book.logo.hidden":       frame.Say("Hình của phiên bản không còn hiệu lực chỉ hiển thị cho người có quyền xem.", "Pictures of a version that is not in force are shown only to those who may see them."),

	"book.right":          frame.Say("Đúng:", "Right:"),
	"book.wrong":          frame.Say("Sai:", "Wrong:"),
	"book.use.paper":      frame.Say("đủ màu trên nền trắng", "full colour on white"),
	"book.use.night":      frame.Say("âm bản trên nền tối", "reversed on a dark ground"),
	"book.use.one":        frame.Say("một màu trên nền nhạt", "one colour on a light ground"),
	"book.use.stretched":  frame.Say("kéo giãn, làm méo", "stretched"),
	"book.use.recoloured": frame.Say("đổi màu", "recoloured"),
	"book.use.busy":       frame.Say("đặt trên nền rối", "on a busy ground"),
	"book.use.dark":       frame.Say("đủ màu trên nền tối", "full colour on a dark ground"),
	"book.use.tilted":     frame.Say("xoay nghiêng", "tilted"),

	"book.contrast.white": frame.Say("Trên nền trắng %s : 1", "On white %s : 1"),
	"book.contrast.black": frame.Say("Trên nền đen %s : 1", "On black %s : 1"),
	"book.contrast.text":  frame.Say("đủ cho chữ", "enough for text"),
	"book.contrast.large": frame.Say("chỉ đủ cho chữ lớn", "enough for large text only"),
	"book.contrast.none":  frame.Say("không đủ cho chữ", "not enough for text"),

	"book.edition.issued":   frame.Say("Ban hành", "Issued"),
	"book.edition.late":     frame.Say("chậm %d ngày", "one day late|%d days late"),
	"book.edition.decision": frame.Say("Quyết định", "Decision"),
	"book.edition.basis":    frame.Say("Căn cứ", "Legal basis"),
	"book.edition.next":     frame.Say("Lần kế tiếp đến hạn", "Next edition due"),
	"book.edition.see":      frame.Say("Xem như vào ngày ban hành", "See it as it was then"),
	"book.editions.none":    frame.Say("Chưa ban hành lần cập nhật nào.", "No edition has been issued."),
	"book.travel":           frame.Say("Xem bộ nhận diện như vào ngày", "See the kit as it was on"),
	"book.travel.go":        frame.Say("Xem", "Go"),
}
