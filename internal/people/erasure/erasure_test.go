package erasure_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/eventlog/logtest"
	"signet/internal/people"
	"signet/internal/people/erasure"
	"signet/internal/people/peopletest"
	"signet/internal/people/sqlite"
	"signet/projections"
)

var (
	operator = domain.Actor{Roles: domain.Roles{domain.RoleOperator}}
	admin    = domain.Actor{Member: peopletest.ID(1), Agency: "culture", Roles: domain.Roles{domain.RoleAdmin}}
	binh     = peopletest.Binh
)

// city is a registry in which Bình is a member of two agencies, with a token of
// each.
type city struct {
	*erasure.Eraser

	t      *testing.T
	path   string // of the table of people
	store  *store
	tokens []string
}

func newCity(t *testing.T) *city {
	t.Helper()
	views, err := projections.Open(filepath.Join(t.TempDir(), "views.db"))
	if err != nil {
		t.Fatal(err)
	}
	c := &city{t: t, path: filepath.Join(t.TempDir(), "people.db")}
	c.Eraser = &erasure.Eraser{
		Runner: &commands.Runner{Log: logtest.NewMemory(), Clock: peopletest.Clock}, Views: views, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	c.open()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := views.CatchUp(ctx, c.Runner.Log, nil); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		if err := errors.Join(views.Close(), c.People.Close()); err != nil {
			t.Error(err)
		}
	})
	for _, agency := range []string{"culture", "foreign"} {
		tell(c, domain.Agencies, domain.RegisterAgency{Key: agency, Name: domain.Texts{"vi": agency}}, operator)
		tell(c, domain.Agencies, domain.AddMember{Agency: agency, Member: admin.Member, Roles: admin.Roles}, operator)
		c.join(agency)
	}
	peopletest.Fill(t, c.People, binh)
	return c
}

func (c *city) open() {
	c.t.Helper()
	opened, err := sqlite.Open(c.path, peopletest.Clock)
	if err != nil {
		c.t.Fatal(err)
	}
	c.store = &store{Store: opened, erased: make(chan uuid.UUID, 10)}
	c.People = c.store
}

func (c *city) join(agency string) {
	c.t.Helper()
	token := access.NewToken()
	tell(c, domain.Agencies, domain.AddMember{Agency: agency, Member: binh.ID, Roles: []domain.Role{domain.RoleAuthor}}, operator)
	tell(c, domain.Agencies, domain.IssueToken{Agency: agency, Member: binh.ID, Token: token.ID, Hash: token.Hash}, operator)
	c.tokens = append(c.tokens, token.Secret)
}

