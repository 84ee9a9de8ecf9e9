package rendition

import (
	"bufio"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"signet/assets"
	"signet/internal/testneeds"
)

// speedVariable is set to 1 by who wants the speed to be measured, side by side
// with sharp (libvips) in a warm process.
const speedVariable = "SIGNET_MEASURE_PICTURES"

// photo is like one: soft shapes, an edge, and the grain of a sensor.
func photo(width, height int) *image.NRGBA {
	noise := uint32(1)
	return drawing(width, height, func(x, y int) color.NRGBA {
		u, v := float64(x)/float64(width), float64(y)/float64(height)
		noise = noise*1664525 + 1013904223
		grain := float64(noise>>24&15) - 7.5
		wave := 40*math.Sin(9*u+4*v*v) + 25*math.Sin(31*u*v) + 12*math.Sin(140*u+90*v)
		if v > 0.6+0.05*math.Sin(20*u) {
			wave += 35*math.Sin(300*u)*math.Sin(260*v) - 60
		}
		level := func(base, share float64) uint8 { return uint8(min(max(base+share*wave+grain, 0), 255)) }
		return color.NRGBA{level(120+60*v, 1), level(130, 0.9), level(170-70*v, 0.7), 255}
	})
}

// flatLogo has a few colours, round edges and transparency.
func flatLogo(side int) *image.NRGBA {
	return drawing(side, side, func(x, y int) color.NRGBA {
		u, v := float64(2*x)/float64(side)-1, float64(2*y)/float64(side)-1
		r := math.Hypot(u, v)
		edge := min(max((0.9-r)*float64(side)/2+0.5, 0), 1)
		c := color.NRGBA{0xDA, 0x25, 0x1D, uint8(255 * edge)}
		if edge == 0 {
			return color.NRGBA{}
		}
		if r < 0.5+0.2*math.Cos(5*math.Atan2(u, -v)) {
			c.R, c.G, c.B = 0xFF, 0xFF, 0
		}
		if math.Abs(v-0.2*math.Sin(4*u)) < 0.04 {
			c.R, c.G, c.B = 0, 0x40, 0x90
		}
		return c
	})
}

// rival is sharp in a process of its own.
type rival struct {
	in  io.Writer
	out *bufio.Scanner
}

func newRival(t *testing.T) *rival {
	t.Helper()
	node := testneeds.Command(t, "node")
	folder := filepath.Join("testdata", "npm")
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "sharp")); err != nil {
		testneeds.Missing(t, "the npm packages of assets/rendition/testdata/npm: run npm ci there")
	}
	command := exec.CommandContext(t.Context(), node, "measure.mjs")
	command.Dir, command.Stderr = folder, os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := command.Wait(); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return &rival{in, bufio.NewScanner(out)}
}

func (r *rival) measure(t *testing.T, file string, widths []int, format Format) (took time.Duration, size int64) {
	t.Helper()
	line, err := json.Marshal(map[string]any{"file": file, "widths": widths, "format": format})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(r.in, "%s\n", line); err != nil || !r.out.Scan() {
		t.Fatalf("%v, %v", err, r.out.Err())
	}
	var ms float64
	if _, err := fmt.Sscan(r.out.Text(), &ms, &size); err != nil {
		t.Fatal(err)
	}
	return time.Duration(ms * float64(time.Millisecond)), size
}

// contest is one original, with what is wanted: how many times as long as sharp
// five renditions in one go may take, and one.
type contest struct {
	title     string
	content   []byte
	format    Format
	five, one float64
}

func TestSpeedBesideSharp(t *testing.T) {
	if os.Getenv(speedVariable) != "1" {
		t.Skipf("it is measured if %s is 1", speedVariable)
	}
	sharp := newRival(t)
	picture := photo(4000, 3000)
	file, err := os.Create(filepath.Join(t.TempDir(), "photo"))
	if err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(file, premultiplied(picture), &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	file.Close()
	asJPEG, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []contest{
		{"photo JPEG", asJPEG, JPEG, 2, 3.5},
		{"photo PNG", pngOf(t, picture), PNG, 2, 2.5},
		{"logo PNG", pngOf(t, flatLogo(3000)), PNG, 1, 1.6},
	} {
		t.Run(c.title, func(t *testing.T) { c.run(t, sharp) })
	}
}

func (c contest) run(t *testing.T, sharp *rival) {
	t.Helper()
	w := newWorkshop(t, Options{})
	ref := w.put(t, c.content)
	file := filepath.Join(t.TempDir(), "original")
	if err := os.WriteFile(file, c.content, 0o600); err != nil {
		t.Fatal(err)
	}
	media := assets.PNG
	if c.format == JPEG {
		media = assets.JPEG
	}
	specs := StandardSpecs(media, 4000, Normal)
	one := specs[2]
	const rounds = 7 // of which the first one warms
	var times [4][]time.Duration
	var sizes [2]int64
	add := func(i int, took time.Duration) { times[i] = append(times[i], took) }
	for range rounds {
		began := time.Now()
		b := &batch{specs: specs}
		if err := w.together(t.Context(), ref, b); err != nil {
			t.Fatal(err)
		}
		add(0, time.Since(began))
		took, size := sharp.measure(t, file, StandardWidths[:], c.format)
		add(1, took)
		sizes = [2]int64{int64(len(slices.Concat(b.pictures...))), size}
		began = time.Now()
		if _, err := w.render(t.Context(), ref, one); err != nil {
			t.Fatal(err)
		}
		add(2, time.Since(began))
		took, _ = sharp.measure(t, file, []int{one.Width}, c.format)
		add(3, took)
	}
	for i := range times {
		times[i] = times[i][1:]
		slices.Sort(times[i])
	}
	median := func(i int) time.Duration { return times[i][len(times[i])/2] }
	t.Logf("%d kB; five: %v and %d kB, sharp %v and %d kB; one of %d: %v, sharp %v", len(c.content)>>10,
		median(0), sizes[0]>>10, median(1), sizes[1]>>10, one.Width, median(2), median(3))
	if got := float64(median(0)) / float64(median(1)); got > c.five {
		t.Errorf("five took %.2f times as long as sharp, and %v is wanted", got, c.five)
	}
	if got := float64(median(2)) / float64(median(3)); got > c.one {
		t.Errorf("one took %.2f times as long as sharp, and %v is wanted", got, c.one)
	}
}
