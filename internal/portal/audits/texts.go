package audits

import (
	"maps"

	"signet/internal/portal/frame"
)

// texts are the words of the area.
func texts() frame.Texts {
	all := frame.Texts{}
	for _, some := range []frame.Texts{wordTexts, auditTexts, findingTexts, usageTexts, reportTexts} {
		maps.Copy(all, some)
	}
	return all
}

// wordTexts are what several pages say: the parts of the area, filters and charts, and
// the names of the API.
var wordTexts = frame.Texts{
	"audits.parts":      frame.Say("Các phần của mục kiểm tra", "Parts of the audits"),
	"audits.audits":     frame.Say("Đợt kiểm tra", "Audits"),
	"audits.findings":   frame.Say("Phát hiện", "Findings"),
	"audits.usage":      frame.Say("Tình hình sử dụng", "Use"),
	"audits.compliance": frame.Say("Mức độ dùng đúng bản", "Compliance of use"),
	"audits.reports":    frame.Say("Báo cáo", "Reports"),

	"audits.filter.go":    frame.Say("Xem", "Show"),
	"audits.filter.clear": frame.Say("Bỏ lọc", "Clear"),
	"audits.agency":       frame.Say("Cơ quan", "Agency"),
	"audits.channel":      frame.Say("Kênh", "Channel"),
	"audits.site":         frame.Say("Nơi kiểm tra", "Site"),
	"audits.from":         frame.Say("Từ ngày", "From"),
	"audits.to":           frame.Say("Đến ngày", "To"),
	"audits.span":         frame.Say("Thời gian", "Time"),
	"audits.span.auto":    frame.Say("Tự chọn", "What fits"),
	"audits.span.month":   frame.Say("Tháng", "Months"),
	"audits.span.quarter": frame.Say("Quý", "Quarters"),
	"audits.span.year":    frame.Say("Năm", "Years"),
	"audits.by":           frame.Say("Chia theo", "By"),
	"audits.all.agencies": frame.Say("Mọi cơ quan", "All agencies"),
	"audits.all.channels": frame.Say("Mọi kênh", "All channels"),
	"audits.own":          frame.Say("Chỉ gồm cơ quan của bạn.", "This is of your own agency only."),
	"audits.item":         frame.Say("Đối tượng", "Item"),
	"audits.number":       frame.Say("Phiên bản %d", "Version %d"),
	"audits.more":         frame.Say("Xem tiếp", "More"),
	"audits.quarter":      frame.Say("Quý %s/%s", "Q%s/%s"),
	"audits.back":         frame.Say("Quay lại", "Back"),
	"audits.kept":         frame.Say("Nội dung này được lưu mãi mãi, không ghi tên người.", "This is kept for ever, so name no persons."),
	"audits.scrolls":      frame.Say("Bảng, cuộn ngang được", "Table, scrolls sideways"),

	"audits.chart.time":     frame.Say("Theo thời gian", "Over time"),
	"audits.chart.agencies": frame.Say("Theo cơ quan", "By agency"),
	"audits.chart.channels": frame.Say("Theo kênh", "By channel"),
	"audits.chart.legend":   frame.Say("Chú giải", "Legend"),
	"audits.chart.table":    frame.Say("Xem số liệu dạng bảng", "The same numbers as a table"),
	"audits.chart.share":    frame.Say("Tỷ lệ đúng bản", "Share in force"),
	"audits.chart.sites":    frame.Say("Nơi đã xem", "Sites looked at"),
	"audits.none":           frame.Say("Chưa có số liệu trong thời gian này.", "Nothing was counted in this time."),
	"audits.one":            frame.Say("%s: %d %% đúng bản đang có hiệu lực.", "%s: %d %% was what is in force."),
	"audits.trend":          frame.Say("%s: %d %% đúng bản đang có hiệu lực; %s: %d %%.", "%s: %d %% was what is in force; %s: %d %%."),
	"audits.same":           frame.Say("Tất cả: %d %% đúng bản đang có hiệu lực.", "All: %d %% was what is in force."),
	"audits.ends":           frame.Say("Thấp nhất: %s, %d %%. Cao nhất: %s, %d %%.", "Lowest: %s, %d %%. Highest: %s, %d %%."),

	"audits.outcome.current":      frame.Say("Đúng bản có hiệu lực", "In force"),
	"audits.outcome.superseded":   frame.Say("Bản đã được thay thế", "Superseded"),
	"audits.outcome.withdrawn":    frame.Say("Bản đã thu hồi", "Withdrawn"),
	"audits.outcome.altered":      frame.Say("Bị sửa đổi", "Altered"),
	"audits.outcome.unregistered": frame.Say("Chưa đăng ký", "Not registered"),

	"audits.status.open":     frame.Say("Chưa trả lời", "Not answered"),
	"audits.status.answered": frame.Say("Đã trả lời", "Answered"),
	"audits.status.resolved": frame.Say("Đã giải quyết", "Settled"),
	"audits.status.gone":     frame.Say("Không còn thấy", "Gone"),

	"audits.channel.portal":       frame.Say("Cổng thông tin điện tử", "Web portal"),
	"audits.channel.fanpage":      frame.Say("Fanpage", "Fan page"),
	"audits.channel.youtube":      frame.Say("YouTube", "YouTube"),
	"audits.channel.linkedin":     frame.Say("LinkedIn", "LinkedIn"),
	"audits.channel.press":        frame.Say("Báo chí", "Press"),
	"audits.channel.events":       frame.Say("Sự kiện", "Events"),
	"audits.channel.publications": frame.Say("Ấn phẩm", "Publications"),
	"audits.channel.other":        frame.Say("Kênh khác (khóa)", "Another channel (its key)"),
	"audits.channel.hint":         frame.Say("Chữ thường không dấu, số và gạch nối, ví dụ: zalo.", "Lower-case letters, digits and dashes, such as: zalo."),
}

