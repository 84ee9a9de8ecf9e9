package domain

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// past is what has happened before a story begins, in any streams.
type past []Event

// and returns a longer past; it never writes into the shorter one.
func (p past) and(events ...Event) past { return slices.Concat(p, events) }

// of returns what happened in one stream.
func (p past) of(stream string) []Event {
	return slices.DeleteFunc(slices.Clone(p), func(e Event) bool { return streamOf(e) != stream })
}

// The methods below make a past the Facts of a call.

func (p past) Item(key string) (Item, error) { return Items.Fold(p.of(ItemStream(key))...), nil }

func (p past) Policy(kind Kind) (Policy, error) {
	return Policies.Fold(p.of(PolicyStream(kind))...), nil
}

func (p past) Edition(n int) (Edition, error) { return Editions.Fold(p.of(EditionStream(n))...), nil }

func (p past) Agency(key string) (Agency, error) {
	return Agencies.Fold(p.of(AgencyStream(key))...), nil
}

// streamOf routes an event to the stream that its command would have written to.
func streamOf(event Event) string {
	v := reflect.ValueOf(event)
	text := func(field string) string { return v.FieldByName(field).String() }
	switch e := event.(type) {
	case PolicySet:
		return PolicyStream(e.Kind)
	case AgencyRegistered, AgencyRenamed:
		return AgencyStream(text("Key"))
	case MemberAdded, MemberRolesChanged, MemberRemoved, TokenIssued, TokenRotated, TokenRevoked, SigningDelegated, DelegationRevoked:
		return AgencyStream(text("Agency"))
	case TokenUsed:
		return TokenUseStream(e.Token)
	case RegistryClaimed:
		return RegistryStream
	case EditionOpened, EditionIncluded, EditionExcluded, EditionRetired, EditionIssued:
		return EditionStream(int(v.FieldByName("Number").Int()))
	case AssetDownloaded:
		return UsageStream(e.Agency, e.At)
	case UsageCounted:
		return UsageStreamOf(e.Agency, e.Day)
	case WebhookRegistered:
		return WebhookStream(e.Webhook)
	case WebhookChanged:
		return WebhookStream(e.Webhook)
	case WebhookSecretRotated:
		return WebhookStream(e.Webhook)
	case WebhookRemoved:
		return WebhookStream(e.Webhook)
	case ErasureRequested, ErasureCancelled, PersonErased:
		return PersonStream(v.FieldByName("Person").Interface().(uuid.UUID))
	case UseDeclared:
		return UseStream(e.Use)
	case UseEnded:
		return UseStream(e.Use)
	case AuditPlanned, AuditChanged, AuditReported, FindingAnswered, FindingResolved, FindingRechecked, AuditRoundConcluded, AuditEnded:
		return AuditStream(v.FieldByName("Audit").Interface().(uuid.UUID))
	default:
		return ItemStream(text("Key"))
	}
}

// attempt is a command with the decider of its stream.
type attempt struct {
	command string // the name of the command's type
	decide  func(past, Call) ([]Event, error)
}

// try asks for a command on the state folded from the past of its stream.
func try[S any](d Decider[S], c Command[S]) attempt {
	return attempt{reflect.TypeOf(c).Name(), func(p past, call Call) ([]Event, error) {
		return c.Decide(d.Fold(p.of(c.Stream())...), call)
	}}
}

// tryIn asks for a command on a state whose past would be too long to tell.
func tryIn[S any](state S, c Command[S]) attempt {
	return attempt{reflect.TypeOf(c).Name(), func(_ past, call Call) ([]Event, error) { return c.Decide(state, call) }}
}

// outcome is what a story ends with: events, or a refusal, or neither (quiet).
type outcome struct {
	events  []Event
	refusal *Error
}

func happens(events ...Event) outcome { return outcome{events: events} }

func quiet() outcome { return outcome{} }

func refused(code Code, reason, field string) outcome {
	return outcome{refusal: &Error{Code: code, Reason: reason, Field: field}}
}

func (o outcome) String() string {
	switch {
	case o.refusal != nil:
		return fmt.Sprintf("refused: %s %s at %q", o.refusal.Code, o.refusal.Reason, o.refusal.Field)
	case len(o.events) == 0:
		return "quiet"
	}
	var b strings.Builder
	for _, e := range o.events {
		name, payload, err := Encode(e)
		fmt.Fprintf(&b, "\n  %s %s", name, payload)
		if err != nil {
			fmt.Fprintf(&b, " (%v)", err)
		}
	}
	return b.String()
}

// story is one case of a decider: given what happened, when somebody asks for
// something at noon, then that follows.
type story struct {
	name  string
	given past
	by    Actor
	when  attempt
	then  outcome
}

