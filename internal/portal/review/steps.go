package review

import "slices"

// signer is an agency in the order of those who sign, and how far it has come.
type signer struct {
	Agency string
	// Stands is "signed", "part", "now", "later", "recused", "spare" or "open".
	Stands    string
	At        string // of the signature
	Delegated bool
	Parts     []string // on which an incomplete signature still stands
	Due       string
	Overdue   int
}

// round is the coordinating agencies, or the leads.
type round struct {
	Name    string // of a text: "coordinating" or "lead"
	Due     string
	Quorum  int // of those who are not all needed
	Signers []signer
}

// rounds are who signs a version, in order. A draft has none yet.
func rounds(d *draft) []round {
	var out []round
	coordinating := append(slices.Clone(d.Required), d.Policy.Others...)
	coordinating = slices.DeleteFunc(coordinating, func(a string) bool { return slices.Contains(d.Leads, a) })
	if len(coordinating) > 0 {
		out = append(out, d.round("coordinating", d.Due, coordinating))
		if len(d.Policy.Others) > 0 {
			out[0].Quorum = d.Policy.Quorum
		}
	}
	if len(d.Leads) > 0 {
		out = append(out, d.round("lead", d.LeadDue, d.Leads))
	}
	return out
}

func (d *draft) round(name, due string, agencies []string) round {
	r := round{Name: name}
	if d.State == "SUBMITTED" {
		r.Due = due
	}
	for _, a := range agencies {
		r.Signers = append(r.Signers, d.stands(a))
	}
	return r
}

// stands tells how far an agency has come.
func (d *draft) stands(agency string) signer {
	s := signer{Agency: agency, Stands: "open"}
	missing := slices.Contains(d.Missing, agency)
	for _, g := range d.Signatures {
		if g.Agency != agency {
			continue
		}
		s.Stands, s.At, s.Delegated = "signed", g.At, g.Delegation != ""
		if missing {
			s.Stands, s.Parts = "part", g.Parts
		}
	}
	if i := slices.IndexFunc(d.Awaited, func(a awaited) bool { return a.Agency == agency && a.Step != "REVISION" }); i >= 0 {
		s.Due, s.Overdue = d.Awaited[i].Due, d.Awaited[i].DaysOverdue
		s.Stands = "now"
	}
	if s.Stands != "open" {
		return s
	}
	recused := slices.ContainsFunc(d.Recusals, func(r recusal) bool { return r.Whole && r.Agency == agency })
	switch {
	case recused:
		s.Stands = "recused"
	case missing:
		s.Stands = "later"
	case d.State == "SUBMITTED" || d.State == "APPROVED" || d.State == "WITHDRAWN":
		s.Stands = "spare"
	}
	return s
}
