package svg

import (
	"encoding/base64"
	"encoding/xml"
	"strings"
)

// A picture may be embedded as one of these.
const (
	dataPNG  = "data:image/png;base64,"
	dataJPEG = "data:image/jpeg;base64,"
	dataJPG  = "data:image/jpg;base64,"
)

// loading are attributes beside href that name something to load or to do, in
// lower case.
var loading = set(`src srcset srcdoc action formaction ping poster background data codebase archive manifest
	profile longdesc cite base handler`)

func (w *walker) attributes(at int, attributes []xml.Attr) error {
	for _, a := range attributes {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			continue
		}
		if err := w.attribute(at, local(a.Name), a.Value); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) attribute(at int, name, value string) error {
	lower := strings.ToLower(name)
	switch {
	case strings.HasPrefix(lower, "on"):
		return w.refuse("the attribute %s is not accepted: it holds a script", clip(name))
	case loading[lower]:
		return w.refuse("the attribute %s is not accepted: it loads something", clip(name))
	case lower == "href":
		return w.href(at, strings.TrimSpace(value))
	case lower == "attributename":
		return w.animated(value)
	case lower == "id":
		w.ids[value] = append(w.ids[value], at)
		return nil
	case lower == "style", presentation[lower]:
		return w.checkCSS(at, value)
	}
	return nil
}

// presentation are the attributes whose value is CSS that may refer to
// something.
var presentation = set(`fill stroke filter clip-path mask marker marker-start marker-mid marker-end cursor
	color-profile clip shape-inside shape-subtract font font-family mask-image from to by values`)

// animated refuses an animation of what href and the rules above guard.
func (w *walker) animated(target string) error {
	target = strings.ToLower(strings.TrimSpace(target))
	target = target[strings.LastIndexByte(target, ':')+1:]
	if target == "href" || target == "style" || strings.HasPrefix(target, "on") || loading[target] {
		return w.refuse("an animation may not change %s", clip(target))
	}
	return nil
}

// href accepts a place in this file, and on image elements a picture.
func (w *walker) href(at int, value string) error {
	n := &w.nodes[at]
	if id, ok := strings.CutPrefix(value, "#"); ok {
		if expands[n.name] {
			n.refers = append(n.refers, id)
		}
		return nil
	}
	if n.name != "image" && n.name != "feImage" {
		return w.refuse("a link may only go to a place in this file, as in #id")
	}
	for prefix, media := range map[string]string{dataPNG: "image/png", dataJPEG: "image/jpeg", dataJPG: "image/jpeg"} {
		if len(value) < len(prefix) || !strings.EqualFold(value[:len(prefix)], prefix) {
			continue
		}
		w.warn("bitmap", "this holds a bitmap, which does not stay sharp when it is enlarged")
		return w.embedded(media, value[len(prefix):])
	}
	return w.refuse("a picture has to be embedded, as data:image/png;base64 or data:image/jpeg;base64")
}

func (w *walker) embedded(media, encoded string) error {
	encoded = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, encoded)
	data, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(encoded, "="))
	if err != nil {
		return w.refuse("the embedded picture is not base64")
	}
	if w.image == nil {
		return w.refuse("embedded pictures are not accepted")
	}
	if err := w.image(media, data); err != nil {
		return w.refuse("the embedded picture is refused: %v", err)
	}
	return nil
}
