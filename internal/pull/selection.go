package pull

import (
	"slices"
	"strings"

	"signet/domain"
)

// Selection is the part of the kit that is wanted; empty fields mean everything. Lists are
// sorted.
type Selection struct {
	Kinds     []string `json:"kinds,omitempty"`
	Locales   []string `json:"locales,omitempty"`
	Audiences []string `json:"audiences,omitempty"`
	Items     []string `json:"items,omitempty"` // keys
	// Edition is the number of the one that is wanted; 0 for what is in force.
	Edition int `json:"edition,omitempty"`
}

// maxItems is how many items can be named.
const maxItems = 500

// settle brings the selection into its canonical form.
func (s *Selection) settle() error {
	if s.Edition < 0 {
		return domain.Refuse(domain.Invalid, "invalid_number", "an edition is a number from 1 on").At("edition")
	}
	if len(s.Items) > maxItems {
		return domain.Refuse(domain.Invalid, "too_many", "at most %d items can be named", maxItems).At("item")
	}
	for _, part := range []struct {
		name  string
		list  *[]string
		parse func(string) (string, error)
	}{
		{"kind", &s.Kinds, func(v string) (string, error) {
			k, err := domain.ParseKind(strings.ToLower(v))
			return string(k), err
		}},
		{"locale", &s.Locales, func(v string) (string, error) {
			l, err := domain.ParseLocale(v)
			return string(l), err
		}},
		{"audience", &s.Audiences, domain.ParseKey},
		{"item", &s.Items, domain.ParseKey},
	} {
		var out []string
		for _, v := range *part.list {
			parsed, err := part.parse(v)
			if err != nil {
				return domain.AsError(err).At("%s", part.name)
			}
			out = append(out, parsed)
		}
		slices.Sort(out)
		*part.list = slices.Compact(out)
	}
	return nil
}

func (s Selection) equal(other Selection) bool {
	return slices.Equal(s.Kinds, other.Kinds) && slices.Equal(s.Locales, other.Locales) && slices.Equal(s.Audiences, other.Audiences) &&
		slices.Equal(s.Items, other.Items) && s.Edition == other.Edition
}
