package proof_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"signet/domain"
	"signet/internal/eventlog/logtest"
	"signet/internal/generate"
	"signet/internal/proof"
)

func TestAVersionIsProvedFromItsDraftingToItsEnd(t *testing.T) {
	w := history(t)
	v := w.verify(w.version(slogan, 1))
	got := v.Version
	if got.Kind != domain.Slogan || got.Source != "vi" || got.State != domain.Withdrawn || got.Drafted.Member != lan.Member || got.Drafted.Agency != author {
		t.Errorf("it is told as %+v", got)
	}
	if text := got.Content.Units[1].Text; text["vi"] != "Hải Phòng – cảng của những hành trình" || text["en"] != "Haiphong, port of journeys" || text["ja"] != "旅の港、ハイフォン" {
		t.Errorf("the text is told as %q", text)
	}
	if want := []string{lead, joint}; !slices.Equal(got.Required, want) || got.Quorum != 1 || !slices.Equal(got.Recused, []string{spare}) {
		t.Errorf("asked were %q, %d of %q, without %q", got.Required, got.Quorum, got.Others, got.Recused)
	}
	var signed []string
	for _, s := range got.Signatures {
		signed = append(signed, s.Agency)
		if s.Kept || s.Event.Member != s.Member || s.Event.Type != "version.signed.v1" || s.Event.At.Before(got.Submitted.At) {
			t.Errorf("the signature of %s is told as %+v", s.Agency, s)
		}
	}
	if want := []string{asked, joint, lead}; !slices.Equal(signed, want) {
		t.Errorf("signed by %q, want %q", signed, want)
	}
	if got.Approved == nil || got.From == nil || !got.From.Equal(got.Approved.At) || len(got.Awaited) > 0 {
		t.Errorf("approved %v, in force from %v, awaited %q", got.Approved, got.From, got.Awaited)
	}
	if got.Withdrawn == nil || got.Withdrawn.Agency != lead || got.Withdrawn.Reason != "Bí mật của phiên bản 1" || !got.Until.Equal(got.Withdrawn.At) {
		t.Errorf("withdrawn: %+v", got.Withdrawn)
	}
}

func TestASignatureThatSurvivedIsShownWhereItWasGiven(t *testing.T) {
	w := history(t)
	got := w.verify(w.version(slogan, 2)).Version
	if len(got.Signatures) != 3 || !got.Signatures[0].Kept || got.Signatures[0].Agency != joint || got.Signatures[0].Event.Revision >= got.Submitted.Revision {
		t.Fatalf("signatures: %+v", got.Signatures)
	}
	if got.Signatures[1].Kept || got.Edition != 1 || got.From != nil || !got.Until.After(got.Withdrawn.At) {
		t.Errorf("it is told as %+v", got)
	}
}

func TestAVersionUnderReviewIsToldAsSuch(t *testing.T) {
	w := history(t)
	w.item(lan, domain.DraftVersion{Key: slogan, Content: sloganContent("Hải Phòng", "Haiphong")})
	if v := w.verify(w.version(slogan, 3)).Version; v.State != domain.Drafted || v.Submitted != nil || v.Approved != nil || v.Required != nil {
		t.Errorf("a draft is told as %+v", v)
	}
	w.item(lan, domain.SubmitVersion{Key: slogan, Version: 3})
	w.item(hoa, domain.SignVersion{Key: slogan, Version: 3})
	v := w.verify(w.version(slogan, 3))
	if got := v.Version; got.State != domain.Submitted || got.Approved != nil || got.From != nil || !slices.Equal(got.Awaited, []string{spare, asked, lead}) {
		t.Errorf("one under review is told as %+v", got)
	}
	if slices.Contains(v.Unproved, proof.EditionIssue) || slices.Contains(v.Unproved, proof.Successor) {
		t.Errorf("caveats %q", v.Unproved)
	}
}

// TestNothingOfOtherVersionsIsGivenAway: a proof is for outsiders.
func TestNothingOfOtherVersionsIsGivenAway(t *testing.T) {
	w := history(t)
	for version, secrets := range map[int][]string{
		1: {"Nội bộ", "vươn ra biển lớn", "4157"},
		2: {"Nội bộ", "Bí mật của phiên bản 1", "bến đỗ"},
	} {
		f := w.version(slogan, version)
		out, err := f.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if bytes.Contains(out, []byte(secret)) {
				t.Errorf("the proof of version %d gives away %q", version, secret)
			}
		}
		for _, e := range f.Events {
			var data struct{ Payload struct{ Version int } }
			if len(e.Data) == 0 {
				continue
			}
			if err := json.Unmarshal(e.Data, &data); err != nil {
				t.Fatal(err)
			}
			if n := data.Payload.Version; n != 0 && n != version {
				t.Errorf("the proof of version %d holds what happened to version %d", version, n)
			}
		}
	}
}

