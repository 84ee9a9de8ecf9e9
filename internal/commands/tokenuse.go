package commands

import (
	"context"

	"signet/domain"
)

// TokenUse returns what records that a token of an agency's member was used on a day.
// Nothing is written for a day that is known, whichever node tells of it.
func TokenUse(r *Runner) func(ctx context.Context, agency, token string, day domain.Date) error {
	program := domain.Actor{Roles: domain.Roles{domain.RoleOperator}}
	return func(ctx context.Context, agency, token string, day domain.Date) error {
		c := domain.RecordTokenUse{Token: token, Agency: agency, Day: day}
		_, err := Run(ctx, r, domain.TokenUses, c, Request{Actor: program, Via: "use"})
		return err
	}
}
