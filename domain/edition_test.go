package domain

import (
	"fmt"
	"maps"
	"testing"
	"time"
)

func editionStories() []story {
	open := func(n int) attempt { return try(Editions, OpenEdition{Number: n, Title: title, Due: "2027-07-31"}) }
	opened := func(n int) Event { return EditionOpened{Number: n, Title: title, Due: "2027-07-31", Agency: industry} }
	include := func(version int) attempt {
		return try(Editions, IncludeInEdition{Number: 1, Item: sloganKey, Version: version})
	}
	included := EditionIncluded{Number: 1, Item: sloganKey, Version: 1}
	retired := EditionRetired{Number: 1, Item: sloganKey}
	retire := try(Editions, RetireInEdition{Number: 1, Item: sloganKey})
	exclude := try(Editions, ExcludeFromEdition{Number: 1, Item: sloganKey})
	full := fullEdition()
	return []story{
		{"the first edition", city, an, open(1), happens(opened(1))},
		{
			"by order of a decision", city, an, try(Editions, OpenEdition{Number: 1, Title: title, Due: "2027-07-31", Basis: &LegalBasis{" 3150/QĐ-UBND ", "2027-06-30"}}),
			happens(EditionOpened{Number: 1, Title: title, Due: "2027-07-31", Agency: industry, Basis: &LegalBasis{"3150/QĐ-UBND", "2027-06-30"}}),
		},
		{
			"not by one without a number", city, an, try(Editions, OpenEdition{Number: 1, Title: title, Due: "2027-07-31", Basis: &LegalBasis{"", "2027-06-30"}}),
			refused(Invalid, "decision_required", "basis.decision"),
		},
		{
			"nor by one that is to come", city, an, try(Editions, OpenEdition{Number: 1, Title: title, Due: "2027-07-31", Basis: &LegalBasis{"1", "2027-07-02"}}),
			refused(Invalid, "in_the_future", "basis.decided"),
		},
		{"the second, while the first is still open", past{opened(1)}, an, open(2), happens(opened(2))},
		{"numbers begin with one", city, an, open(0), refused(Invalid, "invalid_number", "number")},
		{"numbers are not negative", city, an, open(-1), refused(Invalid, "invalid_number", "number")},
		{"numbers end somewhere", city, an, open(10_001), refused(Invalid, "invalid_number", "number")},
		{"numbers leave no gap", past{opened(1)}, an, open(3), refused(Conflict, "edition_gap", "number")},
		{"a number is used once", past{opened(1)}, an, open(1), refused(Conflict, "edition_exists", "number")},
		{"an edition has a title", city, an, try(Editions, OpenEdition{Number: 1, Due: "2027-07-31"}), refused(Invalid, "title_required", "title")},
		{
			"in locales that are known", city, an, try(Editions, OpenEdition{Number: 1, Title: Texts{"xx": "?"}, Due: "2027-07-31"}),
			refused(Invalid, "unknown_locale", "title"),
		},
		{
			"its due date is a day", city, an, try(Editions, OpenEdition{Number: 1, Title: title, Due: "2027-02-29"}),
			refused(Invalid, "invalid_date", "due"),
		},

		{"a version approved for the edition is taken in", edition1, an, include(1), happens(included)},
		{"it was taken in already", edition1.and(included), an, include(1), quiet()},
		{"in place of its retirement", edition1.and(retired), an, include(1), happens(included)},
		{"a version in force at once was not meant for it", kit.and(passed(1)...).and(opened(1)), an, include(1), refused(Conflict, "other_edition", "version")},
		{
			"nor one that was approved for the next", edition1.and(opened(2)), an,
			try(Editions, IncludeInEdition{Number: 2, Item: sloganKey, Version: 1}), refused(Conflict, "other_edition", "version"),
		},
		{"only what was approved", kit.and(drafted(1), opened(1)), an, include(1), refused(Conflict, "wrong_state", "version")},
		{"not what was withdrawn since", edition1.and(withdrawn(1, later)), an, include(1), refused(Conflict, "wrong_state", "version")},
		{"there is no such version", edition1, an, include(2), refused(NotFound, "unknown_version", "version")},
		{"version zero is no version", edition1, an, include(0), refused(NotFound, "unknown_version", "version")},
		{
			"there is no such item", edition1, an, try(Editions, IncludeInEdition{Number: 1, Item: "none", Version: 1}),
			refused(NotFound, "unknown_item", "item"),
		},
		{"there is no such edition", kit, an, include(1), refused(NotFound, "unknown_edition", "number")},
		{"the edition has been issued", edition1.and(EditionIssued{Number: 1}), an, include(1), refused(Conflict, "edition_issued", "number")},
		{"the edition is full", edition1, an, tryIn(full, IncludeInEdition{Number: 1, Item: sloganKey, Version: 1}), refused(Conflict, "edition_full", "item")},
		{
			"a full edition still takes another version of what it holds", edition1, an,
			tryIn(holding(full, 2), IncludeInEdition{Number: 1, Item: sloganKey, Version: 1}), happens(included),
		},

		{"an item is to be retired", edition1, an, retire, happens(retired)},
		{"in place of the version that was taken in", edition1.and(included), an, retire, happens(retired)},
		{"it is to be retired already", edition1.and(retired), an, retire, quiet()},
		{"there is no such item", edition1, an, try(Editions, RetireInEdition{Number: 1, Item: "none"}), refused(NotFound, "unknown_item", "item")},
		{"there is no such edition", kit, an, retire, refused(NotFound, "unknown_edition", "number")},
		{"the edition has been issued", edition1.and(EditionIssued{Number: 1}), an, retire, refused(Conflict, "edition_issued", "number")},
		{"the edition is full", edition1, an, tryIn(full, RetireInEdition{Number: 1, Item: sloganKey}), refused(Conflict, "edition_full", "item")},

		{"what was included is taken back", edition1.and(included), an, exclude, happens(EditionExcluded{Number: 1, Item: sloganKey})},
		{"what was to be retired is kept", edition1.and(retired), an, exclude, happens(EditionExcluded{Number: 1, Item: sloganKey})},
		{"the edition does not hold it", edition1, an, exclude, refused(NotFound, "not_included", "item")},
		{
			"nor any more", edition1.and(included, EditionExcluded{Number: 1, Item: sloganKey}), an, exclude,
			refused(NotFound, "not_included", "item"),
		},
		{"there is no such edition", kit, an, exclude, refused(NotFound, "unknown_edition", "number")},
		{"the edition has been issued", edition1.and(included, EditionIssued{Number: 1}), an, exclude, refused(Conflict, "edition_issued", "number")},
	}
}

