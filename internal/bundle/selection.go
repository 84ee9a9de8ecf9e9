package bundle

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"signet/domain"
	"signet/projections"
)

// Selection says which part of the kit is wanted. Empty lists mean everything.
type Selection struct {
	// Registry is the name of the registry, as the page and the manifest give it.
	Registry string
	// Now is when the bundle is asked for. It is required, but does not stand in the
	// bundle: it decides what has been withdrawn meanwhile, which is left out also
	// of a kit of former days, and what lies in the future.
	Now time.Time
	// AsOf asks for what was in force at an instant, not after Now; zero: at Now.
	AsOf time.Time
	// Edition asks for what was in force when the edition with this number was
	// issued; 0: none is meant. AsOf must be zero with it.
	Edition int
	// Kinds are the kinds of items that are wanted.
	Kinds []domain.Kind
	// Locales are the languages that are wanted. Items without a text in any of them
	// are left out, but for logos, which are for everybody. A title is kept in the
	// source locale where there is none in those that are wanted.
	Locales []domain.Locale
	// Audiences are the keys of those whose messages are wanted; of message sets, what
	// is for other audiences is left out, and what is for all of them stays.
	Audiences []string
	// Items are the keys of the items that are wanted, each of which must be in force.
	Items []string
	// Pinned leaves out what a later question about the same instant would be told
	// otherwise: until when a version was in force, and that an instant was asked about.
	// The kit of a day is then, asked for by AsOf at any later time, the same bytes, unless
	// something of it was withdrawn.
	Pinned bool
	// Public leaves out what may not be read without a token; set it unless the
	// reader holds domain.ReadApproved.
	Public bool
}

// Refusals of New, for errors.Is.
var (
	// ErrNothing: nothing of the kit is in force that was asked for. A ZIP with
	// nothing but a page would pass for a kit.
	ErrNothing = domain.Refuse(domain.NotFound, "nothing_selected", "nothing that was asked for is in force")
	// ErrTooLarge: the texts would not fit into memory.
	ErrTooLarge = domain.Refuse(domain.Invalid, "bundle_too_large", "this is too much for one download; ask for fewer kinds or languages")
)

// checked returns the selection in its canonical form: lists sorted, nothing twice.
func (s Selection) checked() (Selection, error) {
	if s.Now.IsZero() {
		return s, errors.New("bundle: the selection lacks the present")
	}
	if s.Edition < 0 {
		return s, unknownEdition(s.Edition)
	}
	if s.Edition > 0 && !s.AsOf.IsZero() {
		return s, domain.Refuse(domain.Invalid, "two_instants", "ask for an instant or for an edition, not for both").At("edition")
	}
	if s.AsOf.After(s.Now) {
		return s, domain.Refuse(domain.Invalid, "in_the_future", "what will be in force then is not known yet").At("asOf")
	}
	var err error
	if s.Kinds, err = canonical(s.Kinds, "kinds", func(k domain.Kind) (domain.Kind, error) { return domain.ParseKind(string(k)) }); err != nil {
		return s, err
	}
	if s.Locales, err = canonical(s.Locales, "locales", func(l domain.Locale) (domain.Locale, error) { return domain.ParseLocale(string(l)) }); err != nil {
		return s, err
	}
	if s.Audiences, err = canonical(s.Audiences, "audiences", domain.ParseKey); err != nil {
		return s, err
	}
	s.Items, err = canonical(s.Items, "items", domain.ParseKey)
	return s, err
}

// canonical parses a list, sorts it and drops what is there twice.
func canonical[T ~string](in []T, field string, parse func(T) (T, error)) ([]T, error) {
	out := make([]T, 0, len(in))
	for i, v := range in {
		parsed, err := parse(v)
		if refused := domain.AsError(err); refused != nil {
			return nil, refused.At("%s[%d]", field, i)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, parsed)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// instant returns when the kit is asked about, and the edition that was named.
func (s Selection) instant(ctx context.Context, views *projections.Views) (time.Time, error) {
	if s.Edition == 0 {
		if s.AsOf.IsZero() {
			return s.Now, nil
		}
		return s.AsOf, nil
	}
	e, err := views.Edition(ctx, s.Edition)
	if errors.Is(err, projections.ErrNotFound) {
		return time.Time{}, unknownEdition(s.Edition)
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("bundle: %w", err)
	}
	if e.Issued.IsZero() || e.Issued.After(s.Now) {
		return time.Time{}, domain.Refuse(domain.Conflict, "edition_not_issued", "edition %d has not been issued yet", s.Edition).At("edition")
	}
	return e.Issued, nil
}

func unknownEdition(number int) error {
	return domain.Refuse(domain.NotFound, "unknown_edition", "there is no edition %d", number).At("edition")
}

// wants tells whether a text in the locale is wanted.
func (s Selection) wants(l domain.Locale) bool {
	return len(s.Locales) == 0 || slices.Contains(s.Locales, l)
}
