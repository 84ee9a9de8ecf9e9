package history

import "signet/internal/portal/frame"

// provingTexts are those of the page that tells how the history is checked.
var provingTexts = frame.Texts{
	"history.proving":              frame.Say("Tự kiểm chứng lịch sử", "Check the history yourself"),
	"history.proving.why":          frame.Say("Mọi việc đã làm với bộ nhận diện nằm trong một nhật ký chỉ được ghi thêm. Sổ ký định kỳ một mã băm của toàn bộ nhật ký, gọi là điểm kiểm. Nhờ đó bất kỳ ai cũng kiểm chứng được một lần phê duyệt trên máy của mình, không cần tin ai ở đơn vị giữ sổ và không cần kết nối.", "All that was done with the brand kit stands in a log that is only added to. The registry regularly signs one hash of the whole log, a checkpoint. So anybody can check an approval on their own machine, without trusting anybody at the registry, and without a connection."),
	"history.proving.key":          frame.Say("Lấy khóa từ nơi khác.", "Take the key from elsewhere."),
	"history.proving.key.how":      frame.Say("Khóa kiểm tra được in trong quyết định ban hành bộ nhận diện; so với khóa mà sổ hiển thị. Khác nhau là có chuyện.", "The verifier key is printed in the decision that issues the kit; compare it with the one that the registry shows. If they differ, something is wrong."),
	"history.proving.key.here":     frame.Say("Khóa mà sổ này hiển thị", "The key that this registry shows"),
	"history.proving.file":         frame.Say("Tải tệp bằng chứng.", "Download the proof file."),
	"history.proving.file.how":     frame.Say("Ở trang của phiên bản hoặc của kỳ cập nhật, chọn “Tải tệp bằng chứng”. Tệp chứa từng bước (soạn, trình, từng chữ ký, phê duyệt), vị trí của bước trong nhật ký và điểm kiểm đã ký.", "On the page of a version or an edition choose “Download the proof file”. It holds each step (drafted, submitted, every signature, approved), where the step stands in the log, and the signed checkpoint."),
	"history.proving.file.ask":     frame.Say("Người được xem bản thảo, chẳng hạn kiểm tra viên, tải tệp bằng chứng ở trang của phiên bản; hãy xin họ tệp đó. Không cần tin người đưa tệp.", "Who may see drafts, such as an auditor, downloads the proof file on the page of the version; ask them for it. Whoever hands it over need not be trusted."),
	"history.proving.check":        frame.Say("Kiểm tra trên máy của mình.", "Check it on your own machine."),
	"history.proving.check.how":    frame.Say("Chương trình tự tính lại mọi mã băm và cho biết ai đã ký, khi nào, nội dung nào. Chỉ cần tệp và khóa.", "The program computes every hash again, and tells who signed what, and when. It needs only the file and the key."),
	"history.proving.later":        frame.Say("Giữ điểm kiểm, và so về sau.", "Keep the checkpoint, and compare later."),
	"history.proving.later.how":    frame.Say("Ai giữ một điểm kiểm thì nhiều năm sau chứng minh được rằng không có gì trước nó bị sửa hoặc bỏ đi.", "Whoever keeps a checkpoint can show years later that nothing before it was changed or taken away."),
	"history.proving.checkpoint":   frame.Say("Điểm kiểm mới nhất", "The newest checkpoint"),
	"history.proving.address":      frame.Say("ĐỊA-CHỈ-CỦA-SỔ", "ADDRESS-OF-THE-REGISTRY"),
	"history.proving.limits":       frame.Say("Điều mà bằng chứng không nói", "What a proof does not say"),
	"history.proving.limit.later":  frame.Say("Bằng chứng nói nhật ký có gì cho đến điểm kiểm. Sau đó phiên bản có thể đã bị thu hồi: hãy lấy một bằng chứng mới.", "It says what the log held up to the checkpoint. The version may have been withdrawn since: take a newer proof."),
	"history.proving.limit.forked": frame.Say("Ai có khóa bí mật và máy chủ có thể viết lại cả nhật ký rồi ký lại. Người giữ một điểm kiểm cũ hoặc nhân chứng bên ngoài sẽ phát hiện; bằng chứng có chữ ký của nhân chứng cho thấy điều đó.", "Who has the secret key and the machine could write the whole log anew and sign again. Somebody who keeps an older checkpoint, or a witness outside, notices; a proof that a witness has cosigned shows that."),
	"history.proving.limit.truth":  frame.Say("Nó nói rằng tài khoản của cơ quan đã ký, không nói rằng nội dung là đúng.", "It says that the agency’s account signed, not that what was signed is right."),
	"history.proof.file":           frame.Say("Tải tệp bằng chứng", "Download the proof file"),
	"history.proof.how":            frame.Say("Cách kiểm tra", "How to check it"),
}
