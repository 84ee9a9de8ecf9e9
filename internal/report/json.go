package report

import (
	"bytes"
	"encoding/json"
	"io"
)

// WriteJSON writes the report as one JSON object in UTF-8, indented, ended by a
// newline. Its names are those of the tags, instants are RFC 3339 in UTC, days are
// YYYY-MM-DD, lists are never null, and all locales are in it. It returns an [Error]
// with a code of interval_empty, period_malformed, period_mismatch, day_malformed
// or count_out_of_range, or the error of the writer.
func (r Report) WriteJSON(w io.Writer) error {
	r, err := r.checked()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}
