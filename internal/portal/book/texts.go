package book

import (
	"maps"

	"signet/internal/portal/frame"
)

// texts are all words of the area.
func texts() frame.Texts {
	all := maps.Clone(bookTexts)
	maps.Copy(all, chapterTexts)
	maps.Copy(all, itemTexts)
	return all
}

// bookTexts are those of the first page, and of what is on every page.
var bookTexts = frame.Texts{
	"book.title":    frame.Say("Sổ tay thương hiệu", "Brand book"),
	"book.chapters": frame.Say("Các chương của sổ tay", "Chapters of the book"),
	"book.overview": frame.Say("Tổng quan", "Overview"),
	"book.inside":   frame.Say("Trong sổ tay này", "Inside this book"),

	"book.chapter.slogans":   frame.Say("Khẩu hiệu", "Slogans"),
	"book.chapter.logos":     frame.Say("Biểu trưng", "Logos"),
	"book.chapter.messages":  frame.Say("Thông điệp", "Messages"),
	"book.chapter.templates": frame.Say("Mẫu văn bản", "Templates"),
	"book.chapter.editions":  frame.Say("Các lần cập nhật", "Editions"),

	"book.then":        frame.Say("Bạn đang xem bộ nhận diện như vào cuối ngày %s.", "You are looking at the kit as it was at the end of %s."),
	"book.then.coming": frame.Say("Bạn đang xem bộ nhận diện như sẽ có vào cuối ngày %s, theo những gì đã được phê duyệt.", "You are looking at the kit as it will be at the end of %s, by what has been approved."),
	"book.then.back":   frame.Say("Về hôm nay", "Back to today"),
	"book.older":       frame.Say("Phiên bản này nay đã được thay thế.", "This version has been replaced since."),
	"book.older.none":  frame.Say("Phiên bản này nay không còn hiệu lực.", "This version is no longer in force."),

	"book.edition":        frame.Say("Lần cập nhật thứ %d", "Edition %d"),
	"book.inforce.since":  frame.Say("có hiệu lực từ", "in force since"),
	"book.decision":       frame.Say("Quyết định số %s", "Decision no. %s"),
	"book.kit":            frame.Say("Tải trọn bộ (ZIP)", "Download the whole kit (ZIP)"),
	"book.kit.public":     frame.Say("phần công khai; đăng nhập để tải tất cả", "what is public; log in for all of it"),
	"book.editions.older": frame.Say("Các lần cập nhật", "Editions"),
	"book.positioning":    frame.Say("Định vị", "Positioning"),
	"book.pillars":        frame.Say("Trụ cột nội dung", "Content pillars"),
	"book.new":            frame.Say("Mới có hiệu lực", "New in force"),
	"book.new.first":      frame.Say("mới", "new"),

	"book.door.slogans":   frame.Say("Nguyên văn trong mọi ngôn ngữ, sao chép bằng một lần bấm.", "Word for word in every language, copied with one click."),
	"book.door.logos":     frame.Say("Các biến thể, màu sắc, khoảng trống; tải đúng định dạng và kích cỡ.", "Variants, colours, clear space; download the right format and size."),
	"book.door.messages":  frame.Say("Nói gì với ai, theo nhóm đối tượng và theo trụ cột.", "What to say to whom, by audience and by pillar."),
	"book.door.templates": frame.Say("Điền vào chỗ trống, nhận văn bản hoàn chỉnh bằng ngôn ngữ cần dùng.", "Fill in the gaps and take the text in the language you need."),

	"book.empty":          frame.Say("Bộ nhận diện sẽ hiện ra ở đây", "The kit will appear here"),
	"book.empty.then":     frame.Say("Ngày này chưa có gì có hiệu lực", "Nothing was in force on that day"),
	"book.empty.first":    frame.Say("Sổ đăng ký này chưa có quản trị viên. Người khởi động máy chủ có mã một lần để đăng nhập lần đầu.", "This registry has no administrator yet. Whoever started the server has a one-time code for the first login."),
	"book.empty.first.go": frame.Say("Đăng nhập lần đầu", "First login"),
	"book.empty.login":    frame.Say("Hiện chưa có gì công khai và đang có hiệu lực. Thành viên của các cơ quan hãy đăng nhập.", "Nothing is public and in force yet. Members of the agencies, please log in."),
	"book.empty.member":   frame.Say("Chưa có gì có hiệu lực. Các bước tiếp theo:", "Nothing is in force yet. The next steps:"),
	"book.empty.agencies": frame.Say("Đăng ký các cơ quan và thành viên", "Register the agencies and their members"),
	"book.empty.policies": frame.Say("Đặt quy trình ký duyệt cho từng loại", "Set who signs, for each kind"),
	"book.empty.draft":    frame.Say("Soạn khẩu hiệu hoặc biểu trưng đầu tiên, rồi trình duyệt", "Write the first slogan or logo, and submit it"),
	"book.empty.sign":     frame.Say("Các cơ quan ký duyệt; sau đó nội dung có hiệu lực và hiện ra ở đây", "The agencies sign; then it is in force, and appears here"),

	"book.version": frame.Say("Phiên bản %d", "Version %d"),
	"book.since":   frame.Say("từ", "since"),
	"book.until":   frame.Say("đến", "until"),
	"book.copy":    frame.Say("Sao chép", "Copy"),
	"book.copied":  frame.Say("Đã chép ✓", "Copied ✓"),
	"book.close":   frame.Say("Đóng", "Close"),
	"book.none":    frame.Say("Chưa có gì có hiệu lực ở chương này.", "Nothing of this chapter is in force."),
	"book.next":    frame.Say("Xem tiếp", "Go on"),
	"book.details": frame.Say("Chi tiết", "Details"),
	"book.jump":    frame.Say("Đến phần", "Go to"),
	"book.missing": frame.Say("Chưa có bản %s.", "There is no text in %s."),

	"book.search.for":   frame.Say("Tìm “%s”", "Search for “%s”"),
	"book.search.again": frame.Say("Tìm lại", "Search again"),
	"book.search.count": frame.Say("Tìm thấy %d mục.", "One item was found.|%d items were found."),
	"book.search.none":  frame.Say("Không tìm thấy gì đang có hiệu lực.", "Nothing in force was found."),
	"book.search.hint":  frame.Say("Gõ bằng ngôn ngữ nào cũng được, có dấu hay không dấu: “bien lon”, “open sea”, “大海”.", "Type in any language, with or without accents: “bien lon”, “open sea”, “大海”."),
	"book.search.all":   frame.Say("Xem mọi kết quả", "See all results"),
	"book.search.some":  frame.Say("%d gợi ý", "One suggestion|%d suggestions"),
}
