package eventlog

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

var (
	eventID  = uuid.MustParse("0198f0a2-5b1c-7c3e-9a41-000000000001")
	memberID = uuid.MustParse("0198f0a2-5b1c-7c3e-9a41-000000000002")
	hour     = time.Date(2027, 7, 1, 5, 0, 0, 123_456_000, time.UTC)
)

// letter is an envelope as a command fills it.
func letter() Envelope {
	return Envelope{
		ID: eventID, Type: "version.signed.v1", Stream: "item-slogan-quoc-te", Revision: 4, At: hour, Recorded: hour.Add(time.Second),
		Member: memberID, Agency: "so-ngoai-vu", Request: "r-1", Command: strings.Repeat("ab", 32), Via: "import",
	}
}

// store is what a log hands back of a record that was appended.
func store(r Record, e Envelope) Recorded {
	return Recorded{Record: r, Stream: e.Stream, Revision: e.Revision, Position: 9}
}

func seal(tb testing.TB, e Envelope, payload string) Recorded {
	tb.Helper()
	r, err := Seal(e, []byte(payload))
	if err != nil {
		tb.Fatal(err)
	}
	return store(r, e)
}

func TestSealedPayloadsComeOutByteEqual(t *testing.T) {
	for _, payload := range []string{
		`{}`, `{"key":"k","version":1}`, `{"text":"<b>R&D</b> \u2028 Hải Phòng 海防"}`, "{\"text\":\"\u2028\u2029\"}", `{"text":"\u003c\u0026"}`,
		`null`, `[]`, `""`, `1e400`, `{"a":1,"a":2}`, "{\"text\":\"\ufeff\ufffd\"}", `{"text":"` + strings.Repeat("ậ", 100_000) + `"}`,
	} {
		r := seal(t, letter(), payload)
		_, got, err := Open(r)
		if err != nil || string(got) != payload {
			t.Errorf("%.60q comes out as %.60q (%v)", payload, got, err)
		}
	}
}

func TestSealedEnvelopesComeOutWhole(t *testing.T) {
	in := letter()
	in.At, in.Recorded = in.At.In(time.FixedZone("ICT", 7*60*60)), in.Recorded.Local()
	r := seal(t, in, `{}`)
	if r.ID != in.ID || r.Type != in.Type {
		t.Errorf("the record is %s %s", r.ID, r.Type)
	}
	got, _, err := Open(r)
	if err != nil {
		t.Fatal(err)
	}
	want := letter()
	want.Version, want.Commitment = EnvelopeVersion, got.Commitment
	if got != want { // by ==, so that times are equal only in UTC
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if len(got.Commitment) != 64 {
		t.Errorf("the commitment is %q", got.Commitment)
	}
}

func TestAnyPayloadAndEnvelopeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		payload, err := marshal(map[string]any{
			rapid.String().Draw(t, "key"): rapid.String().Draw(t, "value"), "n": rapid.Float64Range(-1e9, 1e9).Draw(t, "n"),
		})
		if err != nil {
			t.Fatal(err)
		}
		e := letter()
		e.Stream, e.Request = rapid.String().Draw(t, "stream"), rapid.String().Draw(t, "request")
		e.Revision = Revision(rapid.Int64().Draw(t, "revision"))
		r, err := Seal(e, payload)
		if err != nil {
			t.Fatal(err)
		}
		got, opened, err := Open(store(r, e))
		if err != nil || !bytes.Equal(opened, payload) || got.Stream != e.Stream || got.Request != e.Request || got.Revision != e.Revision {
			t.Errorf("%s, %+v come out as %s, %+v (%v)", payload, e, opened, got, err)
		}
	})
}

// TestCommitmentsSayNothingOfAnErasedPayload: the same payload has another
// commitment each time, so that it can't be guessed from what stays.
func TestCommitmentsSayNothingOfAnErasedPayload(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		e, _, err := Open(seal(t, letter(), `{"member":"x"}`))
		if err != nil {
			t.Fatal(err)
		}
		seen[e.Commitment] = true
	}
	if len(seen) != 100 {
		t.Errorf("100 events have %d commitments", len(seen))
	}
	var data sealed
	if err := json.Unmarshal(seal(t, letter(), `{}`).Data, &data); err != nil || len(data.Salt) != SaltBytes {
		t.Errorf("the salt has %d bytes (%v)", len(data.Salt), err)
	}
}

