package resvg

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signet/internal/testneeds"
)

// logosVariable names a folder with the unpacked npm packages below; without it
// the test asks npm for them.
const logosVariable = "SIGNET_LOGOS"

// logoPackages are sets of real logos under free licences: flags, outlines of
// one colour, and logos with gradients, masks and filters.
var logoPackages = []string{"flag-icons@7.5.0", "simple-icons@16.37.0", "@iconify-json/logos@1.2.19"}

const (
	logosPerPackage = 20
	pictureWidth    = 512
	// The fidelity that is wanted, in percent of the full range of a channel.
	mostMean, mostSingle = 0.2, 1.5
)

func TestRealLogosLookAsTheyDoInTheReferenceRenderer(t *testing.T) {
	testneeds.PlainInCI(t)
	convert := testneeds.Command(t, "rsvg-convert")
	logos := realLogos(t)
	r := New(Options{})
	t.Cleanup(func() { r.Close(t.Context()) })
	var sum, worst float64
	var worstName string
	var times []time.Duration
	oneOf := 1
	if testneeds.Race { // the other of CI's runs compares them all
		oneOf = 3
	}
	for i, name := range slices.Sorted(maps.Keys(logos)) {
		if i%oneOf != 0 {
			continue
		}
		began := time.Now()
		got, err := r.Render(t.Context(), logos[name], Width, pictureWidth)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		times = append(times, time.Since(began))
		off := difference(t, name, got, reference(t, convert, logos[name]))
		sum += off
		if off > worst {
			worst, worstName = off, name
		}
	}
	mean := sum / float64(len(times))
	slices.Sort(times)
	t.Logf("%d logos at %d px: mean difference %.4f %%, largest %.3f %% (%s), median time %v",
		len(times), pictureWidth, mean, worst, worstName, times[len(times)/2])
	if len(logos) < 50 || mean > mostMean || worst > mostSingle {
		t.Errorf("want at least 50 logos, a mean of %v %% and none over %v %%", mostMean, mostSingle)
	}
}

// reference draws with librsvg.
func reference(t *testing.T, convert string, svg []byte) *image.RGBA {
	t.Helper()
	command := exec.CommandContext(t.Context(), convert, "--width", fmt.Sprint(pictureWidth), "--keep-aspect-ratio")
	command.Stdin = bytes.NewReader(svg)
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	converted := image.NewRGBA(picture.Bounds())
	draw.Draw(converted, converted.Bounds(), picture, picture.Bounds().Min, draw.Src)
	return converted
}

// difference is the mean absolute difference of all channels, in percent. The
// two round the other side in their own way, so one row more or less is passed
// over.
func difference(t *testing.T, name string, a, b *image.RGBA) float64 {
	t.Helper()
	if a.Rect.Dx() != b.Rect.Dx() || max(a.Rect.Dy(), b.Rect.Dy())-min(a.Rect.Dy(), b.Rect.Dy()) > 1 {
		t.Errorf("%s: %v against %v", name, a.Rect, b.Rect)
		return 100
	}
	length := min(len(a.Pix), len(b.Pix))
	total := 0
	for i := range length {
		total += max(int(a.Pix[i]), int(b.Pix[i])) - min(int(a.Pix[i]), int(b.Pix[i]))
	}
	return 100 * float64(total) / 255 / float64(length)
}

// realLogos returns some of each package, spread over the alphabet.
func realLogos(t *testing.T) map[string][]byte {
	t.Helper()
	folder := os.Getenv(logosVariable)
	if folder == "" {
		folder = fetchLogos(t)
	}
	all := map[string][]byte{}
	for _, pattern := range []string{"flag-icons-*/package/flags/4x3/*.svg", "simple-icons-*/package/icons/*.svg"} {
		files, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no %s in %s: %v", pattern, folder, err)
		}
		for _, file := range spread(files) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all[filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file)] = content
		}
	}
	for name, content := range iconify(t, folder) {
		all["logos/"+name] = content
	}
	flag, err := os.ReadFile(filepath.Join(folder, "flag-icons-7.5.0", "package", "flags", "4x3", "vn.svg"))
	if err != nil {
		t.Fatal(err)
	}
	all["4x3/vn.svg"] = flag
	return all
}

func fetchLogos(t *testing.T) string {
	t.Helper()
	npm := testneeds.Command(t, "npm")
	folder := t.TempDir()
	for _, name := range logoPackages {
		command := exec.CommandContext(t.Context(), npm, "pack", name)
		command.Dir = folder
		if out, err := command.Output(); err != nil {
			testneeds.Missing(t, fmt.Sprintf("%s from npm (%v), or %s to name a folder with it", name, err, logosVariable))
		} else {
			archive := strings.TrimSpace(string(out))
			unpack(t, folder, archive)
		}
	}
	return folder
}

func unpack(t *testing.T, folder, archive string) {
	t.Helper()
	into := filepath.Join(folder, strings.TrimSuffix(archive, ".tgz"))
	if err := os.Mkdir(into, 0o700); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "tar", "-xzf", archive, "-C", into)
	command.Dir = folder
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// iconify makes files of the bodies that the collection is stored as.
func iconify(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "iconify-json-logos-*", "package", "icons.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no icons.json in %s: %v", folder, err)
	}
	content, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var set struct {
		Width, Height float64
		Icons         map[string]struct {
			Body          string
			Width, Height float64
		}
	}
	if err := json.Unmarshal(content, &set); err != nil {
		t.Fatal(err)
	}
	logos := map[string][]byte{}
	for _, name := range spread(slices.Sorted(maps.Keys(set.Icons))) {
		icon := set.Icons[name]
		width, height := icon.Width, icon.Height
		if width == 0 {
			width = set.Width
		}
		if height == 0 {
			height = set.Height
		}
		logos[name] = fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="%v" height="%v" viewBox="0 0 %v %v">%s</svg>`,
			width, height, width, height, icon.Body)
	}
	return logos
}

// spread takes every nth.
func spread(names []string) []string {
	var taken []string
	for i := range logosPerPackage {
		taken = append(taken, names[i*len(names)/logosPerPackage])
	}
	return taken
}
