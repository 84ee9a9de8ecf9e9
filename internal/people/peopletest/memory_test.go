package peopletest_test

import (
	"testing"

	"signet/internal/people"
	"signet/internal/people/peopletest"
)

func TestMemory(t *testing.T) {
	peopletest.Run(t, 1, func(t *testing.T) func() people.Store {
		t.Helper()
		m := peopletest.NewMemory()
		return func() people.Store { return m.Reopened() }
	})
}

func TestTracesAreThoseOfAllSpellings(t *testing.T) {
	traces := map[string]bool{}
	for _, trace := range peopletest.Traces(peopletest.Binh) {
		traces[trace] = true
	}
	for _, want := range []string{
		"Nguyễn Thị Hòa Bình", "Nguye\u0302\u0303n Thi\u0323 Ho\u0300a Bi\u0300nh", `Nguy\u1ec5n Th\u1ecb H\u00f2a B\u00ecnh`, "NGUYỄN THỊ HÒA BÌNH", "nguyễn thị hòa bình",
		"Nguyen Thi Hoa Binh", "sub-binh-8f14e45f",
	} {
		if !traces[want] {
			t.Errorf("%q is not looked for", want)
		}
	}
}
