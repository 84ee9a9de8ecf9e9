package review

import (
	"fmt"
	"net/url"
	"strings"
)

// picture is a file of the new version beside that of the old one.
type picture struct {
	Before, After *shot
	Same          bool
}

// shot is a file of one version, and where it is.
type shot struct {
	file
	URL string
}

// Picture tells whether a browser shows it.
func (s *shot) Picture() bool { return strings.HasPrefix(s.MediaType, "image/") }

// Shown is what is shown of a picture: looking at it is no download, and is not recorded
// as one. It is at most 800 pixels wide.
func (s *shot) Shown() string { return s.URL + "?width=800&format=webp&preview=1" }

// Both tells whether there are two pictures to be laid one over the other.
func (p *picture) Both() bool {
	return !p.Same && p.Before != nil && p.After != nil && p.Before.Picture() && p.After.Picture()
}

// Any is the new file, or the old one of what is gone.
func (p *picture) Any() *shot {
	if p.After != nil {
		return p.After
	}
	return p.Before
}

func isFile(field string) bool { return strings.HasPrefix(field, "files.") }

// filesOf is the address of the files of a version. Only who may read drafts is sent
// those of a draft.
func filesOf(key string, number int) string {
	return fmt.Sprintf("/files/%s/%d/", url.PathEscape(key), number)
}

// pair finds for each new file the old one that it stands for: that of the same name, or
// else of the same variant and type, or only variant.
func pair(before, after []file, addresses [2]string) []*picture {
	taken := make([]bool, len(before))
	var out []*picture
	for _, f := range after {
		out = append(out, &picture{After: &shot{f, addresses[1] + url.PathEscape(f.Name)}})
	}
	for _, alike := range []func(a, b file) bool{
		func(a, b file) bool { return a.Name == b.Name },
		func(a, b file) bool { return a.variant() == b.variant() && a.MediaType == b.MediaType },
		func(a, b file) bool { return a.variant() == b.variant() },
	} {
		for _, p := range out {
			for i, old := range before {
				if p.Before != nil || taken[i] || !alike(old, p.After.file) {
					continue
				}
				taken[i] = true
				p.Before = &shot{old, addresses[0] + url.PathEscape(old.Name)}
				p.Same = old.Digest == p.After.Digest && old.Name == p.After.Name && old.variant() == p.After.variant()
			}
		}
	}
	for i, old := range before {
		if !taken[i] {
			out = append(out, &picture{Before: &shot{old, addresses[0] + url.PathEscape(old.Name)}})
		}
	}
	return out
}

func (f file) variant() string { return f.Colour + " " + f.Layout }
