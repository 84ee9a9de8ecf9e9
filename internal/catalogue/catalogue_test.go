package catalogue_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signet/assets"
	"signet/assets/disk"
	"signet/assets/rendition"
	"signet/internal/catalogue"
	"signet/internal/sight"
	"signet/internal/testneeds/tool"
)

// stored is a store with files, and what takes their prints.
func stored(t *testing.T, files ...[]byte) (prints *catalogue.Prints, folder string, digests []string) {
	t.Helper()
	store, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	maker, err := rendition.New(store, tool.Renditions(t), rendition.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := maker.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, f := range files {
		stat, err := assets.Put(t.Context(), store, bytes.NewReader(f), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, string(stat.Ref))
	}
	folder = filepath.Join(t.TempDir(), "prints")
	if prints, err = catalogue.OpenPrints(folder, maker); err != nil {
		t.Fatal(err)
	}
	return prints, folder, digests
}

func picture(t *testing.T, plain bool) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 90, 60))
	for y := range 60 {
		for x := range 90 {
			if !plain && (x/9+y/20)%3 == 0 {
				m.SetGray(x, y, color.Gray{255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAPrintIsTakenOnceAndMended(t *testing.T) {
	prints, folder, digests := stored(t, picture(t, false), picture(t, true), []byte("%PDF-1.7 no picture"))
	for i, there := range []bool{true, false, false} {
		for range 2 {
			taken, err := prints.Of(t.Context(), digests[i])
			if err != nil || taken.IsZero() == there {
				t.Errorf("file %d: there is a print: %t, %v", i, !taken.IsZero(), err)
			}
		}
	}
	kept := filepath.Join(folder, digests[0])
	whole, err := os.ReadFile(kept)
	if err != nil || len(whole) != sight.EncodedLength {
		t.Fatalf("%d bytes, %v", len(whole), err)
	}
	if err := os.WriteFile(kept, whole[:100], 0o600); err != nil {
		t.Fatal(err)
	}
	if taken, err := prints.Of(t.Context(), digests[0]); err != nil || taken.IsZero() {
		t.Errorf("of a damaged one: %v", err)
	}
	if mended, err := os.ReadFile(kept); err != nil || !bytes.Equal(mended, whole) {
		t.Errorf("it is not mended: %d bytes, %v", len(mended), err)
	}
	if taken, err := prints.Of(t.Context(), "no digest"); err != nil || !taken.IsZero() {
		t.Errorf("of no digest: %v", err)
	}
	if _, err := prints.Of(t.Context(), strings.Repeat("0", 64)); err == nil {
		t.Error("of a file that the store does not have")
	}
}

func TestACatalogueIsRead(t *testing.T) {
	for _, c := range []struct{ name, text, fails string }{
		{"of this format", `{"format": "signet-catalogue/v1", "registry": "https://a/", "versions": [], "more": 1}`, ""},
		{"of another", `{"format": "signet-catalogue/v2"}`, "format"},
		{"cut off", `{"format": "signet-catalogue/v1"`, "EOF"},
		{"with a print that is none", `{"format": "signet-catalogue/v1", "versions": [{"files": [{"print": "xx"}]}]}`, "print"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := catalogue.Read(strings.NewReader(c.text))
			if (err != nil) != (c.fails != "") || err == nil && got.Registry != "https://a/" {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"format": "signet-catalogue/v1", "versions": [{"item": "a", "files": [{"name": "b", "sha256": "c"}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := catalogue.Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		again, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := catalogue.Read(bytes.NewReader(again)); err != nil {
			t.Errorf("%s is not read again: %v", again, err)
		}
	})
}
