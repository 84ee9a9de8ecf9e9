package notify_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/people"
)

func TestWhoWatchesIsToldOfEachEventOnce(t *testing.T) {
	mailed(t, func(o *office) {
		o.joins("item", culture, domain.RoleDesigner)
		o.joins("kit", culture, domain.RoleDesigner)
		o.joins("both", foreign, domain.RoleAuditor)
		o.joins("neither", culture, domain.RoleDesigner)
		o.watches("item", "slogan")
		o.watches("kit", people.WholeKit)
		o.watches("both", "slogan", people.WholeKit)
		o.approve("slogan", 1, domain.Effective{})
		o.settle()
		for _, who := range []string{"item", "kit", "both"} {
			o.reads(who, "version.in_force items/slogan items/slogan") // approved, and in force
		}
		o.approve("other", 1, domain.Effective{})
		o.settle()
		for _, who := range []string{"kit", "both"} {
			o.reads(who, "version.in_force items/other items/other")
		}
		o.approve("slogan", 2, domain.Effective{})
		o.settle()
		o.reads("item", "version.in_force items/slogan items/slogan items/slogan") // and the one before is superseded
		o.withdraws("slogan", 2, nil)
		o.settle()
		o.reads("item", "version.withdrawn items/slogan")
		if err := o.persons.Unwatch(context.Background(), idOf("item"), "slogan"); err != nil {
			t.Fatal(err)
		}
		o.approve("slogan", 3, domain.Effective{})
		o.settle()
		o.reads("item")
		o.reads("kit", "version.in_force items/slogan items/slogan items/slogan", "version.withdrawn items/slogan", "version.in_force items/slogan items/slogan")
		o.reads("both", "version.in_force items/slogan items/slogan items/slogan", "version.withdrawn items/slogan", "version.in_force items/slogan items/slogan")
		o.nobodyElse()
	})
}

func TestAnEditionIsOneMailAndWhatIsScheduledComesInItsTime(t *testing.T) {
	mailed(t, func(o *office) {
		o.joins("kit", culture, domain.RoleDesigner)
		o.joins("item", culture, domain.RoleDesigner)
		o.watches("kit", people.WholeKit)
		o.watches("item", "one")
		do(o.world, domain.Editions, domain.OpenEdition{Number: 1, Title: domain.Texts{"vi": "Lần một"}, Due: domain.DateOf(o.clock())}, an)
		for _, key := range []string{"one", "two"} {
			o.approve(key, 1, domain.Effective{Edition: 1})
			do(o.world, domain.Editions, domain.IncludeInEdition{Number: 1, Item: key, Version: 1}, an)
		}
		o.settle()
		o.reads("kit", "version.approved items/one", "version.approved items/two")
		o.reads("item", "version.approved items/one")
		do(o.world, domain.Editions, domain.IssueEdition{Number: 1, Decision: "1/QĐ", Decided: domain.DateOf(o.clock())}, an)
		o.settle()
		if l := o.reads("kit", "edition.issued editions/1 items/one items/two"); len(l) == 1 && !strings.Contains(l[0].Text, "1/QĐ") {
			t.Errorf("no decision: %s", l[0].Text)
		}
		o.reads("item", "version.in_force items/one")

		begins := o.clock().Add(time.Hour)
		o.approve("one", 2, domain.Effective{At: &begins})
		o.settle()
		o.reads("item", "version.approved items/one")
		o.leap(2 * time.Hour)
		l := o.reads("item", "version.in_force items/one items/one")
		if len(l) == 1 && !l[0].Date.Equal(begins.Truncate(time.Microsecond)) {
			t.Errorf("dated %v, not %v", l[0].Date, begins)
		}
		o.leap(48 * time.Hour)
		o.reads("item")
	})
}

