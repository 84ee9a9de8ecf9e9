package svg

import (
	"encoding/xml"
	"strings"
)

// drawn are the elements of SVG that make or describe a picture; others of its
// namespace are refused.
var drawn = set(`svg g defs symbol use switch view a title desc metadata style
	path rect circle ellipse line polyline polygon
	text tspan textPath image
	linearGradient radialGradient stop pattern clipPath mask marker
	filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
	feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur
	feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile
	feTurbulence
	animate animateTransform animateMotion animateColor set mpath`)

// active are elements that run or load something, in lower case. They are
// refused in every namespace, as a program that ignores namespaces (an HTML
// parser that is given the file's text) sees only the name.
var active = set(`script foreignobject iframe frame frameset object embed applet audio video source track
	canvas html head body base link meta form input button textarea select option img picture template slot
	handler listener math annotation-xml portal noscript noembed noframes xmp plaintext`)

// editors' elements live in namespaces of their own and are not drawn; XHTML and
// MathML are drawn by browsers.
var refusedNamespaces = map[string]bool{
	"http://www.w3.org/1999/xhtml":         true,
	"http://www.w3.org/1998/Math/MathML":   true,
	"http://www.w3.org/2001/xml-events":    true,
	"http://www.w3.org/2001/XInclude":      true,
	"http://www.w3.org/1999/XSL/Transform": true,
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		m[word] = true
	}
	return m
}

// local returns a name without any prefix, also where the decoder left one.
func local(name xml.Name) string {
	return name.Local[strings.LastIndexByte(name.Local, ':')+1:]
}

func (w *walker) checkName(name, space string) error {
	switch {
	case active[strings.ToLower(name)]:
		return w.refuse("the element %s is not accepted: it can run or load something", clip(name))
	case refusedNamespaces[space]:
		return w.refuse("the element %s is of another language than SVG", clip(name))
	case space == Namespace && !drawn[name]:
		return w.refuse("the element %s is not accepted", clip(name))
	}
	switch {
	case space != Namespace:
	case name == "text":
		w.warn("text", "text is drawn with a font that may not be there; convert it to outlines")
	case strings.HasPrefix(name, "animate"), name == "set":
		w.warn("animation", "only the first moment of an animation is drawn")
	}
	return nil
}
