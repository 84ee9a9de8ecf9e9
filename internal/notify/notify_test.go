package notify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
)

func TestEachTopicIsToldToWhomItConcernsInOrder(t *testing.T) {
	story(t, func(w *world) {
		w.hook("party", party)
		w.hook("foreign", foreign)
		w.hook("culture", culture)
		w.hook("choosy", party, domain.TopicInForce, domain.TopicOverdue)
		w.settle()

		w.draft("slogan", "Biển mở")
		w.settle()
		for _, who := range []string{"party", "foreign", "culture", "choosy"} {
			w.hears(who) // of a draft nobody is told
		}
		do(w, domain.Items, domain.SubmitVersion{Key: "slogan", Version: 1}, lan)
		w.settle()
		asked := w.hears("foreign", "review.requested slogan/1")
		if due := domain.DateOf(w.clock()).AddDays(3); asked[0].body.Data.Due != due {
			t.Errorf("to be signed until %s, not %s", asked[0].body.Data.Due, due)
		}
		w.hears("party") // its turn comes last
		do(w, domain.Items, domain.SignVersion{Key: "slogan", Version: 1}, binh)
		w.settle()
		w.hears("foreign")
		w.hears("party", "review.requested slogan/1")
		do(w, domain.Items, domain.SignVersion{Key: "slogan", Version: 1}, hoa)
		w.settle()
		for _, who := range []string{"party", "foreign", "culture"} {
			w.hears(who, "version.approved slogan/1", "version.in_force slogan/1")
		}
		told := w.hears("choosy", "version.in_force slogan/1")
		if d := told[0].body; d.Data.Kind != domain.Slogan || d.Data.Position == 0 || d.Timestamp.IsZero() || told[0].header.Get("Content-Type") != "application/json" {
			t.Errorf("%+v", d)
		}

		w.approve("slogan", 2, domain.Effective{})
		w.settle()
		w.hears("culture", "version.superseded slogan/1", "version.approved slogan/2", "version.in_force slogan/2")
		w.hears("choosy", "version.in_force slogan/2")
		w.hears("party", "review.requested slogan/2", "version.superseded slogan/1", "version.approved slogan/2", "version.in_force slogan/2")
		w.hears("foreign", "review.requested slogan/2", "version.superseded slogan/1", "version.approved slogan/2", "version.in_force slogan/2")
	})
}

func TestAnIssueIsToldToAllWithItsDecision(t *testing.T) {
	story(t, func(w *world) {
		w.hook("culture", culture)
		w.hook("choosy", foreign, domain.TopicIssued)
		do(w, domain.Editions, domain.OpenEdition{Number: 1, Title: domain.Texts{"vi": "Lần một"}, Due: domain.DateOf(w.clock())}, an)
		for _, key := range []string{"one", "two"} {
			w.approve(key, 1, domain.Effective{Edition: 1})
			do(w, domain.Editions, domain.IncludeInEdition{Number: 1, Item: key, Version: 1}, an)
		}
		w.settle()
		w.hears("culture", "version.approved one/1", "version.approved two/1")
		do(w, domain.Editions, domain.IssueEdition{Number: 1, Decision: "12/QĐ-UBND", Decided: domain.DateOf(w.clock())}, an)
		w.settle()
		w.hears("culture", "version.in_force one/1", "version.in_force two/1", "edition.issued 1")
		if told := w.hears("choosy", "edition.issued 1"); told[0].body.Data.Decision != "12/QĐ-UBND" {
			t.Errorf("%+v", told[0].body)
		}
	})
}

