package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/kit"
)

// tokenOptions are the flags of token.
type tokenOptions struct {
	at                      place
	agency, member, expires string
	names, roles, locales   []string
	scopes                  []string
}

func newToken() *cobra.Command {
	var o tokenOptions
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Issue a token to a member of an agency",
		Long: `Issues a token, and prints its secret on standard output: it is shown this once and stored
nowhere. With --role a new member is added who holds it, with --member somebody who is there gets
another one. With --scope the token is for some of the permissions of its member only. The server
must not run meanwhile; while it does, an administrator issues tokens by its API.`,
		Example: `  signet token --agency ban-tuyen-giao-dan-van --agency-name "Ban Tuyên giáo và Dân vận" --role admin
  signet token --agency so-ngoai-vu --role reviewer --role auditor --expires 2027-07-31
  signet token --agency so-ngoai-vu --role agency --scope read.approved --scope assets.download`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return issueToken(cmd, &o)
		},
	}
	o.at.flags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.agency, "agency", "", "key of the agency")
	flags.StringArrayVar(&o.names, "agency-name", nil, "register the agency under this name, as NAME (Vietnamese) or LOCALE=NAME; may be repeated")
	flags.StringArrayVar(&o.roles, "role", nil, "what the new member may do: "+memberRoles()+"; may be repeated")
	flags.StringArrayVar(&o.locales, "locale", nil, "language into which a new translator translates, such as ja; may be repeated")
	flags.StringVar(&o.member, "member", "", "id of a member who is there already")
	flags.StringVar(&o.expires, "expires", "", "last day of the token, YYYY-MM-DD in the city's zone; never if left out")
	flags.StringArrayVar(&o.scopes, "scope", nil, "permission that the token is limited to, such as read.approved; may be repeated; all of its member's if left out")
	cmd.AddCommand(newTokenList(&o.at), newTokenRotate(&o.at), newTokenRevoke(&o.at))
	return cmd
}

func memberRoles() string { return strings.Join(roleNames(domain.MemberRoles), ", ") }

func roleNames(roles []domain.Role) []string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return names
}

// check refuses flags that can't be meant, before anything is written.
func (o *tokenOptions) check() error {
	switch {
	case o.agency == "":
		return badInput(errors.New("--agency is missing"), `see "signet token --help"`)
	case (o.member == "") == (len(o.roles) == 0):
		return badInput(errors.New("a token needs either --role or --member"), "the roles are "+memberRoles())
	}
	for _, r := range o.roles {
		if !slices.Contains(domain.MemberRoles, domain.Role(r)) {
			return badInput(fmt.Errorf("%q is no role", r), "the roles are "+memberRoles())
		}
	}
	for _, name := range o.scopes {
		if all := domain.Permissions(); !slices.Contains(all, domain.Permission(name)) {
			return badInput(fmt.Errorf("%q is no permission", name), "the permissions are "+strings.Join(domain.Scopes(all).Names(), ", "))
		}
	}
	return nil
}

func issueToken(cmd *cobra.Command, o *tokenOptions) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	expires, err := lastInstant(o.expires)
	if err != nil {
		return err
	}
	if len(o.names) == 0 { // no agency, and so nothing to begin a registry with
		if err := o.at.mustExist(); err != nil {
			return err
		}
	}
	log, err := o.at.openLog()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	desk := operator{ctx: cmd.Context(), runner: &commands.Runner{Log: log, Clock: time.Now}}
	if err := desk.register(o); err != nil {
		return err
	}
	member, err := desk.member(o)
	if err != nil {
		return err
	}
	token := access.NewToken()
	issue := domain.IssueToken{Agency: o.agency, Member: member, Token: token.ID, Hash: token.Hash, Expires: expires}
	for _, name := range o.scopes {
		issue.Scopes = append(issue.Scopes, domain.Permission(name))
	}
	if err := desk.run(issue); err != nil {
		return err
	}
	if err := desk.claim(o.agency, member); err != nil {
		return err
	}
	return printToken(cmd, token, fmt.Sprintf("of member %s of %s", member, o.agency))
}

// printToken shows a secret, alone on standard output.
func printToken(cmd *cobra.Command, token access.Token, about string) error {
	fmt.Fprintf(cmd.ErrOrStderr(), "token %s %s\n", token.ID, about)
	_, err := fmt.Fprintln(cmd.OutOrStdout(), token.Secret)
	return err
}

// lastInstant is the end of a day in the city's zone; nil for no day.
func lastInstant(date string) (*time.Time, error) {
	if date == "" {
		return nil, nil
	}
	parsed, err := time.ParseInLocation(time.DateOnly, date, domain.CityZone)
	if err != nil {
		return nil, badInput(fmt.Errorf("%q is no day", date), "write --expires as YYYY-MM-DD")
	}
	end := parsed.AddDate(0, 0, 1)
	if !end.After(time.Now()) {
		return nil, badInput(fmt.Errorf("%s has passed", date), "the day in --expires is the last on which the token holds")
	}
	return &end, nil
}

// operator writes as whoever runs the program on the machine itself.
type operator struct {
	ctx    context.Context
	runner *commands.Runner
}

func (d operator) run(c domain.Command[domain.Agency]) error {
	_, err := commands.Run(d.ctx, d.runner, domain.Agencies, c, commands.Request{Actor: kit.Operator, Via: "cli"})
	return err
}

// claim closes the first login for ever, if nobody has and the member administers the
// registry.
func (d operator) claim(agency string, member uuid.UUID) error {
	c := domain.ClaimRegistry{Agency: agency, Member: member}
	_, err := commands.Run(d.ctx, d.runner, domain.Registries, c, commands.Request{Actor: kit.Operator, Via: "cli"})
	if refused := domain.AsError(err); refused != nil && slices.Contains([]string{"already_claimed", "not_an_administrator"}, refused.Reason) {
		return nil
	}
	return err
}

// register registers the agency if a name was given, unless it is there under
// this name.
func (d operator) register(o *tokenOptions) error {
	if len(o.names) == 0 {
		return nil
	}
	name := domain.Texts{}
	for _, text := range o.names {
		locale := domain.DefaultSource
		if tag, rest, ok := strings.Cut(text, "="); ok {
			if parsed, err := domain.ParseLocale(tag); err == nil {
				locale, text = parsed, rest
			}
		}
		name[locale] = text
	}
	there, _, err := commands.Load(d.ctx, d.runner.Log, domain.Agencies, domain.AgencyStream(o.agency))
	if err != nil || there.Exists && sameName(there.Name, name) {
		return err
	}
	return d.run(domain.RegisterAgency{Key: o.agency, Name: name})
}

// sameName tells whether an agency is known by all of the names.
func sameName(there, given domain.Texts) bool {
	for locale, text := range given {
		if there[locale] != text {
			return false
		}
	}
	return true
}

// member returns the member who gets the token, added if roles were given.
func (d operator) member(o *tokenOptions) (uuid.UUID, error) {
	if o.member != "" {
		id, err := uuid.Parse(o.member)
		if err != nil {
			return id, badInput(fmt.Errorf("%q is no id of a member", o.member), "signet token list shows them")
		}
		return id, nil
	}
	id, err := uuid.NewV7()
	if err != nil {
		return id, err
	}
	roles := make([]domain.Role, len(o.roles))
	for i, r := range o.roles {
		roles[i] = domain.Role(r)
	}
	locales := make([]domain.Locale, len(o.locales))
	for i, l := range o.locales {
		locales[i] = domain.Locale(l)
	}
	return id, d.run(domain.AddMember{Agency: o.agency, Member: id, Roles: roles, Locales: locales})
}
