package kit_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/kit"
	"signet/internal/testneeds"
)

// export writes a registry's kit into a fresh folder under dir.
func (r *registry) export(t failer, dir string) string {
	t.Helper()
	work, err := os.MkdirTemp(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	views := r.views(t, work)
	defer views.Close()
	out := filepath.Join(work, "kit")
	if _, err := kit.Export(context.Background(), views, r.store, out, nil); err != nil {
		t.Fatal(err)
	}
	return out
}

func drawHistory(t *rapid.T) *registry {
	return history(t, rapid.Uint64().Draw(t, "seed"), rapid.IntRange(0, 150).Draw(t, "steps"))
}

func (r *registry) lateTarget() kit.Target {
	target := r.target()
	target.Runner.Clock = func() time.Time { return epoch.AddDate(10, 0, 0) }
	return target
}

func TestExportImportExportIsByteEqual(t *testing.T) {
	testneeds.PlainInCI(t)
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		original := drawHistory(t)
		first := original.export(t, dir)
		copied := newRegistry(t)
		if _, err := kit.Import(context.Background(), os.DirFS(first), copied.lateTarget(), nil); err != nil {
			t.Fatal(err)
		}
		second := copied.export(t, dir)
		same(t, os.DirFS(first), os.DirFS(second))
		equal(t, original.states(t), copied.states(t))
		if err := os.RemoveAll(filepath.Dir(first)); err != nil {
			t.Fatal(err)
		}
	})
}

// states folds every item, policy and edition, without what a kit does not tell:
// who the people were, what a draft was before it was revised, and what happened
// in a review that does not decide it.
func (r *registry) states(t failer) map[string]any {
	t.Helper()
	streams := map[string]bool{}
	returned, rewritten := map[string]bool{}, map[string]bool{} // by stream: its last version
	for _, e := range r.stored(t) {
		streams[e.Stream] = true
		switch e.Event.(type) {
		case domain.VersionReturned:
			returned[e.Stream] = true
		case domain.VersionTranslated:
			rewritten[e.Stream] = returned[e.Stream]
		case domain.VersionSubmitted:
			returned[e.Stream], rewritten[e.Stream] = false, false
		}
	}
	all := map[string]any{}
	for name := range streams {
		switch category, _, _ := strings.Cut(name, "-"); category {
		case domain.Items.Category:
			i := load(t, r, domain.Items, name)
			for n := range i.Versions {
				if v := &i.Versions[n]; v.State == domain.Returned && rewritten[name] {
					v.State = domain.Drafted
				}
				all[fmt.Sprintf("%s/%d", name, n+1)] = told(i.Source, &i.Versions[n])
			}
			i.Versions = nil
			all[name] = i
		case domain.Policies.Category:
			all[name] = load(t, r, domain.Policies, name)
		case domain.Editions.Category:
			all[name] = load(t, r, domain.Editions, name)
		case domain.Agencies.Category:
			all[name] = load(t, r, domain.Agencies, name).Name
		}
	}
	return all
}

// version is what a kit tells of one.
type version struct {
	domain.Version

	Signed  []string // sorted
	Overdue []domain.Overdue
}

func told(source domain.Locale, v *domain.Version) version {
	out := version{Version: *v}
	out.Recused = nil
	switch v.State {
	case domain.Drafted:
		out.Effective, out.Policy, out.Stale = domain.Effective{}, domain.PolicyTerms{}, nil
	case domain.Returned:
		out.Overdue = out.Version.Overdue(source, epoch.AddDate(20, 0, 0))
		out.Policy = domain.PolicyTerms{}
	case domain.Submitted, domain.Approved, domain.Withdrawn:
		out.Overdue = out.Version.Overdue(source, epoch.AddDate(20, 0, 0))
		out.Signed = append([]string{}, v.Signed(source)...) // not nil
		// A lead's signature that survived waits for the coordinating agencies.
		coordinating := slices.DeleteFunc(slices.Clone(out.Signed), func(a string) bool { return slices.Contains(v.Policy.Leads, a) })
		if now, _ := v.Policy.Awaited(coordinating, nil); v.Policy.LeadLast && !slices.Contains(now, v.Policy.Leads[0]) {
			out.Signed = coordinating
		}
		slices.Sort(out.Signed)
	}
	if len(out.Stale) == 0 {
		out.Stale = nil
	}
	out.Authors, out.Signatures, out.SignedFor, out.Escalated, out.Comments, out.Due, out.LeadDue = nil, nil, nil, nil, nil, "", ""
	out.Last = domain.Version{}.Last
	return out
}

func load[S any](t failer, r *registry, d domain.Decider[S], name string) S {
	t.Helper()
	s, _, err := commands.Load(context.Background(), r.log, d, name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
