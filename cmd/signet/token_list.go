package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"signet/domain"
	"signet/projections"
)

func newTokenList(at *place) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the members and their tokens, without secrets",
		Args:  takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withRegistry(cmd, at, func(ctx context.Context, r *registry) error {
				return listTokens(ctx, r.views, cmd.OutOrStdout())
			})
		},
	}
}

// pageOfMembers is how many agencies or members are asked for at once.
const pageOfMembers = 500

// listTokens writes a line for each token, and for each member without one.
func listTokens(ctx context.Context, views *projections.Views, w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "AGENCY\tMEMBER\tROLES\tTOKEN\tISSUED\tEXPIRES\tUSED\tSCOPES")
	for after := ""; ; {
		agencies, err := views.Agencies(ctx, after, pageOfMembers)
		if err != nil {
			return err
		}
		for _, a := range agencies {
			if err := listAgency(ctx, views, a.Key, table); err != nil {
				return err
			}
			after = a.Key
		}
		if len(agencies) < pageOfMembers {
			return table.Flush()
		}
	}
}

func listAgency(ctx context.Context, views *projections.Views, agency string, w io.Writer) error {
	for after := ""; ; {
		members, err := views.Members(ctx, agency, after, pageOfMembers)
		if err != nil {
			return err
		}
		keys := make([]projections.MemberKey, len(members))
		for i, m := range members {
			keys[i] = projections.MemberKey{Agency: agency, ID: m.ID}
		}
		tokens, err := views.TokensByKey(ctx, keys)
		if err != nil {
			return err
		}
		for i, m := range members {
			who := fmt.Sprintf("%s\t%s\t%s", agency, m.ID, strings.Join(roleNames(m.Roles), ","))
			if len(tokens[keys[i]]) == 0 {
				fmt.Fprintf(w, "%s\t-\t-\t-\t-\t-\n", who)
			}
			for _, t := range tokens[keys[i]] {
				scopes := "all"
				if t.Scopes != nil {
					scopes = strings.Join(t.ScopeNames(), ",")
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", who, t.ID, dayOf(t.Issued), dayOf(t.Expires), cmp.Or(t.Used, "-"), scopes)
			}
			after = m.ID.String()
		}
		if len(members) < pageOfMembers {
			return nil
		}
	}
}

// dayOf is the day of an instant in the city's zone.
func dayOf(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(domain.CityZone).Format(time.DateOnly)
}