func issueStories() []story {
	issue := func(decision string, decided Date) attempt {
		return try(Editions, IssueEdition{Number: 1, Decision: decision, Decided: decided})
	}
	const decision, today = "3150/QĐ-UBND", Date("2027-07-01")
	ready := edition1.and(EditionIncluded{Number: 1, Item: sloganKey, Version: 1})
	issued := EditionIssued{
		Number: 1, From: noon, Decision: decision, Decided: today, NextDue: "2029-07-01",
		Entries: []EditionEntry{{Item: sloganKey, Version: 1}},
	}
	withRetired := issued
	withRetired.Retired = []string{"bieu-trung", "cu"}
	return []story{
		{"its versions are in force together, and the next is due in 24 months", ready, an, issue(" "+decision+" ", today), happens(issued)},
		{
			"what is retired is named in order",
			ready.and(EditionRetired{Number: 1, Item: "cu"}, EditionRetired{Number: 1, Item: "bieu-trung"}), an, issue(decision, today),
			happens(withRetired),
		},
		{
			"an item that was taken in after all is not retired",
			edition1.and(EditionRetired{Number: 1, Item: sloganKey}, EditionIncluded{Number: 1, Item: sloganKey, Version: 1}), an,
			issue(decision, today), happens(issued),
		},
		{
			"an item that is retired after all is not put in force", ready.and(EditionRetired{Number: 1, Item: sloganKey}), an,
			issue(decision, today), refused(Conflict, "edition_empty", ""),
		},
		{
			"not when an entry was withdrawn in between", ready.and(withdrawn(1, noon)), an, issue(decision, today),
			refused(Conflict, "not_ready", "entries[0]"),
		},
		{"not without an entry", edition1, an, issue(decision, today), refused(Conflict, "edition_empty", "")},
		{"not without a decision", ready, an, issue("\n", today), refused(Invalid, "decision_required", "decision")},
		{"not by a decision that is no text", ready, an, issue("\xff", today), refused(Invalid, "not_utf8", "decision")},
		{"the decision has a date", ready, an, issue(decision, "July"), refused(Invalid, "invalid_date", "decided")},
		{"which has come", ready, an, issue(decision, "2027-07-02"), refused(Invalid, "in_the_future", "decided")},
		{"not twice", ready.and(issued), an, issue(decision, today), refused(Conflict, "edition_issued", "number")},
		{"there is no such edition", kit, an, issue(decision, today), refused(NotFound, "unknown_edition", "number")},
	}
}

