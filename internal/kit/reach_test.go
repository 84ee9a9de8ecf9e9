package kit_test

import (
	"slices"
	"testing"

	"signet/domain"
	"signet/internal/testneeds"
)

// TestRandomHistoriesReachWhatAKitTells keeps the property of the round trip from
// holding for want of anything to carry.
func TestRandomHistoriesReachWhatAKitTells(t *testing.T) {
	testneeds.PlainInCI(t)
	reached := map[string]int{}
	for seed := range uint64(30) {
		items := map[string]domain.Item{}
		for _, e := range history(t, seed, 150).stored(t) {
			reached[e.Event.EventType()]++
			items[e.Stream] = domain.Items.Evolve(items[e.Stream], e.Event)
			for what, is := range special(e.Event, items[e.Stream]) {
				if is {
					reached[what]++
				}
			}
		}
	}
	for _, want := range []string{
		"version.translated.v1", "submission.withdrawn.v1", "version.returned.v1", "version.rescheduled.v1", "version.withdrawn.v2", "edition.issued.v1",
		"signer.recused.v1", "review.escalated.v1", "a text taken out", "a signature kept", "a signature kept in part", "a lead's signature kept, with leads last",
		"a quorum", "leads last", "no survival", "a signature by delegation", "a replacement", "an edition with a basis", "a typed placeholder", "a plural",
	} {
		if reached[want] < 3 {
			t.Errorf("30 histories had %d times: %s", reached[want], want)
		}
	}
	t.Log(reached)
}

// special is what is worth telling of an event beside its type; now is its item
// after it.
func special(event domain.Event, now domain.Item) map[string]bool {
	switch e := event.(type) {
	case domain.VersionTranslated:
		for _, text := range e.Texts {
			return map[string]bool{"a text taken out": text == ""}
		}
	case domain.VersionSubmitted:
		out := map[string]bool{
			"a quorum": e.Policy.Quorum > 0, "leads last": e.Policy.LeadLast, "no survival": e.Policy.Survival == domain.SurviveNone, "a signature kept": len(e.Kept) > 0,
		}
		for _, p := range now.Version(e.Version).Content.Placeholders {
			out["a typed placeholder"] = out["a typed placeholder"] || p.Type != ""
			out["a plural"] = out["a plural"] || p.Type == domain.PlaceholderPlural
		}
		for _, kept := range e.Kept {
			out["a lead's signature kept, with leads last"] = out["a lead's signature kept, with leads last"] || e.Policy.LeadLast && slices.Contains(e.Policy.Leads, kept.Agency)
			out["a signature kept in part"] = out["a signature kept in part"] || len(kept.Parts) < len(now.Version(e.Version).Content.Parts(now.Source))
		}
		return out
	case domain.VersionSigned:
		return map[string]bool{"a signature by delegation": e.Delegation != nil}
	case domain.VersionWithdrawn:
		return map[string]bool{"a replacement": e.Replacement != nil}
	case domain.EditionOpened:
		return map[string]bool{"an edition with a basis": e.Basis != nil}
	}
	return nil
}