func TestErasedPayloadsLeaveTheEnvelope(t *testing.T) {
	for name, nothing := range map[string][]byte{"nil": nil, "empty": {}} {
		t.Run(name, func(t *testing.T) {
			r := seal(t, letter(), `{"member":"x"}`)
			r.Data = nothing
			e, payload, err := Open(r)
			if !errors.Is(err, ErrErased) || errors.Is(err, ErrCorrupt) {
				t.Errorf("err = %v, want ErrErased", err)
			}
			if payload != nil || e.ID != eventID || e.Member != memberID || e.Commitment == "" {
				t.Errorf("got %+v with %q", e, payload)
			}
		})
	}
}

func TestEventsOutOfPlaceAreNoticed(t *testing.T) {
	for name, change := range map[string]func(*Recorded){
		"in another stream":         func(r *Recorded) { r.Stream = "item-other" },
		"at another revision":       func(r *Recorded) { r.Revision++ },
		"under another id":          func(r *Recorded) { r.ID = memberID },
		"under another name":        func(r *Recorded) { r.Type = "version.approved.v1" },
		"with another's payload":    func(r *Recorded) { r.Data = seal(t, letter(), `{"a":2}`).Data },
		"with another's envelope":   func(r *Recorded) { r.Meta = seal(t, letter(), `{"a":1}`).Meta },
		"without an envelope":       func(r *Recorded) { r.Meta = nil },
		"with half an envelope":     func(r *Recorded) { r.Meta = r.Meta[:len(r.Meta)/2] },
		"with half a payload":       func(r *Recorded) { r.Data = r.Data[:len(r.Data)/2] },
		"with a payload of no salt": func(r *Recorded) { r.Data = []byte(`{"payload":{"a":1}}`) },
		"with an unsealed payload":  func(r *Recorded) { r.Data = []byte(`{"a":1}`) },
		"with an empty payload":     func(r *Recorded) { r.Data = []byte(`{}`) },
		"of a version to come":      func(r *Recorded) { r.Meta = bytes.Replace(r.Meta, []byte(`"v":1`), []byte(`"v":2`), 1) },
		"of no version":             func(r *Recorded) { r.Meta = bytes.Replace(r.Meta, []byte(`"v":1,`), nil, 1) },
		"with another commitment": func(r *Recorded) {
			r.Meta = bytes.Replace(r.Meta, []byte(`"commitment":"`), []byte(`"commitment":"0`), 1)
		},
		"moved, and erased": func(r *Recorded) {
			r.Stream, r.Data = "item-other", nil // erasing must not hide that it was moved
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := seal(t, letter(), `{"a":1}`)
			change(&r)
			e, payload, err := Open(r)
			if !errors.Is(err, ErrCorrupt) || errors.Is(err, ErrErased) {
				t.Errorf("err = %v, want ErrCorrupt", err)
			}
			if payload != nil || e != (Envelope{}) {
				t.Errorf("what is corrupt was handed out: %+v, %q", e, payload)
			}
		})
	}
}

// TestEveryChangedByteOfThePayloadIsNoticed flips each bit of the stored payload.
// What does not change its meaning (the case of a JSON name, the unused last bits
// of the salt's base64) may pass, but then what is opened is the same.
func TestEveryChangedByteOfThePayloadIsNoticed(t *testing.T) {
	const payload = `{"key":"slogan","reason":"Hải Phòng"}`
	r := seal(t, letter(), payload)
	data := r.Data
	noticed := 0
	for i := range data {
		for bit := range 8 {
			r.Data = bytes.Clone(data)
			r.Data[i] ^= 1 << bit
			_, got, err := Open(r)
			switch {
			case errors.Is(err, ErrCorrupt):
				noticed++
			case err != nil || string(got) != payload:
				t.Errorf("byte %d, bit %d: %q, %v", i, bit, got, err)
			}
		}
	}
	if all := 8 * len(data); noticed < all*9/10 {
		t.Errorf("%d of %d changes were noticed", noticed, all)
	}
}

// TestEveryChangedByteOfTheEnvelopeIsAnother: what Open can't check by itself (who,
// when, by which request) is held by the Merkle tree, whose leaves are the bytes
// of Meta. So it is enough, and needed, that other bytes never stand for the same
// place and payload unnoticed.
func TestEveryChangedByteOfTheEnvelopeIsAnother(t *testing.T) {
	r := seal(t, letter(), `{"a":1}`)
	meta := r.Meta
	for i := range meta {
		for bit := range 8 {
			r.Meta = bytes.Clone(meta)
			r.Meta[i] ^= 1 << bit
			e, payload, err := Open(r)
			if err != nil {
				if !errors.Is(err, ErrCorrupt) {
					t.Errorf("byte %d, bit %d: %v", i, bit, err)
				}
				continue
			}
			if string(payload) != `{"a":1}` || e.ID != r.ID || e.Type != r.Type || e.Stream != r.Stream || e.Revision != r.Revision {
				t.Errorf("byte %d, bit %d: %+v with %q", i, bit, e, payload)
			}
		}
	}
}

