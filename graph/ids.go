package graph

import (
	"context"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/access"
)

// newID makes the id of something new. With an idempotency key it follows from
// who asks and the key, so that the same request makes the same thing once.
func newID(ctx context.Context, of string, key *string) (uuid.UUID, error) {
	if key == nil || *key == "" {
		return uuid.NewV7()
	}
	return uuid.NewSHA1(access.From(ctx).Member, []byte(of+":"+*key)), nil
}

// opaque reads the opaque id of a person.
func opaque(id, field string) (uuid.UUID, error) {
	u, err := uuid.Parse(id)
	if err != nil {
		return u, domain.Refuse(domain.Invalid, "invalid_id", "this is not an id").At("%s", field)
	}
	return u, nil
}
