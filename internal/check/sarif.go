package check

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"signet/domain"
)

// rules are what SARIF calls the outcomes.
var rules = []struct {
	outcome     domain.Outcome
	name, tells string
}{
	{domain.UseWithdrawn, "WithdrawnVersion", "A version is used that was withdrawn and may not be used any more."},
	{domain.UseSuperseded, "SupersededVersion", "A version is used that another one has taken the place of."},
	{domain.UseAltered, "AlteredAsset", "Something of the kit is used that was changed."},
	{domain.UseUnregistered, "UnregisteredAsset", "Something is used that the registry knows nothing of."},
	{domain.UseCurrent, "CurrentVersion", "A version is used that is in force."},
}

// WriteSARIF writes the report in the Static Analysis Results Interchange Format 2.1.0
// (OASIS), as code scanning of GitHub and GitLab reads it.
func (r *Report) WriteSARIF(w io.Writer) error {
	run := sarif.NewRunWithInformationURI("signet check", r.Registry)
	for _, rule := range rules {
		run.AddRule(string(rule.outcome)).WithName(rule.name).WithDescription(rule.tells).WithShortDescription(sarif.NewMultiformatMessageString().WithText(rule.tells))
	}
	for _, f := range r.Findings {
		run.AddResult(f.sarif())
	}
	report := sarif.NewReport()
	report.AddRun(run)
	return report.PrettyWrite(w)
}

// level is how bad SARIF takes a finding for.
func (f Finding) level() string {
	switch {
	case f.Outcome == domain.UseCurrent:
		return "none"
	case f.Certainty == domain.Look:
		return "note"
	case f.Outcome == domain.UseSuperseded:
		return "warning"
	}
	return "error"
}

func (f Finding) sarif() *sarif.Result {
	at := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(f.Address))
	if f.Line > 0 {
		at.WithRegion(sarif.NewRegion().WithStartLine(f.Line).WithStartColumn(f.Column))
	}
	result := sarif.NewRuleResult(string(f.Outcome)).WithLevel(f.level()).WithMessage(sarif.NewTextMessage(f.Sentence())).
		AddLocation(sarif.NewLocationWithPhysicalLocation(at)).WithPartialFingerprints(map[string]string{"signet/v1": f.fingerprint()})
	for _, from := range f.From {
		place := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(from.Page))
		if from.Line > 0 {
			place.WithRegion(sarif.NewRegion().WithStartLine(from.Line))
		}
		result.AddRelatedLocation(sarif.NewLocationWithPhysicalLocation(place))
	}
	return result
}

// fingerprint is the same for the same use, also when the lines of a page have moved.
func (f Finding) fingerprint() string {
	of := ""
	if f.Of != nil {
		of = f.Of.Item + "/" + strconv.Itoa(f.Of.Version)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%s", f.Address, f.Outcome, of, f.Text))
	return hex.EncodeToString(sum[:16])
}
