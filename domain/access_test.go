package domain

import (
	"slices"
	"testing"
)

// permissions says who holds what, one line for each permission: designer, agency,
// author, translator, reviewer, delegate, auditor, admin, operator.
var permissions = []struct {
	permission Permission
	holds      string
}{
	//                  d g a t r e u m o
	{RegisterItems, ". . x . . . . x x"},
	{DraftVersions, ". . x . . . . . ."},
	{TranslateVersions, ". . x x . . . . ."},
	{CommentVersions, ". . x x x x . . ."},
	{SignVersions, ". . . . x x . . ."},
	{DelegateSignings, ". . . . x . . . ."},
	{EscalateReviews, ". . . . . . . x x"},
	{WithdrawOnes, ". . . . x . . x x"},
	{ManageEditions, ". . . . . . . x x"},
	{SetPolicies, ". . . . . . . x x"},
	{ManageAgencies, ". . . . . . . x x"},
	{ManageMembers, ". . . . . . . x x"},
	{ManageWebhooks, ". x . . . . . x x"},
	{DeclareUses, "x x x . . . . x x"},
	{DownloadAssets, "x x x . x . x x x"},
	{UploadAssets, ". . x . . . . . x"},
	{ReadApproved, "x x x x x x x x x"},
	{ReadUnapproved, ". . x x x x x x x"},
	{ReadUsage, ". x . . . . x x x"},
	{ReadAllUsage, ". . . . . . x x x"},
	{ReadMembers, ". . . . . . x x x"},
	{ReadSystem, ". . . . . . x x x"},
	{WritePeople, ". . . . . . . x x"},
	{WriteOwnPerson, "x x x x x . x x x"},
	{ErasePeople, ". . . . . . . x x"},
	{ManageAudits, ". . . . . . x x x"},
	{ReportAudits, ". x . . . . x x x"},
	{AnswerFindings, ". x . . . . . x x"},
	{OwnTokens, "x x x x x . x x ."},
}

var everyRole = []Role{RoleDesigner, RoleAgency, RoleAuthor, RoleTranslator, RoleReviewer, RoleDelegate, RoleAuditor, RoleAdmin, RoleOperator}

func TestWhoMayDoWhat(t *testing.T) {
	var listed []Permission
	for _, row := range permissions {
		listed = append(listed, row.permission)
		for i, role := range everyRole {
			want := row.holds[2*i] == 'x'
			everywhere := role == RoleAdmin || role == RoleOperator
			actor := member(1, foreign, role)
			if got := actor.May(row.permission, Scope{}); got != want {
				t.Errorf("%s may %s: %t", role, row.permission, got)
			}
			if got := actor.May(row.permission, Scope{Agency: foreign}); got != want {
				t.Errorf("%s may %s in their own agency: %t", role, row.permission, got)
			}
			if got := actor.May(row.permission, Scope{Agency: party}); got != (want && everywhere) {
				t.Errorf("%s may %s in another agency: %t", role, row.permission, got)
			}
		}
	}
	for p := range grants {
		if !slices.Contains(listed, p) {
			t.Errorf("the table lacks the permission %s", p)
		}
	}
}

func TestRolesAddUp(t *testing.T) {
	both := member(1, foreign, RoleAuthor, RoleReviewer)
	if !both.May(DraftVersions, Scope{}) || !both.May(SignVersions, Scope{}) || both.May(SetPolicies, Scope{}) {
		t.Error("an author who is a reviewer may do what each may, and no more")
	}
	nobody := Actor{Agency: foreign}
	for _, row := range permissions {
		if nobody.May(row.permission, Scope{}) || nobody.May(row.permission, Scope{Agency: foreign}) {
			t.Errorf("who has no role may %s", row.permission)
		}
	}
	if both.May("brew.coffee", Scope{}) || both.May("", Scope{}) {
		t.Error("a permission that nobody was granted is held")
	}
}

