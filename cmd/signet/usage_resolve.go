package main

import (
	"context"
	"net/url"
	"time"

	"signet/assets/rendition"
	"signet/domain"
	"signet/internal/accesslog"
)

// usageSource is the registry that requests were for.
type usageSource interface {
	// item returns what is known of an item; nil if there is none of the key.
	item(ctx context.Context, key string) (*usageItem, error)
	// bring takes in counts, and tells how many of them are new.
	bring(ctx context.Context, c domain.ImportUsage) (recorded int, err error)
}

// usageItem is what must be known of an item to understand requests for it.
type usageItem struct {
	approved map[int]bool // versions that were approved once
	spans    []usageSpan
	digests  map[usageFile]string
}

// usageSpan is a time in which a version was in force; until is zero for ever.
type usageSpan struct {
	version     int
	from, until time.Time
}

// usageFile is a file of a version.
type usageFile struct {
	version int
	name    string
}

func newUsageItem() *usageItem {
	return &usageItem{approved: map[int]bool{}, digests: map[usageFile]string{}}
}

// at returns a version, or the one in force at an instant for accesslog.Current.
func (i *usageItem) at(version int, at time.Time) (int, bool) {
	if version != accesslog.Current {
		return version, i.approved[version]
	}
	for _, s := range i.spans {
		if !at.Before(s.from) && (s.until.IsZero() || at.Before(s.until)) {
			return s.version, true
		}
	}
	return 0, false
}

// usageResolver tells which version a request was for. It asks the registry once
// for each item.
type usageResolver struct {
	source usageSource
	site   accesslog.Map
	items  map[string]*usageItem
}

// mostItems bounds what is remembered: of a log that names more, most are made up.
const mostItems = 10_000

func (r *usageResolver) item(ctx context.Context, key string) (*usageItem, error) {
	if known, ok := r.items[key]; ok {
		return known, nil
	}
	if _, err := domain.ParseKey(key); err != nil || len(r.items) >= mostItems {
		return nil, nil //nolint:nilerr,nilnil // it names no item
	}
	item, err := r.source.item(ctx, key)
	if err == nil {
		r.items[key] = item
	}
	return item, err
}

// resolve is for accesslog.ReadLog. The map of the site goes before the addresses of
// the registry's files.
func (r *usageResolver) resolve(ctx context.Context, target string, at time.Time) (accesslog.Use, bool, error) {
	if place, ok := r.site.Find(target); ok {
		item, err := r.item(ctx, place.Item)
		if err != nil || item == nil {
			return accesslog.Use{}, false, err
		}
		version, known := item.at(place.Version, at)
		return accesslog.Use{Item: place.Item, Version: version}, known, nil
	}
	address, ok := accesslog.ParseAddress(target)
	if !ok {
		return accesslog.Use{}, false, nil
	}
	item, err := r.item(ctx, address.Item)
	if err != nil || item == nil {
		return accesslog.Use{}, false, err
	}
	use := accesslog.Use{Item: address.Item}
	var known bool
	if use.Version, known = item.at(address.Version, at); !known {
		return use, false, nil
	}
	if use.Digest, known = item.digests[usageFile{use.Version, address.Name}]; !known {
		return use, false, nil
	}
	use.Rendition, known = renditionOf(address.Query)
	return use, known, nil
}

// renditionOf is the canonical form of what a query makes of a file, empty for the
// original; false for what the server refuses.
func renditionOf(query url.Values) (string, bool) {
	query.Del("channel")
	query.Del("stamp")
	if len(query) == 0 {
		return "", true
	}
	if name := query.Get("preset"); name != "" {
		preset, known := rendition.FindPreset(name)
		return preset.Spec.String(), known && len(query) == 1
	}
	spec, err := rendition.ParseSpec(query)
	return spec.String(), err == nil
}
