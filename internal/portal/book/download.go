package book

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"

	"signet/assets/rendition"
	"signet/internal/portal/frame"
)

// Sizes of pictures that are made, in pixels.
const (
	usualWidth   = 1200
	widestShown  = 800 // of a preview
	originalMark = "original-"
)

type downloadPage struct {
	view

	Version *version
	// Chosen is the variant, and File the file of it that is taken.
	Chosen variant
	File   *file
	// Format is "original-svg" (or as the original is), PNG, JPEG or WEBP.
	Format, Ground, Preset string
	Width                  int
	// Address is where the download is, and Picture one that shows it.
	Address, Picture string
	Presets          []presets
	// Watching is nil for who has not logged in.
	Watching *watching
}

// presets are those of a kind, for one group of a list.
type presets struct {
	Kind string
	Of   []rendition.Preset
}

// Original tells whether the file itself is taken.
func (p downloadPage) Original() bool {
	return p.Preset == "" && strings.HasPrefix(p.Format, originalMark)
}

// PresetTitle is the name of a preset.
func (p downloadPage) PresetTitle(of rendition.Preset) string {
	if p.visit.Lang == frame.English {
		return of.English
	}
	return of.Vietnamese
}

// Made tells whether other formats can be made of what is chosen.
func (p downloadPage) Made() bool { return p.Chosen.Picture().picture() }

// Here is the address of the page, to come back to.
func (p downloadPage) Here() string { return p.visit.URL.RequestURI() }

// FormatOf is the value by which the form names the format of an original.
func (p downloadPage) FormatOf(f *file) string { return originalMark + strings.ToLower(f.Format()) }

// download lets somebody choose what of a logo to download, in which format and size. All
// is in the address, so that it works without a script.
func download(v *frame.Visit) error {
	w, err := lookAt(v)
	if err != nil {
		return err
	}
	now, err := w.askFor("LOGO")
	if err != nil {
		return err
	}
	p := downloadPage{view: w, Version: now, Format: v.Value("format"), Ground: v.Value("ground"), Preset: v.Value("preset")}
	p.choose(v.Value("variant"))
	if p.Width, err = strconv.Atoi(cmp.Or(v.Value("width"), strconv.Itoa(usualWidth))); err != nil {
		p.Width = usualWidth
	}
	for _, kind := range []rendition.PresetKind{rendition.Web, rendition.Social, rendition.Print, rendition.Icon} {
		p.Presets = append(p.Presets, presets{string(kind), rendition.Presets(kind)})
	}
	if p.Watching, err = w.watching(now.Key); err != nil {
		return err
	}
	if err := p.address(); err != nil {
		return err
	}
	return v.Show("book/download", p)
}

// choose finds the variant, and the file of it that is taken.
func (p *downloadPage) choose(key string) {
	all := p.Version.Variants()
	p.Chosen = all[0]
	for _, o := range all {
		if o.Key() == key {
			p.Chosen = o
		}
	}
	p.File = p.Chosen.Picture()
	for _, f := range p.Chosen.Files {
		if p.FormatOf(f) == p.Format {
			p.File = f
		}
	}
	if strings.HasPrefix(p.Format, originalMark) || p.Format == "" || !p.Made() {
		p.Format = p.FormatOf(p.File)
	}
	if _, known := rendition.FindPreset(p.Preset); !known || !p.File.picture() {
		p.Preset = ""
	}
}

const renditionDocument = `
query BookRendition($key: String!, $asOf: DateTime, $width: Int!, $shown: Int!, $ground: String, $format: ImageFormat!) {
	approved(key: $key, asOf: $asOf, first: 1) { edges { node { files { file { name }
		address: rendition(width: $width, background: $ground, format: $format)
		picture: rendition(width: $shown, background: $ground, format: $format) } } } }
}`

// address finds out where the download is. What can't be made is told on the page.
func (p *downloadPage) address() error {
	p.Address, p.Picture = p.File.URL, p.File.Large
	switch {
	case p.Preset != "":
		preset, _ := rendition.FindPreset(p.Preset)
		p.Address, p.Picture = p.File.URL+"?preset="+url.QueryEscape(p.Preset), p.File.URL+"?"+shown(preset.Spec)+preview
		return nil
	case p.Original():
		return nil
	}
	var made struct {
		Approved struct {
			Edges []struct {
				Node struct {
					Files []struct {
						File             struct{ Name string }
						Address, Picture string
					}
				}
			}
		}
	}
	variables := frame.Vars{"key": p.Version.Key, "asOf": p.asOf(), "width": p.Width, "shown": min(p.Width, widestShown), "format": p.Format, "ground": nil}
	if p.Ground != "" {
		variables["ground"] = "#" + strings.TrimPrefix(p.Ground, "#")
	}
	err := p.visit.Ask(renditionDocument, variables, &made)
	if err := p.visit.Refused(err); err != nil {
		return err
	}
	for _, e := range made.Approved.Edges {
		for _, f := range e.Node.Files {
			if f.File.Name == p.File.File.Name && f.Address != "" {
				p.Address, p.Picture = f.Address, f.Picture+preview
			}
		}
	}
	return nil
}

// shown asks for what looks as a preset does, and is small enough for a preview.
func shown(s rendition.Spec) string {
	longest := max(s.Width, s.Height, widestShown)
	s.Width, s.Height, s.Padding = s.Width*widestShown/longest, s.Height*widestShown/longest, s.Padding*widestShown/longest
	s.Compression = rendition.Normal
	return s.String()
}
