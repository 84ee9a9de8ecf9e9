package rules

import "signet/domain"

const file = "/files/{item}/{version}/{name}"

// What is asked for at an address, where that makes it another question.
const (
	Unapproved = " (unapproved)"
	Withdrawn  = " (withdrawn)" // is told by 410
	Entries    = " (entries)"   // of the log, and not hashes alone
	Preview    = " (preview)"   // small, shown on a page; not recorded
)

// Addresses are those of the server, with the method that they are asked by. HEAD is
// as GET.
var Addresses = []Rule{
	{"GET /", everybody},
	{"GET /vi/", pages},
	{"GET /en/", pages},
	{"GET /portal/", everybody},
	{"GET /healthz", everybody},
	{"GET /readyz", everybody},
	{"GET /schema.graphql", everybody},
	{"GET /graphql/explorer/", everybody},
	{"POST /graphql", Steps{{Sight: Part, Part: Note{VI: "xem các bảng trên", EN: "see the tables above"}}}},
	{"GET /first-login", once},
	{"POST /first-login", once},
	{"GET /login", everybody},
	{"GET /login/callback", everybody},
	{"GET /login/done", everybody},
	{"POST /session", Steps{{Sight: Part, Part: Note{VI: "người đưa ra một mã truy cập còn hiệu lực", EN: "who shows a token that is valid"}}}},
	{"POST /logout", everybody},
	{"GET " + file, Steps{{Can: domain.DownloadAssets, Sight: Sees}, {Can: AnyMember, Sight: Refused}, {Sight: Part, Part: publicNow}}},
	{"GET " + file + Preview, known(publicNow)},
	{"GET " + file + Unapproved, otherwise(drafts, Hidden)},
	{"GET " + file + Withdrawn, Steps{{Can: domain.ReadUnapproved, Also: domain.DownloadAssets, Sight: Sees}, {Sight: Refused}}},
	{"POST /files", holding(domain.UploadAssets)},
	{"GET /kit.zip", Steps{{Can: domain.DownloadAssets, Sight: Sees}, {Can: AnyMember, Sight: Refused}, {Sight: Part, Part: publicAt}}},
	{"GET /kit/manifest.json", known(publicAt)},
	{"GET /catalogue.json", known(publicOnce)},
	{"GET /identify", known(publicOnce)},
	{"POST /identify", known(publicOnce)},
	{"GET /status/{item}/{version}", known(publicOnce)},
	{"GET /feeds/changes.atom", known(publicFeed)},
	{"GET /feeds/deadlines.ics", Steps{
		{Can: domain.ReadAllUsage, Sight: Sees}, {Can: domain.ReadUnapproved, Sight: Part, Part: ownDeadlines}, {Sight: Part, Part: editionsDue},
	}},
	{"GET /reports", holding(domain.ReadAllUsage)},
	{"GET /tlog/checkpoint", everybody},
	{"GET /tlog/checkpoint/witnessed", everybody},
	{"GET /tlog/key", everybody},
	{"GET /tlog/tile/{tile...}", everybody},
	{"GET /tlog/tile/{tile...}" + Entries, holding(domain.ReadSystem)},
	{"GET /proofs/items/{item}/{version}", holding(domain.ReadUnapproved)},
	{"GET /proofs/editions/{edition}", holding(domain.ReadApproved)},
	{"GET /xliff/{item}/{version}/{locale}", holding(domain.ReadUnapproved)},
	{"POST /xliff", holding(domain.TranslateVersions)},
	{"GET /evidence/{finding}", Steps{{Can: domain.ReadAllUsage, Sight: Sees}, {Can: domain.ReadUsage, Sight: Part, Part: ownFindings}, {Sight: Hidden}}},
	{"POST /evidence", holding(domain.ReportAudits)},
	{"POST /links", Steps{{Can: domain.DownloadAssets, Also: domain.ReadApproved, Sight: Sees}, {Sight: Refused}}},
	{"GET /metrics", Steps{{Sight: Hidden}}},
}

var (
	everybody = Steps{{Sight: Sees}}
	once      = Steps{{Sight: Part, Part: Note{
		VI: "chỉ người có mã do chương trình in ra trên máy chủ, và chỉ một lần", EN: "only who has the code that the program printed on the machine, and once",
	}}}
)

func holding(p domain.Permission) Steps {
	return Steps{{Can: p, Sight: Sees}, {Sight: Refused}}
}

// pages ask the API for who looks at them, and their forms are its mutations.
var pages = Steps{{Sight: Part, Part: Note{VI: "những gì các bảng trên cho xem và làm; trang hỏi chính API", EN: "what the tables above let one see and do; pages ask the API itself"}}}
