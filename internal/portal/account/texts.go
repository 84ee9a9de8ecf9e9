package account

import "signet/internal/portal/frame"

var texts = frame.Texts{
	"account.login":         frame.Say("Đăng nhập", "Log in"),
	"account.login.token":   frame.Say("Mã truy cập của bạn", "Your access token"),
	"account.login.hint":    frame.Say("Mã bắt đầu bằng signet_; quản trị viên của sổ đăng ký cấp mã này. Phiên làm việc kéo dài 8 giờ.", "It begins with signet_; an administrator of the registry has given it to you. A session lasts 8 hours."),
	"account.login.go":      frame.Say("Vào sổ đăng ký", "Enter"),
	"account.login.other":   frame.Say("Đăng nhập bằng tài khoản của cơ quan", "Log in with your agency’s account"),
	"account.login.bad":     frame.Say("Mã truy cập không đúng, hoặc không còn hiệu lực.", "The token is not valid, or no longer."),
	"account.login.ended":   frame.Say("Phiên làm việc đã kết thúc. Hãy đăng nhập lại; chưa có gì được lưu.", "The session has ended. Log in again; nothing was saved."),
	"account.login.reading": frame.Say("Không cần đăng nhập để đọc những gì công khai và đang có hiệu lực.", "What is public and in force can be read without logging in."),

	"account.me":      frame.Say("Tài khoản của tôi", "My account"),
	"account.name":    frame.Say("Tên", "Name"),
	"account.mail":    frame.Say("Thư điện tử", "Mail"),
	"account.agency":  frame.Say("Cơ quan", "Agency"),
	"account.roles":   frame.Say("Vai trò", "Roles"),
	"account.locales": frame.Say("Dịch sang", "Translates into"),
	"account.until":   frame.Say("Phiên làm việc đến", "Session until"),
	"account.unknown": frame.Say("chưa ghi", "not recorded"),
}
