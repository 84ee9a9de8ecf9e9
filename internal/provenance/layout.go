package provenance

import (
	"bytes"
	"encoding/xml"
)

// layout tells where a bitmap has its packets.
type layout struct {
	packets []piece // in the order of the file
	place   int64   // where a new one goes
	most    int     // the longest packet that a piece can hold
	wrap    func(xmp []byte) []byte
	// around adds what else has to change with the packets; nil if nothing has.
	around func([]edit) ([]edit, error)
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
// one (XMP Specification Part 3); a second one is better than a
// changed one that can't be read, or no stamp. Refusal: too_large.
func (l layout) edits(s *Stamp) ([]edit, error) {
	var edits []edit
	there := map[xml.Name]bool{}
	left := len(l.packets)
	for _, p := range l.packets {
		doc, err := scan(p.xmp, false)
		if err != nil {
			continue
		}
		if doc.wholly() {
			edits = append(edits, edit{span: p.span})
			left--
			continue
		}
		cuts := doc.stripping()
		if doc, err = scan(edited(p.xmp, cuts), false); err != nil {
			return nil, err
		}
		changed := doc.text
		doc.names(there)
		if e, ok := doc.merging(s, there); ok && (!p.kept || len(cuts) > 0) {
			if merged := edited(changed, []edit{e}); len(merged) <= l.most {
				changed, s = merged, nil
			}
		}
		if !bytes.Equal(changed, p.xmp) {
			edits = append(edits, edit{p.span, l.wrap(changed)})
		}
	}
	if s != nil {
		if left == maxPackets { // it would not be found again
			return nil, tooManyPackets()
		}
		edits = append(edits, edit{span{l.place, l.place}, l.wrap(packet(*s, there))})
	}
	if l.around != nil {
		return l.around(edits)
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
