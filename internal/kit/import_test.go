package kit_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/kit"
	"signet/internal/sample"
	"signet/internal/testneeds"
)

// brittle is a log that breaks after some appends, as when the machine stops.
type brittle struct {
	eventlog.Log

	left int
}

var errBroken = errors.New("the disk is gone")

func (b *brittle) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	if b.left == 0 {
		return 0, errBroken
	}
	b.left--
	return b.Log.Append(ctx, stream, expected, records...)
}

// stored is an event, without what is new in each log: ids, salts, recording times.
type stored struct {
	Stream  string
	Member  string
	Agency  string
	At      time.Time
	Via     string
	Event   domain.Event
	Request string
}

func (r *registry) stored(t failer) []stored {
	t.Helper()
	var all []stored
	for recorded, err := range r.log.Follow(context.Background(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if recorded.CaughtUp {
			break
		}
		envelope, event, err := commands.Decode(recorded)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, stored{recorded.Stream, envelope.Member.String(), envelope.Agency, envelope.At, envelope.Via, event, envelope.Request})
	}
	return all
}

func TestAnInterruptedImportGoesOnWhereItStopped(t *testing.T) {
	testneeds.PlainInCI(t)
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		source := os.DirFS(drawHistory(t).export(t, dir))
		whole := newRegistry(t)
		report, err := kit.Import(context.Background(), source, whole.lateTarget(), nil)
		if err != nil {
			t.Fatal(err)
		}
		halves := newRegistry(t)
		target := halves.lateTarget()
		appends := rapid.IntRange(0, report.Steps-1).Draw(t, "appends")
		target.Runner.Log = &brittle{Log: halves.log, left: appends}
		if _, err := kit.Import(context.Background(), source, target, nil); !errors.Is(err, errBroken) || kit.IsInvalid(err) {
			t.Fatalf("the broken log: %v", err)
		}
		again, err := kit.Import(context.Background(), source, halves.lateTarget(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if again.Known != appends {
			t.Fatalf("%d steps were known, %d had been written", again.Known, appends)
		}
		equal(t, whole.stored(t), halves.stored(t))
	})
}

func TestStepsAreTakenByMembersAtTheirTimeAndMarkedAsImported(t *testing.T) {
	r := newRegistry(t)
	if _, err := kit.Import(t.Context(), sample.HaiPhong(), r.target(), nil); err != nil {
		t.Fatal(err)
	}
	authors := map[string][]string{} // stream → members who drafted
	members := map[string]string{}   // member → agency
	roles := map[string]domain.Roles{}
	var last time.Time
	for _, e := range r.stored(t) {
		if e.Via != "import" || e.At.Before(last) || e.Request == "" {
			t.Errorf("%+v after %s", e, last)
		}
		last = e.At
		switch event := e.Event.(type) {
		case domain.MemberAdded:
			members[event.Member.String()], roles[event.Member.String()] = event.Agency, event.Roles
			if len(event.Roles) != 1 {
				t.Errorf("a member with the roles %q", event.Roles)
			}
		case domain.VersionDrafted:
			authors[e.Stream] = append(authors[e.Stream], e.Member)
		case domain.VersionWithdrawn:
			if !roles[e.Member].Has(domain.RoleReviewer) { // the lead's own
				t.Errorf("%s was withdrawn by a member with the roles %q", e.Stream, roles[e.Member])
			}
		case domain.VersionSigned:
			if slices.Contains(authors[e.Stream], e.Member) {
				t.Errorf("%s was signed by its author", e.Stream)
			}
		}
		if agency := members[e.Member]; agency != e.Agency {
			t.Errorf("%s acts for %q and belongs to %q", e.Member, e.Agency, agency)
		}
	}
	if last.After(present) || last.Before(present.AddDate(0, 0, -10)) {
		t.Errorf("the last step was at %s", last)
	}
}

