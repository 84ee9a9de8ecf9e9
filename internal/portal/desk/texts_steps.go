package desk

import "signet/internal/portal/frame"

// sheetTexts are those of the page on which texts are translated.
var sheetTexts = frame.Texts{
	"desk.texts.count":   say("%d trên %d đã dịch", "%d of %d translated"),
	"desk.texts.next":    say("Chỗ chưa dịch tiếp theo", "Next untranslated"),
	"desk.texts.keys":    say("Ctrl + Enter để lưu, Alt + ↓ đến chỗ chưa dịch tiếp theo. Xóa trắng một ô là bỏ bản dịch đó.", "Ctrl + Enter saves, Alt + ↓ goes to the next untranslated one. Emptying a field takes that translation out."),
	"desk.texts.reading": say("Bạn xem được nhưng không sửa được các văn bản này.", "You can read these texts, and not change them."),
	"desk.texts.since":   say("Văn bản gốc đã đổi từ khi dịch", "The source has changed since"),
	"desk.texts.confirm": say("Bản dịch vẫn đúng", "The translation is still right"),
	"desk.texts.gaps":    say("Thiếu chỗ trống:", "Placeholders that are missing:"),
	"desk.texts.extra":   say("Thừa chỗ trống:", "Placeholders that are too many:"),
	"desk.texts.save":    say("Lưu bản dịch", "Save translations"),
	"desk.texts.changed": say("Người khác đã sửa những văn bản mà bạn đang dịch. Chưa có gì được lưu; hãy xem những chỗ được đánh dấu rồi lưu lần nữa.", "Somebody has changed texts that you are translating. Nothing was saved; look at the marked places, then save again."),
	"desk.texts.other":   say("Ngôn ngữ khác", "Another language"),
	"desk.texts.open":    say("Mở", "Open"),

	"desk.xliff.import":        say("Nhập từ phần mềm dịch", "Import from a translation tool"),
	"desk.xliff.file":          say("Tệp XLIFF", "XLIFF file"),
	"desk.xliff.hint":          say("Văn bản trong tệp được đưa vào biểu mẫu để bạn xem trước khi lưu.", "The texts of the file are put into the form, for you to look at before you save."),
	"desk.xliff.go":            say("Đưa vào biểu mẫu", "Put into the form"),
	"desk.xliff.look":          say("Văn bản của tệp đã được đưa vào biểu mẫu. Hãy xem lại rồi lưu.", "The texts of the file are in the form. Look at them, then save."),
	"desk.xliff.left":          say("Không lấy, vì văn bản gốc đã đổi từ khi xuất tệp:", "Left out, since their source has changed since the file was made:"),
	"desk.xliff.line":          say("dòng %d", "line %d"),
	"desk.xliff.no_file":       say("Hãy chọn một tệp.", "Choose a file."),
	"desk.xliff.other_version": say("Tệp này là của một phiên bản hoặc ngôn ngữ khác.", "This file is of another version, or another language."),
	"desk.xliff.bad":           say("Tệp này không đọc được.", "This file can’t be read."),
}

// stepTexts are those of submitting, of taking back and of comments.
var stepTexts = frame.Texts{
	"desk.checks":           say("Trước khi trình", "Before it is submitted"),
	"desk.checks.hint":      say("Bản dịch lỗi thời phải được dịch lại, xác nhận hoặc bỏ trước khi trình. Ngôn ngữ còn thiếu không cản việc trình duyệt, nhưng làm giảm độ phủ ngôn ngữ.", "Stale translations are brought up to date, confirmed or taken out first. Missing languages don’t keep it from being submitted, but they lower the language coverage."),
	"desk.check.stale":      say("%d bản dịch lỗi thời", "one stale|%d stale"),
	"desk.check.missing":    say("thiếu %d", "%d missing"),
	"desk.check.complete":   say("đủ", "complete"),
	"desk.check.comments":   say("Góp ý", "Comments"),
	"desk.check.open":       say("%d chưa giải quyết", "%d open"),
	"desk.submit":           say("Trình duyệt", "Submit for signing"),
	"desk.submit.go":        say("Trình duyệt", "Submit"),
	"desk.submit.not":       say("Chưa trình", "Not yet"),
	"desk.submit.there":     say("Đến văn bản chưa đúng", "Go to the text that is not right"),
	"desk.signers":          say("Các cơ quan sẽ ký", "Who will sign"),
	"desk.signers.leads":    say("Chủ trì", "Lead"),
	"desk.signers.required": say("Phối hợp", "Coordinating"),
	"desk.signers.quorum":   say("Ít nhất %d trong số", "At least %d of"),
	"desk.signers.last":     say("Cơ quan chủ trì ký sau cùng.", "The lead agencies sign last."),
	"desk.signers.none":     say("Loại này chưa có quy trình ký duyệt; hãy nhờ quản trị viên đặt quy trình.", "There is no sign-off policy for this kind yet; ask an administrator to set one."),
	"desk.when":             say("Hiệu lực", "In force"),
	"desk.when.now":         say("Ngay khi có đủ chữ ký", "At once, with the last signature"),
	"desk.when.day":         say("Từ ngày", "From a day on"),
	"desk.when.edition":     say("Cùng lần cập nhật", "With an edition"),
	"desk.take":             say("Rút lại", "Take back"),
	"desk.take.reason":      say("Lý do", "Reason"),
	"desk.take.hint":        say("Lý do được lưu mãi mãi; không nêu tên người.", "It is kept for ever: name no persons."),
	"desk.comments":         say("Góp ý", "Comments"),
	"desk.comments.whole":   say("Về cả phiên bản", "On the version as a whole"),
	"desk.comments.none":    say("Chưa có góp ý nào.", "There are no comments."),
	"desk.comment.answer":   say("Trả lời", "Answer"),
	"desk.comment.send":     say("Gửi trả lời", "Send the answer"),
	"desk.comment.settle":   say("Đã giải quyết", "Settle"),
	"desk.comment.settled":  say("Đã giải quyết ngày", "Settled on"),
}

// doneTexts are what was done.
var doneTexts = frame.Texts{
	"done.desk-registered": say("Đã tạo đối tượng. Hãy viết phiên bản đầu tiên.", "The item is registered. Write its first version."),
	"done.desk-begun":      say("Đã lưu bản thảo.", "The draft is saved."),
	"done.desk-saved":      say("Đã lưu.", "Saved."),
	"done.desk-open":       say("Phiên bản này đang được soạn hoặc đang trình; mỗi lúc chỉ có một phiên bản như vậy.", "This version is being written or reviewed; an item has one such version at a time."),
	"done.desk-submitted":  say("Đã trình duyệt. Các cơ quan sẽ thấy trong hàng chờ ký.", "Submitted. It now waits for the agencies’ signatures."),
	"done.desk-approved":   say("Đã trình, và các chữ ký còn giữ được là đủ: phiên bản đã được phê duyệt.", "Submitted; the signatures that it still had were all that was needed, so it is approved."),
	"done.desk-taken":      say("Đã rút lại. Phiên bản lại là bản thảo.", "Taken back. The version is a draft again."),
	"done.desk-answered":   say("Đã gửi trả lời.", "Your answer was sent."),
	"done.desk-settled":    say("Đã đánh dấu là đã giải quyết.", "The comment is settled."),
}
