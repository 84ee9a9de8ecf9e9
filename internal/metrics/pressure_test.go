package metrics_test

import (
	"testing"

	"signet/internal/metrics"
)

func TestWhatIsTurnedAwayIsCountedByItsReason(t *testing.T) {
	r := metrics.New("1")
	refusals := r.Refusals("guessing", "connections")
	for _, reason := range []string{"guessing", "guessing", "203.0.113.9", "connections"} {
		refusals.Refused(reason)
	}
	for reason, want := range map[string]float64{"guessing": 2, "connections": 1, "other": 1} {
		if got := value(t, r, "signet_refused_total", map[string]string{"reason": reason}); got != want {
			t.Errorf("%s was counted %v times", reason, got)
		}
	}
	var none *metrics.Refusals
	none.Refused("guessing")
}
