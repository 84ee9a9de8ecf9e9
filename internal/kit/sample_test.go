package kit_test

import (
	"testing"

	"signet/internal/kit"
	"signet/internal/sample"
)

func TestSampleKitIsImported(t *testing.T) {
	r := newRegistry()
	report, err := kit.Import(t.Context(), sample.HaiPhong(), r.target(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v, %d events", report, r.events(t))
	again, err := kit.Import(t.Context(), sample.HaiPhong(), r.target(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if again.Known != again.Steps || again.Steps != report.Steps {
		t.Fatalf("imported twice: %+v, then %+v", report, again)
	}
}
