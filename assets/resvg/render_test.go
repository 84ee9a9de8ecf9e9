package resvg

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/internal/testneeds"
	"signet/internal/testneeds/tool"
)

// one is the renderer of all tests, as compiling it takes a while.
var one = New(Options{Memory: 256 << 20, CacheDir: kept()})

// kept is where an earlier test of this machine has left it compiled; empty if there is
// no such place.
func kept() string {
	dir, err := tool.Renderer()
	if err != nil {
		return ""
	}
	return dir
}

func drawn(t *testing.T, svg string, side Side, length int) *image.RGBA {
	t.Helper()
	picture, err := one.Render(t.Context(), []byte(svg), side, length)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

func document(body string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">` + body + `</svg>`
}

func TestTheFileIsTheOneThatTheReadmeNames(t *testing.T) {
	code, err := decompress()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(code)
	if hex.EncodeToString(sum[:]) != "22bf6e9f9a100d972da0411a69c5ba504367fc1fa87b3b64e3f35e53926d2d70" {
		t.Fatalf("another renderer: %x", sum)
	}
}

func TestPixels(t *testing.T) {
	testneeds.PlainInCI(t)
	red, green, none := color.RGBA{255, 0, 0, 255}, color.RGBA{0, 128, 0, 255}, color.RGBA{}
	for _, c := range []struct {
		title, body string
		x, y        int // of a picture 400 × 200
		want        color.RGBA
	}{
		{"a shape is filled", `<rect width="20" height="20" fill="red"/>`, 100, 100, red},
		{"what is not drawn is transparent", `<rect width="20" height="20" fill="red"/>`, 300, 100, none},
		{"half transparent is premultiplied", `<rect width="40" height="20" fill="red" fill-opacity=".5"/>`, 9, 9, color.RGBA{128, 0, 0, 128}},
		{"later covers earlier", `<rect width="40" height="20" fill="red"/><circle cx="20" cy="10" r="8" fill="green"/>`, 200, 100, green},
		{"a class is styled", `<style>.a{fill:green}</style><rect class="a" width="40" height="20"/>`, 9, 9, green},
		{"use repeats", `<defs><rect id="a" width="4" height="4" fill="red"/></defs><use xlink:href="#a" x="30" y="10"/>`, 320, 120, red},
		{"evenodd leaves a hole", `<path fill="red" fill-rule="evenodd" d="M0 0H40V20H0zM10 5H30V15H10z"/>`, 200, 100, none},
		{"a clip cuts", `<clipPath id="c"><rect width="10" height="20"/></clipPath><rect clip-path="url(#c)" width="40" height="20" fill="red"/>`, 200, 100, none},
		{"a transform turns", `<rect width="20" height="2" fill="red" transform="rotate(90)translate(0 -22)"/>`, 210, 190, red},
		{"a picture of the file system is not drawn", `<image xlink:href="file:///etc/hostname" width="40" height="20"/>`, 200, 100, none},
		{"text without fonts is left out", `<text x="2" y="18" font-size="20" fill="red">MMM</text>`, 100, 150, none},
	} {
		t.Run(c.title, func(t *testing.T) {
			picture := drawn(t, document(c.body), Width, 400)
			if picture.Rect != image.Rect(0, 0, 400, 200) {
				t.Fatalf("size %v", picture.Rect)
			}
			if got := picture.RGBAAt(c.x, c.y); got != c.want {
				t.Fatalf("at %d,%d: want %v, got %v", c.x, c.y, c.want, got)
			}
		})
	}
}

func TestAGradientRisesEvenly(t *testing.T) {
	picture := drawn(t, document(`<linearGradient id="g"><stop stop-color="#000"/><stop offset="1" stop-color="#fff"/></linearGradient><rect width="40" height="20" fill="url(#g)"/>`), Width, 400)
	for x := range 400 {
		want := (2*x + 1) * 255 / 800
		if got := int(picture.RGBAAt(x, 100).R); got < want-2 || got > want+2 {
			t.Fatalf("at %d: want about %d, got %d", x, want, got)
		}
	}
}

func TestTheOtherSideFollows(t *testing.T) {
	body := document(`<rect width="40" height="20"/>`)
	if got := drawn(t, body, Height, 50).Rect; got != image.Rect(0, 0, 100, 50) {
		t.Fatalf("got %v", got)
	}
	if got := drawn(t, body, Width, MaxSide).Rect; got != image.Rect(0, 0, MaxSide, MaxSide/2) {
		t.Fatalf("got %v", got)
	}
	for _, length := range []int{-1, 0, MaxSide + 1} {
		if _, err := one.Render(t.Context(), []byte(body), Width, length); !errors.Is(err, ErrNotDrawn) {
			t.Errorf("%d pixels: %v", length, err)
		}
	}
}

func TestTheSameFileGivesTheSamePixels(t *testing.T) {
	body := document(`<circle cx="20" cy="10" r="7.3" stroke="red" stroke-dasharray="1 .7"/>`)
	want := drawn(t, body, Width, 333)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			got, err := one.Render(t.Context(), []byte(body), Width, 333)
			if err != nil || !bytes.Equal(got.Pix, want.Pix) {
				t.Errorf("other pixels, %v", err)
			}
		})
	}
	wg.Wait()
}

