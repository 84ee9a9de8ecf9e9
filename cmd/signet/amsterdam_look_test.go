package main

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"math"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const (
	cityWidth  = 256 // of the pictures that are compared, in pixels, or nearly
	citySample = 40  // how many are
	// The fidelity that is wanted, in percent of the full range of a channel, as in
	// assets/resvg.
	mostMean, mostSingle = 0.2, 1.5
)

// looksAsIn compares what the registry makes of drawings with what the reference renderer
// makes of them: all logos, and symbols from the whole alphabet.
func (k *cityKit) looksAsIn(t *testing.T, p *process, convert string) {
	t.Helper()
	var sample, symbols []string
	for _, name := range k.names() {
		switch {
		case strings.HasPrefix(name, "logo/"):
			sample = append(sample, name)
		case path.Ext(name) == ".svg":
			symbols = append(symbols, name)
		}
	}
	logos := len(sample)
	for i := range citySample - logos {
		sample = append(sample, symbols[i*len(symbols)/(citySample-logos)])
	}
	latest := k.editions[len(k.editions)-1]
	var off []float64
	for _, name := range sample {
		width := wholeWidth(latest[name])
		status, _, made := p.get(fmt.Sprintf("/files/%s/current/%s?width=%d&format=png", keyOf(name), path.Base(name), width), "")
		if status != 200 {
			t.Errorf("%s: status %d: %s", name, status, made)
			continue
		}
		command := exec.CommandContext(t.Context(), convert, "--width", fmt.Sprint(width), "--keep-aspect-ratio")
		command.Stdin = bytes.NewReader(latest[name])
		reference, err := command.Output()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		d := differenceOf(t, name, pixelsOf(t, made), pixelsOf(t, reference))
		if d > mostSingle {
			t.Errorf("%s differs by %.3f %%", name, d)
		}
		off = append(off, d)
	}
	if len(off) < citySample {
		t.Fatalf("only %d drawings were compared", len(off))
	}
	sum := 0.0
	for _, d := range off {
		sum += d
	}
	mean := sum / float64(len(off))
	t.Logf("%d drawings, %d of them logos, at %d px: mean difference %.4f %%, largest %.3f %%", len(off), logos, cityWidth, mean, slices.Max(off))
	if mean > mostMean {
		t.Errorf("they differ by %.4f %% in the mean", mean)
	}
}

// wholeWidth is the width from cityWidth on, up to a tenth more, at which the height is
// whole, or most nearly. Where it is not, each renderer has its own way to round it, and
// what is drawn is off by up to half a pixel, which says nothing of how it is drawn.
func wholeWidth(drawing []byte) int {
	var x, y, width, height float64
	_, box, _ := strings.Cut(string(drawing), `viewBox="`)
	if _, err := fmt.Sscan(strings.ReplaceAll(box, `"`, " "), &x, &y, &width, &height); err != nil {
		return cityWidth
	}
	best, off := cityWidth, 1.0
	for w := cityWidth; w < cityWidth*11/10; w++ {
		other := float64(w) * height / width
		if o := math.Abs(other - math.Round(other)); o < off {
			best, off = w, o
		}
	}
	return best
}

// pixelsOf decodes a PNG, with colours multiplied by the coverage, so that what can't be
// seen does not count.
func pixelsOf(t *testing.T, body []byte) *image.RGBA {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewRGBA(picture.Bounds())
	draw.Draw(out, out.Bounds(), picture, picture.Bounds().Min, draw.Src)
	return out
}

// differenceOf is the mean absolute difference of all channels, in percent. The two
// renderers round the other side in their own way, so a row more or less is passed over.
func differenceOf(t *testing.T, name string, a, b *image.RGBA) float64 {
	t.Helper()
	rows := a.Rect.Dy() - b.Rect.Dy()
	if a.Rect.Dx() != b.Rect.Dx() || rows < -1 || rows > 1 {
		t.Errorf("%s: %v against %v", name, a.Rect, b.Rect)
		return 0
	}
	n := min(len(a.Pix), len(b.Pix))
	total := 0
	for i := range n {
		total += max(int(a.Pix[i]), int(b.Pix[i])) - min(int(a.Pix[i]), int(b.Pix[i]))
	}
	return 100 * float64(total) / 255 / float64(n)
}
