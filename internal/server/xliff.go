package server

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"

	"signet/assets"
	"signet/domain"
	"signet/graph"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/internal/xliff"
	"signet/projections"
)

// The media types of XLIFF: 2.x is registered with IANA, 1.2 is written as it is
// in the field.
const (
	mediaXLIFF21 = "application/xliff+xml"
	mediaXLIFF12 = "application/x-xliff+xml"
)

// exportXLIFF answers with the texts of a version for a translator:
//
//	GET /xliff/{item}/{version}/{locale}?format=2.1
//
// format is 2.1 (the default) or 1.2. It needs a token that may read drafts.
func (s *Server) exportXLIFF(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if err := access.From(ctx).Require(domain.ReadUnapproved); err != nil {
		s.fail(w, r, err)
		return
	}
	format := xliff.Version(r.URL.Query().Get("format"))
	media := mediaXLIFF21
	switch format {
	case "":
		format = xliff.V21
	case xliff.V21:
	case xliff.V12:
		media = mediaXLIFF12
	default:
		s.fail(w, r, domain.Refuse(domain.Invalid, "unknown_format", "the formats are 2.1 and 1.2").At("format"))
		return
	}
	locale, err := domain.ParseLocale(r.PathValue("locale"))
	if err != nil {
		s.fail(w, r, domain.AsError(err).At("locale"))
		return
	}
	number, _ := strconv.Atoi(r.PathValue("version")) // 0 is no version
	document, err := s.document(r, r.PathValue("item"), number, locale)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var body strings.Builder
	if err := xliff.Write(&body, document, format); err != nil {
		s.fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%d-%s.xlf"`, document.Item, document.Number, locale))
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(body.String())) // an error is the caller's having gone
	}
}

// document is what a version says, from its source into a locale.
func (s *Server) document(r *http.Request, key string, number int, locale domain.Locale) (xliff.Document, error) {
	d := xliff.Document{Item: key, Number: number, Target: string(locale)}
	item, err := s.Views.Item(r.Context(), key)
	if err != nil {
		return d, unknown(err, "item")
	}
	if d.Source = string(item.Source); item.Source == locale {
		return d, domain.Refuse(domain.Invalid, "source_locale", "%s is the source", locale).At("locale")
	}
	version, err := s.Views.Version(r.Context(), key, number)
	if err != nil {
		return d, unknown(err, "version")
	}
	texts, err := s.Views.Texts(r.Context(), version, locale)
	if err != nil {
		return d, err
	}
	for _, t := range texts {
		d.Units = append(d.Units, xliff.Unit{
			ID: t.Unit.ID, Source: t.Source, Target: t.Text, State: xliff.State(t.State), PreviousSource: t.MadeFrom,
			Notes: notesFor(t, version.Content.Placeholders, item.Source),
		})
	}
	return d, nil
}

// unknown says what is not there, where something is not.
func unknown(err error, what string) error {
	if errors.Is(err, projections.ErrNotFound) {
		return domain.Refuse(domain.NotFound, "unknown_"+what, "there is no such %s", what).At("%s", what)
	}
	return err
}

// notesFor tell a translator what a text is for.
func notesFor(t *projections.Text, placeholders []domain.Placeholder, source domain.Locale) []string {
	notes := []string{"role: " + string(t.Unit.Role)}
	if t.Unit.Pillar != "" {
		notes = append(notes, "pillar: "+t.Unit.Pillar)
	}
	if t.Unit.Audience != "" {
		notes = append(notes, "audience: "+t.Unit.Audience)
	}
	for _, p := range placeholders {
		if !strings.Contains(t.Source, "{{"+p.Name+"}}") {
			continue
		}
		note := "{{" + p.Name + "}}"
		if what := p.Note.First(source); what != "" {
			note += ": " + what
		}
		if p.Example != "" {
			note += " (" + p.Example + ")"
		}
		notes = append(notes, note)
	}
	return notes
}

// importXLIFF takes in what a translator has written: all of the file, or nothing.
//
//	POST /xliff
//
// The file names the item, the version and the language. A unit without a target is
// left as it is; one that is no longer marked as stale confirms its text. Faults are
// told with their line.
func (s *Server) importXLIFF(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	viewer := access.From(ctx)
	if err := viewer.Require(domain.TranslateVersions); err != nil {
		s.fail(w, r, err)
		return
	}
	document, _, err := xliff.Read(http.MaxBytesReader(w, r.Body, xliff.MaxBytes+1))
	if err != nil {
		s.failXLIFF(w, r, err)
		return
	}
	c, err := s.translation(r, document)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	result, err := commands.Run(ctx, s.Runner, domain.Items, c, commands.Request{Actor: viewer.Actor, Key: r.Header.Get("Idempotency-Key"), Via: "xliff"})
	if err == nil {
		err = graph.Visible(ctx, s.Views, result.Position, graph.Applied)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	written := 0
	for _, e := range result.Events {
		if t, ok := e.(domain.VersionTranslated); ok {
			written = len(t.Texts)
		}
	}
	writeJSON(w, r, http.StatusOK, map[string]any{
		"item": c.Key, "version": c.Version, "locale": c.Locale, "written": written, "position": result.Position,
	})
}

// failXLIFF tells what is wrong with a file, and in which line. Any other error is
// one of reading the body.
func (s *Server) failXLIFF(w http.ResponseWriter, r *http.Request, err error) {
	var fault *xliff.Error
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		s.tooSlow(w, r)
		return
	case !errors.As(err, &fault):
		s.fail(w, r, assets.ErrInterrupted)
		return
	}
	field := fmt.Sprintf("line %d", fault.Line)
	if fault.Unit != "" {
		field += ", unit " + fault.Unit
	}
	status := http.StatusBadRequest
	if fault.Code == xliff.CodeTooLarge {
		status = http.StatusRequestEntityTooLarge
	}
	s.problem(w, r, problem{status, graph.BadUserInput, fault.Code, field, fault.Message})
}

// translation is the command that a file stands for. A file that was made from
// another source than there is now is refused, unit by unit.
func (s *Server) translation(r *http.Request, d xliff.Document) (domain.TranslateVersion, error) {
	c := domain.TranslateVersion{Key: d.Item, Version: d.Number, Locale: domain.Locale(d.Target), Texts: map[string]string{}}
	item, err := s.Views.Item(r.Context(), d.Item)
	if err != nil {
		return c, unknown(err, "item")
	}
	if domain.Locale(d.Source) != item.Source {
		return c, domain.Refuse(domain.Conflict, "other_source_locale", "the source of %q is %s, not %s", item.Key, item.Source, d.Source).At("source")
	}
	version, err := s.Views.Version(r.Context(), d.Item, d.Number)
	if err != nil {
		return c, unknown(err, "version")
	}
	sources := map[string]string{}
	for _, u := range version.Content.Units {
		sources[u.ID] = u.Text[item.Source]
	}
	for _, u := range d.Units {
		now, there := sources[u.ID]
		switch {
		case !there:
			return c, domain.Refuse(domain.NotFound, "unknown_unit", "version %d has no unit %q", d.Number, u.ID).At("unit %s", u.ID)
		case now != u.Source:
			return c, domain.Refuse(domain.Conflict, "source_changed", "the source of unit %q has changed since the file was made; export it again", u.ID).At("unit %s", u.ID)
		case u.Target != "" && u.State != xliff.Stale:
			c.Texts[u.ID] = u.Target
		}
	}
	return c, nil
}
