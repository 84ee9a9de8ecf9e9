package access

import (
	"context"

	lru "github.com/hashicorp/golang-lru/v2"

	"signet/domain"
	"signet/projections"
)

// queuedUses bounds how many uses wait to be recorded; what comes when so many do
// is told again by the next use of its token.
const queuedUses = 256

// Uses notes on which day a token was used last, once a day for each token, and
// never in the way of a request.
type Uses struct {
	record func(ctx context.Context, agency, token string, day domain.Date) error
	queue  chan use
	noted  *lru.Cache[string, domain.Date] // by id of the token; the last day that is, or is to be, recorded
}

type use struct {
	agency, token string
	day           domain.Date
}

// NewUses records uses by a function that may be called with a day that was recorded
// before, and answers with a refusal (*domain.Error) or a failure, which is not tried
// again before the token is used again.
func NewUses(record func(ctx context.Context, agency, token string, day domain.Date) error) (*Uses, error) {
	noted, err := lru.New[string, domain.Date](cachedTokens)
	return &Uses{record: record, queue: make(chan use, queuedUses), noted: noted}, err
}

// note queues the use of a token on a day, unless that, or a later one, is known.
func (u *Uses) note(t *projections.Token, day domain.Date) {
	if noted, _ := u.noted.Get(t.ID); day <= max(noted, t.Used) {
		return
	}
	select {
	case u.queue <- use{t.Agency, t.ID, day}:
		u.noted.Add(t.ID, day)
	default:
	}
}

// Run records what was noted, until the context ends. What waits then is lost, as
// what could not be recorded is: a later use tells of the token again.
func (u *Uses) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case next := <-u.queue:
			if err := u.record(ctx, next.agency, next.token, next.day); err != nil && domain.AsError(err) == nil {
				u.noted.Remove(next.token)
			}
		}
	}
}
