package desk

import (
	"errors"

	"signet/internal/portal/frame"
	"signet/internal/xliff"
)

// fault is what is wrong with a file of translations.
type fault struct {
	Reason, Sentence string
	Line             int
	Unit             string
}

// Title is the text by which the fault is told.
func (f fault) Title() string {
	if f.Line > 0 || f.Sentence != "" {
		return "desk.xliff.bad"
	}
	return "desk.xliff." + f.Reason
}

// takeFile puts the texts of an XLIFF file into the form. Nothing of it is saved until
// its reader has looked at it. A unit without a text is left as it is, one that the file
// no longer calls stale is confirmed.
func (s *sheet) takeFile(v *frame.Visit) error {
	part, _, err := v.FormFile("file")
	if err != nil {
		s.Fault = &fault{Reason: "no_file"}
		return v.Show("desk/texts", s)
	}
	d, _, err := xliff.Read(part)
	if err := errors.Join(err, part.Close()); err != nil {
		var wrong *xliff.Error
		if !errors.As(err, &wrong) {
			return err
		}
		s.Fault = &fault{Reason: wrong.Code, Sentence: wrong.Message, Line: wrong.Line, Unit: wrong.Unit}
		return v.Show("desk/texts", s)
	}
	if d.Item != s.Key || d.Number != 0 && d.Number != s.Version.Number || d.Target != s.Locale || d.Source != s.Source {
		s.Fault = &fault{Reason: "other_version"}
		return v.Show("desk/texts", s)
	}
	s.Imported = true
	for _, from := range d.Units {
		i := s.index(from.ID)
		switch {
		case i < 0, s.Units[i].Source != from.Source:
			s.Left = append(s.Left, from.ID)
		case from.Target != "" && from.State != xliff.Stale:
			s.Units[i].Typed, s.Units[i].Confirm = from.Target, s.Units[i].State == "STALE"
		}
	}
	return v.Show("desk/texts", s)
}

func (s *sheet) index(unit string) int {
	for i, u := range s.Units {
		if u.Unit == unit {
			return i
		}
	}
	return -1
}
