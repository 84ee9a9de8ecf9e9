package check_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"testing"
	"time"

	"signet/assets"
	"signet/domain"
	"signet/internal/catalogue"
	"signet/internal/check"
	"signet/internal/crawl"
	"signet/internal/identify"
	"signet/internal/provenance"
	"signet/internal/sight"
	"signet/internal/testneeds"
)

const registry = "https://brand.example/"

var since = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

// version is a version of the catalogue.
func version(item string, number int, state identify.State, texts ...string) catalogue.Version {
	v := catalogue.Version{Answer: identify.Answer{Item: item, Kind: domain.Slogan, Version: number, State: state, Since: since}}
	if state != identify.InForce {
		v.Current = number + 1
	}
	for _, t := range texts {
		locale, text, _ := strings.Cut(t, ": ")
		v.Texts = append(v.Texts, catalogue.Text{Unit: "slogan", Locale: domain.Locale(locale), Text: text})
	}
	return v
}

// emblem is a picture of a kind, in a colour.
func emblem(kind string, c color.Color) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, 320, 240))
	fill := func(r image.Rectangle) { draw.Draw(m, r, image.NewUniform(c), image.Point{}, draw.Src) }
	switch kind {
	case "ship":
		fill(image.Rect(20, 160, 300, 200))
		for y := range 140 {
			fill(image.Rect(150-y/2, 20+y, 152+y, 21+y))
		}
	default:
		for y := range 200 {
			for x := range 280 {
				if d := (x-140)*(x-140) + (y-100)*(y-100); d < 9000 && d > 4000 || x > 130 && x < 150 && y < 190 {
					m.Set(20+x, 20+y, c)
				}
			}
		}
	}
	return m
}

