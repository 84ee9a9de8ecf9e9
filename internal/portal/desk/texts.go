package desk

import (
	"maps"

	"signet/internal/portal/frame"
)

// say shortens what follows.
var say = frame.Say

// texts are the words of the desk.
func texts() frame.Texts {
	all := frame.Texts{}
	for _, some := range []frame.Texts{listTexts, formTexts, partTexts, uploadTexts, sheetTexts, stepTexts, doneTexts} {
		maps.Copy(all, some)
	}
	return all
}

// listTexts are those of the first page, and of registering.
var listTexts = frame.Texts{
	"desk.title":         say("Bàn soạn thảo", "Author’s desk"),
	"desk.new":           say("Đối tượng mới", "New item"),
	"desk.begin.item":    say("Soạn phiên bản mới của", "Begin a new version of"),
	"desk.begin.go":      say("Bắt đầu", "Begin"),
	"desk.version":       say("phiên bản %d", "version %d"),
	"desk.next":          say("Xem tiếp", "Next"),
	"desk.returned":      say("Bị trả lại", "Returned"),
	"desk.returned.by":   say("%s trả lại", "Returned by %s"),
	"desk.returned.due":  say("Cần trả lời trước", "To be answered by"),
	"desk.drafts":        say("Bản thảo", "Drafts"),
	"desk.drafts.none":   say("Cơ quan của bạn chưa có bản thảo nào. Hãy tạo đối tượng mới, hoặc soạn phiên bản mới của một đối tượng đã có.", "Your agency has no drafts. Register a new item, or begin a new version of one that exists."),
	"desk.begun":         say("Bắt đầu ngày", "Begun on"),
	"desk.reviews":       say("Đang trình duyệt", "In review"),
	"desk.reviews.none":  say("Không có gì đang trình duyệt.", "Nothing is in review."),
	"desk.missing":       say("Còn chờ chữ ký của", "Still to be signed by"),
	"desk.until":         say("hạn", "by"),
	"desk.late":          say("quá hạn %d ngày", "one day late|%d days late"),
	"desk.waiting":       say("Đã phê duyệt, chờ hiệu lực", "Approved, not in force yet"),
	"desk.from":          say("Có hiệu lực từ", "In force from"),
	"desk.with.edition":  say("Có hiệu lực cùng lần cập nhật %d", "In force with edition %d"),
	"desk.work":          say("Cần dịch: %s", "To translate: %s"),
	"desk.work.none":     say("Mọi bản thảo đều đã có đủ bản dịch. Không còn việc gì.", "All drafts are translated. There is nothing to do."),
	"desk.translate":     say("Dịch", "Translate"),
	"desk.new.hint":      say("Một đối tượng là một khẩu hiệu, biểu trưng, bộ thông điệp hay mẫu văn bản, cùng mọi phiên bản của nó.", "An item is a slogan, a logo, a message set or a template, with all its versions."),
	"desk.new.kind":      say("Loại", "Kind"),
	"desk.new.name":      say("Tên tiếng Việt", "Name in Vietnamese"),
	"desk.new.name.hint": say("Tên được đưa vào bản thảo đầu tiên; khóa được gợi ý theo tên.", "It goes into the first draft, and the key is suggested from it."),
	"desk.new.key":       say("Khóa", "Key"),
	"desk.new.key.hint":  say("Chữ thường a–z, chữ số và dấu gạch nối. Khóa không đổi được về sau.", "Small letters a–z, digits and single dashes. It can never be changed."),
	"desk.new.public":    say("Công khai: khi có hiệu lực, ai cũng đọc được mà không cần đăng nhập", "Public: when in force, anybody can read it without logging in"),
	"desk.new.go":        say("Tạo và viết phiên bản đầu tiên", "Register, and write the first version"),
}

