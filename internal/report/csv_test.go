package report_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"signet/internal/report"
)

// table reads a CSV report as a program would.
func table(t *testing.T, r report.Report, lang report.Lang) (text string, rows [][]string) {
	t.Helper()
	text = written(t, func(b *bytes.Buffer) error { return r.WriteCSV(b, lang) })
	rest, ok := strings.CutPrefix(text, "\uFEFF")
	if !ok {
		t.Fatal("no byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(rest)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return text, rows
}

func TestCSVIsStable(t *testing.T) {
	for _, lang := range both {
		text, _ := table(t, sample(), lang)
		golden(t, "report."+string(lang)+".csv", text)
	}
}

func TestCSVIsOneTableWithARowForEverything(t *testing.T) {
	r := sample()
	text, rows := table(t, r, report.Vietnamese)
	affected := 0
	for _, recall := range r.Recalls {
		affected += len(recall.Affected)
	}
	want := 2 + len(r.Approvals) + len(r.Returns) + len(r.Editions) + len(r.Coverage) + len(r.Recalls) + affected + len(r.Usage) + len(r.Overdue) + len(r.Compliance) + len(r.Found) + len(r.Findings)
	if len(rows) != want {
		t.Errorf("want %d rows, got %d", want, len(rows))
	}
	if lines := strings.Split(text, "\r\n"); strings.Contains(strings.Join(lines, ""), "\n") || lines[len(lines)-1] != "" {
		t.Error("a line does not end with CRLF")
	}
	for i, column := range rows[0] {
		if column == "" {
			t.Errorf("column %d has no name", i)
		}
	}
}

func TestCSVSaysWhatIsNotWhole(t *testing.T) {
	_, whole := table(t, sample(), report.English)
	r := sample()
	r.Truncated = true
	r.Made = r.Until.Add(-1)
	if _, rows := table(t, r, report.English); len(rows) != len(whole)+2 {
		t.Errorf("want two notes more than in %d rows, got %d", len(whole), len(rows))
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	for name, text := range map[string]string{
		"equals": `=HYPERLINK("http://evil")`, "plus": "+1", "minus": "-1+1", "at": "@SUM(A1)", "tab": "\t=1", "line feed": "\n=1", "carriage return": "\r=1",
		"full width": "＝1", "after spaces": "  =1", "after a space that is not one": "\u00A0-1",
	} {
		t.Run(name, func(t *testing.T) {
			r := sample()
			r.Registry, r.Approvals[0].Kind, r.Editions[0].Decision = text, text, text
			r.Returns[0] = report.Return{Item: text, Agency: text, Reason: text}
			r.Recalls[0].Replacement, r.Usage[0].Channel, r.Coverage[0].Locale = text, text, text
			r.Findings[0].Place, r.Findings[1].Outcome, r.Found[0].Channel = text, text, text
			r.Approvals[1].Name = map[string]string{"vi": text}
			_, rows := table(t, r, report.Vietnamese)
			hits := 0
			for _, row := range rows {
				for _, cell := range row {
					if strings.HasPrefix(cell, "'") {
						hits++
					}
					if strings.IndexAny(strings.TrimLeft(cell, " \u00A0"), "=+-@\t\r\n＝") == 0 {
						t.Errorf("%q", cell)
					}
				}
			}
			if hits < 10 {
				t.Errorf("only %d cells were made inert", hits)
			}
		})
	}
}

func TestNumbersStayNumbers(t *testing.T) {
	r := sample()
	r.Editions[0].DaysLate = -3
	text, _ := table(t, r, report.Vietnamese)
	if strings.Contains(text, "'-3") || !strings.Contains(text, ",-3,") {
		t.Error("-3 is no number any more")
	}
	if !strings.Contains(text, ",1284,") {
		t.Error("a number is grouped, which no program reads")
	}
}

func FuzzCSV(f *testing.F) {
	f.Add("Sổ đăng ký", "=1+1")
	f.Add("\r\n,\"", "\xff\x00\t")
	f.Fuzz(func(t *testing.T, registry, reason string) {
		r := sample()
		r.Registry, r.Returns[0].Reason = registry, reason
		_, rows := table(t, r, report.English)
		for _, row := range rows {
			if len(row) != len(rows[0]) || row[0] == "" {
				t.Fatalf("%q", row)
			}
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=+@\t\r\n", rune(cell[0])) {
					t.Errorf("%q", cell)
				}
			}
		}
	})
}
