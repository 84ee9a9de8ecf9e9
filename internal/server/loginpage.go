package server

import (
	"net/http"

	"signet/domain"
	"signet/internal/access"
)

// signedInPage is what the page of a login shows: who has come in, or why nobody did.
type signedInPage struct {
	Name, Agency string
	Roles        domain.Roles
	Until        string // in the city's time

	Vietnamese, English string // of a refusal
	Reason, Request     string
}

// loggedIn says who has come in.
func (s *Server) loggedIn(w http.ResponseWriter, r *http.Request) {
	viewer := access.From(r.Context())
	if viewer.Anonymous() {
		http.Redirect(w, r, startPath, http.StatusSeeOther)
		return
	}
	agency, err := s.Views.Agency(r.Context(), viewer.Agency)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	name, err := s.Door.Name(r.Context(), viewer.Member)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	p := signedInPage{Name: name, Agency: agency.Name["vi"], Roles: viewer.Roles}
	if p.Name == "" {
		p.Name = viewer.Member.String()
	}
	if token, err := s.Views.Token(r.Context(), viewer.Token); err == nil && !token.Expires.IsZero() {
		p.Until = token.Expires.In(domain.CityZone).Format("15:04 02/01/2006")
	}
	w.Header().Set("Cache-Control", "no-store")
	s.show(w, r, http.StatusOK, "login.html", p)
}

// loginSays are refusals of logins in Vietnamese; in English they are told as everywhere.
var loginSays = map[string]string{
	"no_rule":              "Bạn chưa thuộc nhóm nào được vào sổ đăng ký. Hãy nhờ quản trị viên cấp nhóm, và nói rõ bạn thuộc cơ quan nào.",
	"unknown_agency":       "Quy tắc đăng nhập nêu một cơ quan chưa có trong sổ đăng ký. Hãy báo cho quản trị viên.",
	"login_expired":        "Lần đăng nhập này đã hết hạn, đã dùng rồi, hoặc bắt đầu ở trình duyệt khác. Hãy đăng nhập lại.",
	"login_mismatch":       "Câu trả lời không khớp với lần đăng nhập này. Hãy đăng nhập lại.",
	"login_refused":        "Nơi đăng nhập đã từ chối.",
	"login_failed":         "Đăng nhập không thành công. Sự việc đã được ghi lại.",
	"provider_unavailable": "Nơi đăng nhập không trả lời. Phiên đang mở vẫn dùng được; hãy thử lại sau.",
	"people_unavailable":   "Hiện không đọc được danh sách người dùng. Hãy thử lại sau.",
	"log_unavailable":      "Hiện không ghi được. Hãy thử lại sau.",
	"busy":                 "Nhiều người đang ghi cùng lúc. Hãy thử lại.",
}

// loginRefused says why nobody has come in, on a page or as any other refusal.
func (s *Server) loginRefused(w http.ResponseWriter, r *http.Request, err error) {
	if s.pressed(w, r, err) {
		return
	}
	t := tellOf(err)
	id := w.Header().Get(requestIDHeader)
	s.Log.WarnContext(r.Context(), "nobody has come in", "error", err, "request", id)
	if !wantsPage(r) {
		s.problem(w, r, problem{t.Status, t.Code, t.Reason, t.Field, t.Sentence})
		return
	}
	p := signedInPage{Vietnamese: loginSays[t.Reason], English: t.Sentence, Reason: t.Reason, Request: id}
	if p.Vietnamese == "" {
		p.Vietnamese = loginSays["login_failed"]
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if t.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "30")
	}
	s.show(w, r, t.Status, "login.html", p)
}
