package notify_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/mail"
	"signet/internal/notify"
	"signet/internal/outbound"
	"signet/internal/people"
	"signet/internal/people/peopletest"
	"signet/internal/webhooks"
)

func TestAMailThatWasNotTakenIsTheSameWhenItIsTriedAgain(t *testing.T) {
	mailed(t, func(o *office) {
		o.joins("an", culture, domain.RoleDesigner)
		o.watches("an", "slogan")
		o.takes(&mail.Failure{Code: 451})
		o.approve("slogan", 1, domain.Effective{})
		o.settle()
		first := o.reads("an", "version.in_force items/slogan items/slogan")[0]
		o.backlog(1, 0)
		o.takes(&mail.Failure{Way: outbound.FailedConnect})
		o.pass(10 * time.Second)
		o.reads("an", "version.in_force items/slogan items/slogan")
		o.takes(nil)
		o.leap(time.Hour)
		if again := o.reads("an", "version.in_force items/slogan items/slogan")[0]; again != first {
			t.Errorf("it was\n%+v\nand is\n%+v", first, again)
		}
		o.backlog(0, 0)
		if want := []webhooks.Failure{webhooks.FailedStatus, webhooks.FailedConnect, ""}; !slices.Equal(o.counted, want) {
			t.Errorf("counted are %q, want %q", o.counted, want)
		}
		o.takes(&mail.Failure{Code: 550, Final: true})
		o.approve("slogan", 2, domain.Effective{})
		o.leap(100 * time.Hour)
		o.reads("an", "version.in_force items/slogan items/slogan items/slogan")
		o.backlog(0, 1)
	})
}

func TestNothingIsToldTwiceOrMissedOverARestart(t *testing.T) {
	mailed(t, func(o *office) {
		o.joins("an", culture, domain.RoleDesigner)
		o.watches("an", people.WholeKit)
		o.takes(&mail.Failure{Code: 451})
		o.approve("one", 1, domain.Effective{})
		o.settle()
		first := o.reads("an", "version.in_force items/one items/one")[0]
		o.close()
		o.approve("two", 1, domain.Effective{})
		o.leap(2 * time.Hour)
		o.takes(nil)
		o.open()
		o.settle()
		if again := o.reads("an", "version.in_force items/one items/one", "version.in_force items/two items/two")[0]; again != first {
			t.Errorf("it was\n%+v\nand is\n%+v", first, again)
		}
		// The plan is made again from its beginning, as after a crash that has lost the mark.
		o.close()
		q, err := webhooks.Open(filepath.Join(o.path, "mails.db"), webhooks.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := q.Enqueue(context.Background(), "plan", webhooks.Mark{}); err != nil {
			t.Fatal(err)
		}
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
		o.open()
		o.leap(2 * time.Hour)
		o.reads("an")
	})
}

func TestWhatWasBeforeTheFileIsToldToNobody(t *testing.T) {
	mailed(t, func(o *office) {
		o.joins("an", culture, domain.RoleDesigner)
		o.watches("an", people.WholeKit)
		o.close()
		o.approve("slogan", 1, domain.Effective{})
		o.settle()
		o.path = t.TempDir() // the file was lost, or mail begins only now
		o.open()
		o.settle()
		o.reads("an")
		o.approve("slogan", 2, domain.Effective{})
		o.settle()
		o.reads("an", "version.in_force items/slogan items/slogan items/slogan")
	})
}

// What is looked up when a mail is sent is how things are then.
func TestWhoIsNotToHaveItAnyMoreIsSentNothing(t *testing.T) {
	mailed(t, func(o *office) {
		ctx := context.Background()
		changes := map[string]func(id uuid.UUID) error{
			"stays":     func(uuid.UUID) error { return nil },
			"erased":    func(id uuid.UUID) error { return o.persons.Erase(ctx, id) },
			"unknown":   func(id uuid.UUID) error { return o.persons.Put(ctx, people.Person{ID: id, Name: "An"}) },
			"unwatched": func(id uuid.UUID) error { return o.persons.Unwatch(ctx, id, "slogan") },
			"left": func(id uuid.UUID) error {
				do(o.world, domain.Agencies, domain.RemoveMember{Agency: culture, Member: id}, operator)
				return nil
			},
			"moved": func(id uuid.UUID) error { return o.persons.Put(ctx, people.Person{ID: id, Mail: "other@x.example"}) },
		}
		for name := range changes {
			o.joins(name, culture, domain.RoleDesigner)
			o.watches(name, "slogan")
		}
		o.takes(&mail.Failure{Code: 451})
		o.approve("slogan", 1, domain.Effective{})
		o.settle()
		o.backlog(len(changes), 0)
		for name, change := range changes {
			o.reads(name, "version.in_force items/slogan items/slogan")
			if err := change(idOf(name)); err != nil {
				t.Fatal(err)
			}
		}
		o.settle()
		o.takes(nil)
		o.leap(100 * time.Hour)
		o.reads("stays", "version.in_force items/slogan items/slogan")
		o.reads("other", "version.in_force items/slogan items/slogan")
		o.nobodyElse()
		o.backlog(0, 0)
	})
}

func TestNothingOfAPersonIsInTheFileOfMails(t *testing.T) {
	mailed(t, func(o *office) {
		binh := peopletest.Binh
		do(o.world, domain.Agencies, domain.AddMember{Agency: culture, Member: binh.ID, Roles: []domain.Role{domain.RoleDesigner}}, operator)
		peopletest.Fill(t, o.persons, binh)
		o.takes(&mail.Failure{Code: 451})
		o.approve("slogan", 1, domain.Effective{})
		o.settle()
		o.backlog(1, 0)
		for _, found := range peopletest.InFiles(t, o.path, binh) {
			t.Error(found)
		}
		if len(o.letters) == 0 || o.letters[0].To != binh.Mail {
			t.Errorf("nothing was tried: %+v", o.letters)
		}
	})
}

// A store of people that is away loses no mail.
func TestPeopleWhoCanNotBeAskedForAreToldLater(t *testing.T) {
	mailed(t, func(o *office) {
		o.joins("an", culture, domain.RoleDesigner)
		o.watches("an", people.WholeKit)
		if err := o.persons.Close(); err != nil {
			t.Fatal(err)
		}
		o.approve("slogan", 1, domain.Effective{})
		o.pass(5 * time.Minute)
		o.reads("an")
		o.persons.Reopened()
		o.pass(2 * time.Minute)
		o.reads("an", "version.in_force items/slogan items/slogan")
	})
}

// An edition of very many items is a mail of a length that can be read.
func TestALongMailIsCutAndSaysSo(t *testing.T) {
	for many, want := range map[int][2]int{99: {100, 0}, 104: {100, 5}} {
		if listed, more := notify.Listed(t, many); listed != want[0] || more != want[1] {
			t.Errorf("of an edition of %d items %d changes are listed, and %d are more", many, listed, more)
		}
	}
}

func TestEveryTopicHasWordsInBothLanguages(t *testing.T) {
	for _, topic := range notify.Topics {
		for _, head := range notify.Heads(topic) {
			if strings.Count(head, "%s") != 1 {
				t.Errorf("%s is told by %q", topic, head)
			}
		}
	}
}

func TestAMailerNeedsAnAddressForItsLinks(t *testing.T) {
	for _, public := range []string{"", "registry.example", "javascript:x", "/vi"} {
		if _, err := notify.OpenMailer(filepath.Join(t.TempDir(), "mails.db"), notify.MailOptions{Public: public}); err == nil {
			t.Errorf("%q was taken", public)
		}
	}
}