// tell runs a command, and returns when the read models tell of it.
func tell[S any](c *city, d domain.Decider[S], command domain.Command[S], by domain.Actor) {
	c.t.Helper()
	result, err := commands.Run(c.t.Context(), c.Runner, d, command, commands.Request{Actor: by})
	if err == nil {
		err = c.Views.WaitFor(c.t.Context(), result.Position)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// erased lets the log say that Bình was erased.
func (c *city) erased() {
	c.t.Helper()
	tell(c, domain.Persons, domain.RequestErasure{Person: binh.ID, Basis: domain.AskedByPerson}, admin)
	tell(c, domain.Persons, domain.ConfirmErasure{Person: binh.ID}, operator)
}

// gone tells whether nothing is left of Bình.
func (c *city) gone() bool {
	c.t.Helper()
	members, err := c.Views.MembershipsOf(c.t.Context(), binh.ID)
	if err != nil {
		c.t.Fatal(err)
	}
	known, err := c.People.Get(c.t.Context(), binh.ID)
	if err != nil {
		c.t.Fatal(err)
	}
	return len(members) == 0 && len(known) == 0
}

// nothing fails the test unless nothing is left, and nothing of them is let in.
func (c *city) nothing() {
	c.t.Helper()
	if !c.gone() {
		c.t.Error("something is left")
	}
	for _, found := range peopletest.InFiles(c.t, filepath.Dir(c.path), binh) {
		c.t.Error(found)
	}
	auth, err := access.NewAuthenticator(c.Views, peopletest.Clock)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, secret := range c.tokens {
		if viewer, err := auth.Authenticate(c.t.Context(), secret); !errors.Is(err, access.ErrBadToken) {
			c.t.Errorf("let in: %+v, %v", viewer, err)
		}
	}
}

func TestCompleteEndsMembershipsAndErases(t *testing.T) {
	c := newCity(t)
	c.erased()
	if c.gone() {
		t.Fatal("there is nothing to do")
	}
	position, err := c.Complete(t.Context(), binh.ID)
	if err == nil {
		err = c.Views.WaitFor(t.Context(), position)
	}
	if err != nil || position == 0 {
		t.Fatal(position, err)
	}
	c.nothing()
	if position, err := c.Complete(t.Context(), binh.ID); err != nil || position != 0 {
		t.Errorf("a second time: %d, %v", position, err)
	}
}

// A node may know less of members than the log does.
func TestAMembershipThatAnotherNodeHasEndedIsNoFailure(t *testing.T) {
	c := newCity(t)
	c.erased()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := c.Complete(t.Context(), binh.ID); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestKnownIsWhoIsAMemberOrHasData(t *testing.T) {
	c := newCity(t)
	peopletest.Fill(t, c.People, people.Person{ID: peopletest.ID(50), Name: "Đã nghỉ"})
	for id, want := range map[uuid.UUID]bool{binh.ID: true, admin.Member: true, peopletest.ID(50): true, peopletest.ID(51): false} {
		if known, err := c.Known(t.Context(), id); err != nil || known != want {
			t.Errorf("%s: %t, %v", id, known, err)
		}
	}
}

// running runs the eraser until stop is called.
func (c *city) running() (stop func()) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(c.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	return func() {
		c.t.Helper()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			c.t.Error(err)
		}
	}
}

// left returns when Bình is a member of nothing, as far as can be read.
func (c *city) left() {
	c.t.Helper()
	for {
		advanced := c.Views.Advanced()
		members, err := c.Views.MembershipsOf(c.t.Context(), binh.ID)
		if err != nil {
			c.t.Fatal(err)
		}
		if len(members) == 0 {
			return
		}
		<-advanced
	}
}

// await returns when the data has been erased, and the memberships have ended.
func (c *city) await() {
	c.t.Helper()
	<-c.store.erased
	c.left()
}

func TestAnErasureThatWasCutOffIsDoneAtTheStart(t *testing.T) {
	c := newCity(t)
	c.erased()
	stop := c.running()
	c.await()
	stop()
	c.nothing()
}

func TestAnErasureOfAnotherNodeIsDoneAsSoonAsItIsRead(t *testing.T) {
	c := newCity(t)
	stop := c.running()
	c.erased()
	c.await()
	// Nor can they be brought back, by whom it may be.
	tell(c, domain.Agencies, domain.AddMember{Agency: "foreign", Member: binh.ID, Roles: []domain.Role{domain.RoleAuthor}}, operator)
	c.left()
	stop()
	c.nothing()
	events := 0
	for r, err := range c.Runner.Log.Read(t.Context(), domain.PersonStream(binh.ID), 0) {
		if err != nil || !slices.Contains([]string{"person.erasure_requested.v1", "person.erased.v1"}, r.Type) {
			t.Errorf("%v, %v", r, err)
		}
		events++
	}
	if events != 2 {
		t.Errorf("%d events", events)
	}
}

func TestATableFromAnOldBackupIsCleanedAtTheStart(t *testing.T) {
	c := newCity(t)
	c.erased()
	if _, err := c.Complete(t.Context(), binh.ID); err != nil {
		t.Fatal(err)
	}
	if err := c.People.Close(); err != nil {
		t.Fatal(err)
	}
	c.path = filepath.Join(t.TempDir(), "people.db") // which knows of no erasure
	c.open()
	peopletest.Fill(t, c.People, binh)
	stop := c.running()
	c.await()
	stop()
	c.nothing()
}

// store is a store of which can be seen when it erases, and that may be broken.
type store struct {
	people.Store

	broken atomic.Bool
	failed atomic.Int64
	erased chan uuid.UUID
}

func (s *store) Erase(ctx context.Context, id uuid.UUID) error {
	if s.broken.Load() {
		s.failed.Add(1)
		return people.ErrUnavailable
	}
	err := s.Store.Erase(ctx, id)
	if err == nil {
		s.erased <- id
	}
	return err
}

func TestWhatFailsIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCity(t)
		c.store.broken.Store(true)
		c.erased()
		if _, err := c.Complete(t.Context(), binh.ID); !errors.Is(err, people.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
		stop := c.running()
		defer stop()
		time.Sleep(time.Minute)
		if failed := c.store.failed.Load(); failed < 3 || failed > 5 {
			t.Errorf("it was tried %d times in a minute", failed)
		}
		c.store.broken.Store(false)
		c.await()
		c.nothing()
	})
}
