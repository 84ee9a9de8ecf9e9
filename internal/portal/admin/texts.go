package admin

import (
	"maps"

	"signet/internal/portal/frame"
)

// texts are all that the area says.
func texts() frame.Texts {
	all := frame.Texts{}
	for _, some := range []frame.Texts{commonTexts, homeTexts, agencyTexts, tokenTexts, policyTexts, editionTexts, webhookTexts, peopleTexts, scopeTexts} {
		maps.Copy(all, some)
	}
	return all
}

var commonTexts = frame.Texts{
	"admin.title":    frame.Say("Quản trị", "Administration"),
	"admin.tabs":     frame.Say("Các phần của trang quản trị", "Parts of the administration"),
	"admin.home":     frame.Say("Việc cần chú ý", "What needs attention"),
	"admin.agencies": frame.Say("Cơ quan và thành viên", "Agencies and members"),
	"admin.policies": frame.Say("Quy trình ký duyệt", "Policies"),
	"admin.editions": frame.Say("Lần cập nhật", "Editions"),
	"admin.webhooks": frame.Say("Địa chỉ nhận tin", "Webhooks"),
	"admin.people":   frame.Say("Dữ liệu cá nhân", "Personal data"),
	"admin.system":   frame.Say("Hệ thống", "System"),

	"admin.more":     frame.Say("Xem tiếp", "Go on"),
	"admin.copy":     frame.Say("Sao chép", "Copy"),
	"admin.copied":   frame.Say("Đã chép", "Copied"),
	"admin.cancel":   frame.Say("Không, quay lại", "No, go back"),
	"admin.save":     frame.Say("Lưu", "Save"),
	"admin.reason":   frame.Say("Lý do", "Reason"),
	"admin.kept":     frame.Say("Được lưu vĩnh viễn; không nêu tên người.", "It is kept for ever; name no persons."),
	"admin.optional": frame.Say("không bắt buộc", "optional"),
	"admin.never":    frame.Say("Không hết hạn", "Never"),
	"admin.id":       frame.Say("Định danh", "Id"),
	"admin.key":      frame.Say("Khóa", "Key"),
	"admin.actions":  frame.Say("Thao tác", "Actions"),
	"admin.what":     frame.Say("Điều gì sẽ xảy ra", "What will happen"),

	"admin.secret.once":        frame.Say("Mã bí mật chỉ hiện một lần, tại đây. Hãy chép ngay; sổ đăng ký chỉ giữ mã băm và không xem lại được.", "The secret is shown once, here. Copy it now: the registry keeps its hash only, and can’t show it again."),
	"admin.secret.value":       frame.Say("Mã bí mật", "The secret"),
	"admin.secret.token":       frame.Say("Mã truy cập đã được cấp", "The token was issued"),
	"admin.secret.token.hand":  frame.Say("Chuyển mã cho đúng người, bằng kênh riêng và an toàn. Ai có mã đều hành động được thay người đó.", "Hand it to its owner, by a private and safe way. Whoever has it can act as that person."),
	"admin.secret.member":      frame.Say("Tôi đã chép; về trang thành viên", "I have copied it; to the member"),
	"admin.secret.webhook":     frame.Say("Mã bí mật của địa chỉ nhận tin", "The secret of the webhook"),
	"admin.secret.webhook.use": frame.Say("Bên nhận dùng mã này để kiểm tra chữ ký của từng tin (Standard Webhooks).", "The receiver checks the signature of each message with it (Standard Webhooks)."),
	"admin.secret.webhook.go":  frame.Say("Tôi đã chép; về địa chỉ nhận tin", "I have copied it; to the webhook"),
}

