package sight

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"signet/assets/resvg"
	"signet/internal/testneeds"
)

// logo is one of the public set.
type logo struct {
	id   string
	stem string // that logos of one owner share
	svg  string
}

// variants are the ends of names that tell versions of one logo apart.
var variants = regexp.MustCompile(`(-(icon|dark|light|wordmark|horizontal|vertical|alt|old|simple|full|mono|square|logo|official|js|io|dot-js|4x3|1x1))+$|dot(js|io|com|dev|ai|org)$`)

func stemOf(name string) string {
	return strings.ReplaceAll(variants.ReplaceAllString(name, ""), "-", "")
}

// publicLogos reads flag-icons, simple-icons and the logos of Iconify, in an order that
// a seed decides.
func publicLogos(t *testing.T, seed uint64) []logo {
	t.Helper()
	folder := filepath.Join("testdata", "npm", "node_modules")
	if _, err := os.Stat(filepath.Join(folder, "flag-icons")); err != nil {
		testneeds.Missing(t, "the npm packages of internal/sight/testdata/npm: run npm ci --ignore-scripts there")
	}
	read := func(path ...string) []byte {
		b, err := os.ReadFile(filepath.Join(append([]string{folder}, path...)...))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	files := func(path ...string) []string {
		all, err := filepath.Glob(filepath.Join(append([]string{folder}, append(path, "*.svg")...)...))
		if err != nil || len(all) == 0 {
			t.Fatalf("%v: %v", path, err)
		}
		return all
	}
	var out []logo
	for _, shape := range []string{"4x3", "1x1"} {
		for _, f := range files("flag-icons", "flags", shape) {
			name := strings.TrimSuffix(filepath.Base(f), ".svg")
			out = append(out, logo{"flag/" + shape + "/" + name, "flag " + name, string(read("flag-icons", "flags", shape, filepath.Base(f)))})
		}
	}
	var brands []struct{ Title, Hex, Slug string }
	if err := json.Unmarshal(read("simple-icons", "data", "simple-icons.json"), &brands); err != nil {
		t.Fatal(err)
	}
	hex := map[string]string{}
	slug := strings.NewReplacer("+", "plus", ".", "dot", "&", "and")
	for _, b := range brands {
		if b.Slug == "" {
			b.Slug = regexp.MustCompile(`[^a-z0-9]`).ReplaceAllString(slug.Replace(strings.ToLower(b.Title)), "")
		}
		hex[b.Slug] = b.Hex
	}
	for _, f := range files("simple-icons", "icons") {
		name := strings.TrimSuffix(filepath.Base(f), ".svg")
		svg := string(read("simple-icons", "icons", filepath.Base(f)))
		if h := hex[name]; h != "" {
			svg = strings.Replace(svg, "<svg ", `<svg fill="#`+h+`" `, 1)
		}
		out = append(out, logo{"simple/" + name, stemOf(name), svg})
	}
	out = append(out, iconify(t, read("@iconify-json", "logos", "icons.json"))...)
	slices.SortFunc(out, func(a, b logo) int { return strings.Compare(a.id, b.id) })
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func iconify(t *testing.T, file []byte) (out []logo) {
	t.Helper()
	type icon struct {
		Body          string
		Width, Height float64
	}
	var set struct {
		icon
		Icons map[string]icon
	}
	if err := json.Unmarshal(file, &set); err != nil {
		t.Fatal(err)
	}
	for name, i := range set.Icons {
		if i.Width == 0 {
			i.Width = set.Width
		}
		if i.Height == 0 {
			i.Height = set.Height
		}
		svg := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 %g %g" width="%g" height="%g">%s</svg>`,
			i.Width, i.Height, i.Width, i.Height, i.Body)
		out = append(out, logo{"logos/" + name, stemOf(name), svg})
	}
	return out
}

// artist draws logos.
type artist struct{ renderer *resvg.Renderer }

func newArtist(t *testing.T) *artist {
	t.Helper()
	r := resvg.New(resvg.Options{CacheDir: t.TempDir()})
	t.Cleanup(func() {
		if err := r.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return &artist{r}
}

// draw with the longer side of that many pixels; nil if it can't be drawn.
func (a *artist) draw(t *testing.T, l logo, side int) *image.NRGBA {
	t.Helper()
	m, err := a.renderer.Render(t.Context(), []byte(l.svg), resvg.Width, side)
	if err == nil && m.Rect.Dy() > side {
		m, err = a.renderer.Render(t.Context(), []byte(l.svg), resvg.Height, side)
	}
	if err != nil {
		if t.Context().Err() != nil {
			t.Fatal(err)
		}
		return nil
	}
	return nrgba(m)
}
