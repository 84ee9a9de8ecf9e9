package rules

import (
	"slices"

	"signet/domain"
)

// Acts are all that can be done: every command of the domain, and what the API or the
// server does without one.
func Acts() []Act {
	return slices.Concat(writing(), signing(), editing(), using(), auditing(), knowing(), administering())
}

func writing() []Act {
	return []Act{
		{What: What{"Đăng ký đối tượng", "Register an item"}, Needing: domain.RegisterItem{}, Mutation: "registerItem"},
		{What: What{"Công khai hoặc thôi công khai đối tượng", "Make an item public, or no longer"}, Needing: domain.ChangeItemVisibility{}, Mutation: "changeItemVisibility"},
		{What: What{"Tải tệp lên", "Upload a file"}, Needing: permission{name: domain.UploadAssets}, Mutation: "uploadFile", Means: "POST /files"},
		{What: What{"Bắt đầu phiên bản", "Begin a version"}, Needing: domain.DraftVersion{}, Mutation: "draftVersion"},
		{What: What{"Sửa bản thảo", "Revise a draft"}, Needing: domain.ReviseDraft{}, Mutation: "reviseDraft", Notes: []Note{sameAuthor}},
		{
			What: What{"Dịch", "Translate"}, Needing: domain.TranslateVersion{}, Mutation: "translateVersion", Means: "POST /xliff",
			Notes: []Note{sameAuthor, ownLocale},
		},
		{What: What{"Trình phiên bản", "Submit a version"}, Needing: domain.SubmitVersion{}, Mutation: "submitVersion", Notes: []Note{sameAuthor}},
		{What: What{"Rút lại bản trình", "Take a submission back"}, Needing: domain.WithdrawSubmission{}, Mutation: "withdrawSubmission", Notes: []Note{sameAuthor}},
		{What: What{"Góp ý", "Comment"}, Needing: domain.CommentOnVersion{}, Mutation: "commentOnVersion"},
		{What: What{"Kết thúc góp ý", "Settle a comment"}, Needing: domain.ResolveComment{}, Mutation: "resolveComment", Notes: []Note{ownRemark}},
	}
}

func signing() []Act {
	return []Act{
		{What: What{"Ký", "Sign"}, Needing: domain.SignVersion{}, Mutation: "signVersion", Notes: []Note{signers, fourEyes}},
		{What: What{"Trả lại", "Return"}, Needing: domain.ReturnVersion{}, Mutation: "returnVersion", Notes: []Note{signers, fourEyes}},
		{What: What{"Xin không ký", "Step back"}, Needing: domain.RecuseSigner{}, Mutation: "recuseSigner", Notes: []Note{signers, quorum}},
		{What: What{"Ủy quyền ký", "Delegate signing"}, Needing: domain.DelegateSigning{Agency: Own}, Mutation: "delegateSigning", Notes: []Note{ownSigner}},
		{What: What{"Thu hồi ủy quyền", "Revoke a delegation"}, Needing: domain.RevokeDelegation{Agency: Own}, Mutation: "revokeDelegation", Notes: []Note{ownSigner}},
		{What: What{"Báo cáo chậm trễ", "Report who is late"}, Needing: domain.EscalateReview{}, Mutation: "escalateReview", Means: "signet serve"},
		{What: What{"Thu hồi phiên bản", "Withdraw a version"}, Needing: domain.WithdrawVersion{}, Mutation: "withdrawVersion", Notes: []Note{leads}},
		{What: What{"Chuyển sang lần cập nhật khác", "Move to another edition"}, Needing: domain.RescheduleVersion{}, Mutation: "rescheduleVersion", Notes: []Note{leads}},
		{What: What{"Đặt quy trình ký duyệt", "Set a policy"}, Needing: domain.SetPolicy{}, Mutation: "setPolicy"},
	}
}

func editing() []Act {
	return []Act{
		{What: What{"Mở lần cập nhật", "Open an edition"}, Needing: domain.OpenEdition{}, Mutation: "openEdition"},
		{What: What{"Đưa vào lần cập nhật", "Include in an edition"}, Needing: domain.IncludeInEdition{}, Mutation: "includeInEdition", Notes: []Note{signed, unissued}},
		{What: What{"Cho hết hiệu lực cùng lần cập nhật", "Retire with an edition"}, Needing: domain.RetireInEdition{}, Mutation: "retireInEdition", Notes: []Note{unissued}},
		{What: What{"Đưa ra khỏi lần cập nhật", "Exclude from an edition"}, Needing: domain.ExcludeFromEdition{}, Mutation: "excludeFromEdition", Notes: []Note{unissued}},
		{What: What{"Ban hành lần cập nhật", "Issue an edition"}, Needing: domain.IssueEdition{}, Mutation: "issueEdition", Notes: []Note{signed, unissued}},
	}
}

func using() []Act {
	return []Act{
		{What: What{"Tải về (được ghi nhận)", "Download (recorded)"}, Needing: domain.RecordDownload{Agency: Own}, Means: "GET /files, /kit.zip"},
		{What: What{"Khai báo sử dụng", "Declare a use"}, Needing: domain.DeclareUse{Agency: Own}, Mutation: "declareUse"},
		{What: What{"Kết thúc sử dụng", "End a use"}, Needing: domain.EndUse{Agency: Own}, Mutation: "endUse"},
		{What: What{"Nhập số liệu từ nhật ký của kênh", "Take in the log of a channel"}, Needing: domain.ImportUsage{Agency: Own}, Mutation: "importUsage"},
		{What: What{"Đăng ký webhook", "Register a webhook"}, Needing: domain.RegisterWebhook{Agency: Own}, Mutation: "registerWebhook"},
		{What: What{"Sửa webhook", "Change a webhook"}, Needing: domain.ChangeWebhook{Agency: Own}, Mutation: "changeWebhook"},
		{What: What{"Đổi khóa bí mật của webhook", "Change the secret of a webhook"}, Needing: domain.RotateWebhookSecret{Agency: Own}, Mutation: "rotateWebhookSecret"},
		{What: What{"Xóa webhook", "Remove a webhook"}, Needing: domain.RemoveWebhook{Agency: Own}, Mutation: "removeWebhook"},
		{What: What{"Gửi lại", "Send again"}, Needing: permission{domain.ManageWebhooks, Own}, Mutation: "redeliver"},
	}
}

