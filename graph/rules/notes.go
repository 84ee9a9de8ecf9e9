package rules

// Note is a rule that no permission says.
type Note struct {
	VI, EN string
	// Reasons are the refusals by which domain tells of it, if it is about commands.
	Reasons []string
}

// Notes about commands: what depends on the state of the registry.
var (
	sameAuthor = Note{
		"Chỉ thành viên của cơ quan đã bắt đầu phiên bản.", "Only members of the agency that began the version.", []string{"not_author"},
	}
	ownLocale = Note{"Người dịch: chỉ các ngôn ngữ của mình.", "Translators: only into their own languages.", []string{"not_your_locale"}}
	fourEyes  = Note{
		"Bốn mắt: người đã viết hoặc dịch phiên bản không ký; một người không ký cho hai cơ quan; người đã xin không ký thì không ký.",
		"Four eyes: who wrote or translated the version does not sign it; nobody signs for two agencies; who has stepped back does not sign.",
		[]string{"self_approval", "two_agencies", "recused"},
	}
	signers = Note{
		"Chỉ cho cơ quan mà quy trình yêu cầu ký, hoặc cơ quan đã ủy quyền.", "Only for an agency that the policy asks, or one that has delegated its signature.",
		[]string{"not_a_signer", "not_delegated"},
	}
	quorum = Note{
		"Cả cơ quan chỉ được xin không ký qua cán bộ ký duyệt của chính mình, và khi quy trình vẫn đủ số ký.",
		"A whole agency steps back only by a reviewer of its own, and only where the quorum can still be reached.",
		[]string{"not_reviewer", "must_sign", "quorum_unreachable"},
	}
	leads     = Note{"Chỉ cơ quan chủ trì, hoặc quản trị viên.", "Only a lead agency, or an admin.", []string{"not_lead"}}
	ownSigner = Note{"Chỉ chữ ký của chính cơ quan mình.", "Only one's own agency's signature.", []string{"not_your_agency"}}
	ownRemark = Note{
		"Chỉ cơ quan đã góp ý, hoặc cơ quan soạn phiên bản.", "Only the agency that commented, or the one that writes the version.", []string{"not_your_comment"},
	}
	ownSite = Note{
		"Cơ quan chỉ báo cáo về trang của mình; kiểm tra viên về mọi trang.", "An agency reports on its own sites; an auditor on any.", []string{"not_permitted"},
	}
	noMore = Note{
		"Bằng mã truy cập bị giới hạn không trao được quyền vượt quá giới hạn của chính mã đó.",
		"By a limited token nobody gets more than that token is for.",
		[]string{"exceeds_token"},
	}
	thisToken = Note{
		"Chỉ mã đang dùng để gọi; thời hạn không dài hơn.", "Only the token that one calls with; it does not come to last longer.", []string{"not_own_token", "outlives_token"},
	}
	twoPeople = Note{
		"Hai người: người yêu cầu không tự xác nhận; luôn còn một quản trị viên khác với người bị xóa.",
		"Two people: who requested does not confirm; an administrator other than the person remains.",
		[]string{"self_confirmation", "last_administrator"},
	}
	onMachine = Note{
		"Chỉ người vận hành chương trình, một lần duy nhất.", "Only who runs the program, and once.", []string{"not_the_operator", "already_claimed"},
	}
	signed = Note{
		"Chỉ phiên bản mà mọi cơ quan phải ký đã ký.", "Only versions that all who must have signed.", []string{"wrong_state", "not_ready"},
	}
	unissued = Note{"Chỉ lần cập nhật chưa ban hành.", "Only an edition that was not issued.", []string{"edition_issued"}}
)

// Notes about what is seen: which part.
var (
	publicNow  = Note{VI: "công khai và đang có hiệu lực", EN: "what is public and in force"}
	publicAt   = Note{VI: "công khai và có hiệu lực tại thời điểm được hỏi, muộn nhất là hiện tại", EN: "what is public, and in force at the instant asked about, at most now"}
	publicOnce = Note{VI: "công khai và đã từng có hiệu lực", EN: "what is public and has been in force"}
	// An edition comes in force by a decision that is made public: its number, day and
	// terms are a public act. What is in preparation is not.
	issuedOnes   = Note{VI: "lần cập nhật đã ban hành (quyết định ban hành là văn bản công khai), không kèm danh mục bên trong", EN: "editions that were issued (the decision that issues one is a public act), without the list of what is in them"}
	approvedOnes = Note{VI: "đã được phê duyệt, kể cả đã thu hồi", EN: "what was approved, also what was withdrawn"}
	ownAgency    = Note{VI: "của cơ quan mình; hỏi đích danh cơ quan khác thì bị từ chối", EN: "one's own agency's; asking for another's by name is refused"}
	concerned    = Note{VI: "các đợt kiểm tra liên quan đến cơ quan mình", EN: "audits that concern one's own agency"}
	ownFindings  = Note{VI: "phát hiện tại trang của cơ quan mình", EN: "findings at one's own agency's sites"}
	myself       = Note{VI: "của chính mình", EN: "one's own"}
	ownDeadlines = Note{VI: "thêm việc đang chờ cơ quan mình", EN: "also what waits for one's own agency"}
	editionsDue  = Note{VI: "chỉ hạn của các lần cập nhật", EN: "only when editions are due"}
	publicFeed   = Note{VI: "chỉ mục công khai, không kèm lý do thu hồi", EN: "only what is public, without why it was withdrawn"}
)
