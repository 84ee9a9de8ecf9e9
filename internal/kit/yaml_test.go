package kit

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"signet/domain"
)

// awkward are characters and words that YAML takes for something else.
var awkward = []string{
	" ", "  ", "\n", "\n\n", "\t", ":", ": ", " #", "#", "-", "- ", "'", "\"", "\\", "%", "@", "`", "&", "*", "!", "|", ">", "|-", "{", "}", "[", "]", ",", "?", "? ",
	"---", "...", "--- ", "~", "null", "yes", "No", "true", "0x1F", "1_000", "12:30:45", "2026-11-16", "2026-11-16T02:00:00Z", "=", "<<", ".inf", "1e3", "{{name}}",
	"\u00a0", "\u0085", "\u2028", "\u2029", "\ufeff", "\u200b", "\u3000", "\u00ad", "Hải Phòng", "港口", "🌺", "한", "\U0010ffff", "\ue000", "\ufffe", "a", "b",
}

// drawText draws a text as the registry keeps it.
func drawText(t *rapid.T) string {
	piece := rapid.OneOf(rapid.SampledFrom(awkward), rapid.StringN(0, 6, -1))
	raw := ""
	for range rapid.IntRange(1, 8).Draw(t, "pieces") {
		raw += piece.Draw(t, "piece")
	}
	text, err := domain.NormaliseText(raw, domain.MaxText)
	if err != nil || text == "" {
		return "x"
	}
	return text
}

func TestEveryTextComesBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := at(time.Date(2026, 11, 16, 2, 0, 0, 0, time.UTC))
		want := document{
			Format:   Format,
			Agencies: []agency{{Key: "a", Name: domain.Texts{"vi": drawText(t), "no": drawText(t)}, Registered: now}},
			Policies: []policy{{Kind: domain.Slogan, At: now, Reason: drawText(t)}},
		}
		body, err := encode(want)
		if err != nil {
			t.Fatal(err)
		}
		var got document
		if _, err := decode(rootFile, body, &got); err != nil {
			t.Fatalf("%v\n%s", err, body)
		}
		if got.Agencies[0].Name["vi"] != want.Agencies[0].Name["vi"] || got.Agencies[0].Name["no"] != want.Agencies[0].Name["no"] {
			t.Fatalf("%q, read as %q\n%s", want.Agencies[0].Name, got.Agencies[0].Name, body)
		}
		if got.Policies[0].Reason != want.Policies[0].Reason {
			t.Fatalf("%q, read as %q\n%s", want.Policies[0].Reason, got.Policies[0].Reason, body)
		}
	})
}
