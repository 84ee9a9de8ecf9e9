package oidc_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"signet/domain"
	"signet/internal/oidc"
)

const someRules = `# who is who
- claim: groups
  value: signet-authors
  agency: so-ngoai-vu
  roles: [author]
- claim: groups
  value: [signet-dịch-ja, /signet/translators]
  agency: so-ngoai-vu
  roles: [translator, author]
  locales: [ja, zh-cn]
- claim: realm_access.roles
  value: brand
  agency: bao-ptth
  roles: designer
- claim: https://login.example/groups
  value: x
  agency: bao-ptth
  roles: [auditor]
- claim: groups
  value: late
  agency: so-ngoai-vu
  roles: [reviewer]
`

func TestTheFirstRuleThatFitsDecidesTheAgency(t *testing.T) {
	rules, err := oidc.ParseRules([]byte(someRules))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ claims, want string }{
		"one group":                           {`{"groups": ["x", "signet-authors"]}`, "so-ngoai-vu author "},
		"a claim that is no list":             {`{"groups": "signet-authors"}`, "so-ngoai-vu author "},
		"roles add up":                        {`{"groups": ["late", "signet-authors"]}`, "so-ngoai-vu author reviewer "},
		"not twice, and with locales":         {`{"groups": ["/signet/translators", "signet-authors"]}`, "so-ngoai-vu author translator ja zh-CN"},
		"a text that is not composed":         {"{\"groups\": [\"signet-di\u0323ch-ja\"]}", "so-ngoai-vu author translator ja zh-CN"},
		"a path":                              {`{"realm_access": {"roles": ["brand"]}}`, "bao-ptth designer "},
		"a path that is a name":               {`{"realm_access.roles": ["brand"]}`, "bao-ptth designer "},
		"a name with dots":                    {`{"https://login.example/groups": "x"}`, "bao-ptth auditor "},
		"another agency adds nothing":         {`{"realm_access": {"roles": ["brand"]}, "groups": ["late"]}`, "bao-ptth designer "},
		"the first rule, not the first group": {`{"groups": ["late", "signet-authors"], "realm_access": {"roles": "brand"}}`, "so-ngoai-vu author reviewer "},
		"no group":                            {`{}`, "no_rule"},
		"part of a name":                      {`{"groups": ["signet-author", "signet-authorsx", "SIGNET-AUTHORS", "signet-authors "]}`, "no_rule"},
		"a claim of another shape":            {`{"groups": {"signet-authors": true}, "realm_access": "roles"}`, "no_rule"},
		"within a list":                       {`{"groups": [["signet-authors"], 7, null, {"a": "signet-authors"}]}`, "no_rule"},
	} {
		var claims map[string]any
		if err := json.Unmarshal([]byte(c.claims), &claims); err != nil {
			t.Fatal(err)
		}
		g, err := rules.Grant(claims)
		got := reason(err)
		if err == nil {
			got = g.Agency
			for _, r := range g.Roles {
				got += " " + string(r)
			}
			got += " "
			for i, l := range g.Locales {
				if i > 0 {
					got += " "
				}
				got += string(l)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAFileOfRulesThatIsWrongIsRefusedByItsLine(t *testing.T) {
	rule := func(lines ...string) string {
		return "- claim: groups\n  value: a\n  agency: b\n  " + strings.Join(lines, "\n  ") + "\n"
	}
	for name, c := range map[string]struct{ text, line string }{
		"nothing":                  {"", "line 1"},
		"an empty list":            {"[]", "line 1"},
		"no list":                  {"claim: groups", "line 1"},
		"no YAML":                  {"- a\n- \"b", "line 2"},
		"two documents":            {rule("roles: [author]") + "---\n" + rule("roles: [author]"), "line 5"},
		"a rule that is a text":    {"- x", "line 1"},
		"a name that is not known": {rule("roles: [author]", "role: author"), "line 5"},
		"a name in capitals":       {rule("Roles: [author]"), "line 4"},
		"a name twice":             {rule("roles: [author]", "roles: [admin]"), "line 5"},
		"no roles":                 {rule("value: a")[:len(rule(""))-3], "line 1"},
		"an empty list of roles":   {rule("roles: []"), "line 4"},
		"a role that is none":      {rule("roles: [author, king]"), "line 4"},
		"the operator":             {rule("roles: [operator]"), "line 4"},
		"a delegate":               {rule("roles: [delegate]"), "line 4"},
		"a role that is a number":  {rule("roles: [7]"), "line 4"},
		"a role that is nothing":   {rule("roles: ~"), "line 4"},
		"a list within the list":   {rule("roles: [[author]]"), "line 4"},
		"a translator without any": {rule("roles: [translator]"), "line 1"},
		"locales of an author":     {rule("roles: [author]", "locales: [ja]"), "line 1"},
		"a locale that is none":    {rule("roles: [translator]", "locales: [ja, xx-zz-yy]"), "line 5"},
		"an agency that is no key": {"- claim: groups\n  value: a\n  agency: Sở Ngoại vụ\n  roles: [author]", "line 3"},
		"agencies":                 {"- claim: groups\n  value: a\n  agency: [a]\n  roles: [author]", "line 3"},
		"a value that is true":     {"- claim: groups\n  value: true\n", "line 2"},
		"a value that is empty":    {"- claim: groups\n  value: ''\n  agency: a\n  roles: [author]", "line 2"},
		"a very long path":         {"- claim: a.b.c.d.e.f.g.h.i\n  value: a\n  agency: a\n  roles: [author]", "line 1"},
		"an anchor":                {"- claim: &c groups\n  value: *c\n  agency: a\n  roles: [author]", "line 2"},
		"the second rule":          {rule("roles: [author]") + "- claim: a", "line 5"},
		"too many":                 {strings.Repeat(rule("roles: [author]"), 1001), "line 4001"},
		"too long":                 {strings.Repeat("#", oidc.MaxRulesFile+1), "line 1"},
	} {
		_, err := oidc.ParseRules([]byte(c.text))
		refused := domain.AsError(err)
		if refused == nil || refused.Reason != "invalid_rules" || refused.Field != c.line {
			t.Errorf("%s: %v, want %s", name, err, c.line)
		}
	}
}

func FuzzParseRules(f *testing.F) {
	for _, seed := range []string{someRules, "- {claim: a, value: b, agency: c, roles: [author]}", "- &a [*a]", "- <<: {a: b}", "a: b", "- claim: !!binary eA==", "---\n---", "- ? [a]\n  : b", "\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		rules, err := oidc.ParseRules(text)
		if err != nil {
			if refused := domain.AsError(err); refused == nil || !strings.HasPrefix(refused.Field, "line ") {
				t.Errorf("%v", err)
			}
			return
		}
		for _, r := range rules {
			g, err := oidc.Rules{r}.Grant(map[string]any{r.Claim: r.Values[0]})
			if err != nil || g.Agency == "" || len(g.Roles) == 0 || g.Roles.Has(domain.RoleTranslator) != (len(g.Locales) > 0) {
				t.Errorf("%+v: %+v, %v", r, g, err)
			}
			if !slices.IsSorted(g.Roles) {
				t.Error(g.Roles)
			}
		}
	})
}
