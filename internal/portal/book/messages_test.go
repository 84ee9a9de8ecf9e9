package book

import (
	"fmt"
	"strings"
	"testing"
)

// set is a message set by its name and units, each written "ROLE pillar audience text",
// with - for none.
func set(name string, units ...string) *version {
	v := &version{Key: "set-" + name}
	v.Content.Units = []unit{{Role: "NAME", Texts: sayings{{"vi", name}}}}
	for _, u := range units {
		var of [4]string
		copy(of[:], strings.SplitN(strings.ReplaceAll(u, "-", ""), " ", len(of)))
		v.Content.Units = append(v.Content.Units, unit{Role: of[0], Pillar: of[1], Audience: of[2], Texts: sayings{{"vi", of[3]}}})
	}
	return v
}

func told(all []subject) string {
	var b strings.Builder
	for _, s := range all {
		fmt.Fprintf(&b, "%s:", s.Title("vi").Main)
		for _, m := range s.Messages {
			fmt.Fprintf(&b, " %s(%s)", m.Texts.In("vi").Text, m.About.Title("vi").Main)
		}
		b.WriteString("; ")
	}
	return b.String()
}

func TestMessagesAreGroupedFromBothSides(t *testing.T) {
	sets := []*version{
		set("Investors", "CORE - inv core", "MESSAGE sea inv ships"),
		set("Everybody", "PILLAR sea - The-sea", "MESSAGE sea - waves", "PILLAR sea - again"),
		set("Mixed", "MESSAGE land tour hills", "MESSAGE sea inv more"),
	}
	if got, want := told(audiences(sets)), "Investors: core() ships(Thesea) more(Thesea); tour: hills(); "; got != want {
		t.Errorf("by audience: %s", got)
	}
	if got, want := told(pillars(sets)), "Thesea: waves() ships(Investors) more(Investors); land: hills(); "; got != want {
		t.Errorf("by pillar: %s", got)
	}
}
