package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"signet/assets"
	"signet/assets/rendition"
	"signet/internal/catalogue"
	"signet/projections"
)

// printsFolder has the prints of pictures, in a data directory.
const printsFolder = "prints"

// premade makes the standard renditions of what is approved, and takes its prints, so
// that the first who wants one does not wait for it. Renditions of what was approved
// before the program began are made when somebody asks.
type premade struct {
	views  *projections.Views
	maker  *rendition.Maker
	prints *catalogue.Prints
	log    *slog.Logger
}

// run makes renditions until the context ends.
func (p premade) run(ctx context.Context) error {
	if err := p.live(ctx); err != nil {
		return err
	}
	done := p.views.Now(time.Now())
	for {
		advanced := p.views.Advanced()
		to := p.views.Now(time.Now())
		notices, err := p.views.Notices(ctx, done, to)
		if err != nil {
			return err
		}
		for _, n := range notices {
			if n.What == projections.ChangeApproved {
				p.make(ctx, n.Item, n.Version)
			}
		}
		done = to
		select {
		case <-advanced:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// printsAfter is how long after the start prints are taken that nobody has asked for:
// who comes first has the processor.
const printsAfter = time.Minute

// takePrints takes the prints of what was approved before the program began.
func (p premade) takePrints(ctx context.Context) error {
	select {
	case <-time.After(printsAfter):
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := p.live(ctx); err != nil {
		return err
	}
	return catalogue.Warm(ctx, p.views, time.Now(), p.prints.Of)
}

// live returns when the read models tell of everything that was before.
func (p premade) live(ctx context.Context) error {
	for {
		advanced := p.views.Advanced()
		if live, _ := p.views.Ready(); live {
			return nil
		}
		select {
		case <-advanced:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// make makes the renditions of a version's files, one file after the other. What
// can't be made is made, or refused, when somebody asks for it.
func (p premade) make(ctx context.Context, item string, number int) {
	version, err := p.views.Version(ctx, item, number)
	if err != nil {
		return
	}
	for _, f := range version.Content.Files {
		ref, err := assets.ParseRef(f.Digest)
		if err != nil {
			continue
		}
		if _, err := p.maker.Standard(ctx, ref, rendition.Normal); err != nil && ctx.Err() == nil && !errors.Is(err, assets.ErrNoRendition) {
			p.log.Warn("the standard renditions of a file were not made", "item", item, "version", number, "error", err)
		}
		if _, err := p.prints.Of(ctx, f.Digest); err != nil && ctx.Err() == nil {
			p.log.Warn("the print of a picture was not taken", "item", item, "version", number, "error", err)
		}
	}
}