func TestAnAgencyThatUsedWhatIsWithdrawnHearsWithoutWatching(t *testing.T) {
	mailed(t, func(o *office) {
		for role, who := range map[domain.Role]string{domain.RoleAgency: "agency", domain.RoleDesigner: "designer", domain.RoleReviewer: "reviewer", domain.RoleAuthor: "author", domain.RoleAdmin: "admin", domain.RoleAuditor: "auditor"} {
			o.joins(who, culture, role)
		}
		o.joins("declarer", foreign, domain.RoleAgency)
		o.joins("stranger", party, domain.RoleAgency)
		o.approve("slogan", 1, domain.Effective{})
		o.approve("other", 1, domain.Effective{})
		o.downloads("slogan", culture, culture, culture)
		o.downloads("other", party)
		do(o.world, domain.Uses, domain.DeclareUse{Use: uuid.New(), Agency: foreign, Item: "slogan", Version: 1, Channel: "portal", Place: "cổng"}, person(9, foreign, domain.RoleAgency))
		o.settle()
		o.reads("reviewer")
		o.nobodyElse()
		o.withdraws("slogan", 1, &domain.VersionRef{Item: "other", Version: 1})
		o.settle()
		for _, who := range []string{"agency", "designer", "reviewer", "declarer"} {
			l := o.reads(who, "version.withdrawn items/slogan")[0]
			for _, want := range []string{"https://registry.example/vi/items/other", "https://registry.example/en/items/other", "sai tên Bcc: x"} {
				if !strings.Contains(l.Text, want) || !strings.Contains(l.HTML, want) {
					t.Errorf("%s does not read %s: %s", who, want, l.Text)
				}
			}
			if own, other := strings.Contains(l.Text, culture), strings.Contains(l.Text, foreign); own != (who != "declarer") || other != (who == "declarer") {
				t.Errorf("%s reads how others used it, or not how their own did: %s", who, l.Text)
			}
		}
		o.nobodyElse()
	})
}

func TestWhoIsToSignIsToldAndWhoIsLate(t *testing.T) {
	mailed(t, func(o *office) {
		o.joins("signer", foreign, domain.RoleReviewer)
		o.joins("leader", party, domain.RoleReviewer)
		o.joins("writer", culture, domain.RoleAuthor)
		o.joins("colleague", foreign, domain.RoleAuthor)
		o.draft("slogan", "Biển mở")
		do(o.world, domain.Items, domain.SubmitVersion{Key: "slogan", Version: 1}, lan)
		o.settle()
		l := o.reads("signer", "review.requested review/slogan/1")
		if due := string(domain.DateOf(o.clock()).AddDays(3)); !strings.Contains(l[0].Text, due) {
			t.Errorf("not until %s: %s", due, l[0].Text)
		}
		o.nobodyElse()
		o.leap(10 * 24 * time.Hour)
		o.reads("signer", "review.overdue items/slogan")
		do(o.world, domain.Items, domain.SignVersion{Key: "slogan", Version: 1}, binh)
		o.settle()
		o.reads("leader", "review.requested review/slogan/1")
		do(o.world, domain.Items, domain.ReturnVersion{Key: "slogan", Version: 1, Reason: "chưa rõ"}, hoa)
		o.settle()
		o.nobodyElse()
		o.leap(10 * 24 * time.Hour)
		o.reads("writer", "review.overdue items/slogan")
		o.nobodyElse()
	})
}

// A member may know of all that was approved. Whoever could not, would not be told of
// what is not public.
func TestWhatIsHiddenIsToldToNobodyWhoMayNotSeeIt(t *testing.T) {
	mailed(t, func(o *office) {
		o.approve("open", 1, domain.Effective{})
		o.approve("hidden", 1, domain.Effective{})
		do(o.world, domain.Items, domain.ChangeItemVisibility{Key: "hidden", Public: false}, an)
		o.settle()
		for item, public := range map[string]bool{"open": true, "hidden": false, "nothing": false} {
			if tells, err := o.mailer.Tells(context.Background(), item); err != nil || tells != public {
				t.Errorf("%s, to who may not see it: %t, %v", item, tells, err)
			}
			for _, role := range domain.MemberRoles {
				if tells, err := o.mailer.Tells(context.Background(), item, role); err != nil || !tells {
					t.Errorf("%s, to a %s: %t, %v", item, role, tells, err)
				}
			}
		}
	})
}
