package history

import (
	"maps"

	"signet/internal/portal/frame"
)

// texts are all texts of the area.
func texts() frame.Texts {
	all := maps.Clone(kitTexts)
	maps.Copy(all, itemTexts)
	maps.Copy(all, provingTexts)
	return all
}

// kitTexts are those of the drawing, and of the pages about the whole kit.
var kitTexts = frame.Texts{
	"history.title":    frame.Say("Lịch sử bộ nhận diện", "History of the brand kit"),
	"history.tabs":     frame.Say("Lịch sử", "History"),
	"history.kit":      frame.Say("Toàn bộ nhận diện", "The whole kit"),
	"history.editions": frame.Say("Các lần cập nhật", "Editions"),
	"history.recalls":  frame.Say("Thu hồi", "Withdrawals"),
	"history.next":     frame.Say("Xem tiếp", "Next page"),
	"history.open":     frame.Say("chưa có hạn cuối", "no end decided"),
	"history.drawn":    frame.Say("Theo thời gian", "Along time"),
	"history.now":      frame.Say("Hôm nay", "Today"),
	"history.never":    frame.Say("chưa từng có hiệu lực", "has not been in force"),
	"history.before":   frame.Say("Trước", "Before"),
	"history.after":    frame.Say("Sau", "After"),
	"history.legend":   frame.Say("Chú giải", "Legend"),

	// The drawing of time.
	"history.zoom.in":   frame.Say("Phóng to", "Zoom in"),
	"history.zoom.out":  frame.Say("Thu nhỏ", "Zoom out"),
	"history.zoom.all":  frame.Say("Xem toàn bộ", "Show all"),
	"history.zoom.hint": frame.Say("Bàn phím: ← → để dời, + − để phóng, Home và End. Chuột: kéo; Ctrl và con lăn để phóng.", "Keyboard: ← → to pan, + − to zoom, Home and End. Mouse: drag; Ctrl and the wheel to zoom."),
	"history.zoom.pick": frame.Say("Bấm vào hình để chọn ngày.", "Click in the drawing to choose a day."),
	"history.zoomed":    frame.Say("Đã phóng:", "Zoomed to:"),

	// The kit across its editions.
	"history.kit.what":         frame.Say("Mỗi hàng là một đối tượng; mỗi thanh là thời gian một phiên bản có hiệu lực; đường đứng là các lần cập nhật.", "Each row is an item, each bar the time in which a version is in force; upright lines are editions."),
	"history.kit.public":       frame.Say("Bạn đang xem những gì công khai và có hiệu lực vào ngày đã chọn. Đăng nhập để xem các phiên bản trước và các lần cập nhật.", "You see what is public and in force on the chosen day. Log in to see earlier versions and editions."),
	"history.kit.drawing":      frame.Say("Hình vẽ: bộ nhận diện theo thời gian", "Drawing: the kit along time"),
	"history.kit.table":        frame.Say("Cùng nội dung, dạng bảng", "The same as a table"),
	"history.kit.caption":      frame.Say("Khi nào phiên bản nào có hiệu lực", "When which version is in force"),
	"history.kinds":            frame.Say("Loại đối tượng", "Kinds of items"),
	"history.kinds.all":        frame.Say("Tất cả", "All"),
	"history.empty":            frame.Say("Chưa có gì ở đây.", "There is nothing here yet."),
	"history.older.hidden":     frame.Say("chỉ vẽ 20 phiên bản mới nhất", "only the newest 20 versions are drawn"),
	"history.travel":           frame.Say("Về một ngày", "Travel to a day"),
	"history.travel.hint":      frame.Say("Xem bộ nhận diện như vào cuối ngày đó.", "See the kit as it was at the end of that day."),
	"history.travel.bad":       frame.Say("Hãy chọn một ngày, theo dạng 2026-11-16, không muộn hơn hôm nay nếu chưa đăng nhập.", "Choose a day, such as 2026-11-16; without logging in, today at the latest."),
	"history.travel.go":        frame.Say("Mở sổ tay của ngày đó", "Open the brand book of that day"),
	"history.travel.mark":      frame.Say("Đánh dấu trên hình", "Mark it in the drawing"),
	"history.travel.marked":    frame.Say("Đang đánh dấu ngày", "Marked is"),
	"history.travel.open":      frame.Say("Mở sổ tay thương hiệu của ngày đó", "Open the brand book as it was"),
	"history.day.short":        frame.Say("Ngày đã chọn", "Chosen day"),
	"history.version":          frame.Say("Phiên bản %d", "Version %d"),
	"history.version.of":       frame.Say("phiên bản %d", "version %d"),
	"history.version.short":    frame.Say("Bản %d", "v%d"),
	"history.edition.short":    frame.Say("Lần %d", "Edition %d"),
	"history.col.item":         frame.Say("Đối tượng", "Item"),
	"history.col.kind":         frame.Say("Loại", "Kind"),
	"history.col.version":      frame.Say("Phiên bản", "Version"),
	"history.col.from":         frame.Say("Từ ngày", "From"),
	"history.col.until":        frame.Say("Đến ngày", "Until"),
	"history.col.edition":      frame.Say("Lần cập nhật", "Edition"),
	"history.col.day":          frame.Say("Vào ngày", "On"),
	"history.col.state":        frame.Say("Tình trạng", "State"),
	"history.col.approved":     frame.Say("Phê duyệt", "Approved"),
	"history.col.force":        frame.Say("Thời hạn hiệu lực", "In force"),
	"history.col.what":         frame.Say("Thay đổi", "Change"),
	"history.col.name":         frame.Say("Tên", "Name"),
	"history.col.type":         frame.Say("Kiểu", "Type"),
	"history.col.example":      frame.Say("Ví dụ", "Example"),
	"history.col.agency":       frame.Say("Cơ quan", "Agency"),
	"history.col.downloads":    frame.Say("Lượt tải", "Downloads"),
	"history.col.running":      frame.Say("Nơi còn dùng", "Uses that go on"),
	"history.col.last":         frame.Say("Lần cuối", "Last"),
	"history.type.text":        frame.Say("chữ", "text"),
	"history.type.number":      frame.Say("số", "number"),
	"history.type.date":        frame.Say("ngày", "date"),
	"history.type.plural":      frame.Say("số lượng", "plural"),
	"history.change.added":     frame.Say("Thêm mới", "Added"),
	"history.change.changed":   frame.Say("Thay đổi", "Changed"),
	"history.change.retired":   frame.Say("Chấm dứt", "Retired"),
	"history.phase.drafting":   frame.Say("Soạn thảo", "Drafting"),
	"history.phase.review":     frame.Say("Trình duyệt", "Review"),
	"history.phase.waiting":    frame.Say("Đã duyệt, chờ hiệu lực", "Approved, waiting"),
	"history.phase.in_force":   frame.Say("Có hiệu lực", "In force"),
	"history.recalls.what":     frame.Say("Những phiên bản không được dùng nữa, mới nhất trước, và bản dùng thay thế.", "Versions that may not be used any more, the latest first, and what to use instead."),
	"history.recalls.all":      frame.Say("Bảng cho biết cơ quan nào đã dùng.", "The tables tell which agencies have used them."),
	"history.recalls.own":      frame.Say("Bảng cho biết cơ quan của bạn đã dùng những gì.", "The tables tell what your agency has used."),
	"history.recalls.which":    frame.Say("Những lần thu hồi nào", "Which withdrawals"),
	"history.recalls.every":    frame.Say("Tất cả", "All"),
	"history.recalls.mine":     frame.Say("Cơ quan tôi đã dùng", "What my agency has used"),
	"history.recalls.none":     frame.Say("Chưa có gì bị thu hồi.", "Nothing was withdrawn."),
	"history.affected":         frame.Say("Đã dùng phiên bản này", "Who has used this version"),
	"history.affected.none":    frame.Say("Không ghi nhận ai đã dùng phiên bản này.", "Nobody is known to have used this version."),
	"history.withdrawn.from":   frame.Say("Thu hồi từ", "Withdrawn from"),
	"history.instead":          frame.Say("Dùng thay thế:", "Use instead:"),
	"history.instead.none":     frame.Say("Không có bản thay thế.", "There is no replacement."),
	"history.in-force.now":     frame.Say("Đang có hiệu lực:", "In force is"),
	"history.since":            frame.Say("từ", "since"),
	"history.not-in-force":     frame.Say("Phiên bản này không có hiệu lực.", "This version is not in force."),
	"history.nothing-in-force": frame.Say("Hiện không có phiên bản nào của đối tượng này có hiệu lực.", "No version of this item is in force."),
}
