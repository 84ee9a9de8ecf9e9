package rules

import (
	"slices"

	"signet/domain"
)

// members sees who is known; others are refused, and see nothing.
var (
	members = Steps{{Can: domain.ReadApproved, Sight: Sees}, {Sight: Refused}}
	drafts  = Steps{{Can: domain.ReadUnapproved, Sight: Sees}, {Sight: Refused}}
	usage   = Steps{{Can: domain.ReadAllUsage, Sight: Sees}, {Can: domain.ReadUsage, Sight: Part, Part: ownAgency}, {Sight: Refused}}
	hooks   = Steps{{Can: domain.ManageWebhooks, OfOthers: true, Sight: Sees}, {Can: domain.ManageWebhooks, Sight: Part, Part: ownAgency}, {Sight: Refused}}
	version = Steps{
		{Can: domain.ReadUnapproved, Sight: Sees}, {Can: domain.ReadApproved, Sight: Part, Part: approvedOnes}, {Sight: Part, Part: publicNow},
	}
	viewer = Steps{{Can: AnyMember, Sight: Sees}, {Sight: Hidden}}
	person = Steps{{Can: domain.ReadMembers, Sight: Sees}, {Can: AnyMember, Sight: Part, Part: myself}, {Sight: Hidden}}
)

// known sees who is known; others see a part.
func known(part Note) Steps {
	return Steps{{Can: domain.ReadApproved, Sight: Sees}, {Sight: Part, Part: part}}
}

// otherwise are steps whose last one is another.
func otherwise(steps Steps, last Sight) Steps {
	return append(slices.Clone(steps[:len(steps)-1]), Step{Sight: last})
}

// Fields are all fields at the root of queries and subscriptions, and those below that
// ask who asks.
var Fields = []Rule{
	{"Query.agencies", members},
	{"Query.agency", members},
	{"Query.approved", known(publicAt)},
	{"Query.audit", otherwise(auditsSeen, Hidden)},
	{"Query.auditCompliance", usage},
	{"Query.audits", auditsSeen},
	{"Query.compareEditions", members},
	{"Query.coverage", known(publicAt)},
	{"Query.coverage(edition:)", members},
	{"Query.coverageGaps", known(publicAt)},
	{"Query.declaredUses", usage},
	{"Query.downloads", usage},
	{"Query.edition", known(issuedOnes)},
	{"Query.editions", known(issuedOnes)},
	{"Query.erasures", Steps{{Can: domain.ReadMembers, Sight: Sees}, {Sight: Refused}}},
	{"Query.fillTemplate", known(publicAt)},
	{"Query.findings", usage},
	{"Query.identify", known(publicOnce)},
	{"Query.item", known(publicNow)},
	{"Query.items", members},
	{"Query.node", Steps{{Sight: Part, Part: Note{VI: "xem bảng sau", EN: "see the next table"}}}},
	{"Query.nodeState", Steps{{Sight: Sees}}},
	{"Query.overdue", drafts},
	{"Query.policies", members},
	{"Query.recalls", members},
	{"Query.recalls(agency:)", usage},
	{"Query.reviewQueue", drafts},
	{"Query.search", known(publicAt)},
	{"Query.search(everything:)", drafts},
	{"Query.systemState", Steps{{Can: domain.ReadSystem, Sight: Sees}, {Sight: Refused}}},
	{"Query.translationWork", drafts},
	{"Query.unusedVersions", usage},
	{"Query.usage", usage},
	{"Query.usageAfterEnd", usage},
	{"Query.usageCompliance", usage},
	{"Query.versions", drafts},
	{"Query.viewer", viewer},
	{"Query.webhooks", hooks},
	{"Subscription.versionChanged", known(publicNow)},

	{"Agency.delegations", Steps{{Can: domain.ReadMembers, Sight: Sees}, {Can: domain.ReadApproved, Sight: Part, Part: ownAgency}, {Sight: Refused}}},
	{"Agency.members", Steps{{Can: domain.ReadMembers, Sight: Sees}, {Sight: Refused}}},
	{"Audit.reports", usage},
	{"Edition.candidates", drafts},
	{"Edition.changes", members},
	{"Edition.entries", members},
	{"Edition.kit", known(publicAt)},
	{"Edition.readiness", members},
	{"Item.diff", otherwise(version, Refused)},
	{"Item.history", drafts},
	{"Item.inForce", known(publicAt)},
	{"Item.name", version},
	{"Item.usage", usage},
	{"Item.version", version},
	{"Item.versions", otherwise(version, Refused)},
	{"Member.mail", person},
	{"Member.name", person},
	{"Recall.affected", otherwise(usage, Hidden)},
	{"Version.comments", drafts},
	{"Version.recusals", otherwise(drafts, Hidden)},
	{"Version.status", Steps{{Can: domain.ReadApproved, Sight: Sees}, {Sight: Part, Part: publicAt}}},
	{"Viewer.mail", viewer},
	{"Viewer.name", viewer},
	{"Viewer.token", viewer},
	{"Viewer.watches", viewer},
	{"Viewer.watchesKit", viewer},
	{"Webhook.deliveries", hooks},
}

var auditsSeen = Steps{{Can: domain.ReadAllUsage, Sight: Sees}, {Can: domain.ReadUsage, Sight: Part, Part: concerned}, {Sight: Refused}}

// Nodes are the types that node(id:) finds. What is not for somebody is null, as what
// does not exist.
var Nodes = []Rule{
	{"Agency", otherwise(members, Hidden)},
	{"Audit", otherwise(auditsSeen, Hidden)},
	{"DeclaredUse", otherwise(usage, Hidden)},
	{"Edition", known(issuedOnes)},
	{"Finding", Steps{{Can: domain.ReadAllUsage, Sight: Sees}, {Can: domain.ReadUsage, Sight: Part, Part: ownFindings}, {Sight: Hidden}}},
	{"Item", known(publicNow)},
	{"Version", version},
	{"Webhook", otherwise(hooks, Hidden)},
}