func encoded(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// pictured adds a picture to a version.
func pictured(t *testing.T, v catalogue.Version, m image.Image) catalogue.Version {
	t.Helper()
	taken, err := sight.Of(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	v.Kind = domain.Logo
	v.Files = append(v.Files, catalogue.File{Name: "a.png", Digest: digestOf(encoded(t, m)), MediaType: "image/png", Print: taken})
	return v
}

var blue, red = color.NRGBA{0, 90, 170, 255}, color.NRGBA{200, 30, 40, 255}

// sample is a catalogue with a slogan, a message and a logo in two versions each, and
// what was withdrawn.
func sample(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	old := "vi: Hải Phòng – Thành phố Cảng năng động\nen: Hai Phong, the dynamic port city\nja: 活力ある港湾都市ハイフォン\nzh: 充满活力的海港城市海防\nko: 역동적인 항구 도시 하이퐁"
	fresh := "vi: Hải Phòng – Thành phố Cảng năng động và xanh\nen: Hai Phong, the dynamic and green port city\nja: 緑と活力の港湾都市ハイフォン\nzh: 充满绿色活力的海港城市海防\nko: 푸르고 역동적인 항구 도시 하이퐁"
	gone := version("slogan-gone", 1, identify.Withdrawn, "vi: Điểm đến của mọi nhà đầu tư toàn cầu")
	gone.Reason = "sai"
	return &catalogue.Catalogue{Format: catalogue.Format, Registry: registry, AsOf: since, Versions: []catalogue.Version{
		version("slogan", 1, identify.Superseded, strings.Split(old, "\n")...),
		version("slogan", 2, identify.InForce, strings.Split(fresh, "\n")...),
		gone,
		pictured(t, version("logo", 1, identify.Superseded), emblem("ship", red)),
		pictured(t, version("logo", 2, identify.InForce), emblem("ship", blue)),
		pictured(t, version("seal", 1, identify.Withdrawn), emblem("anchor", blue)),
	}}
}

func checker(t *testing.T, o check.Options) *check.Checker {
	t.Helper()
	k, err := check.New(sample(t), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return k
}

// told is what is told of a resource: outcome, certainty, way, item and version, and
// the line.
func told(t *testing.T, k *check.Checker, media string, body []byte) string {
	t.Helper()
	found, err := k.Resource(t.Context(), crawl.Resource{Address: "a", Media: media, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range found {
		of := "-"
		if f.Of != nil {
			of = fmt.Sprintf("%s/%d", f.Of.Item, f.Of.Version)
		}
		for _, o := range f.Others {
			of += fmt.Sprintf("|%s/%d", o.Item, o.Version)
		}
		out = append(out, fmt.Sprintf("%s %s %s %s %d", f.Outcome, f.Certainty, f.By, of, f.Line))
	}
	return strings.Join(out, "; ")
}

func TestWordsAreFound(t *testing.T) {
	testneeds.PlainInCI(t)
	k := checker(t, check.Options{All: true})
	for _, c := range []struct{ name, media, body, want string }{
		{"what is in force", "text/html", "<p>Hải Phòng – Thành phố Cảng năng động và xanh</p>", "current certain text slogan/2 1"},
		{"what was, which is a part of it", "text/html", "<p>\n\nHải Phòng – Thành phố Cảng năng động</p>", "superseded certain text slogan/1 3"},
		{"across markup and lines", "text/html", "<h1>Hải <b>Phòng</b> – Thành phố<br>Cảng\nnăng động</h1>", "superseded certain text slogan/1 1"},
		{"in capitals", "text/html", "<p>HẢI PHÒNG – THÀNH PHỐ CẢNG NĂNG ĐỘNG</p>", "superseded likely text slogan/1 1"},
		{"without marks", "text/plain", "Hai Phong - Thanh pho Cang nang dong", "superseded likely text slogan/1 1"},
		{"in English", "text/markdown", "# Hai Phong, the dynamic port city", "superseded certain text slogan/1 1"},
		{"in Japanese", "text/html", "<p>活力ある港湾都市<wbr>ハイフォン</p>", "superseded certain text slogan/1 1"},
		{"in Chinese", "text/html", "<p>充满活力的海港城市海防</p>", "superseded certain text slogan/1 1"},
		{"in Korean", "application/json", `{"a": "역동적인 항구 도시 하이퐁"}`, "superseded certain text slogan/1 1"},
		{"in full width", "text/html", "<p>Ｈａｉ　Ｐｈｏｎｇ，　ｔｈｅ　ｄｙｎａｍｉｃ　ｐｏｒｔ　ｃｉｔｙ</p>", "superseded likely text slogan/1 1"},
		{"with a letter missing", "text/html", "<p>Hải Phòng – Thành phố Cảng năng độn và xanh</p>", "altered likely text slogan/2 1"},
		{"what was withdrawn", "text/html", "<p>Điểm đến của mọi nhà đầu tư toàn cầu</p>", "withdrawn certain text slogan-gone/1 1"},
		{"nothing", "text/html", "<p>Hải Phòng là thành phố cảng lớn ở miền Bắc.</p>", ""},
		{"in a drawing", "image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"><text>Hải Phòng – Thành phố Cảng năng động</text></svg>`, "superseded certain text slogan/1 1"},
		{"not in bytes", "application/octet-stream", "Hải Phòng – Thành phố Cảng năng động", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := told(t, k, c.media, []byte(c.body)); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

// stampedAs writes a stamp into a picture.
func stampedAs(t *testing.T, picture []byte, item string, number int, original, rendition string) []byte {
	t.Helper()
	var out bytes.Buffer
	err := provenance.Write(&out, bytes.NewReader(picture), int64(len(picture)), assets.PNG, provenance.Stamp{
		Registry: registry, Item: item, Version: number, Original: original, Rendition: rendition,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestPicturesAreFound(t *testing.T) {
	testneeds.PlainInCI(t)
	k := checker(t, check.Options{All: true})
	old, fresh, gone := encoded(t, emblem("ship", red)), encoded(t, emblem("ship", blue)), encoded(t, emblem("anchor", blue))
	half := image.NewNRGBA(image.Rect(0, 0, 500, 400))
	draw.Draw(half, half.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(half, image.Rect(90, 80, 410, 320), emblem("ship", red), image.Point{}, draw.Over)
	other := image.NewNRGBA(image.Rect(0, 0, 200, 200))
	for i := range other.Pix {
		other.Pix[i] = uint8(i * i / 7)
	}
	for _, c := range []struct {
		name string
		body []byte
		want string
	}{
		{"by its bytes", old, "superseded certain digest logo/1 0"},
		{"what is in force", fresh, "current certain digest logo/2 0"},
		{"what was withdrawn", gone, "withdrawn certain digest seal/1 0"},
		{"by its stamp", stampedAs(t, old, "logo", 1, digestOf(old), ""), "superseded certain stamp logo/1 0"},
		{"a stamp on what was changed", stampedAs(t, fresh, "logo", 1, digestOf(old), ""), "altered certain stamp logo/1 0"},
		{"a stamp of what there is not", stampedAs(t, fresh, "logo", 9, digestOf(old), ""), "unregistered certain stamp - 0"},
		{"a rendition of another picture", stampedAs(t, gone, "logo", 2, digestOf(fresh), "width=320"), "altered look stamp logo/2 0"},
		{"by sight", encoded(t, half), "superseded likely sight logo/1 0"},
		{"in other colours", encoded(t, emblem("ship", color.NRGBA{20, 160, 60, 255})), "altered look sight logo/2 0"},
		{"nothing", encoded(t, other), ""},
		{"no picture", []byte("\x89PNG\r\n\x1a\nxxxx"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := told(t, k, "image/png", c.body); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

func TestWhatIsNotRecognisedIsToldIfAsked(t *testing.T) {
	k := checker(t, check.Options{Unknown: true, Evidence: true})
	other := image.NewNRGBA(image.Rect(0, 0, 900, 200))
	for i := range other.Pix {
		other.Pix[i] = uint8(i * i / 7)
	}
	found, err := k.Resource(t.Context(), crawl.Resource{Address: "a", Media: "image/png", Body: encoded(t, other)})
	if err != nil || len(found) != 1 || found[0].Outcome != domain.UseUnregistered || !found[0].Bad() {
		t.Fatalf("%+v, %v", found, err)
	}
	if m, err := png.Decode(bytes.NewReader(found[0].Picture)); err != nil || m.Bounds().Dx() != 480 {
		t.Errorf("the evidence: %v", err)
	}
}

func TestUsesAreCounted(t *testing.T) {
	k := checker(t, check.Options{})
	for _, body := range []string{"<p>Hải Phòng – Thành phố Cảng năng động và xanh</p>", "<p>Hải Phòng – Thành phố Cảng năng động và xanh</p>", "<p>Hải Phòng – Thành phố Cảng năng động</p>"} {
		told(t, k, "text/html", []byte(body))
	}
	if got := fmt.Sprint(k.Counts()); got != "[{superseded slogan 1 1} {current slogan 2 2}]" {
		t.Error(got)
	}
	if got := told(t, k, "text/html", []byte("<p>Hải Phòng – Thành phố Cảng năng động và xanh</p>")); got != "" {
		t.Errorf("what is right is told: %s", got)
	}
}
