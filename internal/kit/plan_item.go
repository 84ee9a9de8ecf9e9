package kit

import (
	"fmt"
	"path"

	"signet/domain"
)

func (k *Kit) itemSteps(i *item, files map[string]domain.File) []step {
	all := []step{{
		at: i.Registered.Time, rank: rankItem, actor: actor(i.Agency, domain.RoleAuthor), name: "registered",
		file: itemFile(i), what: "registered",
		run: do(domain.Items, domain.RegisterItem{Key: i.Key, Kind: i.Kind, Source: i.source(), Public: i.Public}),
	}}
	for n := range i.Versions {
		all = append(all, k.versionSteps(i, n, files)...)
	}
	return all
}

// versionSteps is the life of a version, in its order.
func (k *Kit) versionSteps(i *item, n int, files map[string]domain.File) []step {
	v := &i.Versions[n]
	author := person(v.Agency, domain.RoleAuthor)
	var all []step
	add := func(at instant, by domain.Actor, name, field, what string, c domain.Command[domain.Item]) *step {
		all = append(all, step{
			at: at.Time, rank: rankItem, actor: by, name: fmt.Sprintf("v%d/%s", v.Number, name),
			file: itemFile(i), field: fmt.Sprintf("versions[%d]%s", n, field), what: fmt.Sprintf("version %d: %s", v.Number, what),
			run: do(domain.Items, c),
		})
		return &all[len(all)-1]
	}
	add(v.Drafted, author, "drafted", "", "drafted", domain.DraftVersion{Key: i.Key, Content: v.Content.domain(v.received(files))})
	if v.Submitted != nil {
		stale := i.stale(n)
		for _, l := range sortedMap(stale) {
			add(*v.Submitted, author, "confirmed/"+string(l), ".submitted", "its translation into "+string(l)+" confirmed",
				domain.TranslateVersion{Key: i.Key, Version: v.Number, Locale: l, Texts: stale[l]})
		}
		add(*v.Submitted, author, "submitted", ".submitted", "submitted",
			domain.SubmitVersion{Key: i.Key, Version: v.Number, Effective: v.beginning()}).below = fmt.Sprintf("versions[%d]", n)
	}
	for s, signed := range v.Signed {
		add(signed.At, person(signed.Agency, domain.RoleReviewer), "signed/"+signed.Agency, fmt.Sprintf(".signed[%d]", s),
			"signed by "+signed.Agency, domain.SignVersion{Key: i.Key, Version: v.Number})
	}
	if r := v.Returned; r != nil {
		add(r.At, person(r.Agency, domain.RoleReviewer), "returned/"+r.Agency, ".returned",
			"returned by "+r.Agency, domain.ReturnVersion{Key: i.Key, Version: v.Number, Reason: r.Reason})
	}
	if r := v.Rescheduled; r != nil {
		add(r.At, person(r.Agency, k.leading(i.Kind, v, r.Agency)), "rescheduled", ".rescheduled",
			"moved by "+r.Agency, domain.RescheduleVersion{Key: i.Key, Version: v.Number, Edition: r.WithEdition, Reason: r.Reason}).rank = rankMove
	}
	if w := v.Withdrawn; w != nil {
		add(w.At, person(w.Agency, k.leading(i.Kind, v, w.Agency)), "withdrawn", ".withdrawn",
			"withdrawn by "+w.Agency, domain.WithdrawVersion{Key: i.Key, Version: v.Number, Reason: w.Reason, From: w.From.Time, Replacement: w.replacement()}).rank = rankWithdrawal
	}
	return all
}

// stale are the translations, by locale and unit, that version n+1 has from the
// one before although their source has changed. Whoever submitted it had
// confirmed them: a kit does not tell when.
func (i *item) stale(n int) map[domain.Locale]map[string]string {
	if n == 0 {
		return nil
	}
	now := i.Versions[n].Content.domain(nil)
	left := domain.StaleTexts(nil).After(i.source(), i.Versions[n-1].Content.domain(nil), now)
	out := map[domain.Locale]map[string]string{}
	for _, u := range now.Units {
		for l, text := range u.Text {
			if _, stale := left[domain.TextKey{Unit: u.ID, Locale: l}]; !stale {
				continue
			}
			if out[l] == nil {
				out[l] = map[string]string{}
			}
			out[l][u.ID] = text
		}
	}
	return out
}

// received are the files of the version's list.
func (v *version) received(files map[string]domain.File) []domain.File {
	out := make([]domain.File, len(v.Content.Files))
	for n, f := range v.Content.Files {
		out[n] = files[f.Path]
		out[n].Colour, out[n].Layout, out[n].Name = f.Colour, f.Layout, path.Base(f.Path)
	}
	return out
}

func (v *version) beginning() domain.Effective {
	if v.Effective == nil {
		return domain.Effective{}
	}
	e := domain.Effective{Edition: v.Effective.WithEdition}
	if v.Effective.At != nil {
		e.At = &v.Effective.At.Time
	}
	return e
}