var homeTexts = frame.Texts{
	"admin.home.open":          frame.Say("Cần xử lý", "To do"),
	"admin.home.watch":         frame.Say("Cần lưu ý", "To watch"),
	"admin.home.fine":          frame.Say("Ổn", "In order"),
	"admin.home.good":          frame.Say("Những gì đang ổn", "In order"),
	"admin.home.quiet":         frame.Say("Không có việc gì cần xử lý.", "Nothing needs attention."),
	"admin.home.due":           frame.Say("Thời hạn", "Due"),
	"admin.home.late":          frame.Say("Quá hạn %d ngày", "One day late|%d days late"),
	"admin.home.noedition":     frame.Say("Không có lần cập nhật nào đang chuẩn bị", "No edition is being prepared"),
	"admin.home.nextdue":       frame.Say("Lần tiếp theo phải ban hành trước", "The next one must be issued by"),
	"admin.home.tokens":        frame.Say("Mã truy cập sắp hết hạn", "Tokens that end soon"),
	"admin.home.tokens.why":    frame.Say("Hết hạn trong 30 ngày tới. Thay mã trước, để công việc không gián đoạn.", "They end within 30 days. Replace them before, so that work goes on."),
	"admin.home.tokens.none":   frame.Say("Không có mã truy cập nào hết hạn trong 30 ngày tới.", "No token ends within 30 days."),
	"admin.home.tokens.partly": frame.Say("Chỉ xem một phần các cơ quan và thành viên; hãy xem từng cơ quan.", "Not all agencies and members were looked at; look at each agency."),
	"admin.home.overdue":       frame.Say("%d bước ký duyệt quá hạn", "One step of a review is late|%d steps of reviews are late"),
	"admin.home.overdue.none":  frame.Say("Không có bước ký duyệt nào quá hạn", "No step of a review is late"),
	"admin.home.overdue.go":    frame.Say("Xem các bước quá hạn", "See what is late"),
	"admin.home.erasures":      frame.Say("%d yêu cầu xóa dữ liệu cá nhân chờ người thứ hai", "One erasure waits for a second person|%d erasures wait for a second person"),
	"admin.home.erasures.go":   frame.Say("Xem và xác nhận", "Look and confirm"),
	"admin.home.nopolicy":      frame.Say("Chưa có quy trình ký duyệt", "There is no policy yet"),
	"admin.home.nopolicy.why":  frame.Say("Không trình được phiên bản của loại này khi chưa có quy trình.", "No version of this kind can be submitted without one."),
	"admin.home.failed":        frame.Say("%d tin không gửi được", "One message could not be delivered|%d messages could not be delivered"),
	"admin.home.failed.none":   frame.Say("Mọi tin đã gửi được, hoặc sẽ được gửi", "All messages were delivered, or will be"),
	"admin.home.failed.away":   frame.Say("Việc gửi tin do máy chủ khác đảm nhiệm", "Another node delivers messages"),
	"admin.home.failed.go":     frame.Say("Xem các địa chỉ nhận tin", "See the webhooks"),
	"admin.home.lag":           frame.Say("Dữ liệu hiển thị chậm, hoặc không ghi được", "What is shown is behind, or nothing can be written"),
	"admin.home.lag.none":      frame.Say("Hệ thống ghi được và hiển thị kịp thời", "The system writes, and shows what is so"),

	"admin.system.version":       frame.Say("Phiên bản chương trình", "Version of the program"),
	"admin.system.started":       frame.Say("Khởi động lúc", "Started"),
	"admin.system.writable":      frame.Say("Ghi được", "Can write"),
	"admin.system.yes":           frame.Say("Có", "Yes"),
	"admin.system.no":            frame.Say("Không: hiện chỉ đọc", "No: reading only at present"),
	"admin.system.head":          frame.Say("Vị trí cuối của nhật ký", "End of the log"),
	"admin.system.position":      frame.Say("Đã đọc đến vị trí", "Read up to"),
	"admin.system.missing":       frame.Say("Sự kiện chưa đọc", "Events not read yet"),
	"admin.system.lag":           frame.Say("Độ trễ", "Lag"),
	"admin.system.seconds":       frame.Say("%d giây", "one second|%d seconds"),
	"admin.system.asof":          frame.Say("Đầy đủ tính đến", "Complete as of"),
	"admin.system.unknown":       frame.Say("không biết", "not known"),
	"admin.system.sizes":         frame.Say("Dung lượng", "Sizes"),
	"admin.system.log":           frame.Say("Nhật ký sự kiện", "Log of events"),
	"admin.system.models":        frame.Say("Mô hình đọc", "Read models"),
	"admin.system.files":         frame.Say("Tệp", "Files"),
	"admin.system.count":         frame.Say("%d tệp", "one file|%d files"),
	"admin.system.counted":       frame.Say("đếm lúc", "counted"),
	"admin.system.deliveries":    frame.Say("Gửi tin", "Deliveries"),
	"admin.system.pending":       frame.Say("Chờ gửi", "To be sent"),
	"admin.system.retrying":      frame.Say("Trong đó đã thử ít nhất một lần", "Of them, tried at least once"),
	"admin.system.failed":        frame.Say("Không gửi được", "Failed"),
	"admin.system.oldest":        frame.Say("Tin chờ lâu nhất từ", "The oldest that waits is of"),
	"admin.system.elsewhere":     frame.Say("Máy chủ này không gửi tin.", "This node delivers nothing."),
	"admin.system.backups":       frame.Say("Sao lưu", "Backups"),
	"admin.system.nobackup":      frame.Say("Máy chủ này không tự sao lưu. Hãy cho nó biết nơi lưu bằng --backup-to, hoặc chạy signet backup theo lịch (docs/backup.md).", "This node makes no backups by itself. Tell it where with --backup-to, or run signet backup by a timer (docs/backup.md)."),
	"admin.system.backup.none":   frame.Say("Chưa có bản sao lưu nào.", "There is no backup yet."),
	"admin.system.backup.last":   frame.Say("Bản mới nhất", "The newest"),
	"admin.system.backup.events": frame.Say("Số sự kiện trong đó", "Events in it"),
	"admin.system.backup.size":   frame.Say("Dung lượng của nó", "Its size"),
	"admin.system.backup.added":  frame.Say("Phải ghi thêm", "Written for it"),
	"admin.system.backup.next":   frame.Say("Bản tiếp theo", "The next one"),
	"admin.system.backup.failed": frame.Say("Lần sao lưu gần nhất đã thất bại lúc", "The last backup failed at"),
	"admin.system.proof":         frame.Say("Điểm kiểm của nhật ký", "Checkpoints of the log"),
	"admin.system.proof.off":     frame.Say("Máy chủ này không ký điểm kiểm.", "This node signs no checkpoints."),
	"admin.system.proof.wrong":   frame.Say("Nhật ký không phải là nhật ký đã được ký. Không còn gì được ký nữa; signet verify cho biết sai ở đâu.", "The log is not the one that was signed. Nothing is signed any more; signet verify tells where it differs."),
	"admin.system.proof.origin":  frame.Say("Tên của nhật ký", "Name of the log"),
	"admin.system.proof.key":     frame.Say("Khóa kiểm tra", "Verifier key"),
	"admin.system.proof.size":    frame.Say("Số sự kiện đã ký", "Events that are signed"),
	"admin.system.proof.signed":  frame.Say("Ký lúc", "Signed at"),
	"admin.system.proof.seen":    frame.Say("Nhân chứng đã ký đến", "Cosigned by witnesses up to"),
	"admin.system.proof.how":     frame.Say("Cách kiểm chứng", "How it is checked"),
	"admin.system.proof.unseen":  frame.Say("chưa có nhân chứng", "no witness yet"),
	"admin.system.readyz":        frame.Say("Trạng thái cho máy giám sát (/readyz)", "State for whoever watches (/readyz)"),
}