// auditTexts are those of audits.
var auditTexts = frame.Texts{
	"audits.title": frame.Say("Kiểm tra việc sử dụng bộ nhận diện", "How the kit is used"),
	"audits.found": frame.Say("Các đợt kiểm tra đã thấy gì", "What audits found"),
	"audits.found.what": frame.Say("Tính theo báo cáo cuối cùng trong kỳ của mỗi nơi. Thứ chưa đăng ký không tính vào tỷ lệ; số lượng có trong bảng.",
		"By the last report of the time on each site. What is not registered is not part of the share; the table counts it."),
	"audits.todo":          frame.Say("Việc cần làm", "To do"),
	"audits.todo.overdue":  frame.Say("Quá hẹn", "Overdue"),
	"audits.todo.open":     frame.Say("Chưa giải quyết xong", "Not settled yet"),
	"audits.todo.none":     frame.Say("Không có phát hiện nào chờ xử lý.", "No finding waits for anybody."),
	"audits.todo.all":      frame.Say("Mọi phát hiện", "All findings"),
	"audits.running":       frame.Say("Đợt đang tiến hành", "Running audits"),
	"audits.running.none":  frame.Say("Không có đợt kiểm tra nào đang tiến hành.", "No audit is running."),
	"audits.running.more":  frame.Say("Chỉ hiện 6 đợt lập gần đây nhất.", "These are the six planned last."),
	"audits.round":         frame.Say("Vòng %d", "Round %d"),
	"audits.due":           frame.Say("Hạn", "Due"),
	"audits.late":          frame.Say("Quá hạn", "Overdue"),
	"audits.looks":         frame.Say("Cơ quan kiểm tra", "Who looks"),
	"audits.scope":         frame.Say("Phạm vi", "What is looked at"),
	"audits.scope.all":     frame.Say("Mọi cơ quan, mọi kênh", "All agencies, all channels"),
	"audits.sites":         frame.Say("%d nơi", "one site|%d sites"),
	"audits.repeat":        frame.Say("Lặp lại", "Repeated"),
	"audits.repeat.0":      frame.Say("Không lặp lại", "Never"),
	"audits.repeat.n":      frame.Say("Sau mỗi %d tháng", "Every month|Every %d months"),
	"audits.new":           frame.Say("Lập đợt kiểm tra", "Plan an audit"),
	"audits.change":        frame.Say("Sửa đợt kiểm tra", "Change the audit"),
	"audits.plan.title.vi": frame.Say("Tên (tiếng Việt)", "Title in Vietnamese"),
	"audits.plan.title.en": frame.Say("Tên (tiếng Anh)", "Title in English"),
	"audits.plan.due":      frame.Say("Kết thúc vòng này trước ngày", "This round is due on"),
	"audits.plan.period":   frame.Say("Thời gian sử dụng được kiểm tra", "The time of use that is looked at"),
	"audits.plan.until":    frame.Say("Đến trước ngày", "Until, without that day"),
	"audits.plan.optional": frame.Say("Để trống nếu không giới hạn.", "Leave empty for no limit."),
	"audits.plan.agencies": frame.Say("Cơ quan được kiểm tra", "Agencies that are looked at"),
	"audits.plan.channels": frame.Say("Kênh được kiểm tra", "Channels that are looked at"),
	"audits.plan.any":      frame.Say("Không chọn gì là chọn tất cả.", "None chosen means all."),
	"audits.plan.sites":    frame.Say("Nơi kiểm tra", "Sites"),
	"audits.plan.sites.hint": frame.Say("Địa chỉ trang web, hoặc tên nơi như «phông sân khấu lễ hội». Cơ quan chịu trách nhiệm sẽ trả lời các phát hiện.",
		"The address of a web site, or the name of a place such as “backdrop of the festival”. The agency answers for what is found there."),
	"audits.plan.address": frame.Say("Địa chỉ hoặc tên, dòng %d", "Address or name, row %d"),
	"audits.plan.agency":  frame.Say("Cơ quan, dòng %d", "Agency, row %d"),
	"audits.plan.channel": frame.Say("Kênh, dòng %d", "Channel, row %d"),
	"audits.plan.choose":  frame.Say("Chọn…", "Choose…"),
	"audits.plan.more":    frame.Say("Thêm dòng", "More rows"),
	"audits.plan.go":      frame.Say("Lập đợt kiểm tra", "Plan the audit"),
	"audits.plan.save":    frame.Say("Lưu thay đổi", "Save the changes"),

	"audits.planned":     frame.Say("Lập ngày", "Planned"),
	"audits.ended":       frame.Say("Đã kết thúc", "Ended"),
	"audits.ended.why":   frame.Say("Kết thúc sớm vì", "Ended early because"),
	"audits.progress":    frame.Say("Vòng này đã xem %d trên %d nơi.", "This round has looked at %d of %d sites."),
	"audits.unlooked":    frame.Say("Chưa xem trong vòng này", "Not yet in this round"),
	"audits.looked":      frame.Say("Đã xem", "Looked at"),
	"audits.rounds":      frame.Say("Các vòng", "Rounds"),
	"audits.concluded":   frame.Say("Kết thúc ngày", "Concluded"),
	"audits.summary":     frame.Say("Kết luận", "What came out"),
	"audits.runs":        frame.Say("Đang tiến hành", "It runs"),
	"audits.report.list": frame.Say("Báo cáo từng nơi", "Reports on sites"),
	"audits.report.none": frame.Say("Chưa có báo cáo nào. Chạy «signet check --report %s» trên một trang web, hoặc gửi qua API.",
		"There is no report yet. Run “signet check --report %s” on a web site, or send one by the API."),
	"audits.report.checked": frame.Say("Thời điểm xem", "Looked at"),
	"audits.report.part":    frame.Say("chưa xem hết", "not all of it"),
	"audits.report.person":  frame.Say("người xem", "a person"),
	"audits.report.tool":    frame.Say("Bằng", "By"),
	"audits.conclude":       frame.Say("Kết thúc vòng này", "Conclude this round"),
	"audits.conclude.what":  frame.Say("Vòng sau bắt đầu ngay, nếu đợt kiểm tra được lặp lại.", "The next round begins at once, if the audit is repeated."),
	"audits.conclude.go":    frame.Say("Kết thúc vòng %d", "Conclude round %d"),
	"audits.end":            frame.Say("Dừng đợt kiểm tra", "End the audit"),
	"audits.end.what":       frame.Say("Sẽ không có vòng nào nữa, và vòng đang tiến hành không có kết luận.", "There will be no more rounds, and the one that runs is not concluded."),
	"audits.end.why":        frame.Say("Lý do", "Why"),
	"audits.end.go":         frame.Say("Dừng hẳn", "End it"),

	"done.audits-planned":  frame.Say("Đã lập đợt kiểm tra.", "The audit is planned."),
	"done.audits-changed":  frame.Say("Đã sửa đợt kiểm tra.", "The audit is changed."),
	"done.audits-conclude": frame.Say("Đã kết thúc vòng kiểm tra.", "The round is concluded."),
	"done.audits-end":      frame.Say("Đã dừng đợt kiểm tra.", "The audit has ended."),
}
