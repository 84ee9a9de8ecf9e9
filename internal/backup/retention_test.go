package backup

import (
	"fmt"
	"testing"
	"time"
)

func TestRetentionKeepsTheLastOfEachPeriod(t *testing.T) {
	// Four a day for 60 days, the newest first.
	var all []*Snapshot
	newest := time.Date(2026, 11, 27, 18, 0, 0, 0, time.UTC)
	for i := range 240 {
		at := newest.Add(-time.Duration(i) * 6 * time.Hour)
		all = append(all, &Snapshot{Name: fmt.Sprint(i), Time: at, Events: int64(1000 - i)})
	}
	for name, c := range map[string]struct {
		keep Retention
		stay int
	}{
		"four zeros keep all":                    {Retention{}, 240},
		"the last ones":                          {Retention{Last: 5}, 5},
		"the newest stays whatever is asked for": {Retention{Last: -1}, 1},
		"the newest is one of its month":         {Retention{Daily: 0, Monthly: 1}, 1},
		"one of each day":                        {Retention{Daily: 10}, 10},
		"one of each week":                       {Retention{Weekly: 3}, 3},
		"one of each month":                      {Retention{Monthly: 12}, 3}, // September is the third
		"what two rules keep is counted by both": {Retention{Last: 4, Daily: 3}, 6},
		"the default":                            {DefaultRetention, 8 + 12 + 6 + 2},
	} {
		gone := map[string]bool{}
		for _, s := range c.keep.removed(all) {
			gone[s.Name] = true
		}
		if stay := len(all) - len(gone); stay != c.stay && name != "the default" || gone["0"] {
			t.Errorf("%s: %d stay, not %d", name, stay, c.stay)
		} else if name == "the default" && (stay < 20 || stay > 40) {
			t.Errorf("%s: %d stay", name, stay)
		}
	}
	days := map[string]bool{}
	gone := map[string]bool{}
	for _, s := range (Retention{Daily: 10}).removed(all) {
		gone[s.Name] = true
	}
	for _, s := range all {
		if !gone[s.Name] {
			if s.Time.Hour() != 18 || days[s.Time.Format(time.DateOnly)] {
				t.Errorf("%s stays, which is not the last of its day", s.Time)
			}
			days[s.Time.Format(time.DateOnly)] = true
		}
	}
}

// A clock that once was years ahead does not make an old backup the newest.
func TestTheNewestHasTheMostEvents(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	w.events(3)
	now := w.now
	w.now = now.AddDate(70, 0, 0)
	w.backup(repo)
	w.now = now
	w.events(2)
	w.backup(repo)
	newest, err := Newest(t.Context(), repo)
	if err != nil || newest.Events != 5 {
		t.Errorf("%+v, %v", newest, err)
	}
}
