package graph

import (
	"context"
	"errors"
	"fmt"

	"signet/domain"
	"signet/graph/gen"
	"signet/internal/fill"
	"signet/projections"
)

// unitTexts makes a map of a list, in which no unit may stand twice.
func unitTexts(in []*gen.UnitTextInput) (map[string]string, error) {
	out := make(map[string]string, len(in))
	for i, t := range in {
		if _, twice := out[t.Unit]; twice {
			return nil, domain.Refuse(domain.Invalid, "duplicate_unit", "two texts for the unit").At("texts[%d].unit", i)
		}
		out[t.Unit] = t.Text
	}
	return out, nil
}

// filling makes a refusal of what is wrong with a template's values or forms.
func filling(err error, field string) error {
	var e *fill.Error
	if !errors.As(err, &e) {
		return err
	}
	if field == "" {
		field = e.Field
	}
	return domain.Refuse(domain.Invalid, e.Code, "%s", e.Message).At("%s", field)
}

// fillers are the placeholders as the filler wants them.
func fillers(in []domain.Placeholder) []fill.Placeholder {
	out := make([]fill.Placeholder, len(in))
	for i, p := range in {
		out[i] = fill.Placeholder{Name: p.Name, Type: fill.Type(p.Type), Style: p.Style}
		if p.Type == domain.PlaceholderPlural {
			out[i].Forms = map[string]map[string]string{}
		}
		for l, forms := range p.Forms {
			out[i].Forms[string(l)] = plain(forms)
		}
	}
	return out
}

func plain(forms domain.PluralForms) map[string]string {
	out := make(map[string]string, len(forms))
	for category, text := range forms {
		out[string(category)] = text
	}
	return out
}

// forms reads the texts of a plural, which must be those that the plural rules of
// their locales know.
func forms(in []*gen.PluralFormInput, field string) (map[domain.Locale]domain.PluralForms, error) {
	if len(in) == 0 {
		return nil, nil
	}
	out := map[domain.Locale]domain.PluralForms{}
	for i, f := range in {
		if out[f.Locale] == nil {
			out[f.Locale] = domain.PluralForms{}
		}
		category := domain.PluralCategory(f.Category)
		if _, twice := out[f.Locale][category]; twice {
			return nil, domain.Refuse(domain.Invalid, "duplicate_form", "two texts for one form").At("%s[%d]", field, i)
		}
		out[f.Locale][category] = f.Text
	}
	for i, f := range in {
		if err := fill.CheckForms(string(f.Locale), plain(out[f.Locale])); err != nil {
			return nil, filling(err, fmt.Sprintf("%s[%d]", field, i))
		}
	}
	return out, nil
}

// fillTemplate fills in what is in force of a template.
func (r *Resolver) fillTemplate(s *projections.Standing, locale domain.Locale, values []*gen.PlaceholderValueInput, target fill.Target) (*gen.FilledTemplate, error) {
	given := make(map[string]string, len(values))
	for i, v := range values {
		if _, twice := given[v.Name]; twice {
			return nil, domain.Refuse(domain.Invalid, "duplicate_value", "two values for one placeholder").At("values[%d].name", i)
		}
		given[v.Name] = v.Value
	}
	out := &gen.FilledTemplate{Number: s.Version, Locale: locale}
	placeholders := fillers(s.Content.Placeholders)
	for _, u := range s.Content.Units {
		if u.Role != domain.UnitSubject && u.Role != domain.UnitBody {
			continue
		}
		text := u.In(locale)
		if text == nil {
			if u.Role == domain.UnitSubject {
				continue
			}
			return nil, domain.Refuse(domain.NotFound, "unknown_text", "the template says nothing in %s", locale).At("locale")
		}
		as := target
		if u.Role == domain.UnitSubject {
			as = fill.Plain // a subject is a line of a header, and no HTML
		}
		filled, err := fill.Render(*text, string(locale), placeholders, given, as)
		if err != nil {
			return nil, filling(err, "")
		}
		if u.Role == domain.UnitSubject {
			out.Subject = &filled
		} else {
			out.Body = filled
		}
	}
	return out, nil
}

// templateAt finds what is in force of a template that the viewer may see.
func (r *Resolver) templateAt(ctx context.Context, f projections.ApprovedFilter) (*projections.Standing, error) {
	rows, err := r.Views.Approved(ctx, f, "", 1)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, domain.Refuse(domain.NotFound, "unknown_template", "no such template is in force").At("key")
	}
	return rows[0], nil
}
