package provenance

import "bytes"

// layout tells where a PNG or JPEG has its packets.
type layout struct {
	packets []piece // in the order of the file
	place   int64   // where a new one goes
	most    int     // the longest packet that a piece can hold
	wrap    func(xmp []byte) []byte
}

// piece is the chunk or segment around a packet.
type piece struct {
	span
	xmp []byte
	// kept pieces are changed only to take a stamp out: wrapped again they would
	// not be the same, or something counts bytes across them.
	kept bool
}

// edits returns what has to change so that the file has the stamp and no other;
// nil for none. A packet that can be added to is, as a file should have only
// one (XMP Specification Part 3, 1.1.3 and 1.1.5); a second one is better than a
// changed one that can't be read, or no stamp. Refusal: too_large.
func (l layout) edits(s *Stamp) ([]edit, error) {
	var edits []edit
	for _, p := range l.packets {
		doc, err := scan(p.xmp, false)
		if err != nil {
			continue
		}
		if doc.wholly() {
			edits = append(edits, edit{span: p.span})
			continue
		}
		changed := edited(p.xmp, doc.stripping())
		if s != nil && !p.kept {
			if merged, ok := l.merged(changed, *s); ok {
				changed, s = merged, nil
			}
		}
		if !bytes.Equal(changed, p.xmp) {
			edits = append(edits, edit{p.span, l.wrap(changed)})
		}
	}
	if s != nil {
		if len(l.packets) == maxPackets { // it would not be found again
			return nil, tooManyPackets()
		}
		edits = append(edits, edit{span{l.place, l.place}, l.wrap(packet(*s))})
	}
	return edits, nil
}

func tooManyPackets() error { return tooLarge("there are more than %d packets", maxPackets) }

// add notes a packet.
func (l *layout) add(p piece) error {
	if len(l.packets) == maxPackets {
		return tooManyPackets()
	}
	l.packets = append(l.packets, p)
	return nil
}

func (l layout) merged(xmp []byte, s Stamp) ([]byte, bool) {
	doc, err := scan(xmp, false)
	if err != nil {
		return nil, false
	}
	e, ok := doc.merging(s)
	if !ok {
		return nil, false
	}
	xmp = edited(xmp, []edit{e})
	return xmp, len(xmp) <= l.most
}
