package review

import (
	"slices"

	"signet/graph"
	"signet/internal/portal/frame"
)

// viewer is who looks, as the API knows them.
type viewer struct {
	Member, Agency     string
	Roles, Delegations []string
}

// choice is an agency for which the visitor can decide now.
type choice struct {
	Agency    string
	Delegated bool
	// Signs tells that it is the agency's turn to sign; it can return at any time.
	Signs bool
}

// decision is what the visitor can do about a version.
type decision struct {
	Choices []choice
	// Blocked names why there is nothing to decide: "state" (it is not
	// under review), "wrote", "recused", "signer", or is empty.
	Blocked string
	// Whole tells that the visitor's own agency may step back as a whole.
	Whole bool
	// Recuse tells that the visitor may step back.
	Recuse bool
	// Submission is the digest of the step that submitted the version.
	Submission string
}

// Signs are the agencies for which the visitor can sign now.
func (d decision) Signs() (out []choice) {
	for _, c := range d.Choices {
		if c.Signs {
			out = append(out, c)
		}
	}
	return out
}

// decide tells what a viewer can do about a version. The rules are the API's: this shows
// beforehand what is known, and the API refuses the rest.
func decide(who *viewer, it *item) decision {
	d := it.Version
	var out decision
	if submitted := it.last("SUBMITTED"); submitted != nil {
		out.Submission = submitted.Digest
	}
	if d.State != "SUBMITTED" {
		out.Blocked = "state"
		return out
	}
	signers := slices.Concat(d.Required, d.Policy.Others, d.Leads)
	for _, a := range who.signsFor() {
		if slices.Contains(signers, a) && !who.signedFor(d, a) {
			turn := slices.ContainsFunc(d.Awaited, func(w awaited) bool { return w.Agency == a && w.Step != "REVISION" })
			out.Choices = append(out.Choices, choice{a, a != who.Agency, turn})
		}
	}
	own := slices.Contains(signers, who.Agency)
	signed := slices.ContainsFunc(d.Signatures, func(s signature) bool { return s.Member == who.Member })
	recused := slices.ContainsFunc(d.Recusals, func(r recusal) bool { return r.Member == who.Member })
	out.Recuse = own && !signed && !recused
	out.Whole = slices.Contains(d.Policy.Others, who.Agency) && slices.Contains(who.Roles, "REVIEWER")
	switch {
	case who.wrote(it):
		out.Blocked = "wrote"
	case recused:
		out.Blocked = "recused"
	case len(out.Choices) == 0:
		out.Blocked = "signer"
	}
	if out.Blocked != "" {
		out.Choices = nil
	}
	return out
}

// signsFor are the agencies that a viewer may sign for, the own one first.
func (w *viewer) signsFor() (out []string) {
	if slices.Contains(w.Roles, "REVIEWER") {
		out = append(out, w.Agency)
	}
	for _, a := range w.Delegations {
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// signedFor tells whether a viewer has signed for another agency: nobody signs for two.
func (w *viewer) signedFor(d *draft, agency string) bool {
	return slices.ContainsFunc(d.Signatures, func(s signature) bool { return s.Member == w.Member && s.Agency != agency })
}

// wrote tells whether a viewer has written or translated the version (four eyes).
func (w *viewer) wrote(it *item) bool {
	if it.Version.Author == w.Member {
		return true
	}
	for _, e := range it.History.Edges {
		switch e.Node.What {
		case "DRAFTED", "REVISED", "TRANSLATED":
			if e.Node.Member == w.Member {
				return true
			}
		}
	}
	return false
}

const (
	signDocument   = `mutation ReviewSign($input: SignVersionInput!) { signVersion(input: $input) { version { state } } }`
	returnDocument = `mutation ReviewReturn($input: ReturnVersionInput!) { returnVersion(input: $input) { version { state } } }`
	recuseDocument = `mutation ReviewRecuse($input: RecuseSignerInput!) { recuseSigner(input: $input) { version { state } } }`
)

// sign signs the version off, at the revision that the page showed.
func sign(v *frame.Visit) error {
	p, err := placeOf(v)
	if err != nil {
		return err
	}
	if v.Value("confirm") != "yes" {
		return p.again(v, &graph.Refusal{Code: graph.BadUserInput, Reason: "not_confirmed", Field: "confirm", Sentence: "confirm that you sign this version"})
	}
	in := p.input(v)
	in["agency"], in["revision"] = v.Optional("agency"), v.Whole("revision")
	var signed struct {
		SignVersion struct{ Version struct{ State string } }
	}
	if err := v.Ask(signDocument, frame.Vars{"input": in}, &signed); err != nil {
		return p.again(v, err)
	}
	done := "review-signed"
	if signed.SignVersion.Version.State == "APPROVED" {
		done = "review-approved"
	}
	return v.Go("/review/", p.Key, "/", p.Number, "?done=", done)
}

// sendBack returns the version to its author, with the reason.
func sendBack(v *frame.Visit) error {
	p, err := placeOf(v)
	if err != nil {
		return err
	}
	in := p.input(v)
	in["agency"], in["revision"], in["reason"] = v.Optional("agency"), v.Whole("revision"), v.Value("reason")
	if err := v.Ask(returnDocument, frame.Vars{"input": in}, nil); err != nil {
		return p.again(v, err)
	}
	return v.Go("/review/", p.Key, "/", p.Number, "?done=review-returned")
}

// recuse says that the visitor, or the whole agency, does not sign.
func recuse(v *frame.Visit) error {
	p, err := placeOf(v)
	if err != nil {
		return err
	}
	in := p.input(v)
	in["revision"], in["reason"], in["whole"] = v.Whole("revision"), v.Value("reason"), v.Value("whole") == "yes"
	if err := v.Ask(recuseDocument, frame.Vars{"input": in}, nil); err != nil {
		return p.again(v, err)
	}
	return v.Go("/review/", p.Key, "/", p.Number, "?done=review-recused")
}
