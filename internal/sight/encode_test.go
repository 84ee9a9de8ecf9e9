package sight

import (
	"bytes"
	"errors"
	"image"
	"reflect"
	"testing"
)

func printOf(t testing.TB, m image.Image) Print {
	t.Helper()
	p, err := Of(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPrintsAreReadAsTheyWereWritten(t *testing.T) {
	for name, m := range map[string]image.Image{
		"transparent": drawing(1), "on paper": padded(onPaper(drawing(1)), chance()), "a scene": busyScene(200, 100, anyColour(chance()), chance()),
	} {
		p := printOf(t, m)
		b, err := p.MarshalBinary()
		if err != nil || len(b) != EncodedLength || len(b) > 8000 {
			t.Fatalf("%s: %d bytes, %v", name, len(b), err)
		}
		text, err := p.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var fromBytes, fromText Print
		if err := errors.Join(fromBytes.UnmarshalBinary(b), fromText.UnmarshalText(text)); err != nil {
			t.Fatal(name, err)
		}
		clear(b) // none of which may be kept
		if !reflect.DeepEqual(fromBytes, p) || !reflect.DeepEqual(fromText, p) {
			t.Errorf("%s was read differently", name)
		}
	}
}

func TestWhatIsNoPrintIsRefused(t *testing.T) {
	good, err := printOf(t, drawing(1)).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	other := printOf(t, drawing(2))
	with := func(i int, v ...byte) []byte {
		b := bytes.Clone(good)
		copy(b[i:], v)
		return b
	}
	for name, b := range map[string][]byte{
		"nothing": {}, "only the version": good[:1], "a byte less": good[:len(good)-1], "a byte more": append(bytes.Clone(good), 0),
		"version 0": with(0, 0), "version 2": with(0, 2), "no width": with(1, 0, 0), "a height of 60,000": with(3, 0xEA, 0x60),
		"a margin of 60,000": with(5, 0xEA, 0x60), "a plain picture": with(headLength, make([]byte, 4*side*side)...),
		"more colour than covers": with(headLength, bytes.Repeat([]byte{200}, side*side)...),
	} {
		p := other
		if err := p.UnmarshalBinary(b); !errors.Is(err, ErrBadPrint) || !reflect.DeepEqual(p, other) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{"no base64": "!", "too short": "AQ==", "empty": ""} {
		if err := new(Print).UnmarshalText([]byte(text)); !errors.Is(err, ErrBadPrint) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (Print{}).MarshalText(); !errors.Is(err, ErrBadPrint) {
		t.Errorf("the zero value: %v", err)
	}
}

// FuzzPrint reads anything: what is no error is written as it was read, and can be
// compared.
func FuzzPrint(f *testing.F) {
	for number := range uint64(3) {
		b, err := printOf(f, drawing(number)).MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte{printVersion})
	asked := drawing(1)
	f.Fuzz(func(t *testing.T, b []byte) {
		var p Print
		if err := p.UnmarshalBinary(b); err != nil {
			if !errors.Is(err, ErrBadPrint) {
				t.Fatal(err)
			}
			return
		}
		back, err := p.MarshalBinary()
		if err != nil || !bytes.Equal(back, b) {
			t.Fatal("it is written differently", err)
		}
		find(t, NewGallery([]Entry{{"x", p}}), asked)
	})
}
