package server

import (
	"net/url"

	"signet/assets/rendition"
	"signet/domain"
)

// maxPreview is the longest side that is asked for of a preview, in pixels: enough to see
// what it is on a fine display, too little for print.
const maxPreview = 800

// fileQuery is what is wanted of a file.
type fileQuery struct {
	// channel is the key of the channel for which the file is meant.
	channel string
	// spec is what is to be made of it; nil for the original.
	spec *rendition.Spec
	// stamped: an original is to say of itself what it is.
	stamped bool
	// preview: it is shown on a page of the registry, to be looked at and not to be used.
	// That is no download, so it needs no more than to read, and is not recorded.
	preview bool
}

// parseFileQuery reads the parameters of rendition.ParseSpec, or preset=NAME, and beside
// them channel=KEY, stamp=1 and preview=1. A preview is a rendition of at most maxPreview.
func parseFileQuery(q url.Values) (want fileQuery, err error) {
	if q, want.stamped, err = flag(q, "stamp"); err != nil {
		return want, err
	}
	if q, want.preview, err = flag(q, "preview"); err != nil {
		return want, err
	}
	if channels, given := q["channel"]; given {
		q = cloneWithout(q, "channel")
		if len(channels) != 1 {
			return want, domain.Refuse(domain.Invalid, "invalid_key", "give one channel").At("channel")
		}
		if _, err := domain.ParseKey(channels[0]); err != nil {
			return want, domain.AsError(err).At("channel")
		}
		want.channel = channels[0]
	}
	if want.spec, err = parseSpec(q); err != nil {
		return want, err
	}
	if want.preview && (want.spec == nil || max(want.spec.Width, want.spec.Height) > maxPreview) {
		return want, domain.Refuse(domain.Invalid, "invalid_spec", "a preview is a rendition of at most %d pixels", maxPreview).At("preview")
	}
	return want, nil
}

// parseSpec returns nil for the original.
func parseSpec(q url.Values) (*rendition.Spec, error) {
	if len(q) == 0 {
		return nil, nil
	}
	if names, given := q["preset"]; given {
		preset, known := rendition.FindPreset(names[0])
		if !known || len(q) > 1 || len(names) > 1 {
			return nil, domain.Refuse(domain.Invalid, "unknown_preset", "name one preset, and nothing else of a rendition").At("preset")
		}
		return &preset.Spec, nil
	}
	spec, err := rendition.ParseSpec(q)
	return &spec, err
}

// flag takes NAME=1 out of a query.
func flag(q url.Values, name string) (url.Values, bool, error) {
	values, given := q[name]
	if given && (len(values) != 1 || values[0] != "1") {
		return q, false, domain.Refuse(domain.Invalid, "unknown_parameter", "%s has the value 1, or is left out", name).At("%s", name)
	}
	return cloneWithout(q, name), given, nil
}

func cloneWithout(q url.Values, name string) url.Values {
	out := make(url.Values, len(q))
	for k, v := range q {
		if k != name {
			out[k] = v
		}
	}
	return out
}
