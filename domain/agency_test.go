package domain

func agencyStories() []story {
	name := Texts{"vi": "Sở Du lịch"}
	known := past{AgencyRegistered{Key: party, Name: name}}
	withHoa := known.and(MemberAdded{Agency: party, Member: hoa.Member, Roles: Roles{RoleReviewer}})
	add := func(roles ...Role) attempt {
		return try(Agencies, AddMember{Agency: party, Member: hoa.Member, Roles: roles})
	}
	change := func(roles ...Role) attempt {
		return try(Agencies, ChangeMemberRoles{Agency: party, Member: hoa.Member, Roles: roles})
	}
	remove := try(Agencies, RemoveMember{Agency: party, Member: hoa.Member})
	removed := MemberRemoved{Agency: party, Member: hoa.Member}
	return []story{
		{
			"an agency takes part", nil, an, try(Agencies, RegisterAgency{Key: party, Name: Texts{"VI": " So\u031b\u0309 Du lịch "}}),
			happens(AgencyRegistered{Key: party, Name: name}),
		},
		{"its key is taken for ever", known, an, try(Agencies, RegisterAgency{Key: party, Name: name}), refused(Conflict, "key_taken", "key")},
		{"its key is made of words", nil, an, try(Agencies, RegisterAgency{Key: "Sở", Name: name}), refused(Invalid, "invalid_key", "key")},
		{"it has a name", nil, an, try(Agencies, RegisterAgency{Key: party}), refused(Invalid, "name_required", "name")},
		{"which is not empty", nil, an, try(Agencies, RegisterAgency{Key: party, Name: Texts{"vi": ""}}), refused(Invalid, "empty_text", "name.vi")},

		{
			"an agency is named anew", known, an, try(Agencies, RenameAgency{Key: party, Name: Texts{"vi": "Sở Mới"}}),
			happens(AgencyRenamed{Key: party, Name: Texts{"vi": "Sở Mới"}}),
		},
		{"it has this name", known, an, try(Agencies, RenameAgency{Key: party, Name: name}), quiet()},
		{
			"it was given this name later", known.and(AgencyRenamed{Key: party, Name: Texts{"vi": "Sở Mới"}}), an,
			try(Agencies, RenameAgency{Key: party, Name: Texts{"vi": "Sở Mới"}}), quiet(),
		},
		{"it keeps a name", known, an, try(Agencies, RenameAgency{Key: party}), refused(Invalid, "name_required", "name")},
		{"there is no such agency", nil, an, try(Agencies, RenameAgency{Key: party, Name: name}), refused(NotFound, "unknown_agency", "agency")},

		{
			"a member's roles are kept sorted and once each", known, an, add(RoleReviewer, RoleAuthor, RoleReviewer),
			happens(MemberAdded{Agency: party, Member: hoa.Member, Roles: Roles{RoleAuthor, RoleReviewer}}),
		},
		{"who left can come back", withHoa.and(removed), an, add(RoleAuthor), happens(MemberAdded{Agency: party, Member: hoa.Member, Roles: Roles{RoleAuthor}})},
		{"a member is there already", withHoa, an, add(RoleAuthor), refused(Conflict, "member_exists", "member")},
		{
			"a translator has locales", known, an, try(Agencies, AddMember{Agency: party, Member: hoa.Member, Roles: []Role{RoleTranslator}, Locales: []Locale{"ZH", "ja", "zh"}}),
			happens(MemberAdded{Agency: party, Member: hoa.Member, Roles: Roles{RoleTranslator}, Locales: []Locale{"ja", "zh"}}),
		},
		{"at least one", known, an, add(RoleTranslator), refused(Invalid, "locales_of_translators", "locales")},
		{
			"nobody else has", known, an, try(Agencies, AddMember{Agency: party, Member: hoa.Member, Roles: []Role{RoleAuthor}, Locales: []Locale{"ja"}}),
			refused(Invalid, "locales_of_translators", "locales"),
		},
		{
			"they are locales", known, an, try(Agencies, AddMember{Agency: party, Member: hoa.Member, Roles: []Role{RoleTranslator}, Locales: []Locale{"ja", "tiếng"}}),
			refused(Invalid, "unknown_locale", "locales[1]"),
		},
		{
			"not too many", known, an, try(Agencies, AddMember{Agency: party, Member: hoa.Member, Roles: []Role{RoleTranslator}, Locales: make([]Locale, MaxLocales+1)}),
			refused(Invalid, "too_many_locales", "locales"),
		},
		{
			"other locales are a change", known.and(MemberAdded{Agency: party, Member: hoa.Member, Roles: Roles{RoleTranslator}, Locales: []Locale{"ja"}}), an,
			try(Agencies, ChangeMemberRoles{Agency: party, Member: hoa.Member, Roles: []Role{RoleTranslator}, Locales: []Locale{"ko"}}),
			happens(MemberRolesChanged{Agency: party, Member: hoa.Member, Roles: Roles{RoleTranslator}, Locales: []Locale{"ko"}}),
		},
		{"a member has an id", known, an, try(Agencies, AddMember{Agency: party, Roles: []Role{RoleAuthor}}), refused(Invalid, "invalid_member", "member")},
		{"a member has a role", known, an, add(), refused(Invalid, "roles_required", "roles")},
		{"a role that exists", known, an, add("boss"), refused(Invalid, "unknown_role", "roles")},
		{"nobody is made the operator", known, an, add(RoleAuthor, RoleOperator), refused(Invalid, "unknown_role", "roles")},
		{"there is no such agency", nil, an, add(RoleAuthor), refused(NotFound, "unknown_agency", "agency")},

		{
			"a member has other roles", withHoa, an, change(RoleAuthor),
			happens(MemberRolesChanged{Agency: party, Member: hoa.Member, Roles: Roles{RoleAuthor}}),
		},
		{"a member has these roles", withHoa, an, change(RoleReviewer, RoleReviewer), quiet()},
		{
			"a member was given these roles later", withHoa.and(MemberRolesChanged{Agency: party, Member: hoa.Member, Roles: Roles{RoleAuthor}}),
			an, change(RoleAuthor), quiet(),
		},
		{"a member keeps a role", withHoa, an, change(), refused(Invalid, "roles_required", "roles")},
		{"nobody becomes the operator", withHoa, an, change(RoleOperator), refused(Invalid, "unknown_role", "roles")},
		{"who is no member has no roles", known, an, change(RoleAuthor), refused(NotFound, "unknown_member", "member")},
		{"there is no such agency", nil, an, change(RoleAuthor), refused(NotFound, "unknown_agency", "agency")},

		{"a limited token makes nobody more than it is for", known, limited(an, ManageMembers), add(RoleDesigner), refused(Forbidden, "exceeds_token", "roles")},
		{"nor by a change of roles", withHoa, limited(an, ManageMembers), change(RoleReviewer, RoleAdmin), refused(Forbidden, "exceeds_token", "roles")},
		{
			"it may take roles away", known.and(MemberAdded{Agency: party, Member: hoa.Member, Roles: Roles{RoleAdmin, RoleReviewer}}), limited(an, ManageMembers), change(RoleReviewer),
			happens(MemberRolesChanged{Agency: party, Member: hoa.Member, Roles: Roles{RoleReviewer}}),
		},
		{
			"it may give what it is for", known, limited(an, allOf(RoleDesigner)...), add(RoleDesigner),
			happens(MemberAdded{Agency: party, Member: hoa.Member, Roles: Roles{RoleDesigner}}),
		},
		{
			"it gives no further locales", known.and(MemberAdded{Agency: party, Member: hoa.Member, Roles: Roles{RoleTranslator}, Locales: []Locale{"ja"}}), limited(an, ManageMembers),
			try(Agencies, ChangeMemberRoles{Agency: party, Member: hoa.Member, Roles: []Role{RoleTranslator}, Locales: []Locale{"ja", "ko"}}), refused(Forbidden, "exceeds_token", "locales"),
		},

		{"a member leaves", withHoa, an, remove, happens(removed)},
		{"and can't leave again", withHoa.and(removed), an, remove, refused(NotFound, "unknown_member", "member")},
		{"there is no such agency", nil, an, remove, refused(NotFound, "unknown_agency", "agency")},
	}
}
