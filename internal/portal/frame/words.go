package frame

// ownTexts are those of the frame itself.
var ownTexts = Texts{
	"frame.name":      Say("Sổ đăng ký bộ nhận diện", "Brand kit registry"),
	"frame.skip":      Say("Đến nội dung chính", "Skip to the main content"),
	"frame.search":    Say("Tìm trong mọi ngôn ngữ", "Search in all languages"),
	"frame.search.go": Say("Tìm", "Search"),
	"frame.account":   Say("Tài khoản và ngôn ngữ", "Account and language"),
	"frame.menu":      Say("Trình đơn chính", "Main menu"),
	"frame.login":     Say("Đăng nhập", "Log in"),
	"frame.logout":    Say("Đăng xuất", "Log out"),
	"frame.book":      Say("Sổ tay thương hiệu", "Brand book"),
	"frame.history":   Say("Lịch sử", "History"),
	"frame.desk":      Say("Bàn soạn thảo", "Author’s desk"),
	"frame.review":    Say("Bàn ký duyệt", "Reviewer’s desk"),
	"frame.audits":    Say("Kiểm tra", "Audits"),
	"frame.admin":     Say("Quản trị", "Administration"),
	"frame.explorer":  Say("Khám phá dữ liệu", "Data explorer"),
	"frame.feed":      Say("Tin về thay đổi (Atom)", "News of changes (Atom)"),
	"frame.calendar":  Say("Lịch các thời hạn", "Calendar of deadlines"),
	"frame.home":      Say("Về sổ tay thương hiệu", "To the brand book"),
	"frame.sample":    Say("Những gì ghi “mẫu đề xuất” không phải là văn bản chính thức.", "What says “sample proposal” is not official."),

	"problem.bad_user_input":  Say("Có điều chưa đúng", "Something is not right"),
	"problem.not_found":       Say("Không có ở đây", "There is nothing here"),
	"problem.conflict":        Say("Không thực hiện được ở trạng thái hiện tại", "This can’t be done as things stand"),
	"problem.forbidden":       Say("Bạn không được làm việc này", "You may not do this"),
	"problem.unauthenticated": Say("Hãy đăng nhập", "Please log in"),
	"problem.rate_limited":    Say("Quá nhiều yêu cầu; hãy thử lại sau ít phút", "Too many requests; try again in a few minutes"),
	"problem.unavailable":     Say("Hiện chưa thực hiện được; hãy thử lại", "Not possible at the moment; please try again"),
	"problem.timeout":         Say("Việc này mất quá nhiều thời gian", "This took too long"),
	"problem.internal":        Say("Có lỗi ở phía máy chủ; sự việc đã được ghi lại", "Something went wrong here; it has been noted"),

	// What "?done=" says. Areas add theirs under the same family.
	"done.saved": Say("Đã lưu.", "Saved."),
}

// nameTexts are the words for names of the registry: families that all areas share, by
// the names in lower case. The Vietnamese terms are those of docs/glossary.md.
var nameTexts = Texts{
	"kind.slogan":      Say("Khẩu hiệu", "Slogan"),
	"kind.logo":        Say("Biểu trưng", "Logo"),
	"kind.message_set": Say("Bộ thông điệp", "Message set"),
	"kind.template":    Say("Mẫu văn bản", "Template"),

	// Of a version, by the API's VersionState and VersionStatus; of texts, by TextState.
	"state.drafted":    Say("Bản thảo", "Draft"),
	"state.draft":      Say("Bản thảo", "Draft"),
	"state.submitted":  Say("Đang trình duyệt", "In review"),
	"state.in_review":  Say("Đang trình duyệt", "In review"),
	"state.returned":   Say("Bị trả lại", "Returned"),
	"state.approved":   Say("Đã phê duyệt", "Approved"),
	"state.unapproved": Say("Chưa phê duyệt", "Not approved"),
	"state.scheduled":  Say("Chờ hiệu lực", "Scheduled"),
	"state.in_force":   Say("Đang có hiệu lực", "In force"),
	"state.superseded": Say("Đã được thay thế", "Superseded"),
	"state.withdrawn":  Say("Đã thu hồi", "Withdrawn"),
	"state.missing":    Say("Còn thiếu", "Missing"),
	"state.stale":      Say("Lỗi thời", "Stale"),

	"role.designer":   Say("Thiết kế", "Designer"),
	"role.agency":     Say("Cơ quan", "Agency"),
	"role.author":     Say("Soạn thảo", "Author"),
	"role.translator": Say("Dịch", "Translator"),
	"role.reviewer":   Say("Ký duyệt", "Reviewer"),
	"role.auditor":    Say("Kiểm tra", "Auditor"),
	"role.admin":      Say("Quản trị", "Administrator"),

	"colour.full":     Say("Đủ màu", "Full colour"),
	"colour.one":      Say("Một màu", "One colour"),
	"colour.reversed": Say("Âm bản", "Reversed"),

	"layout.horizontal": Say("Bản ngang", "Horizontal"),
	"layout.stacked":    Say("Bản dọc", "Stacked"),
	"layout.mark":       Say("Biểu tượng", "Mark"),

	"unit.name":        Say("Tên", "Name"),
	"unit.slogan":      Say("Khẩu hiệu", "Slogan"),
	"unit.positioning": Say("Định vị", "Positioning"),
	"unit.core":        Say("Thông điệp cốt lõi", "Core message"),
	"unit.pillar":      Say("Trụ cột nội dung", "Content pillar"),
	"unit.message":     Say("Thông điệp", "Message"),
	"unit.subject":     Say("Tiêu đề", "Subject"),
	"unit.body":        Say("Nội dung", "Body"),
	"unit.note":        Say("Ghi chú", "Note"),
}
