package report

import (
	"bytes"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// columns are those of the one table, by the ends of their catalogue keys. A
// section fills the ones that it has; new ones go to the end.
var columns = []string{
	"section", "item", "name", "kind", "version", "agency", "language", "channel", "day", "due", "days", "late",
	"covered", "total", "downloads", "requests", "declared", "force", "decision", "decided", "added", "changed", "retired", "next",
	"replacement", "note",
	"until", "sites", "current", "superseded", "withdrawn", "altered", "unregistered", "open", "overdue", "place", "outcome", "status",
}

// cells is a row by column.
type cells map[string]string

// WriteCSV writes the report as one table, for a spreadsheet: RFC 4180 with CRLF,
// in UTF-8 with a byte order mark, without which Excel takes it for the machine's
// old code page and spoils Vietnamese. The first column names the section of each
// row; the rows of the section "report" say what the report is. Days are
// YYYY-MM-DD in the city's time, which every spreadsheet reads, whatever its
// language. Errors are those of [Report.WriteJSON], and lang_unknown.
func (r Report) WriteCSV(w io.Writer, lang Lang) error {
	p, err := newPage(r, lang)
	if err != nil {
		return err
	}
	rows, err := p.table()
	if err != nil {
		return err
	}
	b := bytes.NewBufferString("\uFEFF")
	writer := csv.NewWriter(b)
	writer.UseCRLF = true
	if err := writer.WriteAll(rows); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// table returns the header and all rows.
func (p page) table() ([][]string, error) {
	var rows [][]string
	header := make([]string, len(columns))
	for i, column := range columns {
		var err error
		if header[i], err = p.T("col." + column); err != nil {
			return nil, err
		}
	}
	rows = append(rows, header)
	for _, section := range []struct {
		name string
		rows func() ([]cells, error)
	}{
		{"report", p.aboutRows},
		{"approvals", p.approvalRows},
		{"returns", p.returnRows},
		{"editions", p.editionRows},
		{"coverage", p.coverageRows},
		{"recalls", p.recallRows},
		{"affected", p.affectedRows},
		{"usage", p.usageRows},
		{"overdue", p.overdueRows},
		{"compliance", p.complianceRows},
		{"found", p.foundRows},
		{"findings", p.findingRows},
	} {
		title, err := p.T(section.name)
		if err != nil {
			return nil, err
		}
		found, err := section.rows()
		if err != nil {
			return nil, err
		}
		for _, row := range found {
			row["section"] = title
			rows = append(rows, row.record())
		}
	}
	return rows, nil
}

// numeric are the columns that this package fills with whole numbers of its own.
// "-3" is one, and must stay one for a spreadsheet.
var numeric = map[string]bool{
	"version": true, "days": true, "late": true, "covered": true, "total": true, "downloads": true, "requests": true, "declared": true,
	"added": true, "changed": true, "retired": true,
	"sites": true, "current": true, "superseded": true, "withdrawn": true, "altered": true, "unregistered": true, "open": true, "overdue": true,
}

func (c cells) record() []string {
	record := make([]string, len(columns))
	for i, column := range columns {
		record[i] = c[column]
		if !numeric[column] {
			record[i] = inert(c[column])
		}
	}
	return record
}

// inert puts an apostrophe before a text that a spreadsheet would run as a formula
// (OWASP, "CSV Injection"): one that begins with = + - @, also in the full width of
// East Asian keyboards, or with tab, CR or LF. Spaces before it are no protection
// where a spreadsheet trims them.
func inert(text string) string {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, " \u00A0\u3000\uFEFF"))
	if strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + text
	}
	return text
}

func number10(n int) string { return strconv.Itoa(n) }

func isoDay(t time.Time) string { return t.In(city).Format(dayFormat) }