// formTexts are those of the form of a version.
var formTexts = frame.Texts{
	"desk.begin":        say("Phiên bản mới", "New version"),
	"desk.begin.from":   say("Soạn từ phiên bản %d. Bản thảo chỉ được tạo khi bạn lưu.", "It begins as a copy of version %d. Nothing is written until you save it."),
	"desk.begin.first":  say("Đây là phiên bản đầu tiên. Bản thảo chỉ được tạo khi bạn lưu.", "This is the first version. Nothing is written until you save it."),
	"desk.save":         say("Lưu bản thảo", "Save draft"),
	"desk.save.first":   say("Lưu thành bản thảo", "Save as a draft"),
	"desk.unsaved":      say("Có thay đổi chưa lưu", "There are unsaved changes"),
	"desk.jump":         say("Đến chỗ chưa đúng", "Go to what is not right"),
	"desk.units":        say("Văn bản", "Texts"),
	"desk.raise":        say("Chuyển lên", "Move up"),
	"desk.remove":       say("Bỏ", "Remove"),
	"desk.pillar":       say("Trụ cột nội dung (khóa)", "Content pillar (key)"),
	"desk.audience":     say("Nhóm đối tượng (khóa)", "Audience (key)"),
	"desk.licence":      say("Điều khoản sử dụng", "Terms of use"),
	"desk.licence.text": say("Ai được dùng, dùng thế nào", "Who may use it, and how"),
	"desk.how":          say("Tình trạng", "How it stands"),
	"desk.how.begin":    say("Sau khi lưu, bạn dịch sang các ngôn ngữ khác và trình duyệt.", "When it is saved you can have it translated, and submit it."),

	"desk.changed":           say("Người khác đã sửa phiên bản này sau khi bạn mở. Chưa có gì được lưu.", "Somebody has changed this version since you opened it. Nothing was saved."),
	"desk.changed.hint":      say("Những gì bạn gõ vẫn còn trong biểu mẫu, cùng với phần người khác đã sửa. Hãy xem lại những chỗ được đánh dấu rồi lưu lần nữa.", "What you typed is still in the form, joined with what the other has changed. Look at the marked places, then save again."),
	"desk.meanwhile.changed": say("Người khác đã sửa chỗ này; biểu mẫu đã lấy bản mới.", "Somebody has changed this; the form has the new text."),
	"desk.meanwhile.both":    say("Người khác cũng đã sửa chỗ này. Trong biểu mẫu là bản của bạn; bản của họ:", "Somebody has changed this, too. The form has yours; theirs is:"),
	"desk.meanwhile.added":   say("Người khác vừa thêm phần này.", "Somebody has added this."),
	"desk.meanwhile.removed": say("Người khác đã bỏ:", "Somebody has removed:"),
	"desk.meanwhile.gone":    say("Người khác đã bỏ phần mà bạn đang sửa. Nếu lưu, phần này sẽ trở lại.", "Somebody has removed what you were changing. If you save, it comes back."),
	"desk.meanwhile.back":    say("Bạn đã bỏ phần này, nhưng người khác vừa sửa nó.", "You had removed this, and somebody has changed it meanwhile."),
	"desk.meanwhile.text":    say("Người khác vừa sửa bản dịch này; biểu mẫu đã lấy bản mới.", "Somebody has changed this translation; the form has the new one."),
	"desk.meanwhile.source":  say("Văn bản gốc vừa được sửa. Hãy xem lại bản dịch rồi lưu.", "The source has just been changed. Look at your translation again, then save."),
	"desk.kept":              say("Trang này có nội dung bạn đã gõ mà chưa lưu.", "On this page you had typed something that was not saved."),
	"desk.kept.back":         say("Lấy lại", "Put it back"),
	"desk.kept.away":         say("Bỏ đi", "Discard it"),
}

// partTexts are those of the parts that templates and logos have.
var partTexts = frame.Texts{
	"desk.placeholders":         say("Chỗ trống", "Placeholders"),
	"desk.placeholders.hint":    say("Viết chỗ trống trong tiêu đề hoặc nội dung như sau:", "Write a placeholder in the subject or the body like this:"),
	"desk.placeholders.unused":  say("không còn trong văn bản, sẽ không được lưu", "no longer in the text, and will not be saved"),
	"desk.placeholders.type":    say("Kiểu giá trị", "Type of value"),
	"desk.placeholders.style":   say("Cách viết", "Written"),
	"desk.placeholders.example": say("Ví dụ", "Example"),
	"desk.placeholders.note":    say("Giải thích (%s)", "Explanation (%s)"),
	"desk.placeholders.look":    say("Cập nhật danh sách", "Update the list"),
	"desk.type.text":            say("Chữ", "Text"),
	"desk.type.number":          say("Số", "Number"),
	"desk.type.date":            say("Ngày", "Date"),
	"desk.type.plural":          say("Số nhiều", "Plural"),
	"desk.style.usual":          say("thông thường", "as usual"),
	"desk.style.percent":        say("phần trăm", "per cent"),
	"desk.style.full":           say("đầy đủ, có thứ", "in full, with the weekday"),
	"desk.style.long":           say("dài", "long"),
	"desk.style.medium":         say("vừa", "medium"),
	"desk.style.short":          say("ngắn", "short"),
	"desk.forms":                say("Các dạng của số nhiều", "Forms of the plural"),
	"desk.forms.locale":         say("Ngôn ngữ", "Language"),
	"desk.forms.category":       say("Dạng", "Form"),
	"desk.forms.text":           say("Viết", "Text"),
	"desk.forms.hint":           say("Dấu # là con số. Mỗi ngôn ngữ cần ít nhất dạng “other”. Dòng để trống sẽ bị bỏ qua; lưu hoặc cập nhật để có thêm dòng.", "# stands for the number. Every language needs the form “other” at least. An empty line is left out; save or update for one more."),
	"desk.colours":              say("Bảng màu", "Palette"),
	"desk.colours.one":          say("Màu", "Colour"),
	"desk.colours.hex":          say("Mã màu #RRGGBB", "Value #RRGGBB"),
	"desk.colours.name":         say("Tên (%s)", "Name (%s)"),
	"desk.files":                say("Tệp", "Files"),
	"desk.files.name":           say("Tên tệp", "File name"),
	"desk.files.colour":         say("Màu", "Colour"),
	"desk.files.layout":         say("Bố cục", "Layout"),
}

