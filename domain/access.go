package domain

import "slices"

// Role is what a member may do in the registry.
type Role string

// The roles, from the plan's three kinds of people and those who serve them.
const (
	RoleDesigner   Role = "designer"   // reads what is approved, declares use
	RoleAgency     Role = "agency"     // downloads for its agency, declares use
	RoleAuthor     Role = "author"     // drafts and submits versions
	RoleTranslator Role = "translator" // translates drafts into the member's locales
	RoleReviewer   Role = "reviewer"   // signs or returns versions for its agency
	RoleAuditor    Role = "auditor"    // reads everything, history and usage
	RoleAdmin      Role = "admin"      // agencies, members, policies, editions
	// RoleDelegate is held by a member to whom an agency has delegated its signature,
	// as long as the delegation lasts; it can't be given.
	RoleDelegate Role = "delegate"
	// RoleOperator is held by whoever runs the program on the machine itself; it
	// can't be given to a member.
	RoleOperator Role = "operator"
)

// MemberRoles are the roles that a member can be given, sorted.
var MemberRoles = []Role{RoleAdmin, RoleAgency, RoleAuditor, RoleAuthor, RoleDesigner, RoleReviewer, RoleTranslator}

// Roles is a set of roles, sorted and without repetition.
type Roles []Role

// Has tells whether the set holds one of the roles.
func (r Roles) Has(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(role Role) bool { return slices.Contains(r, role) })
}

// parseRoles sorts roles and refuses unknown ones.
func parseRoles(in []Role, field string) (Roles, error) {
	if len(in) == 0 {
		return nil, Refuse(Invalid, "roles_required", "a member has at least one role").At("%s", field)
	}
	out := Roles(slices.Clone(in))
	slices.Sort(out)
	out = slices.Compact(out)
	for _, r := range out {
		if !slices.Contains(MemberRoles, r) {
			return nil, Refuse(Invalid, "unknown_role", "%q is not a role", clip(string(r))).At("%s", field)
		}
	}
	return out, nil
}

// Permission is a thing that one may do or see.
type Permission string

// The permissions that commands need and queries ask for.
const (
	RegisterItems     Permission = "items.register"
	DraftVersions     Permission = "versions.draft"
	SignVersions      Permission = "versions.sign"
	TranslateVersions Permission = "versions.translate"
	CommentVersions   Permission = "versions.comment"
	EscalateReviews   Permission = "reviews.escalate"
	DelegateSignings  Permission = "signing.delegate"
	ManageWebhooks    Permission = "webhooks.manage"
	WithdrawOnes      Permission = "versions.withdraw"
	ManageEditions    Permission = "editions.manage"
	SetPolicies       Permission = "policies.set"
	ManageAgencies    Permission = "agencies.manage"
	ManageMembers     Permission = "members.manage"
	DeclareUses       Permission = "usage.declare"
	DownloadAssets    Permission = "assets.download"
	UploadAssets      Permission = "assets.upload"
	ReadApproved      Permission = "read.approved"   // what is or was in force, also when not public
	ReadUnapproved    Permission = "read.unapproved" // drafts and what is under review
	ReadUsage         Permission = "read.usage"      // usage of one's own agency
	ReadAllUsage      Permission = "read.usage.all"  // usage of every agency
	ReadMembers       Permission = "read.members"    // members and tokens (never a secret)
	ReadSystem        Permission = "read.system"     // how the registry and its program are
	WritePeople       Permission = "people.write"    // names and mail addresses of others
	WriteOwnPerson    Permission = "people.write.own"
	ErasePeople       Permission = "people.erase"
	ManageAudits      Permission = "audits.manage"
	ReportAudits      Permission = "audits.report" // what was found at the sites of one's own agency
	AnswerFindings    Permission = "findings.answer"
	OwnTokens         Permission = "tokens.own" // to replace or end the token that one calls with
)

// Scope limits a permission to an agency; the zero Scope is the whole registry.
type Scope struct{ Agency string }

// grants says which roles hold a permission.
var grants = map[Permission][]Role{
	RegisterItems:     {RoleAuthor, RoleAdmin},
	DraftVersions:     {RoleAuthor},
	SignVersions:      {RoleReviewer, RoleDelegate},
	TranslateVersions: {RoleAuthor, RoleTranslator},
	CommentVersions:   {RoleAuthor, RoleTranslator, RoleReviewer, RoleDelegate},
	EscalateReviews:   {RoleAdmin},
	DelegateSignings:  {RoleReviewer},
	ManageWebhooks:    {RoleAgency, RoleAdmin},
	WithdrawOnes:      {RoleReviewer, RoleAdmin},
	ManageEditions:    {RoleAdmin},
	SetPolicies:       {RoleAdmin},
	ManageAgencies:    {RoleAdmin},
	ManageMembers:     {RoleAdmin},
	DeclareUses:       {RoleAgency, RoleDesigner, RoleAuthor, RoleAdmin},
	DownloadAssets:    {RoleAgency, RoleDesigner, RoleAuthor, RoleReviewer, RoleAuditor, RoleAdmin},
	UploadAssets:      {RoleAuthor},
	ReadApproved:      {RoleAgency, RoleDesigner, RoleAuthor, RoleTranslator, RoleReviewer, RoleDelegate, RoleAuditor, RoleAdmin},
	ReadUnapproved:    {RoleAuthor, RoleTranslator, RoleReviewer, RoleDelegate, RoleAuditor, RoleAdmin},
	ReadUsage:         {RoleAgency, RoleAuditor, RoleAdmin},
	ReadAllUsage:      {RoleAuditor, RoleAdmin},
	ReadMembers:       {RoleAuditor, RoleAdmin},
	ReadSystem:        {RoleAuditor, RoleAdmin},
	WritePeople:       {RoleAdmin},
	WriteOwnPerson:    MemberRoles,
	ErasePeople:       {RoleAdmin},
	ManageAudits:      {RoleAuditor, RoleAdmin},
	ReportAudits:      {RoleAgency, RoleAuditor, RoleAdmin},
	AnswerFindings:    {RoleAgency, RoleAdmin},
	OwnTokens:         MemberRoles,
}

// membersOwn are the permissions that nobody holds by running the program: content,
// signatures and the token that one calls with are the members' own.
var membersOwn = []Permission{DraftVersions, SignVersions, TranslateVersions, CommentVersions, DelegateSignings, OwnTokens}

// May tells whether the actor holds the permission in the scope. Within an
// agency's scope only its own members do, and admins and the operator. What a
// limited token is not for nobody may by it.
func (a Actor) May(p Permission, s Scope) bool {
	if !a.Scopes.Allow(p) {
		return false
	}
	if a.Roles.Has(RoleOperator) {
		return !slices.Contains(membersOwn, p)
	}
	if !a.Roles.Has(grants[p]...) {
		return false
	}
	return s.Agency == "" || s.Agency == a.Agency || a.Roles.Has(RoleAdmin)
}
