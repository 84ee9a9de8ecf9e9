package bundle_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signet/assets"
	"signet/domain"
	"signet/internal/bundle"
)

func TestItemsAreChosenByTheirKeys(t *testing.T) {
	r := newRegistry(t)
	got := paths(t, r.bundle(t, bundle.Selection{Items: []string{"slogan-open-sea", "positioning", "slogan-open-sea"}, Locales: []domain.Locale{"vi"}}))
	if want := []string{"texts/message_set/positioning.vi.txt", "texts/slogan/slogan-open-sea.vi.txt"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	// In force, and of a kind that is not wanted: it is left out.
	if got := paths(t, r.bundle(t, bundle.Selection{Items: []string{"slogan-open-sea", "positioning"}, Kinds: []domain.Kind{domain.Slogan}})); slices.ContainsFunc(got, func(p string) bool { return strings.Contains(p, "positioning") }) {
		t.Errorf("%q", got)
	}
	// Withdrawn since: it is told, and not unknown.
	before := time.Date(2026, 10, 12, 16, 0, 0, 0, time.UTC)
	m := manifest(t, r.bundle(t, bundle.Selection{Items: []string{"slogan-gateway", "slogan-open-sea"}, AsOf: before}))
	if len(m.Withdrawn) != 1 || m.Withdrawn[0].Item != "slogan-gateway" {
		t.Errorf("%+v", m.Withdrawn)
	}
}

// A kit that is asked for again later, by its instant, is the same bytes: also where a
// version has been superseded meanwhile.
func TestAPinnedKitCanBeAskedForAgain(t *testing.T) {
	r := newRegistry(t)
	then := time.Date(2026, 11, 10, 8, 0, 0, 0, time.UTC) // before the first edition
	first := unpack(t, r.bundle(t, bundle.Selection{Pinned: true, Now: then}))
	again := r.bundle(t, bundle.Selection{Pinned: true, AsOf: then})
	if diff := cmp.Diff(first, unpack(t, again)); diff != "" {
		t.Error(diff)
	}
	if string(again.Manifest()) != first["manifest.json"] {
		t.Error("the list is not the one in the ZIP")
	}
	ended := false
	for _, f := range manifest(t, r.bundle(t, bundle.Selection{AsOf: then})).Files {
		ended = ended || f.InForceUntil != nil
	}
	if !ended || strings.Contains(first["kit.json"]+first["manifest.json"], "inForceUntil") {
		t.Error("nothing was superseded, or a kit tells of it that is to be the same later")
	}
	// What was withdrawn is another matter.
	then = time.Date(2026, 10, 12, 16, 0, 0, 0, time.UTC)
	if m := manifest(t, r.bundle(t, bundle.Selection{Pinned: true, AsOf: then})); len(m.Withdrawn) != 1 || m.AsOf != nil {
		t.Errorf("%+v", m)
	}
}

func TestSomeFilesOfAKit(t *testing.T) {
	b := newRegistry(t).bundle(t, bundle.Selection{})
	all := unpack(t, b)
	const slogan, logo = "texts/slogan/slogan-open-sea.ja.txt", "logos/logo-sample/hải-phòng-ngang-đủ-màu.svg"
	some, err := b.Only([]string{slogan, "kit.json", logo, slogan, "texts/slogan/slogan-open-sea.vi.txt"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, p := range []string{slogan, "kit.json", logo, "texts/slogan/slogan-open-sea.vi.txt"} {
		want[p] = all[p]
	}
	if diff := cmp.Diff(want, unpack(t, some)); diff != "" {
		t.Error(diff)
	}
	versions := some.Versions()
	if len(versions) != 2 || versions[0].Item != "logo-sample" || versions[1].Item != "slogan-open-sea" || versions[1].Number == 0 || len(versions[1].Digests) != 0 ||
		!slices.Equal(versions[0].Digests, []string{string(assets.RefOf([]byte(all[logo])))}) {
		t.Errorf("%+v", versions)
	}
	if some.ETag() == b.ETag() || !bytes.Equal(some.Manifest(), b.Manifest()) {
		t.Error("it is another archive of the same kit")
	}
	if whole, err := b.Only([]string{"kit.json"}); err != nil || len(whole.Versions()) != 0 {
		t.Errorf("what tells of the whole kit is of no version: %+v, %v", whole.Versions(), err)
	}
	_, err = b.Only([]string{slogan, "../x"})
	if refused := domain.AsError(err); refused == nil || refused.Reason != "unknown_path" || refused.Field != "path" {
		t.Errorf("%v", err)
	}
}
