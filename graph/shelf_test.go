package graph

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"testing"
)

func TestShelfHoldsNoMoreThanItMay(t *testing.T) {
	s := newRecent()
	text := func(i int) string { return strconv.Itoa(i) + strings.Repeat(" ", keptDocument-10) }
	put := func(text string) { s.put(sha256.Sum256([]byte(text)), &document{text: text}) }
	has := func(text string) bool { return s.get(sha256.Sum256([]byte(text))) != nil }
	put(text(0))
	for i := range 2 * keptDocuments / keptDocument {
		put(text(i + 1))
		if !has(text(0)) {
			t.Fatal("what is asked for all the time went away")
		}
	}
	if s.bytes > keptDocuments || s.bytes < keptDocuments/2 {
		t.Errorf("%d bytes in %d documents", s.bytes, s.kept.Len())
	}
	if has(text(1)) {
		t.Error("the oldest is still there")
	}
	if long := strings.Repeat("a", keptDocument+1); true {
		put(long)
		if has(long) {
			t.Error("a long one was kept")
		}
	}
	before := s.bytes
	put(text(0))
	if s.bytes != before {
		t.Error("one was counted twice")
	}
}
