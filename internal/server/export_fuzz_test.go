package server

import (
	"net/url"
	"time"

	"signet/internal/bundle"
	"signet/internal/commands"
)

// FileQuery reads what is wanted of a file: the spec as text, its longest side, and
// whether it is a preview.
func FileQuery(q url.Values) (channel, spec string, longest int, preview bool, err error) {
	want, err := parseFileQuery(q)
	if err == nil && want.spec != nil {
		spec, longest = want.spec.String(), max(want.spec.Width, want.spec.Height)
	}
	return want.channel, spec, longest, want.preview, err
}

// KitQuery reads what is wanted of the kit, and for which channel.
func KitQuery(q url.Values) (bundle.Selection, string, error) {
	s := &Server{Options: Options{Runner: &commands.Runner{Clock: time.Now}}}
	return s.selection(q)
}
