package domain

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

func TestEncodeThenDecodeIsIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		event := anyEvent(wide).Draw(t, "event")
		name, payload, err := Encode(event)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(name, payload, noon)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, event) {
			t.Errorf("%s\nread as  %+v\ninstead of %+v", payload, got, event)
		}
		_, again, err := Encode(got)
		if err != nil || !bytes.Equal(again, payload) {
			t.Errorf("written back as %s, not %s (%v)", again, payload, err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, payload); err != nil || !bytes.Equal(compact.Bytes(), payload) {
			t.Errorf("the payload is not compact JSON: %s", payload)
		}
	})
}

func TestEvolveTakesAnyEventsAndLeavesThePastAlone(t *testing.T) {
	t.Run("item", func(t *testing.T) { rapid.Check(t, evolveLeavesThePastAlone(Items, itemEvent)) })
	t.Run("policy", func(t *testing.T) { rapid.Check(t, evolveLeavesThePastAlone(Policies, anyEvent(narrow))) })
	t.Run("edition", func(t *testing.T) { rapid.Check(t, evolveLeavesThePastAlone(Editions, anyEvent(narrow))) })
	t.Run("agency", func(t *testing.T) { rapid.Check(t, evolveLeavesThePastAlone(Agencies, anyEvent(narrow))) })
	t.Run("usage", func(t *testing.T) { rapid.Check(t, evolveLeavesThePastAlone(DownloadLog, anyEvent(narrow))) })
	t.Run("use", func(t *testing.T) { rapid.Check(t, evolveLeavesThePastAlone(Uses, anyEvent(narrow))) })
}

// itemEvent generates events that are mostly about the first version, so that its
// lists grow long enough to have room to spare, which two branches could share.
var itemEvent = rapid.Custom(func(t *rapid.T) Event {
	by := []Actor{lan, minh, hoa, tung, khanh}[dice(t, 5)]
	switch dice(t, 8) {
	case 0:
		return anyEvent(narrow).Draw(t, "event")
	case 1:
		return drafted(1)
	case 2, 3, 4:
		return revised(1, by)
	default:
		return signed(1, by)
	}
})

// evolveLeavesThePastAlone grows a tree of states, each from any earlier one, and
// then sees that every state is still as it was: also one whose slices share
// memory with those of another branch.
func evolveLeavesThePastAlone[S any](d Decider[S], event *rapid.Generator[Event]) func(*rapid.T) {
	type seen struct {
		state S
		copy  []byte
	}
	return func(t *rapid.T) {
		snapshot := func(s S) []byte {
			b, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		var zero S
		states := []seen{{zero, snapshot(zero)}}
		for _, e := range rapid.SliceOfN(event, 10, 40).Draw(t, "events") {
			from := len(states) - 1
			if rapid.IntRange(0, 3).Draw(t, "branch") == 0 {
				from = rapid.IntRange(0, from).Draw(t, "from")
			}
			next := d.Evolve(states[from].state, e)
			states = append(states, seen{next, snapshot(next)})
		}
		for i, s := range states {
			if now := snapshot(s.state); !bytes.Equal(now, s.copy) {
				t.Fatalf("state %d was\n%s\nand has become\n%s", i, s.copy, now)
			}
		}
	}
}

func TestNormaliseTextIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once, err := NormaliseText(anyText.Draw(t, "text"), 40)
		if err != nil {
			return
		}
		if twice, err := NormaliseText(once, 40); err != nil || twice != once {
			t.Errorf("%+q becomes %+q (%v)", once, twice, err)
		}
	})
}

func TestNormaliseIsIdempotentAndLeavesItsInputAlone(t *testing.T) {
	for _, kind := range Kinds {
		t.Run(string(kind), func(t *testing.T) {
			kept := 0
			rapid.Check(t, func(t *rapid.T) {
				in := anyContent(kind).Draw(t, "content")
				before, _ := marshalPlain(in)
				once, err := in.Normalise(kind, "vi")
				if after, _ := marshalPlain(in); !bytes.Equal(before, after) {
					t.Fatalf("the input was\n%s\nand has become\n%s", before, after)
				}
				if err != nil {
					if AsError(err) == nil {
						t.Fatalf("refused by something else than a refusal: %v", err)
					}
					return
				}
				kept++
				twice, err := once.Normalise(kind, "vi")
				if err != nil || !twice.Equal(once) {
					t.Fatalf("%+v becomes %+v (%v)", once, twice, err)
				}
			})
			if kept == 0 {
				t.Error("no content that was generated is right")
			}
		})
	}
}

// witness follows one item by its events alone, with no help from Item, so that
// the rule of approval is told twice.
type witness struct {
	authors  map[int][]uuid.UUID
	terms    map[int]PolicyTerms
	signed   map[int][]VersionSigned // since the last submission
	approved map[int]bool
}

func (w *witness) see(t *rapid.T, event Event) {
	switch e := event.(type) {
	case VersionDrafted:
		w.authors[e.Version] = append(w.authors[e.Version], e.Author)
	case VersionRevised:
		if w.approved[e.Version] {
			t.Fatalf("version %d was approved and then revised", e.Version)
		}
		w.authors[e.Version] = append(w.authors[e.Version], e.Author)
	case VersionSubmitted:
		w.terms[e.Version], w.signed[e.Version] = e.Policy, nil
	case VersionReturned:
		w.signed[e.Version] = nil
	case VersionSigned:
		if slices.Contains(w.authors[e.Version], e.Member) {
			t.Fatalf("version %d was signed by its author %s", e.Version, e.Member)
		}
		w.signed[e.Version] = append(w.signed[e.Version], e)
	case VersionApproved:
		w.approve(t, e)
	}
}

