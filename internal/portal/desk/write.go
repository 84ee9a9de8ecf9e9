package desk

import (
	"cmp"
	"errors"
	"net/url"
	"strconv"

	"signet/domain"
	"signet/graph"
	"signet/internal/portal/frame"
)

// stale tells whether the API refused to write over what its caller has not seen.
func stale(err error) bool {
	r := new(graph.Refusal)
	return errors.As(err, &r) && r.Reason == "stale_revision"
}

// sent is a form as it came.
type sent struct {
	url.Values

	content  content
	failures []failure
}

// readSent reads the form, and takes in the files that came with it.
func readSent(v *frame.Visit, source string) (sent, error) {
	form, err := readForm(v)
	if err != nil {
		return sent{}, err
	}
	s := sent{Values: form, content: readContent(form, source)}
	s.failures, err = receive(v, &s.content)
	return s, err
}

// editor is the form as it came, to be shown again.
func (s sent) editor(v *frame.Visit, it *item) *editor {
	e := newEditor(v, it, s.content)
	e.Shown, e.Failures, e.Unsaved = readPieces(s.Values["was"]), s.failures, true
	e.From, _ = strconv.Atoi(s.Get("from"))
	return e
}

// refused shows the form again with what the API refused, or returns another error.
func (e *editor) refused(v *frame.Visit, err error) error {
	if e.Refusal, err = refused(v, err); err != nil {
		return err
	}
	return e.show()
}

// revise takes the form of a version: it saves it, or does what another button asks for
// and shows the form again.
func revise(v *frame.Visit) error {
	if err := v.Need(string(domain.DraftVersions)); err != nil {
		return err
	}
	it, err := readVersion(v)
	if err != nil {
		return err
	}
	s, err := readSent(v, it.Source)
	if err != nil {
		return err
	}
	e := s.editor(v, it)
	if do := s.Get("do"); do != "save" || len(s.failures) > 0 {
		e.Fresh = e.Content.act(do, e.Shown)
		return e.show()
	}
	e.Content.tidy(it.Source)
	const tries = 3 // somebody may write between the reading and the writing
	for range tries {
		if it.Version.Open() && mayWrite(v, it.Version) {
			if e.Changes = e.Content.join(it.Version.Content, e.Shown, it.Source); len(e.Changes) > 0 {
				e.Shown = it.Version.Content.pieces(it.Source)
				return e.show()
			}
		}
		err = e.save(v)
		if err == nil {
			return v.Go("/desk/", it.Key, "/", it.Version.Number, "?done=desk-saved")
		}
		if !stale(err) {
			break
		}
		again, readErr := readVersion(v)
		if readErr != nil {
			return readErr
		}
		it, e.item = again, again
	}
	return e.refused(v, err)
}

// save replaces the draft's content. The revision is that of what the form was joined
// with: whoever writes after that is not written over.
func (e *editor) save(v *frame.Visit) error {
	const document = `mutation PortalDeskRevise($input: ReviseDraftInput!) { reviseDraft(input: $input) { position } }`
	return v.Ask(document, frame.Vars{"input": frame.Vars{
		"key": e.Key, "version": e.Version.Number, "revision": e.Revision,
		"content": e.Content.translated(e.Version.Content, e.Source).input(),
	}}, nil)
}

// readBase asks for an item and the version from which a next one begins: that in force,
// or the newest that the visitor may see. Open is the number of one that is written
// already, 0 for none.
func readBase(v *frame.Visit, from int) (it *item, base *version, open int, err error) {
	const document = `query PortalDeskBase($key: String!) { item(key: $key) { key kind source revision
		inForce { number } versions(first: 1) { edges { node { number state } } } } }`
	var answer struct {
		Item *struct {
			item
			InForce  *struct{ Number int }
			Versions struct {
				Edges []struct {
					Node struct {
						Number int
						State  string
					}
				}
			}
		}
	}
	if err := v.Ask(document, frame.Vars{"key": v.PathValue("key")}, &answer); err != nil {
		return nil, nil, 0, err
	}
	if answer.Item == nil {
		return nil, nil, 0, notFound()
	}
	if answer.Item.InForce != nil && from == 0 {
		from = answer.Item.InForce.Number
	}
	for _, e := range answer.Item.Versions.Edges {
		newest := version{Number: e.Node.Number, State: e.Node.State}
		if newest.Open() || newest.State == "SUBMITTED" {
			open = newest.Number
		}
		from = cmp.Or(from, newest.Number)
	}
	it = &answer.Item.item
	if from == 0 {
		return it, nil, open, nil
	}
	const contents = `query PortalDeskFrom($key: String!, $number: Int!) { item(key: $key) { version(number: $number) { number ` + contentFields + ` } } }`
	var old struct{ Item *item }
	if err := v.Ask(contents, frame.Vars{"key": it.Key, "number": from}, &old); err != nil {
		return nil, nil, 0, err
	}
	if old.Item == nil || old.Item.Version == nil {
		return nil, nil, 0, notFound()
	}
	return it, old.Item.Version, open, nil
}

// showBegin shows the form of a next version, which is not there until it is saved.
func showBegin(v *frame.Visit) error {
	if err := v.Need(string(domain.DraftVersions)); err != nil {
		return err
	}
	it, base, open, err := readBase(v, 0)
	if err != nil {
		return err
	}
	if open != 0 {
		return v.Go("/desk/", it.Key, "/", open, "?done=desk-open")
	}
	if base == nil {
		return newEditor(v, it, blank(it.Kind, it.Source, v.Value("name"))).show()
	}
	e := newEditor(v, it, base.Content)
	e.From = base.Number
	return e.show()
}

// begin takes the form of a next version.
func begin(v *frame.Visit) error {
	if err := v.Need(string(domain.DraftVersions)); err != nil {
		return err
	}
	form, err := readForm(v)
	if err != nil {
		return err
	}
	from, _ := strconv.Atoi(form.Get("from"))
	it, base, _, err := readBase(v, from)
	if err != nil {
		return err
	}
	s, err := readSent(v, it.Source)
	if err != nil {
		return err
	}
	e := s.editor(v, it)
	if do := s.Get("do"); do != "save" || len(s.failures) > 0 {
		e.Fresh = e.Content.act(do, e.Shown)
		return e.show()
	}
	e.Content.tidy(it.Source)
	saved := e.Content
	if base != nil {
		saved = saved.translated(base.Content, it.Source)
	}
	const document = `mutation PortalDeskDraft($input: DraftVersionInput!) { draftVersion(input: $input) { version { number } } }`
	var answer struct {
		DraftVersion struct{ Version struct{ Number int } }
	}
	input := frame.Vars{"key": it.Key, "content": saved.input(), "idempotencyKey": s.Get("once")}
	if seen, err := strconv.Atoi(s.Get("revision")); err == nil {
		input["revision"] = seen
	}
	if err := v.Ask(document, frame.Vars{"input": input}, &answer); err != nil {
		return e.refused(v, err)
	}
	return v.Go("/desk/", it.Key, "/", answer.DraftVersion.Version.Number, "?done=desk-begun")
}
