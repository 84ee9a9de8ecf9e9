package provenance

import (
	"bytes"
	"compress/zlib"
	"io"
)

// packed finds an object in a stream that holds many (7.5.7).
func (f *pdfFile) packed(holder int64, ref pdfReference) (pdfObject, error) {
	e, err := f.find(holder)
	if err != nil {
		return pdfObject{}, err
	}
	if e.kind != inPlace || ref.generation != 0 {
		return pdfObject{}, broken("objects are packed into what is no stream")
	}
	o, err := f.objectAt(e.at)
	if err != nil {
		return pdfObject{}, err
	}
	count, ok := o.dict.number("N")
	first, ok2 := o.dict.number("First")
	if o.number != holder || o.dict.name("Type") != "ObjStm" || !ok || !ok2 {
		return pdfObject{}, broken("objects are packed into what does not hold any")
	}
	data, err := f.unpacked(o, maxUnpacked)
	if err != nil {
		return pdfObject{}, err
	}
	if first > int64(len(data)) {
		return pdfObject{}, broken("packed objects can't be read")
	}
	heads := cursor{text: data[:first]}
	for range count {
		number, ok := heads.number()
		at, ok2 := heads.number()
		if !ok || !ok2 {
			break
		}
		if number != ref.number {
			continue
		}
		c := cursor{text: append(data, ' ')}
		if c.at = int(min(first+at, int64(len(data)))); c.object(0) != nil {
			return pdfObject{}, broken("a packed object can't be read")
		}
		from := cursor{text: c.text, at: int(first + at)}
		from.space()
		o := pdfObject{pdfReference: pdfReference{number, 0}, text: c.text[from.at:c.at]}
		err := o.readDict()
		return o, err
	}
	return pdfObject{}, broken("a packed object is missing")
}

// length returns that of a stream's data. It may stand in an object of its own, which has
// to be a plain one: where it could be packed again there would be no end.
func (f *pdfFile) length(o pdfObject) (int64, error) {
	if n, ok := o.dict.number("Length"); ok {
		return n, nil
	}
	ref, ok := o.dict.reference("Length")
	if !ok {
		return 0, broken("a stream has no length")
	}
	e, err := f.find(ref.number)
	if err != nil {
		return 0, err
	}
	if e.kind != inPlace {
		return 0, broken("the length of a stream can't be read")
	}
	o, err = f.objectAt(e.at)
	if err != nil {
		return 0, err
	}
	n, ok := wholeNumber(string(o.text))
	if !ok || o.pdfReference != ref {
		return 0, broken("the length of a stream can't be read")
	}
	return n, nil
}

// unpacked returns the data of a stream (7.3.8), of at most so many bytes.
func (f *pdfFile) unpacked(o pdfObject, most int64) ([]byte, error) {
	n, err := f.length(o)
	if err != nil {
		return nil, err
	}
	if o.stream == 0 || n > f.r.Size()-o.stream {
		return nil, broken("a stream can't be read")
	}
	if n > most {
		return nil, tooLarge("a stream has more than %d bytes", most)
	}
	data, err := f.window(o.stream, n)
	if err != nil {
		return nil, err
	}
	after, err := f.window(o.stream+n, 32)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(bytes.TrimLeft(after, "\r\n"), []byte("endstream")) {
		return nil, broken("a stream has another length than is said")
	}
	switch filters := o.dict.get("Filter"); {
	case filters == nil:
		return data, nil
	case o.dict.name("Filter") == "FlateDecode", string(bytes.Join(bytes.Fields(filters), nil)) == "[/FlateDecode]":
		return f.inflated(o, data, most)
	}
	return nil, broken("a stream is packed in an unusual way")
}

func (f *pdfFile) inflated(o pdfObject, data []byte, most int64) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, broken("a stream can't be unpacked")
	}
	out, err := io.ReadAll(io.LimitReader(z, min(most, f.budget)+1))
	if err != nil {
		return nil, broken("a stream can't be unpacked")
	}
	if err := f.spend(int64(len(out))); err != nil {
		return nil, err
	}
	if int64(len(out)) > most {
		return nil, tooLarge("a stream has more than %d bytes", most)
	}
	return predicted(out, o.dict)
}

// predicted undoes the filters of PNG (7.4.4.4; PNG, section 9), as far as they are used for
// tables and objects: with one byte for a colour.
func predicted(data []byte, d pdfDict) ([]byte, error) {
	c := cursor{text: bytes.TrimSpace(bytes.Trim(d.get("DecodeParms"), "[]"))}
	if len(c.text) == 0 || string(c.text) == "null" {
		return data, nil
	}
	parameters, err := c.dict()
	if err != nil {
		return nil, broken("how a stream is packed can't be read")
	}
	predictor, columns := int64(1), int64(1)
	if n, ok := parameters.number("Predictor"); ok {
		predictor = n
	}
	if n, ok := parameters.number("Columns"); ok {
		columns = n
	}
	switch {
	case predictor == 1:
		return data, nil
	case predictor < 10, parameters.get("Colors") != nil && string(parameters.get("Colors")) != "1",
		parameters.get("BitsPerComponent") != nil && string(parameters.get("BitsPerComponent")) != "8", columns < 1, columns > maxObject:
		return nil, broken("a stream is packed in an unusual way")
	}
	width := int(columns)
	above := make([]byte, width)
	out := make([]byte, 0, len(data))
	for len(data) > width {
		row := data[1 : 1+width]
		if !unfilter(data[0], row, above) {
			return nil, broken("a stream can't be unpacked")
		}
		out = append(out, row...)
		above, data = row, data[1+width:]
	}
	return out, nil
}

// unfilter undoes the filter of one row in place.
func unfilter(filter byte, row, above []byte) bool {
	var left, corner byte
	for i := range row {
		up := above[i]
		switch filter {
		case 0:
		case 1:
			row[i] += left
		case 2:
			row[i] += up
		case 3:
			row[i] += byte((int(left) + int(up)) / 2)
		case 4:
			row[i] += paeth(int(left), int(up), int(corner))
		default:
			return false
		}
		left, corner = row[i], up
	}
	return true
}

func paeth(left, up, corner int) byte {
	distance := func(n int) int { return max(n-left-up+corner, left+up-corner-n) }
	switch l, u, c := distance(left), distance(up), distance(corner); {
	case l <= u && l <= c:
		return byte(left)
	case u <= c:
		return byte(up)
	}
	return byte(corner)
}