func (w *witness) approve(t *rapid.T, e VersionApproved) {
	if w.approved[e.Version] {
		t.Fatalf("version %d was approved twice", e.Version)
	}
	w.approved[e.Version] = true
	terms := w.terms[e.Version]
	if len(terms.Leads) == 0 {
		t.Fatalf("version %d was approved under no policy", e.Version)
	}
	for _, agency := range slices.Concat(terms.Leads, terms.Required) {
		if !slices.ContainsFunc(w.signed[e.Version], func(s VersionSigned) bool { return s.Agency == agency }) {
			t.Fatalf("version %d was approved without %s: %+v", e.Version, agency, w.signed[e.Version])
		}
	}
	if (e.From == nil) == (e.Edition == 0) {
		t.Fatalf("version %d is in force from %v with edition %d", e.Version, e.From, e.Edition)
	}
}

// dice draws a number below n, each about as often; rapid's own ranges prefer
// small numbers, with which few versions come through their review.
func dice(t *rapid.T, n int) int {
	drawn := 0
	for range 7 {
		drawn *= 2
		if rapid.Bool().Draw(t, "bit") {
			drawn++
		}
	}
	return drawn % n
}

// drawAttempt draws a command on one item, its policy and its editions.
func drawAttempt(t *rapid.T, last int) attempt {
	version := last
	if dice(t, 6) == 0 {
		version = 1 + dice(t, 3)
	}
	edition := 1 + dice(t, 2)
	switch dice(t, 24) {
	case 0:
		return try(Items, DraftVersion{Key: sloganKey, Content: sloganContent()})
	case 1:
		c := sloganContent()
		c.Licence = []string{"", "x", "y"}[dice(t, 3)]
		return try(Items, ReviseDraft{Key: sloganKey, Version: version, Content: c})
	case 2, 3, 4, 5:
		effective := []Effective{{}, {At: &later}, {Edition: edition}, {Edition: edition}}[dice(t, 4)]
		return try(Items, SubmitVersion{Key: sloganKey, Version: version, Effective: effective})
	case 6:
		return try(Items, ReturnVersion{Key: sloganKey, Version: version, Reason: "r"})
	case 7:
		return try(Items, WithdrawVersion{Key: sloganKey, Version: version, Reason: "r"})
	case 8:
		signers := PolicyTerms{Leads: []string{party}, Required: [][]string{nil, {foreign}, {foreign, culture}}[dice(t, 3)]}
		return try(Policies, SetPolicy{Kind: Slogan, Reason: "r", Terms: signers})
	case 9:
		return try(Editions, OpenEdition{Number: edition, Title: title, Due: "2027-07-31"})
	case 10, 11, 12:
		return try(Editions, IncludeInEdition{Number: edition, Item: sloganKey, Version: version})
	case 13, 14:
		return try(Editions, IssueEdition{Number: edition, Decision: "d", Decided: "2027-07-01"})
	case 15:
		return try(Editions, ExcludeFromEdition{Number: edition, Item: sloganKey})
	default:
		return try(Items, SignVersion{Key: sloganKey, Version: version})
	}
}

// drawActor draws somebody, most often one who may do the next step of the version.
func drawActor(t *rapid.T, last *Version) Actor {
	actors := []Actor{lan, minh, hoa, tung, khanh, long, binh}
	if dice(t, 3) > 0 && last != nil {
		switch last.State {
		case Drafted, Returned:
			actors = []Actor{lan, minh}
		default:
			actors = []Actor{hoa, tung, binh}
		}
	}
	return actors[dice(t, len(actors))]
}

func TestApprovedOnlyByEverySignerAndNoAuthor(t *testing.T) {
	reached := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		w := witness{map[int][]uuid.UUID{}, map[int]PolicyTerms{}, map[int][]VersionSigned{}, map[int]bool{}}
		history := kit
		for range 250 {
			item := Items.Fold(history.of(ItemStream(sloganKey))...)
			last := len(item.Versions)
			by := drawActor(t, item.Version(last))
			events, err := drawAttempt(t, last).decide(history, Call{Actor: by, At: noon, Facts: history})
			if err != nil && AsError(err) == nil {
				t.Fatalf("refused by something else than a refusal: %v", err)
			}
			for _, e := range events {
				w.see(t, e)
				reached[e.EventType()]++
				issuedHoldsOnlyApproved(t, history, e)
			}
			history = history.and(events...)
		}
	})
	for _, name := range []string{"version.approved.v1", "version.returned.v1", "version.withdrawn.v2"} {
		if reached[name] == 0 {
			t.Errorf("no history came to %s; the commands are drawn badly", name)
		}
	}
}

// issuedHoldsOnlyApproved: an edition never puts in force what was not approved
// for it, or was withdrawn since.
func issuedHoldsOnlyApproved(t *rapid.T, before past, event Event) {
	issued, ok := event.(EditionIssued)
	if !ok {
		return
	}
	for _, entry := range issued.Entries {
		last := Event(nil)
		for _, e := range before.of(ItemStream(entry.Item)) {
			if versionOf(e) == entry.Version {
				last = e
			}
		}
		if a, ok := last.(VersionApproved); !ok || a.Edition != issued.Number {
			t.Fatalf("edition %d puts version %d in force after %T", issued.Number, entry.Version, last)
		}
	}
}