func TestAnEditionIsProvedByItsIssue(t *testing.T) {
	w := history(t)
	f := w.provedEdition(1)
	v := w.verify(f)
	got := v.Edition
	if len(f.Events) != 2 || got.Issued == nil || got.Decision != "4157/QĐ-UBND" || got.Title["vi"] != "Ấn bản thứ nhất" || !got.From.Equal(got.Issued.At) {
		t.Errorf("it is told as %+v", got)
	}
	if !slices.Equal(got.Entries, []domain.EditionEntry{{Item: slogan, Version: 2}}) || !slices.Equal(got.Retired, []string{logo}) || got.NextDue == "" {
		t.Errorf("it holds %v without %v until %v", got.Entries, got.Retired, got.NextDue)
	}
	w.edition(domain.OpenEdition{Number: 2, Title: text("Ấn bản thứ hai", "Second"), Due: "2029-06-30"})
	w.edition(domain.RetireInEdition{Number: 2, Item: logo})
	w.edition(domain.ExcludeFromEdition{Number: 2, Item: logo})
	w.edition(domain.RetireInEdition{Number: 2, Item: slogan})
	open := w.verify(w.provedEdition(2)).Edition
	if open.Issued != nil || open.From != nil || len(open.Entries) > 0 || !slices.Equal(open.Retired, []string{slogan}) {
		t.Errorf("one that is open is told as %+v", open)
	}
}

// TestAllThatARegistryHoldsCanBeProved: every version and edition of a generated
// registry, and what is told of them is what the registry says.
func TestAllThatARegistryHoldsCanBeProved(t *testing.T) {
	log := logtest.NewMemory()
	if _, err := generate.Generate(t.Context(), log, generate.Options{Items: 12, Versions: 3, Seed: 7}); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, log)
	items := map[string]domain.Item{}
	for r, err := range log.Follow(t.Context(), 0) {
		if err != nil || r.CaughtUp {
			break
		}
		if !strings.HasPrefix(r.Stream, "item-") {
			continue
		}
		event, err := domain.Decode(r.Type, payloadOf(t, r.Data), start)
		if err != nil {
			t.Fatal(err)
		}
		items[r.Stream] = domain.Items.Evolve(items[r.Stream], event)
	}
	c := w.checkpoint(0)
	for _, item := range items {
		for _, want := range item.Versions {
			f, err := proof.Version(t.Context(), log, w.tree, c, item.Key, want.Number)
			if err != nil {
				t.Fatal(err)
			}
			got := w.verify(f).Version
			if !got.Content.Equal(want.Content) || got.State != want.State || !reflect.DeepEqual(got.Policy, want.Policy) || len(got.Signatures) != len(want.Signatures) {
				t.Errorf("version %d of %s is told as %+v", want.Number, item.Key, got)
			}
		}
	}
	for number := range 2 {
		w.verify(w.provedEdition(number + 1))
	}
}

func payloadOf(tb testing.TB, data []byte) []byte {
	tb.Helper()
	var sealed struct{ Payload json.RawMessage }
	if err := json.Unmarshal(data, &sealed); err != nil {
		tb.Fatal(err)
	}
	return sealed.Payload
}

// TestEveryEventOfAnItemHasItsPlace: who adds one to the domain must say here, too, when
// it can happen; or versions to which it does can't be proved.
func TestEveryEventOfAnItemHasItsPlace(t *testing.T) {
	states := []domain.VersionState{domain.Drafted, domain.Submitted, domain.Returned, domain.Approved, domain.Withdrawn}
	known := 0
	for _, name := range domain.EventTypes() {
		event, err := domain.Decode(name, []byte("{}"), start)
		if err != nil {
			t.Fatal(err)
		}
		// Only events of an item move one, or are told apart by their version.
		_, versioned := reflect.TypeOf(event).FieldByName("Version")
		_, keyed := reflect.TypeOf(event).FieldByName("Key")
		if !versioned || !keyed || strings.HasPrefix(name, "version.drafted.") {
			continue
		}
		known++
		if !slices.ContainsFunc(states, func(s domain.VersionState) bool { return proof.Follows(s, event) }) {
			t.Errorf("%s can follow on no state", name)
		}
	}
	if known < 13 {
		t.Errorf("only %d events of versions were looked at", known)
	}
}