func TestARecallTellsEachAgencyHowItUsedTheVersion(t *testing.T) {
	story(t, func(w *world) {
		w.hook("party", party, domain.TopicWithdrawn)
		w.hook("foreign", foreign, domain.TopicWithdrawn)
		w.hook("culture", culture, domain.TopicWithdrawn)
		w.approve("slogan", 1, domain.Effective{})
		w.approve("other", 1, domain.Effective{})
		download := func(agency, item string) {
			do(w, domain.DownloadLog, domain.RecordDownload{Agency: agency, Month: w.clock(), Item: item, Version: 1, Digest: strings.Repeat("ab", 32), Channel: "portal"}, person(9, agency, domain.RoleAgency))
		}
		for _, agency := range []string{foreign, foreign, foreign, culture} {
			download(agency, "slogan")
		}
		download(party, "other")
		uses := []uuid.UUID{{6: 0x70, 8: 0x80, 15: 21}, {6: 0x70, 8: 0x80, 15: 22}}
		for _, id := range uses {
			do(w, domain.Uses, domain.DeclareUse{Use: id, Agency: foreign, Item: "slogan", Version: 1, Channel: "portal", Place: "cổng"}, person(9, foreign, domain.RoleAgency))
		}
		do(w, domain.Uses, domain.EndUse{Use: uses[0], Agency: foreign}, person(9, foreign, domain.RoleAgency))
		do(w, domain.Items, domain.WithdrawVersion{Key: "slogan", Version: 1, Reason: "sai tên", Replacement: &domain.VersionRef{Item: "other", Version: 1}}, hoa)
		w.settle()
		for who, want := range map[string][3]int{"foreign": {3, 2, 1}, "culture": {1, 0, 0}, "party": {}} {
			d := w.hears(who, "version.withdrawn slogan/1")[0].body.Data
			if d.Reason != "sai tên" || d.Replacement == nil || *d.Replacement != (domain.VersionRef{Item: "other", Version: 1}) {
				t.Errorf("%s: %+v", who, d)
			}
			if who == "party" {
				if d.Yours != nil {
					t.Errorf("who has not used it is told of a use: %+v", d.Yours)
				}
				continue
			}
			if d.Yours == nil || [3]int{d.Yours.Downloads, d.Yours.Declared, d.Yours.Running} != want {
				t.Errorf("%s: %+v, want %v", who, d.Yours, want)
			}
		}
		do(w, domain.Items, domain.WithdrawVersion{Key: "other", Version: 1, Reason: "cũ"}, hoa)
		w.settle()
		if d := w.hears("culture", "version.withdrawn other/1")[0].body.Data; d.Replacement != nil || d.Yours != nil || d.Reason != "cũ" {
			t.Errorf("%+v", d)
		}
	})
}

func TestWhatIsScheduledIsToldWhenItComesToPass(t *testing.T) {
	story(t, func(w *world) {
		w.hook("culture", culture)
		w.settle()
		begins := w.clock().Add(90 * time.Second).Truncate(time.Microsecond)
		ends := begins.Add(40 * time.Second)
		w.approve("slogan", 1, domain.Effective{At: &begins})
		do(w, domain.Items, domain.WithdrawVersion{Key: "slogan", Version: 1, From: ends, Reason: "hết hạn"}, hoa)
		w.settle()
		w.hears("culture", "version.approved slogan/1")
		w.pass(begins.Sub(w.clock()) - 10*time.Millisecond)
		w.hears("culture")
		w.pass(20 * time.Millisecond)
		told := w.hears("culture", "version.in_force slogan/1")
		if !told[0].body.Timestamp.Equal(begins) || told[0].at.Before(begins) {
			t.Errorf("told at %v of %v, which was to be at %v", told[0].at, told[0].body.Timestamp, begins)
		}
		w.pass(ends.Sub(w.clock()) - 10*time.Millisecond)
		w.hears("culture")
		w.pass(20 * time.Millisecond)
		w.hears("culture", "version.withdrawn slogan/1")
		w.leap(400 * 24 * time.Hour)
		w.hears("culture") // never again
	})
}

func TestWhoRegistersLaterIsToldOnlyWhatCameAfter(t *testing.T) {
	story(t, func(w *world) {
		begins := w.clock().Add(time.Hour)
		w.approve("slogan", 1, domain.Effective{})
		w.approve("later", 1, domain.Effective{At: &begins})
		w.draft("waiting", "Biển chờ")
		do(w, domain.Items, domain.SubmitVersion{Key: "waiting", Version: 1}, lan)
		w.settle()
		w.hook("foreign", foreign)
		w.settle()
		w.hears("foreign")
		w.approve("slogan", 2, domain.Effective{})
		w.settle()
		w.hears("foreign", "review.requested slogan/2", "version.superseded slogan/1", "version.approved slogan/2", "version.in_force slogan/2")
		w.leap(2 * time.Hour)
		w.hears("foreign", "version.in_force later/1") // known before, come to pass since
	})
}