// uploadTexts tell of files that are brought, and what to do about those that are not
// taken in, by the reason.
var uploadTexts = frame.Texts{
	"desk.upload":                   say("Thêm tệp", "Add files"),
	"desk.upload.hint":              say("Kéo tệp vào đây hoặc chọn tệp: SVG, PNG, JPEG, WebP, GIF, PDF. Màu và bố cục được đoán theo tên tệp; hãy kiểm tra lại.", "Drag files here, or choose them: SVG, PNG, JPEG, WebP, GIF, PDF. Colour and layout are guessed from the name; look whether they are right."),
	"desk.upload.go":                say("Tải lên", "Upload"),
	"desk.upload.done":              say("đã tải lên", "uploaded"),
	"desk.upload.cancel":            say("Hủy", "Cancel"),
	"desk.upload.unsupported_media": say("Loại tệp này không được nhận. Hãy lưu lại thành SVG, PNG, JPEG, WebP, GIF hoặc PDF.", "This type of file is not taken. Save it as SVG, PNG, JPEG, WebP, GIF or PDF."),
	"desk.upload.too_large":         say("Tệp quá lớn. Hãy xuất lại nhỏ hơn, hoặc nhờ quản trị viên nâng giới hạn.", "The file is too large. Export a smaller one, or ask an administrator to raise the limit."),
	"desk.upload.unsafe_svg":        say("Tệp SVG có phần có thể chạy mã hoặc gọi ra ngoài. Hãy xuất lại dưới dạng SVG thuần, không kịch bản, không liên kết.", "The SVG has parts that can run code or call elsewhere. Export it again as plain SVG, without scripts and links."),
	"desk.upload.broken_image":      say("Tệp bị hỏng hoặc chưa đầy đủ. Hãy mở lại tệp gốc rồi xuất lần nữa.", "The file is broken or cut off. Open the original and export it again."),
	"desk.upload.too_many_pixels":   say("Ảnh có quá nhiều điểm ảnh. Hãy thu nhỏ ảnh, hoặc dùng SVG.", "The picture has too many pixels. Make it smaller, or use SVG."),
	"desk.upload.too_slow":          say("Đường truyền quá chậm. Hãy thử lại.", "The line was too slow. Try again."),
	"desk.upload.interrupted":       say("Việc tải lên bị ngắt. Hãy thử lại.", "The upload was interrupted. Try again."),
	"desk.upload.network":           say("Không kết nối được với máy chủ. Hãy kiểm tra mạng rồi thử lại.", "The server can’t be reached. Check your connection, and try again."),
	"desk.upload.rate_limited":      say("Bạn tải lên quá nhiều cùng lúc. Hãy đợi ít phút rồi thử lại.", "This is too much at once. Wait a few minutes, and try again."),
	"desk.upload.unauthenticated":   say("Phiên làm việc đã kết thúc. Hãy đăng nhập ở một cửa sổ khác rồi thử lại; những gì bạn gõ vẫn còn.", "The session has ended. Log in in another window, and try again; what you typed is still here."),
	"desk.upload.not_permitted":     say("Bạn không được tải tệp lên.", "You may not upload files."),
	"desk.upload.other":             say("Tệp không được nhận. Hãy thử lại; nếu vẫn không được, hãy báo quản trị viên.", "The file was not taken. Try again; if that does not help, tell an administrator."),
}
