package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"signet/domain"
)

// personOptions are the flags of the verbs of person.
type personOptions struct {
	at                        place
	remote                    remote
	agency, name, mail, basis string
	cancel                    bool
}

// listed is a person in a list.
type listed struct {
	id, name, mail string
	agencies       []string
	erasure        string // where their erasure stands; empty if there is none
}

// persons is who the members are, here or at a registry that is asked.
type persons interface {
	list(ctx context.Context) ([]listed, error)
	set(ctx context.Context, id uuid.UUID, o *personOptions) error
	// erase requests an erasure, or confirms what somebody else has requested, and
	// returns what was done and what remains to be done.
	erase(ctx context.Context, id uuid.UUID, basis domain.ErasureBasis) (done, remains string, err error)
	cancel(ctx context.Context, id uuid.UUID) error
}

func newPerson() *cobra.Command {
	var o personOptions
	cmd := &cobra.Command{
		Use:   "person",
		Short: "Say who the members are, and erase that",
		Long: `Names and mail addresses are kept apart from the log, which knows people only by opaque ids. So
they can be erased; docs/privacy.md tells what that means.

The verbs work on the folder while no server runs, or with --server and --token at a registry.`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	o.at.flags(cmd)
	cmd.AddCommand(newPersonList(&o), newPersonSet(&o), newPersonErase(&o))
	for _, verb := range cmd.Commands() {
		o.remote.flags(verb, "token of an administrator, for --server; better given as SIGNET_TOKEN")
	}
	return cmd
}

func newPersonList(o *personOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List who is known by name, and which erasures wait",
		Args:  takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.with(cmd, func(p persons) error {
				all, err := p.list(cmd.Context())
				if err != nil {
					return err
				}
				return writePersons(cmd.OutOrStdout(), all)
			})
		},
	}
}

func newPersonSet(o *personOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "set ID",
		Short:   "Replace the name and the mail address of a member",
		Example: `  signet person set 0198f0a2-5b1c-7c3e-9a41-000000000001 --name "Nguyễn Văn An" --mail an@haiphong.example`,
		Args:    takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := personID(args[0])
			if err != nil {
				return err
			}
			if !cmd.Flags().Changed("name") || !cmd.Flags().Changed("mail") {
				return badInput(errors.New("--name or --mail is missing"), `both are replaced; give "" for none`)
			}
			return o.with(cmd, func(p persons) error { return p.set(cmd.Context(), id, o) })
		},
	}
	cmd.Flags().StringVar(&o.name, "name", "", "name")
	cmd.Flags().StringVar(&o.mail, "mail", "", "mail address")
	cmd.Flags().StringVar(&o.agency, "agency", "", "key of the member's agency, for --server")
	return cmd
}

func newPersonErase(o *personOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "erase ID",
		Short: "Request the erasure of a person, or confirm what somebody else has requested",
		Long: `Erases name, mail address and logins of a person, and ends their memberships with all tokens.
That can't be undone, so it takes two people: the first one requests it, the second one gives
the same command. Whoever works on the machine itself is one person; the other one, or both, are
administrators. It says what was done, and what remains to be done.`,
		Example: `  signet person erase 0198f0a2-5b1c-7c3e-9a41-000000000001 --basis asked_by_person
  signet person erase 0198f0a2-5b1c-7c3e-9a41-000000000001 --server https://brand.example --token signet_…`,
		Args: takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := personID(args[0])
			if err != nil {
				return err
			}
			basis := domain.ErasureBasis(o.basis)
			if o.basis != "" && !slices.Contains(domain.ErasureBases, basis) {
				return badInput(fmt.Errorf("%q is no basis", o.basis), "the bases are "+basisNames())
			}
			return o.with(cmd, func(p persons) error { return o.erase(cmd, p, id, basis) })
		},
	}
	cmd.Flags().StringVar(&o.basis, "basis", "", "why, for who requests it: "+basisNames())
	cmd.Flags().BoolVar(&o.cancel, "cancel", false, "take the request back")
	return cmd
}

func (o *personOptions) erase(cmd *cobra.Command, p persons, id uuid.UUID, basis domain.ErasureBasis) error {
	if o.cancel {
		if err := p.cancel(cmd.Context(), id); err != nil {
			return err
		}
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "the erasure of %s is not requested any more\n", id)
		return err
	}
	done, remains, err := p.erase(cmd.Context(), id, basis)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\nremains: %s\n", done, remains)
	return err
}

// What was done about an erasure, and what remains.
const (
	doneRequested   = "the erasure of %s is requested"
	doneErased      = "%s is erased: name, mail address and logins are gone, memberships and tokens have ended"
	doneDecided     = "the erasure of %s is decided"
	remainsConfirm  = "somebody else confirms it by the same command, of the two at least one an administrator other than this person"
	remainsElse     = "backups and other copies of people.db or of the bucket, see docs/privacy.md"
	remainsToFinish = "the registry has not finished, and goes on by itself; give the command again to see"
)

var errNoBasis = badInput(errors.New("--basis is missing"), "nobody has requested this erasure yet; the bases are "+basisNames())

func basisNames() string {
	names := make([]string, len(domain.ErasureBases))
	for i, b := range domain.ErasureBases {
		names[i] = string(b)
	}
	return strings.Join(names, ", ")
}

func personID(text string) (uuid.UUID, error) {
	id, err := uuid.Parse(text)
	if err != nil {
		return id, badInput(fmt.Errorf("%q is no id of a person", text), "signet token list and signet person list show them")
	}
	return id, nil
}

// with does something here, or at the registry that is named.
func (o *personOptions) with(cmd *cobra.Command, do func(persons) error) error {
	if o.remote.server != "" {
		return do(remotePersons{o.remote})
	}
	return withRegistry(cmd, &o.at, func(_ context.Context, r *registry) error { return do(localPersons{r}) })
}

func writePersons(w io.Writer, all []listed) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tNAME\tMAIL\tAGENCIES\tERASURE")
	for _, p := range all {
		fields := []string{p.id, p.name, p.mail, strings.Join(p.agencies, ","), p.erasure}
		for i, f := range fields {
			if f == "" {
				fields[i] = "-"
			}
		}
		fmt.Fprintln(table, strings.Join(fields, "\t"))
	}
	return table.Flush()
}
