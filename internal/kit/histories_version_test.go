package kit_test

import (
	"time"

	"signet/domain"
)

// version does something to the last version of an item, or begins one.
func (h *historian) version(key string) {
	item := load(h, h.registry, domain.Items, domain.ItemStream(key))
	n := len(item.Versions)
	author := func(agency string) domain.Actor { return h.member(agency, domain.RoleAuthor) }
	switch {
	case n == 0:
		try(h, domain.Items, author(pick(h, h.agencies...)), domain.DraftVersion{Key: key, Content: h.content(item.Kind)})
		return
	case item.Versions[n-1].State == domain.Approved && h.chance(40), item.Versions[n-1].State == domain.Withdrawn && h.chance(80):
		c := domain.DraftVersion{Key: key, Content: h.altered(item.Kind, item.Versions[n-1].Content)}
		try(h, domain.Items, author(pick(h, h.agencies...)), c)
		return
	}
	v := &item.Versions[n-1]
	switch v.State {
	case domain.Drafted, domain.Returned:
		h.write(&item, v)
	case domain.Submitted:
		h.review(&item, v)
	case domain.Approved, domain.Withdrawn:
		if h.chance(40) {
			h.approved(key, &item.Versions[h.between(0, n-1)])
			return
		}
		h.settle(key)
	}
}

// write goes on with a draft, or submits it.
func (h *historian) write(item *domain.Item, v *domain.Version) {
	author := h.member(v.Agency, domain.RoleAuthor)
	switch {
	case h.chance(8):
		try(h, domain.Items, author, domain.ReviseDraft{Key: item.Key, Version: v.Number, Content: h.altered(item.Kind, v.Content)})
	case h.chance(25), v.State == domain.Returned && h.chance(40):
		u := pick(h, v.Content.Units...)
		c := domain.TranslateVersion{Key: item.Key, Version: v.Number, Locale: pick[domain.Locale](h, "en", "ja", "ko")}
		c.Texts = map[string]string{u.ID: pick(h, h.text(u.Role), h.text(u.Role), "")}
		try(h, domain.Items, author, c)
	case len(v.Stale) > 0 && h.chance(90):
		for _, u := range v.Content.Units {
			for _, l := range locales(u.Text) {
				if _, stale := v.Stale[domain.TextKey{Unit: u.ID, Locale: l}]; stale {
					c := domain.TranslateVersion{Key: item.Key, Version: v.Number, Locale: l, Texts: map[string]string{u.ID: u.Text[l]}}
					try(h, domain.Items, author, c)
				}
			}
		}
	default:
		effective := h.effective()
		if v.Policy.Leads != nil && h.chance(80) { // it is submitted again for the same beginning
			effective = v.Effective
		}
		try(h, domain.Items, author, domain.SubmitVersion{Key: item.Key, Version: v.Number, Effective: effective})
	}
}

func (h *historian) effective() domain.Effective {
	switch {
	case h.chance(70):
		return domain.Effective{Edition: h.between(1, 3)}
	case h.chance(30):
		at := h.now.Add(40 * time.Hour)
		return domain.Effective{At: &at}
	}
	return domain.Effective{}
}

// review does what an agency does to a version that was submitted, mostly one that
// is waited for.
func (h *historian) review(item *domain.Item, v *domain.Version) {
	agency := pick(h, v.Policy.Signers()...)
	if awaited, _ := v.Awaited(item.Source); h.chance(85) {
		agency = pick(h, awaited...)
	}
	key, n := item.Key, v.Number
	reviewer := h.member(agency, domain.RoleReviewer)
	switch {
	case h.chance(10):
		try(h, domain.Items, reviewer, domain.ReturnVersion{Key: key, Version: n, Reason: "chưa đúng"})
	case h.chance(4):
		try(h, domain.Items, h.member(v.Agency, domain.RoleAuthor), domain.WithdrawSubmission{Key: key, Version: n, Reason: "viết lại"})
	case h.chance(2):
		try(h, domain.Items, reviewer, domain.RecuseSigner{Key: key, Version: n, Whole: h.chance(50), Reason: "có liên quan"})
	case h.chance(3):
		try(h, domain.Items, h.member("a", domain.RoleAdmin), domain.EscalateReview{Key: key, Version: n})
	case h.chance(20):
		if by, found := h.delegateOf(agency); found {
			try(h, domain.Items, by, domain.SignVersion{Key: key, Version: n, Agency: agency})
		}
	default:
		try(h, domain.Items, reviewer, domain.SignVersion{Key: key, Version: n})
	}
}

// settle takes versions of an item into their editions, or lets them wait for
// another one if they have missed it.
func (h *historian) settle(key string) {
	item := load(h, h.registry, domain.Items, domain.ItemStream(key))
	for _, v := range item.Versions {
		its := load(h, h.registry, domain.Editions, domain.EditionStream(v.Effective.Edition))
		switch {
		case v.State != domain.Approved || v.Effective.Edition == 0:
		case its.Issued && its.Entries[key] != v.Number:
			c := domain.RescheduleVersion{Key: key, Version: v.Number, Edition: h.between(its.Number, maxEdition), Reason: "lỡ đợt"}
			try(h, domain.Items, h.member("a", domain.RoleReviewer, domain.RoleAdmin), c)
		case h.chance(35):
			admin := h.member(pick(h, h.agencies...), domain.RoleAdmin)
			try(h, domain.Editions, admin, domain.IncludeInEdition{Number: v.Effective.Edition, Item: key, Version: v.Number})
		}
	}
}

// approved withdraws a version that was approved.
func (h *historian) approved(key string, v *domain.Version) {
	by := h.member(pick(h, "a", pick(h, h.agencies...)), pick(h, domain.RoleReviewer, domain.RoleReviewer, domain.RoleAdmin))
	c := domain.WithdrawVersion{Key: key, Version: v.Number, Reason: "đã cũ"}
	if h.chance(50) {
		c.From = h.now.Add(time.Duration(h.between(31, 90)) * time.Hour)
	}
	if other := load(h, h.registry, domain.Items, domain.ItemStream(pick(h, h.keys...))); len(other.Versions) > 0 && h.chance(70) {
		c.Replacement = &domain.VersionRef{Item: other.Key, Version: h.between(1, len(other.Versions))}
	}
	try(h, domain.Items, by, c)
}
