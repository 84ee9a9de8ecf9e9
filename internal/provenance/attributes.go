package provenance

import "bytes"

// attributes returns where the attributes of a start tag stand, in their order,
// each with the white space before it. The tag is one that the XML decoder has
// accepted, so that a simple walk is enough; where it is not, the number of
// attributes differs from the decoder's, which the caller sees.
func attributes(tag []byte) []span {
	var found []span
	at := bytes.IndexAny(tag, " \t\r\n/>") // the end of the name
	for at >= 0 && at < len(tag) {
		from := at
		at += len(tag[at:]) - len(bytes.TrimLeft(tag[at:], " \t\r\n"))
		equals := bytes.IndexByte(tag[at:], '=')
		if equals < 0 {
			return found
		}
		at += equals + 1
		at += len(tag[at:]) - len(bytes.TrimLeft(tag[at:], " \t\r\n"))
		if at == len(tag) || tag[at] != '"' && tag[at] != '\'' {
			return found
		}
		length := bytes.IndexByte(tag[at+1:], tag[at])
		if length < 0 {
			return found
		}
		at += 1 + length + 1
		found = append(found, span{int64(from), int64(at)})
	}
	return found
}
