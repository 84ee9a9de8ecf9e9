package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"signet/domain"
	"signet/internal/access"
	"signet/projections"
)

func newTokenRevoke(at *place) *cobra.Command {
	return &cobra.Command{
		Use:   "revoke ID",
		Short: "Make a token worthless",
		Args:  takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withToken(cmd, at, args[0], func(d operator, token *projections.Token) error {
				return d.run(domain.RevokeToken{Agency: token.Agency, Token: token.ID})
			})
		},
	}
}

func newTokenRotate(at *place) *cobra.Command {
	var overlap time.Duration
	var expires string
	cmd := &cobra.Command{
		Use:   "rotate ID",
		Short: "Replace a token by a new one of the same member",
		Long: `Issues a token for the same member and the same permissions in the place of another one, and
prints its secret on standard output. The old one ends at once, or after --overlap, so that what
uses it can be given the new one meanwhile.`,
		Example: "  signet token rotate p5dzv2gq3m7xk4ab --overlap 24h",
		Args:    takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if overlap < 0 || overlap > domain.MaxOverlap {
				return badInput(fmt.Errorf("%s is no overlap", overlap), fmt.Sprintf("write --overlap from 0s to %s", domain.MaxOverlap))
			}
			last, err := lastInstant(expires)
			if err != nil {
				return err
			}
			return withToken(cmd, at, args[0], func(d operator, old *projections.Token) error {
				fresh := access.NewToken()
				c := domain.RotateToken{Agency: old.Agency, Replaces: old.ID, Token: fresh.ID, Hash: fresh.Hash, Overlap: overlap, Expires: last}
				if err := d.run(c); err != nil {
					return err
				}
				return printToken(cmd, fresh, fmt.Sprintf("of member %s of %s, in the place of %s", old.Member, old.Agency, old.ID))
			})
		},
	}
	cmd.Flags().DurationVar(&overlap, "overlap", 0, "how long the old token still holds, such as 24h, at most a week")
	cmd.Flags().StringVar(&expires, "expires", "", "last day of the new token, YYYY-MM-DD in the city's zone; that of the old one if left out")
	return cmd
}

// withToken opens a registry to do something with one of its tokens.
func withToken(cmd *cobra.Command, at *place, id string, do func(operator, *projections.Token) error) error {
	return withRegistry(cmd, at, func(ctx context.Context, r *registry) error {
		token, err := r.views.Token(ctx, id)
		if errors.Is(err, projections.ErrNotFound) {
			return badInput(fmt.Errorf("there is no token %q", id), "signet token list shows them")
		}
		if err != nil {
			return err
		}
		return do(operator{ctx, r.runner}, token)
	})
}
