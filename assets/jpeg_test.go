package assets_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image/jpeg"
	"testing"
	"time"

	"signet/assets"
)

// refined is a progressive JPEG, grey and square, with so many scans, each of which says
// of all blocks that nothing follows.
func refined(side uint16, scans int) []byte {
	b := []byte{0xFF, 0xD8}
	segment := func(marker byte, data []byte) {
		b = append(b, 0xFF, marker)
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(data)+2)), data...)
	}
	segment(0xDB, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...))
	size := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16([]byte{8}, side), side)
	segment(0xC2, append(size, 1, 1, 0x11, 0))
	codes := make([]byte, 16)
	codes[0] = 1 // one code of one bit: the next 2¹⁴ blocks, and as many as 14 bits say, have ended
	segment(0xC4, append(append([]byte{0x10}, codes...), 0xE0))
	blocks := (int(side) + 7) / 8 * ((int(side) + 7) / 8)
	for range scans {
		segment(0xDA, []byte{1, 1, 0, 1, 63, 0})
		for left := blocks; left > 0; left -= 1 << 14 {
			b = append(b, 0x00, 0x01) // the code, 14 bits, and one that makes the bytes whole
		}
	}
	return append(b, 0xFF, 0xD9)
}

// Each scan of a progressive JPEG goes over the whole picture, however short it is.
func TestAJPEGIsRefinedSoOftenOnly(t *testing.T) {
	if picture, err := jpeg.Decode(bytes.NewReader(refined(16, 3))); err != nil || picture.Bounds().Dx() != 16 {
		t.Fatal("what is tested with is no picture: ", err)
	}
	for scans, want := range map[int]error{1: nil, 100: nil, 101: assets.ErrBrokenImage, 40_000: assets.ErrBrokenImage} {
		began := time.Now()
		info, err := inspect(t, refined(16, scans))
		if !errors.Is(err, want) || err == nil && info.Width != 16 {
			t.Errorf("%d scans: %+v, %v", scans, info, err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("%d scans: took %v", scans, took)
		}
	}
	whole := refined(16, 20)
	if info, err := inspect(t, whole[:len(whole)-2]); !errors.Is(err, assets.ErrBrokenImage) {
		t.Errorf("one that stops: %+v, %v", info, err)
	}
}
