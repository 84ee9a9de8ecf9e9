package graph

import (
	"context"

	"signet/domain"
	"signet/internal/access"
	"signet/projections"
)

// newest are the newest versions of items that the viewer may see.
func (r *Resolver) newest(ctx context.Context, keys []string) (map[string]*projections.Version, error) {
	viewer := access.From(ctx)
	if !viewer.Can(domain.ReadApproved) {
		return map[string]*projections.Version{}, nil
	}
	return r.Views.NewestByKey(ctx, keys, !viewer.Can(domain.ReadUnapproved))
}

// itemName is the title of an item in a language, or in another one that there is: the
// source's before all others. Nil for an item that the viewer knows no title of.
func (r *Resolver) itemName(ctx context.Context, item *projections.Item, locale domain.Locale) (*string, error) {
	standing, err := loadersOf(ctx).inForce.Load(ctx, standingKey{item.Key, r.present(ctx)})
	if err != nil {
		return nil, err
	}
	var content *domain.Content
	if standing != nil {
		content = standing.Content
	} else {
		version, err := loadersOf(ctx).newest.Load(ctx, item.Key)
		if err != nil || version == nil {
			return nil, err
		}
		content = version.Content
	}
	titles := content.Name()
	if _, there := titles[locale]; !there {
		locale = item.Source
	}
	if title := titles.First(locale); title != "" {
		return &title, nil
	}
	return nil, nil
}