// fullEdition holds as much as it may: half of it included, half to be retired.
func fullEdition() Edition {
	e := Edition{Exists: true, Number: 1, Entries: map[string]int{}, Retired: map[string]bool{}}
	for i := range MaxEditionItems / 2 {
		e.Entries[fmt.Sprintf("in-%d", i)] = 1
		e.Retired[fmt.Sprintf("out-%d", i)] = true
	}
	return e
}

// holding puts a version of the slogan in the place of another entry.
func holding(e Edition, version int) Edition {
	e.Entries = maps.Clone(e.Entries)
	delete(e.Entries, "in-0")
	e.Entries[sloganKey] = version
	return e
}

func TestMonthsEndWithTheirLastDay(t *testing.T) {
	cases := []struct {
		day    Date
		months int
		want   Date
	}{
		{"2027-07-01", 24, "2029-07-01"},
		{"2028-02-29", 24, "2030-02-28"},
		{"2028-02-29", 48, "2032-02-29"},
		{"2027-08-31", 1, "2027-09-30"},
		{"2027-11-30", 3, "2028-02-29"},
		{"2027-01-15", -1, "2026-12-15"},
		{"nonsense", 1, "nonsense"},
	}
	for _, c := range cases {
		if got := c.day.AddMonths(c.months); got != c.want {
			t.Errorf("%s and %d months = %s, want %s", c.day, c.months, got, c.want)
		}
	}
}

func TestDaysBetweenDates(t *testing.T) {
	cases := []struct {
		d, after Date
		want     int
	}{{"2027-07-31", "2027-07-01", 30}, {"2027-07-01", "2027-07-31", -30}, {"2028-03-01", "2028-02-28", 2}, {"x", "2027-07-01", 0}, {"2027-07-01", "x", 0}}
	for _, c := range cases {
		if got := c.d.DaysAfter(c.after); got != c.want {
			t.Errorf("%s is %d days after %s, want %d", c.d, got, c.after, c.want)
		}
	}
}

func TestADayIsThatOfTheCity(t *testing.T) {
	beforeMidnight := time.Date(2027, 6, 30, 16, 59, 59, 0, time.UTC)
	if got := DateOf(beforeMidnight); got != "2027-06-30" {
		t.Errorf("DateOf(%s) = %s", beforeMidnight, got)
	}
	if got := DateOf(beforeMidnight.Add(time.Second)); got != "2027-07-01" {
		t.Errorf("a second later it is %s", got)
	}
	if got := UsageStream(party, beforeMidnight.Add(time.Second)); got != "usage-"+party+"-2027-07" {
		t.Errorf("its usage belongs to %s", got)
	}
}