func TestHostileFilesAreErrors(t *testing.T) {
	testneeds.PlainInCI(t)
	uses := `<g id="u0"><rect width="9" height="9"/></g>`
	for i := range 9 {
		uses += fmt.Sprintf(`<g id="u%d">%s</g>`, i+1, strings.Repeat(fmt.Sprintf(`<use xlink:href="#u%d"/>`, i), 10))
	}
	layers := strings.Repeat(`<g opacity=".9">`, 60) + `<rect width="40" height="20"/>` + strings.Repeat(`</g>`, 60)
	for title, svg := range map[string]string{
		"nothing":             "",
		"not XML":             "GIF89a",
		"not UTF-8":           "<svg xmlns='http://www.w3.org/2000/svg' width='\xff'/>",
		"no size":             `<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>`,
		"entities":            `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "` + strings.Repeat("&a;", 50) + `"><!ENTITY c "` + strings.Repeat("&b;", 50) + `"><!ENTITY d "` + strings.Repeat("&c;", 50) + `"><!ENTITY e "` + strings.Repeat("&d;", 50) + `">]><svg xmlns="http://www.w3.org/2000/svg"><title>&e;&e;&e;</title></svg>`,
		"10^9 shapes":         document(uses),
		"200,000 levels":      document(strings.Repeat("<g>", 200_000) + strings.Repeat("</g>", 200_000)),
		"60 layers of 32 MiB": strings.Replace(document(layers), "<svg ", `<svg width="4096" height="2048" `, 1),
	} {
		t.Run(title, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if _, err := one.Render(ctx, []byte(svg), Width, MaxSide); !errors.Is(err, ErrNotDrawn) {
				t.Fatalf("got %v", err)
			}
		})
	}
	drawn(t, document(""), Width, 10) // and it still draws
}

func TestAnEndlessFileIsStopped(t *testing.T) {
	if err := one.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	noise := document(`<filter id="f" filterUnits="userSpaceOnUse" width="40" height="20"><feTurbulence numOctaves="900000" baseFrequency=".7"/></filter><rect width="40" height="20" filter="url(#f)"/>`)
	if _, err := one.Render(ctx, []byte(noise), Width, MaxSide); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	drawn(t, document(""), Width, 10) // and it still draws
}

func TestClosed(t *testing.T) {
	r := New(Options{CacheDir: kept()})
	if err := r.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Render(t.Context(), []byte(document("")), Width, 10); !errors.Is(err, ErrNotDrawn) {
		t.Fatalf("got %v", err)
	}
}

func BenchmarkFlag(b *testing.B) {
	// The proportions of the flag of Viet Nam, at the size of a preview.
	flag := []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"><path fill="#da251d" d="M0 0h30v20H0z"/><path fill="#ff0" d="M15 4l3.53 10.85-9.24-6.7h11.42l-9.24 6.7z"/></svg>`)
	if err := one.Warm(b.Context()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := one.Render(b.Context(), flag, Width, 512); err != nil {
			b.Fatal(err)
		}
	}
}
