package oidc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"

	"signet/domain"
)

// Limits of a file of rules.
const (
	MaxRulesFile = 256 << 10 // bytes
	maxRules     = 1000
	maxPath      = 8 // names in the path of a claim
)

// Rule gives those who have a claim a place in an agency.
type Rule struct {
	// Claim is the path of the claim, such as "groups" or "realm_access.roles".
	Claim string
	// Values are those of which the claim must have one, in NFC.
	Values  []string
	Agency  string
	Roles   domain.Roles
	Locales []domain.Locale // of translators
}

// Rules say who belongs to which agency, and as what. The first one that fits decides
// the agency; the roles of all that fit and are of that agency add up.
type Rules []Rule

// Grant is what somebody is by the rules.
type Grant struct {
	Agency  string
	Roles   domain.Roles    // sorted
	Locales []domain.Locale // sorted
}

// Grant returns what the claims make of somebody. Refusal: no_rule, when they fit none.
func (rules Rules) Grant(claims map[string]any) (Grant, error) {
	var g Grant
	for _, r := range rules {
		if g.Agency != "" && r.Agency != g.Agency || !r.fits(claims) {
			continue
		}
		g.Agency = r.Agency
		g.Roles, g.Locales = append(g.Roles, r.Roles...), append(g.Locales, r.Locales...)
	}
	if g.Agency == "" {
		return g, domain.Refuse(domain.Forbidden, "no_rule", "none of your groups has a place in the registry; ask its administrator for one, and say from which agency you are")
	}
	slices.Sort(g.Roles)
	slices.Sort(g.Locales)
	g.Roles, g.Locales = slices.Compact(g.Roles), slices.Compact(g.Locales)
	return g, nil
}

func (r Rule) fits(claims map[string]any) bool {
	return slices.ContainsFunc(words(lookUp(claims, r.Claim)), func(has string) bool {
		return slices.Contains(r.Values, norm.NFC.String(has))
	})
}

// lookUp follows a path. Names may have dots themselves, as those that are URLs do: the
// whole is tried before its parts.
func lookUp(claims map[string]any, path string) any {
	if v, there := claims[path]; there {
		return v
	}
	for i, c := range path {
		if c != '.' {
			continue
		}
		if below, ok := claims[path[:i]].(map[string]any); ok {
			if v := lookUp(below, path[i+1:]); v != nil {
				return v
			}
		}
	}
	return nil
}

// ParseRules reads a file of rules, a list in YAML:
//
//   - claim: groups
//     value: signet-reviewers          # or a list, of which one must be there
//     agency: so-ngoai-vu
//     roles: [reviewer]
//     locales: [ja]                    # of translators, and only of them
//
// Refusals have the reason invalid_rules and the line as their field.
func ParseRules(text []byte) (Rules, error) {
	if len(text) > MaxRulesFile {
		return nil, invalidRules(1, "a file of rules has at most %d bytes", MaxRulesFile)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, more yaml.Node
	if err := decoder.Decode(&document); err != nil && !errors.Is(err, io.EOF) {
		line := 1
		_, _ = fmt.Sscanf(err.Error(), "yaml: line %d:", &line) // it does not always say
		return nil, invalidRules(line, "this is no YAML: %s", err)
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, invalidRules(max(more.Line, 1), "a second document follows")
	}
	if len(document.Content) != 1 || document.Content[0].Kind != yaml.SequenceNode || len(document.Content[0].Content) == 0 {
		return nil, invalidRules(1, "this is a list of rules, at least one")
	}
	list := document.Content[0].Content
	if len(list) > maxRules {
		return nil, invalidRules(list[maxRules].Line, "there are more than %d rules", maxRules)
	}
	rules := make(Rules, len(list))
	for i, node := range list {
		var err error
		if rules[i], err = parseRule(node); err != nil {
			return nil, err
		}
	}
	return rules, nil
}

func invalidRules(line int, sentence string, args ...any) error {
	return domain.Refuse(domain.Invalid, "invalid_rules", sentence, args...).At("line %d", line)
}

func parseRule(node *yaml.Node) (Rule, error) {
	var r Rule
	if node.Kind != yaml.MappingNode {
		return r, invalidRules(node.Line, "a rule has claim, value, agency, roles and perhaps locales")
	}
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		if !slices.Contains([]string{"claim", "value", "agency", "roles", "locales"}, name.Value) {
			return r, invalidRules(name.Line, "a rule has no %.40q", name.Value)
		}
		if seen[name.Value] != nil {
			return r, invalidRules(name.Line, "the rule has %q twice", name.Value)
		}
		seen[name.Value] = value
		if err := r.set(name.Value, value); err != nil {
			return r, err
		}
	}
	for _, name := range []string{"claim", "value", "agency", "roles"} {
		if seen[name] == nil {
			return r, invalidRules(node.Line, "the rule has no %s", name)
		}
	}
	if r.Roles.Has(domain.RoleTranslator) != (len(r.Locales) > 0) {
		return r, invalidRules(node.Line, "a translator has locales, and only a translator")
	}
	return r, nil
}

// set reads one value of a rule.
func (r *Rule) set(name string, node *yaml.Node) error {
	values, err := texts(node, name == "claim" || name == "agency")
	if err != nil {
		return err
	}
	switch name {
	case "claim":
		if r.Claim = values[0]; strings.Count(r.Claim, ".") >= maxPath {
			return invalidRules(node.Line, "the path of a claim has at most %d names", maxPath)
		}
	case "value":
		for _, v := range values {
			r.Values = append(r.Values, norm.NFC.String(v))
		}
	case "agency":
		if r.Agency, err = domain.ParseKey(values[0]); err != nil {
			return invalidRules(node.Line, "%.100q is no key of an agency", values[0])
		}
	case "roles":
		for _, v := range values {
			if !slices.Contains(domain.MemberRoles, domain.Role(v)) {
				return invalidRules(node.Line, "%.40q is not a role", v)
			}
			r.Roles = append(r.Roles, domain.Role(v))
		}
	case "locales":
		for _, v := range values {
			l, err := domain.ParseLocale(v)
			if err != nil {
				return invalidRules(node.Line, "%.40q is not a language tag", v)
			}
			r.Locales = append(r.Locales, l)
		}
	}
	return nil
}

// texts are the strings of a node: one, or unless only one will do a list of them.
// Anchors are not followed, and what YAML takes for a number or a truth is no string.
func texts(node *yaml.Node, one bool) ([]string, error) {
	nodes := []*yaml.Node{node}
	if node.Kind == yaml.SequenceNode && !one {
		nodes = node.Content
	}
	if len(nodes) == 0 {
		return nil, invalidRules(node.Line, "the list is empty")
	}
	values := make([]string, len(nodes))
	for i, n := range nodes {
		if n.Kind != yaml.ScalarNode || n.Tag != "!!str" || strings.TrimSpace(n.Value) == "" {
			return nil, invalidRules(n.Line, "this is not a text")
		}
		values[i] = n.Value
	}
	return values, nil
}
