package xliff

import "strconv"

func (p *printer) document21(d Document) {
	p.WriteString(header)
	attributes := []string{"xmlns", namespace21, "version", string(V21), "srcLang", d.Source}
	if d.Target != "" {
		attributes = append(attributes, "trgLang", d.Target)
	}
	p.open(0, "xliff", attributes...)
	p.open(1, "file", "id", d.Item, "original", d.original())
	for _, u := range d.Units {
		p.unit21(u)
	}
	p.end(1, "file")
	p.end(0, "xliff")
}

func (p *printer) unit21(u Unit) {
	p.open(2, "unit", "id", u.ID, "xml:space", "preserve")
	if notes := u.allNotes(); len(notes) > 0 {
		p.open(3, "notes")
		for _, n := range notes {
			p.leaf(4, "note", n.text, "category", n.from)
		}
		p.end(3, "notes")
	}
	data := p.originalData(u.Source)
	// A variable of the text (2.1, attribute subType), of which there is exactly one
	// in the target as well. It may move.
	code := func(id string, c piece) {
		p.tag("ph", "id", id, "canCopy", "no", "canDelete", "no", "dataRef", data[c.name],
			"disp", c.text, "equiv", c.name, "type", "ui", "subType", "xlf:var")
		p.WriteString("/>")
	}
	ids := codeIDs(u.Source)
	p.open(3, "segment", "state", states21[u.State], "subState", prefix21+string(u.State))
	p.inline("source", u.Source, ids, code)
	if u.Target != "" && !u.targetInNote() {
		p.inline("target", u.Target, ids, code)
	}
	p.end(3, "segment")
	p.end(2, "unit")
}

// originalData writes what the codes of a source stand for, once for each name,
// and returns the ids by name.
func (p *printer) originalData(source string) map[string]string {
	ids := map[string]string{}
	for _, part := range pieces(source) {
		if part.name == "" || ids[part.name] != "" {
			continue
		}
		if len(ids) == 0 {
			p.open(3, "originalData")
		}
		ids[part.name] = "d" + strconv.Itoa(len(ids)+1)
		p.leaf(4, "data", part.text, "id", ids[part.name])
	}
	if len(ids) > 0 {
		p.end(3, "originalData")
	}
	return ids
}

func (p *printer) document12(d Document) {
	p.WriteString(header)
	p.open(0, "xliff", "xmlns", namespace12, "version", string(V12))
	attributes := []string{"original", d.original(), "datatype", "plaintext", "source-language", d.Source}
	if d.Target != "" {
		attributes = append(attributes, "target-language", d.Target)
	}
	p.open(1, "file", attributes...)
	p.open(2, "body")
	for _, u := range d.Units {
		p.unit12(u)
	}
	p.end(2, "body")
	p.end(1, "file")
	p.end(0, "xliff")
}

func (p *printer) unit12(u Unit) {
	attributes := []string{"id", u.ID}
	if u.State == Approved {
		attributes = append(attributes, "approved", "yes")
	}
	p.open(3, "trans-unit", append(attributes, "xml:space", "preserve")...)
	code := func(id string, c piece) {
		p.tag("ph", "id", id, "ctype", "x-placeholder", "equiv-text", c.name)
		p.WriteString(">" + c.text + "</ph>") // braces and ASCII letters: nothing to escape
	}
	ids := codeIDs(u.Source)
	p.inline("source", u.Source, ids, code)
	if u.Target != "" && !u.targetInNote() {
		p.inline("target", u.Target, ids, code, "state", states12[u.State], "state-qualifier", prefix12+string(u.State))
	}
	for _, n := range u.allNotes() {
		p.leaf(4, "note", n.text, "from", n.from)
	}
	p.end(3, "trans-unit")
}