func TestWhatCanNotBeStoredIsNotSealed(t *testing.T) {
	for name, payload := range map[string]string{"no JSON": "{", "nothing after the value": "{}}", "words": "hello"} {
		if r, err := Seal(letter(), []byte(payload)); err == nil || r.Data != nil {
			t.Errorf("%s: sealed as %s", name, r.Data)
		}
	}
	far := letter()
	far.At = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC) // RFC 3339 has four digits for a year
	if r, err := Seal(far, []byte(`{}`)); err == nil || r.Meta != nil {
		t.Errorf("sealed as %s", r.Meta)
	}
}

// golden reads an event that was sealed long ago, so that the stored form can't
// drift: a new salt is drawn each time, so it is not compared, but must open.
func golden(tb testing.TB, name string) Recorded {
	tb.Helper()
	var stored struct {
		Stream   string          `json:"stream"`
		Revision Revision        `json:"revision"`
		ID       uuid.UUID       `json:"id"`
		Type     string          `json:"type"`
		Meta     json.RawMessage `json:"meta"`
		Data     json.RawMessage `json:"data"`
	}
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	if err := json.Unmarshal(data, &stored); err != nil {
		tb.Fatal(err)
	}
	return Recorded{
		Record: Record{ID: stored.ID, Type: stored.Type, Meta: stored.Meta, Data: stored.Data}, Stream: stored.Stream, Revision: stored.Revision,
	}
}

func TestWhatWasSealedLongAgoStillOpens(t *testing.T) {
	r := golden(t, "envelope.v1.json")
	got, payload, err := Open(r)
	if err != nil {
		t.Fatal(err)
	}
	want := letter()
	want.Version, want.Commitment = 1, "3244ed3c9bbcb96fc9cc3cbb76b86785aa2b8edcccda04671c0645071be587f8"
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if string(payload) != `{"text":"Hải Phòng <R&D>"}` {
		t.Errorf("the payload is %s", payload)
	}
	meta, err := marshal(got)
	if err != nil || !bytes.Equal(meta, r.Meta) {
		t.Errorf("the envelope is written back as\n%s\nwant\n%s (%v)", meta, r.Meta, err)
	}
	var s sealed
	if err := json.Unmarshal(r.Data, &s); err != nil {
		t.Fatal(err)
	}
	if data, err := marshal(s); err != nil || !bytes.Equal(data, r.Data) {
		t.Errorf("the payload is written back as\n%s\nwant\n%s (%v)", data, r.Data, err)
	}
}

func FuzzOpen(f *testing.F) {
	old := golden(f, "envelope.v1.json")
	fresh := seal(f, letter(), `{"a":"<&>\u2028"}`)
	for _, r := range []Recorded{old, fresh} {
		f.Add(r.Meta, r.Data)
	}
	f.Add(fresh.Meta, []byte(nil))
	f.Add(fresh.Meta, old.Data)
	f.Add([]byte(`{"v":1}`), []byte(`{"salt":"","payload":null}`))
	f.Add([]byte(`null`), []byte(`null`))
	f.Fuzz(func(t *testing.T, meta, data []byte) {
		r := store(Record{ID: eventID, Type: letter().Type, Meta: meta, Data: data}, letter())
		e, payload, err := Open(r)
		switch {
		case errors.Is(err, ErrErased):
			if len(data) != 0 || payload != nil {
				t.Fatalf("%q was taken for erased, with %q", data, payload)
			}
		case errors.Is(err, ErrCorrupt):
			if payload != nil || e != (Envelope{}) {
				t.Fatalf("what is corrupt was handed out: %+v, %q", e, payload)
			}
		case err != nil:
			t.Fatal(err)
		case e.ID != r.ID || e.Type != r.Type || e.Stream != r.Stream || e.Revision != r.Revision || e.Version != EnvelopeVersion:
			t.Fatalf("opened as %+v", e)
		default:
			if !json.Valid(payload) {
				t.Fatalf("the payload is no JSON: %q", payload)
			}
		}
	})
}
