package verify_test

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
)

// reviewLive lets people do with a version of the sample what no kit tells.
func reviewLive(ctx context.Context, runner *commands.Runner) error {
	const key = "slogan-port-of-tomorrow" // its version 3 is under review, signed by so-ngoai-vu
	press, _, err := commands.Load(ctx, runner.Log, domain.Agencies, domain.AgencyStream("bao-ptth"))
	if err != nil {
		return err
	}
	var member uuid.UUID
	for member = range press.Members {
	}
	by := func(n byte, agency string, role domain.Role) domain.Actor {
		return domain.Actor{Member: uuid.UUID{15: n}, Agency: agency, Roles: domain.Roles{role}}
	}
	author, reviewer := by(1, "ban-tuyen-giao-dan-van", domain.RoleAuthor), by(2, "so-vhttdl", domain.RoleReviewer)
	delegate := domain.Actor{Member: member, Agency: "bao-ptth", Roles: domain.Roles{domain.RoleDelegate}}
	delegation, comment := uuid.UUID{15: 3}, uuid.UUID{15: 4}
	var errs []error
	delegations := func(c domain.Command[domain.Agency]) {
		_, err := commands.Run(ctx, runner, domain.Agencies, c, commands.Request{Actor: reviewer})
		errs = append(errs, err)
	}
	review := func(actor domain.Actor, c domain.Command[domain.Item]) {
		_, err := commands.Run(ctx, runner, domain.Items, c, commands.Request{Actor: actor})
		errs = append(errs, err)
	}
	delegations(domain.DelegateSigning{
		Agency: "so-vhttdl", Delegation: delegation, Member: member, MemberAgency: "bao-ptth", Until: runner.Clock().AddDate(0, 1, 0), Reason: "nghỉ phép",
	})
	review(delegate, domain.SignVersion{Key: key, Version: 3, Agency: "so-vhttdl"})
	review(author, domain.CommentOnVersion{Key: key, Version: 3, Comment: comment, Text: "xem lại"})
	review(author, domain.ResolveComment{Key: key, Version: 3, Comment: comment})
	review(by(5, "bao-ptth", domain.RoleReviewer), domain.RecuseSigner{Key: key, Version: 3, Reason: "có liên quan"})
	review(author, domain.WithdrawSubmission{Key: key, Version: 3, Reason: "viết lại"})
	review(author, domain.TranslateVersion{Key: key, Version: 3, Locale: "en", Texts: map[string]string{"slogan": "Hai Phong – Tomorrow’s Port"}})
	review(author, domain.SubmitVersion{Key: key, Version: 3, Effective: domain.Effective{Edition: 2}})
	review(delegate, domain.ReturnVersion{Key: key, Version: 3, Agency: "so-vhttdl", Reason: "chưa đúng"})
	delegations(domain.RevokeDelegation{Agency: "so-vhttdl", Delegation: delegation})
	return errors.Join(errs...)
}
