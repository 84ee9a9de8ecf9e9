package frame

// refusals are reasons of refusals in Vietnamese; in English the API tells them itself.
var refusals = map[string]string{
	"unknown_path":    "Không có trang nào ở địa chỉ này.",
	"unauthenticated": "Việc này cần đăng nhập.",
	"not_permitted":   "Vai trò của bạn không cho phép việc này.",
}
