package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// said makes a content of texts such as "a=Một", one for each unit, and of a licence.
func said(licence string, units ...string) content {
	c := content{Licence: licence}
	for _, u := range units {
		id, words, _ := strings.Cut(u, "=")
		c.Units = append(c.Units, unit{ID: id, Role: "MESSAGE", Texts: textsIn{{"vi", words}}})
	}
	return c
}

func (c content) written() string {
	var parts []string
	for _, u := range c.Units {
		parts = append(parts, u.ID+"="+u.Texts.In("vi"))
	}
	return strings.Join(append(parts, c.Licence), " ")
}

func TestWhatTwoPeopleWroteIsJoined(t *testing.T) {
	shown := said("L", "a=1", "b=2")
	for name, c := range map[string]struct {
		mine, now content
		want      string
		changes   string
	}{
		"nobody else wrote":               {said("L", "a=9", "b=2"), shown, "a=9 b=2 L", ""},
		"another unit was changed":        {said("L", "a=9", "b=2"), said("L", "a=1", "b=7"), "a=9 b=7 L", "b changed"},
		"the same unit was changed":       {said("L", "a=9", "b=2"), said("L", "a=8", "b=2"), "a=9 b=2 L", "a both"},
		"both wrote the same":             {said("L", "a=9", "b=2"), said("L", "a=9", "b=2"), "a=9 b=2 L", ""},
		"one was added":                   {said("L", "a=9", "b=2"), said("L", "a=1", "b=2", "c=3"), "a=9 b=2 c=3 L", "c added"},
		"each added one by the same name": {said("L", "a=1", "b=2", "message=x"), said("L", "a=1", "b=2", "message=y"), "a=1 b=2 message-2=x message=y L", "message added"},
		"one was removed":                 {said("L", "a=9", "b=2"), said("L", "a=1"), "a=9 L", "b removed"},
		"the one I change was removed":    {said("L", "a=9", "b=2"), said("L", "b=2"), "a=9 b=2 L", "a gone"},
		"the one I removed was changed":   {said("L", "b=2"), said("L", "a=8", "b=2"), "b=2 a=8 L", "a back"},
		"I removed one":                   {said("L", "b=2"), shown, "b=2 L", ""},
		"both removed it":                 {said("L", "b=2"), said("L", "b=2"), "b=2 L", ""},
		"the licence was changed":         {said("L", "a=9", "b=2"), said("M", "a=1", "b=2"), "a=9 b=2 M", "#licence changed"},
		"both changed the licence":        {said("N", "a=1", "b=2"), said("M", "a=1", "b=2"), "a=1 b=2 N", "#licence both"},
	} {
		var told []string
		mine := c.mine
		for _, change := range mine.join(c.now, shown.pieces("vi"), "vi") {
			told = append(told, change.Piece+" "+change.What)
		}
		if got := mine.written(); got != c.want || strings.Join(told, ", ") != c.changes {
			t.Errorf("%s: %q, told %q; want %q, %q", name, got, told, c.want, c.changes)
		}
	}
}

// Whatever two people do to a version, each text that one of them wrote is in the form, or
// is shown beside it; and a second save of what came back is not stopped.
func TestNothingThatWasWrittenIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) content {
			var units []string
			for id := range 4 {
				if rapid.Bool().Draw(t, name) {
					units = append(units, fmt.Sprintf("u%d=%d", id, rapid.IntRange(0, 2).Draw(t, name)))
				}
			}
			return said(rapid.StringMatching("[LMN]").Draw(t, name), units...)
		}
		shown, mine, now := draw("shown"), draw("mine"), draw("now")
		before, first := mine.written(), shown.pieces("vi")
		form := mine
		form.Units = slices.Clone(mine.Units)
		changes := form.join(now, first, "vi")
		there := form.written()
		for _, c := range changes {
			there += " " + c.Theirs
		}
		for _, u := range mine.Units {
			if mine.pieces("vi")[u.ID] != first[u.ID] && !strings.Contains(there, "="+u.Texts.In("vi")) {
				t.Fatalf("%s was typed; now there is %s", before, there)
			}
		}
		for _, u := range now.Units {
			if now.pieces("vi")[u.ID] != first[u.ID] && !strings.Contains(there, u.Texts.In("vi")) {
				t.Fatalf("%s was written by another; now there is %s", now.written(), there)
			}
		}
		if again := form.join(now, now.pieces("vi"), "vi"); len(again) > 0 {
			t.Fatalf("saved again, it is stopped by %v", again)
		}
	})
}

func TestTranslationsStayWithTheirUnits(t *testing.T) {
	now := said("L", "a=1", "b=2")
	now.Units[0].Texts = append(now.Units[0].Texts, text{"ja", "一"})
	mine := said("L", "b=2", "a=9", "c=3")
	out := mine.translated(now, "vi")
	if got := fmt.Sprint(out.Units[1].Texts, out.Units[0].Texts, out.Units[2].Texts); got != "[{vi 9} {ja 一}] [{vi 2}] [{vi 3}]" {
		t.Error(got)
	}
	if len(mine.Units[1].Texts) != 1 {
		t.Error("the form itself has got them")
	}
}