// A token that is limited to one permission is for that, as far as its member may,
// and for nothing else, whoever calls and wherever.
func TestALimitedTokenIsForNothingElse(t *testing.T) {
	for _, role := range everyRole {
		for _, only := range permissions {
			actor := limited(member(1, foreign, role), only.permission)
			for _, row := range permissions {
				for _, scope := range []Scope{{}, {Agency: foreign}, {Agency: party}} {
					want := row.permission == only.permission && member(1, foreign, role).May(row.permission, scope)
					if got := actor.May(row.permission, scope); got != want {
						t.Errorf("by a token for %s, %s may %s within %q: %t", only.permission, role, row.permission, scope.Agency, got)
					}
				}
			}
		}
		none := member(1, foreign, role)
		none.Scopes = Scopes{}
		for _, row := range permissions {
			if none.May(row.permission, Scope{}) {
				t.Errorf("by a token for nothing, %s may %s", role, row.permission)
			}
		}
	}
}

func TestMemberRolesLackWhatIsNotGiven(t *testing.T) {
	if !slices.IsSorted(MemberRoles) {
		t.Error("MemberRoles is not sorted")
	}
	for _, role := range everyRole {
		given := role != RoleOperator && role != RoleDelegate
		if slices.Contains(MemberRoles, role) != given {
			t.Errorf("that %s can be given to a member: %t", role, !given)
		}
	}
}

func TestCommandsNeedWhatTheyDo(t *testing.T) {
	type needs interface{ Needs() (Permission, Scope) }
	cases := []struct {
		permission Permission
		agency     string
		commands   []needs
	}{
		{RegisterItems, "", []needs{RegisterItem{}, ChangeItemVisibility{}}},
		{DraftVersions, "", []needs{DraftVersion{}, ReviseDraft{}, SubmitVersion{}, WithdrawSubmission{}}},
		{SignVersions, "", []needs{SignVersion{}, ReturnVersion{}, RecuseSigner{}}},
		{TranslateVersions, "", []needs{TranslateVersion{}}},
		{CommentVersions, "", []needs{CommentOnVersion{}, ResolveComment{}}},
		{EscalateReviews, "", []needs{EscalateReview{}}},
		{DelegateSignings, party, []needs{DelegateSigning{Agency: party}, RevokeDelegation{Agency: party}}},
		{ManageWebhooks, party, []needs{
			RegisterWebhook{Agency: party},
			ChangeWebhook{Agency: party},
			RotateWebhookSecret{Agency: party},
			RemoveWebhook{Agency: party},
		}},
		{WithdrawOnes, "", []needs{WithdrawVersion{}, RescheduleVersion{}}},
		{SetPolicies, "", []needs{SetPolicy{}}},
		{ManageEditions, "", []needs{OpenEdition{}, IncludeInEdition{}, RetireInEdition{}, ExcludeFromEdition{}, IssueEdition{}}},
		{ManageAgencies, "", []needs{RegisterAgency{Key: party}, RenameAgency{Key: party}, ClaimRegistry{}}},
		{ManageMembers, party, []needs{
			AddMember{Agency: party},
			ChangeMemberRoles{Agency: party},
			RemoveMember{Agency: party},
			IssueToken{Agency: party},
			RotateToken{Agency: party},
			RevokeToken{Agency: party},
			RecordTokenUse{Agency: party},
		}},
		{OwnTokens, party, []needs{RotateOwnToken{RotateToken{Agency: party}}, RevokeOwnToken{RevokeToken{Agency: party}}}},
		{DownloadAssets, party, []needs{RecordDownload{Agency: party}}},
		{ErasePeople, "", []needs{RequestErasure{}, CancelErasure{}, ConfirmErasure{}}},
		{ManageAudits, "", []needs{PlanAudit{}, ChangeAudit{}, ResolveFinding{}, RecheckFinding{}, ConcludeRound{}, EndAudit{}}},
		{ReportAudits, "", []needs{ReportAudit{}}},
		{AnswerFindings, party, []needs{AnswerFinding{Agency: party}}},
		{DeclareUses, party, []needs{DeclareUse{Agency: party}, EndUse{Agency: party}, ImportUsage{Agency: party}}},
	}
	count := 0
	for _, c := range cases {
		for _, command := range c.commands {
			count++
			permission, scope := command.Needs()
			if permission != c.permission || scope.Agency != c.agency {
				t.Errorf("%T needs %s within %q", command, permission, scope.Agency)
			}
		}
	}
	if all := receivers(t, "Needs"); len(all) != count {
		t.Errorf("%d of %d commands are in the table", count, len(all))
	}
}
