// Package people keeps who the members are: names, mail addresses, and by which
// identities they log in. It stands apart from the log, which is never changed and
// knows people only by opaque ids, so that a person can be erased: what is gone
// here is gone, and the log still says which id did what.
//
// Its adapters are packages sqlite, for one node, and s3, for several nodes that
// share a bucket. Package peopletest is the suite that they pass.
package people

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/google/uuid"
)

// Limits of what is kept of a person.
const (
	MaxName    = 200   // characters (code points) of a name
	MaxMail    = 254   // bytes of a mail address (RFC 5321, section 4.5.3.1.3, without the angle brackets)
	MaxIssuer  = 2_048 // bytes of an issuer
	MaxSubject = 255   // bytes of a subject (OpenID Connect Core 1.0, section 2)
	MaxWatches = 500   // things that somebody watches
)

// WholeKit is watched by who wants to be told of every item, and of editions. It is
// no key of an item.
const WholeKit = "*"

var (
	// ErrErased: the person was erased; the id is never anybody's again.
	ErrErased = errors.New("people: erased")
	// ErrClosed: Close was called.
	ErrClosed = errors.New("people: closed")
	// ErrUnavailable: the store can't be reached, or can't do its work; it may
	// help to try again later.
	ErrUnavailable = errors.New("people: store unavailable")
)

// Identity is who somebody is at an OpenID provider. Both are compared byte by
// byte.
type Identity struct {
	Issuer  string // the provider's "iss", a URL
	Subject string // the provider's "sub", opaque
}

// Person is what is kept of a person, beside the log.
type Person struct {
	// ID is the one that events know the person by.
	ID uuid.UUID
	// Name and Mail are in NFC; either may be empty, as long as nobody has told.
	Name, Mail string
	// Identities are sorted by issuer and subject.
	Identities []Identity
	// Watches are the keys of the items of which the person wants to be told by mail,
	// and WholeKit, sorted. They are a wish of the person, and no history of the brand.
	Watches []string
	// Changed is when name and mail were put last, in UTC, to the millisecond;
	// zero if they never were.
	Changed time.Time
}

// Store keeps people. It may be used by several goroutines at once. Beside those
// of package people, errors are refusals (*domain.Error): invalid_person,
// invalid_name, invalid_mail, invalid_identity, invalid_key and too_many_watches,
// each with its field.
type Store interface {
	// Claim returns who has the identity; if nobody has, it becomes that of id,
	// which it then returns. Of claims at the same time, at all nodes together, the
	// first one wins. ErrErased if nobody has it and id was erased.
	Claim(ctx context.Context, identity Identity, id uuid.UUID) (uuid.UUID, error)
	// Put replaces the name and the mail address of a person, who need not be known
	// yet. Identities are Claim's, watches Watch's; both are left as they are. A zero
	// Changed is now. ErrErased if the person was erased.
	Put(ctx context.Context, p Person) error
	// Watch adds the key of an item, or WholeKit, to what a person watches, who need
	// not be known yet. What is watched already stays so. ErrErased if the person was
	// erased.
	Watch(ctx context.Context, id uuid.UUID, what string) error
	// Unwatch takes away what Watch has added, if it was. ErrErased if the person was
	// erased.
	Unwatch(ctx context.Context, id uuid.UUID, what string) error
	// Get returns those of the people who are known.
	Get(ctx context.Context, ids ...uuid.UUID) (map[uuid.UUID]Person, error)
	// Erase removes everything but the id, which can't be put any more. When it
	// returns, the bytes are gone from where the store keeps them. It says nothing
	// about people who are not known or were erased before: it does it again.
	Erase(ctx context.Context, id uuid.UUID) error
	// Each yields all people in order of their ids; the first error ends it.
	Each(ctx context.Context) iter.Seq2[Person, error]
	// Close gives up what the store holds. It waits for what is under way.
	Close() error
}
