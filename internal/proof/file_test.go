package proof_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"signet/domain"
	"signet/internal/proof"
)

func TestWhatIsWrittenIsReadByteByByte(t *testing.T) {
	content := sloganContent("<Hải Phòng> & “cảng”\u2028\u2029 海防 😀", `"\"`)
	w := logged(
		t, domain.ItemStream(slogan), lan, domain.ItemRegistered{Key: slogan, Kind: domain.Slogan, Source: "vi"},
		domain.VersionDrafted{Key: slogan, Version: 1, Author: lan.Member, Agency: author, Content: content},
	)
	f := w.version(slogan, 1)
	if got := w.verify(f).Version.Content; !got.Equal(content) {
		t.Errorf("it comes out as %+v", got)
	}
	text, err := f.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte("<Hải Phòng> & “cảng”")) {
		t.Error("it can't be read by people")
	}
	read, err := proof.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range read.Events {
		if o := f.Events[i]; !bytes.Equal(e.Envelope, o.Envelope) || !bytes.Equal(e.Data, o.Data) || e.Index != o.Index || !slices.Equal(e.Hashes, o.Hashes) {
			t.Errorf("event %d comes out as %+v", i, e)
		}
	}
}

func TestWhatCouldBeReadInTwoWaysIsRefused(t *testing.T) {
	good := string(stored(t, "edition.json"))
	checkpoint := string(stored(t, "checkpoint.json"))
	other, err := proof.Read([]byte(checkpoint))
	if err != nil {
		t.Fatal(err)
	}
	older, err := json.Marshal(string(other.Older))
	if err != nil {
		t.Fatal(err)
	}
	hash := "LMhcGSxv8degVg0UWRwO1ZJI5TflMLP6UkozqosDcYQ="
	for name, c := range map[string][3]string{ // a text, what is replaced once, and by what
		"a name in capitals":              {good, `"format"`, `"Format"`},
		"a name twice":                    {good, `"edition": 1`, `"edition": 2, "edition": 1`},
		"a subject twice":                 {good, `"checkpoint"`, `"subject": {"kind": "edition", "edition": 2}, "checkpoint"`},
		"an unknown name":                 {good, `"checkpoint"`, `"note": "", "checkpoint"`},
		"a known name elsewhere":          {good, `"edition": 1`, `"edition": 1, "proof": ""`},
		"null":                            {good, `"edition": 1`, `"edition": 1, "item": null`},
		"another format":                  {good, "signet-proof/v1", "signet-proof/v2"},
		"another kind":                    {good, `"kind": "edition"`, `"kind": "item"`},
		"an edition of an item":           {good, `"edition": 1`, `"edition": 1, "item": "x"`},
		"an edition with the number 0":    {good, `"edition": 1`, `"edition": 0`},
		"a version without a number":      {good, `"kind": "edition",`, `"kind": "version", "item": "x",`},
		"a checkpoint with a number":      {checkpoint, `"kind": "checkpoint"`, `"kind": "checkpoint", "edition": 1`},
		"an index with a zero":            {good, `\nindex 7\n`, `\nindex 07\n`},
		"an index that is too large":      {good, `\nindex 7\n`, `\nindex 9223372036854775815\n`},
		"a carriage return":               {good, `\nindex 7\n`, `\nindex 7\r\n`},
		"something extra":                 {good, `\nindex 7\n`, `\nextra AAAA\nindex 7\n`},
		"a hash in another notation":      {good, "L436IwxS0944wmJiJ5ZMb6DifMcTWBrtwIoiYzlaL3w=", "L436IwxS0944wmJiJ5ZMb6DifMcTWBrtwIoiYzlaL3x="},
		"too many hashes":                 {good, `\nindex 7\n`, `\nindex 7\n` + strings.Repeat(hash+`\n`, 63)},
		"another version of tlog-proof":   {good, "tlog-proof@v1", "tlog-proof@v2"},
		"an event with an older one":      {good, `"events"`, `"older": "x", "events"`},
		"a consistency beside events":     {good, `"events"`, `"consistency": ["` + hash + `"], "events"`},
		"another checkpoint":              {good, good[strings.Index(good, `"haiphong.example`):strings.Index(good, ",\n  \"events\"")], string(older)},
		"a short hash":                    {checkpoint, hash, "LMhc"},
		"words as a hash":                 {checkpoint, hash, "xin chào"},
		"the same hash, otherwise":        {checkpoint, hash, hash[:42] + "R="},
		"too many hashes of consistency":  {checkpoint, `"` + hash + `"`, strings.Repeat(`"`+hash+`",`, 63) + `"` + hash + `"`},
		"events of a checkpoint":          {checkpoint, `"older"`, `"events": [{"envelope": "", "proof": ""}], "older"`},
		"something behind it":             {good + "{}", "x", "x"},
		"half of it":                      {good[:len(good)/2], "x", "x"},
		"a list":                          {"[" + good + "]", "x", "x"},
		"nothing":                         {"", "x", "x"},
		"deeper than a file is":           {strings.Repeat("[", 100_000), "x", "x"},
		"bytes that are no text":          {good, "Ấn", "\xc3\x28"},
		"half a character by its escapes": {good, "Ấn", `\ud83d`},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(c[0], c[1], c[2], 1)
			if text == c[0] && c[1] != "x" {
				t.Fatal("the case changes nothing")
			}
			f, err := proof.Read([]byte(text))
			if name == "half a character by its escapes" { // it is a text, but another one
				if err == nil {
					_, err = f.Check(string(stored(t, "log.key")))
				}
				refused(t, err, proof.PayloadChanged)
				return
			}
			if refused(t, err, proof.ProofMalformed); f != nil {
				t.Error("what is refused is handed out")
			}
		})
	}
}

func TestWhitespaceMeansNothing(t *testing.T) {
	var out bytes.Buffer
	if err := json.Compact(&out, stored(t, "version.json")); err != nil {
		t.Fatal(err)
	}
	for _, text := range [][]byte{out.Bytes(), bytes.ReplaceAll(stored(t, "version.json"), []byte("\n"), []byte("\r\n"))} {
		if _, err := checked(text, string(stored(t, "log.key"))); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatDoesNotFitIsNotWritten(t *testing.T) {
	f, err := proof.Read(stored(t, "edition.json"))
	if err != nil {
		t.Fatal(err)
	}
	f.Events[0].Data = []byte("\xff")
	_, err = f.Marshal()
	refused(t, err, proof.ProofMalformed)
	f.Events[0].Data = bytes.Repeat([]byte("x"), proof.MaxFileBytes)
	_, err = f.Marshal()
	refused(t, err, proof.ProofTooLarge)
	_, err = proof.Read(bytes.Repeat([]byte(" "), proof.MaxFileBytes+1))
	refused(t, err, proof.ProofTooLarge)
}
