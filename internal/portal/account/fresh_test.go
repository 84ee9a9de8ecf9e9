package account

import (
	"testing"
	"time"
)

func TestWithdrawalsAreFreshFor30Days(t *testing.T) {
	now := time.Now()
	var p account
	for _, days := range []int{0, 29, 31, 400} {
		p.Recalls.Edges = append(p.Recalls.Edges, struct{ Node recall }{recall{From: now.AddDate(0, 0, -days).Format(time.RFC3339)}})
	}
	if got := p.fresh(now); got != 2 {
		t.Errorf("%d are fresh, not 2", got)
	}
}
