package notify_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/mail"
	"signet/internal/notify"
	"signet/internal/people"
	"signet/internal/people/peopletest"
	"signet/internal/webhooks"
)

// office is a world in which people are told by mail.
type office struct {
	*world

	persons *peopletest.Memory
	mailer  *notify.Mailer
	end     func() // stops it, and waits for it

	mu      sync.Mutex
	answer  func(mail.Letter) error // guarded by mu
	letters []mail.Letter           // guarded by mu: also those that were refused
	counted []webhooks.Failure      // guarded by mu
}

// mailed runs a test in a bubble, with a world that tells people by mail.
func mailed(t *testing.T, tell func(*office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := &office{world: newWorld(t), persons: peopletest.NewMemory(), answer: func(mail.Letter) error { return nil }}
		o.start()
		o.open()
		t.Cleanup(o.close)
		o.settle()
		tell(o)
	})
}

// open opens what tells people by mail, and lets it run.
func (o *office) open() {
	o.t.Helper()
	var err error
	o.mailer, err = notify.OpenMailer(filepath.Join(o.path, "mails.db"), notify.MailOptions{
		Views: o.views, People: o.persons, Send: o.send, Public: "https://registry.example", Clock: o.clock, Sent: o.sent, Log: slog.New(slog.NewTextHandler(o.t.Output(), nil)),
	})
	if err != nil {
		o.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- o.mailer.Run(ctx) }()
	o.end = func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			o.t.Error(err)
		}
	}
}

func (o *office) close() {
	o.end()
	if err := o.mailer.Close(); err != nil {
		o.t.Error(err)
	}
}

func (o *office) send(_ context.Context, l mail.Letter) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.letters = append(o.letters, l)
	return o.answer(l)
}

func (o *office) sent(f webhooks.Failure) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.counted = append(o.counted, f)
}

// takes says how the mail server answers from now on.
func (o *office) takes(answer error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answer = func(mail.Letter) error { return answer }
}

// idOf is who has a name.
func idOf(name string) uuid.UUID { return uuid.NewSHA1(uuid.Nil, []byte(name)) }

// joins makes somebody a member, with an address under their name.
func (o *office) joins(name, agency string, roles ...domain.Role) uuid.UUID {
	o.t.Helper()
	do(o.world, domain.Agencies, domain.AddMember{Agency: agency, Member: idOf(name), Roles: roles}, operator)
	peopletest.Fill(o.t, o.persons, people.Person{ID: idOf(name), Name: "Người " + name, Mail: name + "@x.example"})
	return idOf(name)
}

func (o *office) watches(name string, all ...string) {
	o.t.Helper()
	for _, what := range all {
		if err := o.persons.Watch(context.Background(), idOf(name), what); err != nil {
			o.t.Fatal(err)
		}
	}
}

var leads = regexp.MustCompile(`(?m)^  https://registry\.example/vi/(\S+)$`)

// reads sees what has come to somebody since the last time, each as "topic page page…",
// in any order.
func (o *office) reads(name string, want ...string) []mail.Letter {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	var own []mail.Letter
	var got []string
	for _, l := range o.letters {
		if l.To != name+"@x.example" {
			continue
		}
		own = append(own, l)
		said := string(notify.TopicOf(l.Subject))
		for _, m := range leads.FindAllStringSubmatch(l.Text, -1) {
			said += " " + m[1]
		}
		got = append(got, said)
	}
	o.letters = slices.DeleteFunc(o.letters, func(l mail.Letter) bool { return l.To == name+"@x.example" })
	if !slices.Equal(got, want) {
		o.t.Errorf("%s reads\n\t%s\nwant\n\t%s", name, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
	return own
}

// nobodyElse sees that nothing has come to anybody else.
func (o *office) nobodyElse() {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, l := range o.letters {
		o.t.Errorf("%s got %q", l.To, l.Subject)
	}
	o.letters = nil
}

// downloads lets agencies download the first version of an item.
func (o *office) downloads(item string, agencies ...string) {
	o.t.Helper()
	for _, agency := range agencies {
		do(o.world, domain.DownloadLog, domain.RecordDownload{
			Agency: agency, Month: o.clock(), Item: item, Version: 1, Digest: strings.Repeat("ab", 32), Channel: "portal",
		}, person(9, agency, domain.RoleAgency))
	}
}

func (o *office) withdraws(item string, version int, replacement *domain.VersionRef) {
	o.t.Helper()
	do(o.world, domain.Items, domain.WithdrawVersion{Key: item, Version: version, Reason: "sai tên\nBcc: x", Replacement: replacement}, hoa)
}

// backlog sees what waits, and what was given up.
func (o *office) backlog(pending, failed int) {
	o.t.Helper()
	b, err := o.mailer.Backlog(context.Background())
	if err != nil || b.Pending != pending || b.Failed != failed {
		o.t.Errorf("%+v, %v; want %s", b, err, fmt.Sprint(pending, failed))
	}
}