// play tells what the story really ends with.
func (s story) play() outcome {
	events, err := s.when.decide(s.given, Call{Actor: s.by, At: noon, Facts: s.given})
	switch refusal := AsError(err); {
	case refusal != nil:
		return outcome{events: events, refusal: refusal}
	case err != nil:
		return outcome{events: events, refusal: &Error{Reason: "failed", Sentence: err.Error()}}
	}
	return outcome{events: events}
}

// allStories are those of every decider.
func allStories() []story {
	return slices.Concat(
		itemStories(), draftStories(), reviewStories(), withdrawalStories(), contentStories(),
		quorumStories(), deadlineStories(), survivalStories(), recusalStories(), delegationStories(), takingBackStories(), rescheduleStories(),
		commentStories(), translationStories(), placeholderStories(), webhookStories(),
		policyStories(), editionStories(), issueStories(), agencyStories(), tokenStories(), limitedTokenStories(), rotationStories(), ownTokenStories(), tokenUseStories(), claimStories(), usageStories(), auditStories(), findingStories(), countStories(), personStories(),
	)
}

func TestStories(t *testing.T) {
	names := map[string]bool{}
	for _, s := range allStories() {
		name := s.when.command + "/" + s.name
		if names[name] {
			t.Errorf("two stories are named %q", name)
		}
		names[name] = true
		t.Run(name, func(t *testing.T) {
			got := s.play()
			if got.String() != s.then.String() {
				t.Fatalf("got %s\nwant %s", got, s.then)
			}
			if got.refusal == nil {
				return
			}
			if len(got.events) != 0 {
				t.Error("a refusal came with events")
			}
			if got.refusal.Sentence == "" || len(got.refusal.Sentence) > 600 {
				t.Errorf("the sentence has %d bytes", len(got.refusal.Sentence))
			}
		})
	}
}

var errDisk = errors.New("disk on fire")

// unreadable are Facts of a log that can't be read.
type unreadable struct{}

func (unreadable) Item(string) (Item, error)     { return Item{}, errDisk }
func (unreadable) Policy(Kind) (Policy, error)   { return Policy{}, errDisk }
func (unreadable) Edition(int) (Edition, error)  { return Edition{}, errDisk }
func (unreadable) Agency(string) (Agency, error) { return Agency{}, errDisk }

func TestFailureToReadIsNoRefusal(t *testing.T) {
	toCome := edition1.and(EditionIncluded{Number: 1, Item: sloganKey, Version: 1})
	cases := []struct {
		name  string
		given past
		when  attempt
	}{
		{"the policy, when a version is submitted", kit.and(drafted(1)), try(Items, SubmitVersion{Key: sloganKey, Version: 1})},
		{"the edition before, when the next is opened", nil, try(Editions, OpenEdition{Number: 2, Title: title, Due: "2029-07-01"})},
		{"the item, when it is included", edition1, try(Editions, IncludeInEdition{Number: 1, Item: sloganKey, Version: 1})},
		{"the item, when it is retired", edition1, try(Editions, RetireInEdition{Number: 1, Item: sloganKey})},
		{"the items, when an edition is issued", toCome, try(Editions, IssueEdition{Number: 1, Decision: "3150/QĐ-UBND", Decided: "2027-07-01"})},
		{"the agencies, when a policy is set", nil, try(Policies, SetPolicy{Kind: Slogan, Reason: "r", Terms: PolicyTerms{Leads: []string{party}}})},
		{"the agency, when a use is declared", nil, try(Uses, DeclareUse{Use: person(90), Agency: party, Item: sloganKey, Version: 1, Channel: "web", Place: "p"})},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			events, err := c.when.decide(c.given, Call{Actor: lan, At: noon, Facts: unreadable{}})
			if !errors.Is(err, errDisk) || AsError(err) != nil || len(events) != 0 {
				t.Errorf("got %v, %v; want the failure itself", events, err)
			}
		})
	}
}

func TestErrorsSayWhereAndWhy(t *testing.T) {
	plain := Refuse(Conflict, "version_open", "version %d", 3)
	wrapped := fmt.Errorf("while drafting: %w", plain)
	if got := AsError(wrapped); got != plain {
		t.Errorf("AsError = %v, want the refusal that was wrapped", got)
	}
	if AsError(errDisk) != nil || AsError(nil) != nil {
		t.Error("AsError makes a refusal of something else")
	}
	without := plain.Error()
	if with := plain.At("content.units[%d]", 2).Error(); !strings.Contains(with, "content.units[2]") || strings.Contains(without, "content") {
		t.Errorf("Error() = %q, then %q with a field", without, with)
	}
}

var (
	noon     = time.Date(2027, 7, 1, 5, 0, 0, 0, time.UTC) // noon in the city
	earlier  = noon.Add(-time.Hour)
	later    = noon.Add(48 * time.Hour)
	muchMore = noon.Add(96 * time.Hour)
)