func auditing() []Act {
	return []Act{
		{What: What{"Lập kế hoạch kiểm tra", "Plan an audit"}, Needing: domain.PlanAudit{}, Mutation: "planAudit"},
		{What: What{"Sửa kế hoạch kiểm tra", "Change an audit"}, Needing: domain.ChangeAudit{}, Mutation: "changeAudit"},
		{What: What{"Báo cáo kết quả kiểm tra", "Report what was found"}, Needing: domain.ReportAudit{}, Mutation: "reportAudit", Notes: []Note{ownSite}},
		{What: What{"Gửi ảnh chứng cứ", "Send a picture of a place"}, Needing: permission{name: domain.ReportAudits}, Means: "POST /evidence"},
		{What: What{"Trả lời phát hiện", "Answer a finding"}, Needing: domain.AnswerFinding{Agency: Own}, Mutation: "answerFinding"},
		{What: What{"Kết luận phát hiện", "Resolve a finding"}, Needing: domain.ResolveFinding{}, Mutation: "resolveFinding"},
		{What: What{"Xem lại phát hiện", "Look at a finding again"}, Needing: domain.RecheckFinding{}, Mutation: "recheckFinding"},
		{What: What{"Kết thúc một vòng", "Conclude a round"}, Needing: domain.ConcludeRound{}, Mutation: "concludeAuditRound"},
		{What: What{"Chấm dứt kiểm tra", "End an audit"}, Needing: domain.EndAudit{}, Mutation: "endAudit"},
	}
}

func knowing() []Act {
	return []Act{
		{What: What{"Ghi tên, địa chỉ của người khác", "Write another person's name and address"}, Needing: permission{domain.WritePeople, Own}, Mutation: "setPerson"},
		{What: What{"Ghi tên, địa chỉ của mình", "Write one's own name and address"}, Needing: permission{name: domain.WriteOwnPerson}, Mutation: "setPerson", Self: true},
		{What: What{"Theo dõi đối tượng hoặc cả bộ", "Watch an item or the kit"}, Needing: permission{name: domain.WriteOwnPerson}, Mutation: "watchItem"},
		{What: What{"Thôi theo dõi", "Watch no more"}, Needing: permission{name: domain.WriteOwnPerson}, Mutation: "unwatchItem"},
		{What: What{"Yêu cầu xóa dữ liệu cá nhân", "Request an erasure"}, Needing: domain.RequestErasure{}, Mutation: "requestErasure"},
		{What: What{"Xác nhận xóa", "Confirm an erasure"}, Needing: domain.ConfirmErasure{}, Mutation: "confirmErasure", Notes: []Note{twoPeople}},
		{What: What{"Bỏ yêu cầu xóa", "Cancel an erasure"}, Needing: domain.CancelErasure{}, Mutation: "cancelErasure"},
	}
}

func administering() []Act {
	return []Act{
		{What: What{"Đăng ký cơ quan", "Register an agency"}, Needing: domain.RegisterAgency{}, Mutation: "registerAgency"},
		{What: What{"Đổi tên cơ quan", "Rename an agency"}, Needing: domain.RenameAgency{}, Mutation: "renameAgency"},
		{What: What{"Thêm thành viên", "Add a member"}, Needing: domain.AddMember{Agency: Own}, Mutation: "addMember", Notes: []Note{noMore}},
		{What: What{"Đổi vai trò của thành viên", "Change a member's roles"}, Needing: domain.ChangeMemberRoles{Agency: Own}, Mutation: "changeMemberRoles", Notes: []Note{noMore}},
		{What: What{"Cho thành viên ra", "Remove a member"}, Needing: domain.RemoveMember{Agency: Own}, Mutation: "removeMember"},
		{What: What{"Cấp mã truy cập", "Issue a token"}, Needing: domain.IssueToken{Agency: Own}, Mutation: "issueToken", Notes: []Note{noMore}},
		{What: What{"Thay mã truy cập", "Replace a token"}, Needing: domain.RotateToken{Agency: Own}, Mutation: "rotateToken", Notes: []Note{noMore}},
		{What: What{"Hủy mã truy cập", "Revoke a token"}, Needing: domain.RevokeToken{Agency: Own}, Mutation: "revokeToken"},
		{What: What{"Thay mã của chính mình", "Replace one's own token"}, Needing: domain.RotateOwnToken{RotateToken: domain.RotateToken{Agency: Own}}, Mutation: "rotateToken", Self: true, Notes: []Note{thisToken}},
		{What: What{"Hủy mã của chính mình", "Revoke one's own token"}, Needing: domain.RevokeOwnToken{RevokeToken: domain.RevokeToken{Agency: Own}}, Mutation: "revokeToken", Self: true, Notes: []Note{thisToken}},
		{What: What{"Ghi ngày dùng mã", "Note the day of a token's use"}, Needing: domain.RecordTokenUse{Agency: Own}, Means: "signet serve"},
		{What: What{"Nhận sổ đăng ký lần đầu", "Claim the registry"}, Needing: domain.ClaimRegistry{}, Means: "/first-login, signet token", Notes: []Note{onMachine}},
	}
}
