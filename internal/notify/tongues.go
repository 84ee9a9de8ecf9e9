package notify

import "signet/domain"

// tongue is how letters speak a language. Its words are for fmt.Sprintf.
type tongue struct {
	greeting string
	version  string // name and number of a version
	subjects map[domain.Topic]string
	heads    map[domain.Topic]string // with the name of what it is about

	due, reason, instead, nothing, decision string
	used                                    string // agency, downloads, declared uses, those that have not ended
	more, end                               string

	watching, using, signing string
}

// because tells why somebody is told of a change.
func (t tongue) because(c change) string {
	switch {
	case c.Agency != "":
		return t.signing
	case len(c.Used) > 0:
		return t.using
	}
	return t.watching
}

var tongues = map[string]tongue{
	"vi": {
		greeting: "Kính gửi ông/bà,",
		version:  "%s, phiên bản %d",
		subjects: map[domain.Topic]string{
			domain.TopicWithdrawn: "Đã thu hồi, ngừng sử dụng", domain.TopicReview: "Chờ ký duyệt", domain.TopicOverdue: "Quá hạn", domain.TopicIssued: "Ban hành lần cập nhật",
			domain.TopicInForce: "Có hiệu lực", domain.TopicApproved: "Đã phê duyệt", domain.TopicSuperseded: "Đã được thay thế",
		},
		heads: map[domain.Topic]string{
			domain.TopicWithdrawn: "%s đã bị thu hồi, đề nghị ngừng sử dụng", domain.TopicReview: "%s đang chờ cơ quan của ông/bà ký duyệt", domain.TopicOverdue: "%s đã quá hạn xử lý tại cơ quan của ông/bà",
			domain.TopicIssued: "Lần cập nhật %s của bộ nhận diện đã được ban hành", domain.TopicInForce: "%s bắt đầu có hiệu lực", domain.TopicApproved: "%s đã được phê duyệt", domain.TopicSuperseded: "%s đã được thay thế, không còn hiệu lực",
		},
		due: "Hạn: %s.", reason: "Lý do: %s", instead: "Hãy dùng thay: %s.", nothing: "Chưa có bản thay thế.", decision: "Quyết định: %s.",
		used: "%s đã tải %d lần, khai báo %d nơi dùng, %d nơi còn đang dùng.",
		more: "Và %d thay đổi khác; xem trên trang của lần cập nhật.", end: "Thay đổi tại:",
		watching: "Ông/bà nhận thư này vì đang theo dõi.", using: "Ông/bà nhận thư này vì cơ quan của ông/bà đã sử dụng phiên bản bị thu hồi.", signing: "Ông/bà nhận thư này vì cơ quan của ông/bà phải xử lý.",
	},
	"en": {
		greeting: "Good day,",
		version:  "%s, version %d",
		subjects: map[domain.Topic]string{
			domain.TopicWithdrawn: "Withdrawn, stop using", domain.TopicReview: "Waits for your agency's signature", domain.TopicOverdue: "Overdue", domain.TopicIssued: "Edition issued",
			domain.TopicInForce: "In force", domain.TopicApproved: "Approved", domain.TopicSuperseded: "Superseded",
		},
		heads: map[domain.Topic]string{
			domain.TopicWithdrawn: "%s was withdrawn; please stop using it", domain.TopicReview: "%s waits for the signature of your agency", domain.TopicOverdue: "%s is overdue at your agency",
			domain.TopicIssued: "Edition %s of the brand kit was issued", domain.TopicInForce: "%s is in force now", domain.TopicApproved: "%s was approved", domain.TopicSuperseded: "%s was superseded, and is no longer in force",
		},
		due: "Due: %s.", reason: "Reason: %s", instead: "Use instead: %s.", nothing: "Nothing replaces it yet.", decision: "Decision: %s.",
		used: "%s has downloaded it %d times and declared %d uses, of which %d go on.",
		more: "And %d more changes; see the page of the edition.", end: "Change that at:",
		watching: "You get this mail because you watch this.", using: "You get this mail because your agency has used what was withdrawn.", signing: "You get this mail because your agency has to act.",
	},
}
