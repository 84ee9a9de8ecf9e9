package oidc

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// MaxToken is the length of the longest token that is looked at, in bytes.
const MaxToken = 16 << 10

// object is a JSON object. Unlike the fields of a struct its names are compared
// exactly: "ALG" is not "alg".
type object map[string]any

// text is a value that is a string; empty if it is none.
func (o object) text(name string) string {
	s, _ := o[name].(string)
	return s
}

// jwt is a token in the compact form (RFC 7515, section 7.1) that was taken apart;
// whether anything in it is true is another question.
type jwt struct {
	header, claims object
	signed         []byte // what the signature is over
	signature      []byte
}

var strictBase64 = base64.RawURLEncoding.Strict()

// parseJWT takes a token apart. Extensions that must be understood (RFC 7515,
// section 4.1.11) are refused, because none is.
func parseJWT(text string) (*jwt, error) {
	if len(text) > MaxToken {
		return nil, refuse(reasonMalformed, "a token has at most %d bytes", MaxToken)
	}
	parts := strings.Split(text, ".")
	if len(parts) != 3 || strings.ContainsAny(text, "\r\n") { // which base64 would pass over
		return nil, refuse(reasonMalformed, "a signed token has three parts")
	}
	t := &jwt{signed: []byte(text[:len(parts[0])+1+len(parts[1])])}
	var err error
	if t.header, err = decodeObject(parts[0]); err != nil {
		return nil, refuse(reasonMalformed, "its header is no JSON object")
	}
	if t.claims, err = decodeObject(parts[1]); err != nil {
		return nil, refuse(reasonMalformed, "its claims are no JSON object")
	}
	if t.signature, err = strictBase64.DecodeString(parts[2]); err != nil {
		return nil, refuse(reasonMalformed, "its signature is not base64url")
	}
	if _, there := t.header["crit"]; there {
		return nil, refuse(reasonMalformed, "it has extensions that must be understood")
	}
	return t, nil
}

var errTrailing = errors.New("something follows the object")

func decodeObject(part string) (object, error) {
	text, err := strictBase64.DecodeString(part)
	if err != nil {
		return nil, err
	}
	return readObject(text)
}

// readObject reads one JSON object and nothing after it. Numbers stay as written.
func readObject(text []byte) (object, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var o object
	if err := decoder.Decode(&o); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) || o == nil {
		return nil, errTrailing
	}
	return o, nil
}
