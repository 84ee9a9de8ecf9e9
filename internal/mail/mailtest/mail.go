package mailtest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
)

// Mail is what came in.
type Mail struct {
	// From and To are those of the envelope; Hello is how the client called itself.
	From  string
	To    []string
	Hello string
	// User is who had logged in; TLS, whether nobody could listen.
	User string
	TLS  bool
	// Raw is all of it. Header, Subject (decoded), Text and HTML are read from it.
	Raw                 []byte
	Header              mail.Header
	Subject, Text, HTML string
}

// Read reads a mail as a mail client does.
func Read(raw []byte) (Mail, error) {
	m := Mail{Raw: raw}
	err := m.read()
	return m, err
}

func (m *Mail) read() error {
	parsed, err := mail.ReadMessage(bytes.NewReader(m.Raw))
	if err != nil {
		return err
	}
	m.Header = parsed.Header
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject")); err != nil {
		return err
	}
	_, parameters, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	parts := multipart.NewReader(parsed.Body, parameters["boundary"])
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		body := strings.ReplaceAll(string(text), "\r\n", "\n")
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			m.HTML = body
		} else {
			m.Text = body
		}
	}
}
