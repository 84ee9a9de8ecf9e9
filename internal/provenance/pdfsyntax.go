package provenance

import (
	"bytes"
	"errors"
	"strconv"
)

// errCutOff: the text ends within an object, so that more has to be read.
var errCutOff = errors.New("the text ends within an object")

// pdfDepth is how deep arrays and dictionaries may be nested.
const pdfDepth = 64

// cursor goes over the text of PDF objects (ISO 32000-2, 7.2 and 7.3). It finds where
// they end; what they say is read of those only that matter.
type cursor struct {
	text []byte
	at   int
}

func isSpace(c byte) bool { return bytes.IndexByte([]byte("\x00\t\n\f\r "), c) >= 0 }

func isRegular(c byte) bool { return !isSpace(c) && bytes.IndexByte([]byte("()<>[]{}/%"), c) < 0 }

// space passes over white space and comments.
func (c *cursor) space() {
	comment := false
	for ; c.at < len(c.text); c.at++ {
		switch b := c.text[c.at]; {
		case comment:
			comment = b != '\n' && b != '\r'
		case b == '%':
			comment = true
		case !isSpace(b):
			return
		}
	}
}

// begins passes over a mark, if the text goes on with it.
func (c *cursor) begins(mark string) bool {
	if !bytes.HasPrefix(c.text[c.at:], []byte(mark)) {
		return false
	}
	c.at += len(mark)
	return true
}

// word passes over regular characters; there may be none.
func (c *cursor) word() string {
	from := c.at
	for c.at < len(c.text) && isRegular(c.text[c.at]) {
		c.at++
	}
	return string(c.text[from:c.at])
}

// number passes over white space and a whole number.
func (c *cursor) number() (int64, bool) {
	c.space()
	return wholeNumber(c.word())
}

// wholeNumber reads digits. A file of the size that is read has none of more than ten.
func wholeNumber(s string) (int64, bool) {
	n, err := strconv.ParseUint(s, 10, 34)
	return int64(n), err == nil
}

// object passes over white space and one object. A reference is three.
func (c *cursor) object(depth int) error {
	c.space()
	switch {
	case c.at == len(c.text):
		return errCutOff
	case depth > pdfDepth:
		return tooLarge("objects are nested deeper than %d", pdfDepth)
	case c.begins("<<"):
		return c.until(">>", depth)
	case c.begins("["):
		return c.until("]", depth)
	case c.begins("("):
		return c.literal()
	case c.begins("<"):
		end := bytes.IndexByte(c.text[c.at:], '>')
		if end < 0 {
			return errCutOff
		}
		c.at += end + 1
		return nil
	}
	name := c.begins("/")
	if word := c.word(); c.at == len(c.text) {
		return errCutOff
	} else if word == "" && !name {
		return broken("an object can't be read")
	}
	return nil
}

// until passes over objects up to a mark.
func (c *cursor) until(mark string, depth int) error {
	for {
		if c.space(); c.begins(mark) {
			return nil
		}
		if err := c.object(depth + 1); err != nil {
			return err
		}
	}
}

// literal passes over the rest of a string in parentheses.
func (c *cursor) literal() error {
	for open := 1; c.at < len(c.text); {
		switch c.text[c.at] {
		case '\\':
			c.at++
		case '(':
			open++
		case ')':
			open--
		}
		if c.at++; open == 0 {
			return nil
		}
	}
	c.at = len(c.text)
	return errCutOff
}
