package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/kit"
	"signet/internal/wholefile"
)

// demoTokens is the file with the tokens of a demo, as variables of a shell.
const demoTokens = "demo-tokens.env"

// cast is one member of a demo who gets a token.
type cast struct {
	variable string // of the shell
	agency   string
	role     domain.Role
	locales  []domain.Locale // of a translator
}

// demoCast is who plays in a demo: one member of each role, and a reviewer of
// each agency that a policy asks for.
func demoCast(ctx context.Context, r *registry) ([]cast, error) {
	all := []cast{
		{"SIGNET_ADMIN", "ban-tuyen-giao-dan-van", domain.RoleAdmin, nil},
		{"SIGNET_AUTHOR", "ban-tuyen-giao-dan-van", domain.RoleAuthor, nil},
		{"SIGNET_DESIGNER", "bao-ptth", domain.RoleDesigner, nil},
		{"SIGNET_AGENCY", "so-cong-thuong", domain.RoleAgency, nil},
		{"SIGNET_AUDITOR", "so-ngoai-vu", domain.RoleAuditor, nil},
		{"SIGNET_TRANSLATOR_JA", "so-ngoai-vu", domain.RoleTranslator, []domain.Locale{"ja"}},
	}
	var signers []string
	for _, kind := range domain.Kinds {
		policy, _, err := commands.Load(ctx, r.log, domain.Policies, domain.PolicyStream(kind))
		if err != nil {
			return nil, err
		}
		signers = append(signers, policy.Terms.Signers()...)
	}
	slices.Sort(signers)
	for _, agency := range slices.Compact(signers) {
		variable := "SIGNET_REVIEWER_" + strings.ToUpper(strings.ReplaceAll(agency, "-", "_"))
		all = append(all, cast{variable, agency, domain.RoleReviewer, nil})
	}
	return all, nil
}

// issueDemoTokens gives each of the cast a token. The secrets are written to the
// folder first: a token that nobody knows is never issued, and one that was
// written is issued at the latest by the next start.
func issueDemoTokens(ctx context.Context, r *registry) error {
	all, err := demoCast(ctx, r)
	if err != nil {
		return err
	}
	secrets, err := keepDemoSecrets(r.dir, all)
	if err != nil {
		return err
	}
	for _, c := range all {
		member, err := demoMember(ctx, r, c.agency, c.role, c.locales...)
		if err != nil {
			return err
		}
		secret := secrets[c.variable]
		id, _, _ := strings.Cut(strings.TrimPrefix(secret, "signet_"), "_")
		sum := sha256.Sum256([]byte(secret))
		issue := domain.IssueToken{Agency: c.agency, Member: member.Member, Token: id, Hash: hex.EncodeToString(sum[:])}
		err = demoCommand(ctx, r, domain.Agencies, issue, kit.Operator, "token/"+id, time.Time{})
		if err != nil {
			return fmt.Errorf("issue %s: %w", c.variable, err)
		}
	}
	return nil
}

// keepDemoSecrets reads the secrets of the cast from the folder, and adds those
// that are missing.
func keepDemoSecrets(dir string, all []cast) (map[string]string, error) {
	name := filepath.Join(dir, demoTokens)
	text, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	secrets := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if variable, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			secrets[variable] = value
		}
	}
	complete := true
	for _, c := range all {
		if !strings.HasPrefix(secrets[c.variable], "signet_") {
			secrets[c.variable], complete = access.NewToken().Secret, false
		}
	}
	if complete {
		return secrets, nil
	}
	var b bytes.Buffer
	b.WriteString("# Tokens of a demo, not of a real registry. Read them into a shell: . ./" + demoTokens + "\n")
	for _, variable := range slices.Sorted(maps.Keys(secrets)) {
		fmt.Fprintf(&b, "%s=%s\n", variable, secrets[variable])
	}
	return secrets, wholefile.Write(name, b.Bytes())
}

// demoMember returns the agency's member of exactly this role: one of those who
// play in the sample kit's history if there is one, otherwise one that is added.
func demoMember(ctx context.Context, r *registry, agency string, role domain.Role, locales ...domain.Locale) (domain.Actor, error) {
	there, _, err := commands.Load(ctx, r.log, domain.Agencies, domain.AgencyStream(agency))
	if err != nil {
		return domain.Actor{}, err
	}
	actor := domain.Actor{Agency: agency, Roles: domain.Roles{role}, Locales: locales}
	members := slices.SortedFunc(maps.Keys(there.Members), func(a, b uuid.UUID) int { return cmp.Compare(a.String(), b.String()) })
	for _, id := range members {
		if slices.Equal(there.Members[id].Roles, actor.Roles) && slices.Equal(there.Members[id].Locales, locales) {
			actor.Member = id
			return actor, nil
		}
	}
	name := agency + "/" + string(role)
	actor.Member = uuid.NewSHA1(demoPeople, []byte(name))
	add := domain.AddMember{Agency: agency, Member: actor.Member, Roles: actor.Roles, Locales: locales}
	return actor, demoCommand(ctx, r, domain.Agencies, add, kit.Operator, "member/"+string(role), time.Time{})
}

// printDemo prints who plays, and what may be tried first.
func (g greeting) printDemo(all []cast) error {
	t := g.tongue
	file := shellWord(filepath.Join(g.data, demoTokens))
	fmt.Fprintf(g.out, "\n%s %s:\n", t.say("Thành viên mẫu; mã truy cập nằm trong", "Sample members; their tokens are in"), file)
	table := tabwriter.NewWriter(g.out, 0, 0, 2, ' ', 0)
	for _, c := range all {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", c.variable, c.role, c.agency)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(g.out, "\n%s:\n", t.say("Thử xem", "Try"))
	fmt.Fprintf(g.out, "  curl -s %s/graphql -H 'Content-Type: application/json' \\\n    -d '%s'\n", g.url,
		`{"query":"{ approved(kind: SLOGAN, locale: \"ja\") { edges { node { key text(locale: \"ja\") } } } }"}`)
	fmt.Fprintf(g.out, "  . %s\n  curl -s %s/graphql -H 'Content-Type: application/json' -H \"Authorization: Bearer $SIGNET_AUDITOR\" \\\n    -d '%s'\n", file, g.url,
		`{"query":"{ usage(filter: {key: \"logo-sample\"}) { edges { node { agency channel downloads declared } } } }"}`)
	fmt.Fprintf(g.out, "%s: %s/\n  %s: %s/login\n", t.say("Tiếp theo, trong trình duyệt", "What next, in a browser"), g.url,
		t.say("đăng nhập bằng một mã truy cập ở trên", "log in with one of these tokens"), g.url)
	return nil
}
