package verify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/eventlog/logtest"
	"signet/internal/kit"
	"signet/internal/verify"
)

// command runs a command as who runs the program.
func command[S any](t *testing.T, runner *commands.Runner, d domain.Decider[S], c domain.Command[S]) {
	t.Helper()
	if _, err := commands.Run(t.Context(), runner, d, c, commands.Request{Actor: kit.Operator}); err != nil {
		t.Fatal(err)
	}
}

// A download of a text, as a part of the kit, points at no blob; one of a file and a
// finding with a picture do.
func TestWhatUsagePointsAtMustBeThere(t *testing.T) {
	log, absent := logtest.NewMemory(), strings.Repeat("0", 64)
	_, files := registry(t)
	runner := &commands.Runner{Log: log, Clock: time.Now}
	command(t, runner, domain.Agencies, domain.RegisterAgency{Key: "so-khcn", Name: domain.Texts{"vi": "Sở"}})
	command(t, runner, domain.DownloadLog, domain.RecordDownload{Agency: "so-khcn", Month: time.Now(), Item: "slogan", Version: 1, Rendition: "kit"})
	if report := run(t, log, files, nil); !report.OK() {
		t.Errorf("a text that was downloaded: %+v", report.Findings)
	}
	audit := uuid.UUID{15: 1}
	command(t, runner, domain.Audits, domain.PlanAudit{Audit: audit, AuditPlan: domain.AuditPlan{Title: domain.Texts{"vi": "Kiểm tra"}, Due: "2030-01-01"}})
	pictured := func(digest string, n byte) {
		command(t, runner, domain.Audits, domain.ReportAudit{
			Audit: audit, Report: uuid.UUID{15: n}, Part: 1, Site: domain.AuditSite{Address: "a", Agency: "so-khcn", Channel: "web"},
			Findings: []domain.Finding{{
				Place: "p", Outcome: domain.UseUnregistered, Certainty: domain.Look, By: domain.BySight, Evidence: domain.Evidence{Picture: digest},
			}},
		})
	}
	pictured(files.digests(t)[0], 2)
	if report := run(t, log, files, nil); !report.OK() {
		t.Errorf("a picture that is there: %+v", report.Findings)
	}
	pictured(absent, 3)
	only(t, run(t, log, files, nil), verify.BlobMissing, absent)
}