func TestProgressGrowsToItsTotal(t *testing.T) {
	last, end := 0, 0
	report, err := kit.Import(t.Context(), sample.HaiPhong(), newRegistry(t).target(), func(done, total int) {
		if done != last+1 || end != 0 && total != end {
			t.Errorf("progress %d of %d after %d of %d", done, total, last, end)
		}
		last, end = done, total
	})
	if err != nil || last != end || end != report.Steps+report.Files {
		t.Fatalf("progress ended at %d of %d: %+v, %v", last, end, report, err)
	}
}

// part is the sample kit without some items.
func part(t failer, without ...string) fstest.MapFS {
	t.Helper()
	files := tree(t)
	for _, name := range without {
		delete(files, name)
	}
	return files
}

func TestALaterStateOfAKitAddsWhatIsNew(t *testing.T) {
	r := newRegistry(t)
	if _, err := kit.Import(t.Context(), part(t, gateway), r.target(), nil); err != nil {
		t.Fatal(err)
	}
	before := r.events(t)
	report, err := kit.Import(t.Context(), sample.HaiPhong(), r.target(), nil)
	if err != nil {
		t.Fatal(err)
	}
	// Registered, drafted, submitted, signed by four (and so approved), withdrawn.
	if added := r.events(t) - before; added != 9 || report.Steps-report.Known != 8 {
		t.Fatalf("%d events were added: %+v", added, report)
	}
}

func TestAKitThatDoesNotFitTheRegistryIsRefusedWholly(t *testing.T) {
	testneeds.PlainInCI(t)
	full := func(t *testing.T) *registry {
		t.Helper()
		r := newRegistry(t)
		if _, err := kit.Import(t.Context(), sample.HaiPhong(), r.target(), nil); err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, c := range []struct {
		name, reason, file string
		change             func(t failer, files fstest.MapFS)
	}{
		{"another text", "idempotency_mismatch", openSea, func(t failer, files fstest.MapFS) {
			swap(t, files, openSea, "Reaching for the Open Sea", "At Sea")
		}},
		{"another time of registration", "key_taken", openSea, func(t failer, files fstest.MapFS) {
			swap(t, files, openSea, "registered: 2026-07-02T01:00:00Z", "registered: 2026-07-02T01:00:01Z")
		}},
		{"another name of an agency", "idempotency_mismatch", root, func(t failer, files fstest.MapFS) {
			swap(t, files, root, "Sở Ngoại vụ", "Sở Nội vụ")
		}},
		{"an earlier policy", "history_is_later", root, func(t failer, files fstest.MapFS) {
			swap(t, files, root, "  - kind: logo\n", "  - kind: logo\n    at: 2026-07-01T01:59:00Z\n    leads:\n      - ban-tuyen-giao-dan-van\n    reason: x\n  - kind: logo\n")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := full(t)
			before := r.events(t)
			files := tree(t)
			c.change(t, files)
			_, err := kit.Import(t.Context(), files, r.target(), nil)
			got, file, line := reason(err)
			var e *kit.Error
			if got != c.reason || file != c.file || line == 0 || !errors.As(err, &e) || e.Step == "" {
				t.Errorf("refused for %q in %q: %v; want %q in %q", got, file, err, c.reason, c.file)
			}
			if after := r.events(t); after != before {
				t.Errorf("%d events were written", after-before)
			}
		})
	}
}

func TestAnAgencyOfTheSameNameIsTheSame(t *testing.T) {
	r := newRegistry(t)
	target := r.target()
	name := domain.Texts{"en": "Department of Foreign Affairs", "vi": "Sở Ngoại vụ"}
	_, err := commands.Run(t.Context(), target.Runner, domain.Agencies, domain.RegisterAgency{Key: "so-ngoai-vu", Name: name}, commands.Request{Actor: kit.Operator})
	if err != nil {
		t.Fatal(err)
	}
	if report, err := kit.Import(t.Context(), sample.HaiPhong(), target, nil); err != nil || report.Known != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
}
