package mail

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"signet/internal/mail/mailtest"
)

var fields = []string{"Auto-Submitted", "Content-Type", "Date", "From", "List-Unsubscribe", "Message-Id", "Mime-Version", "Subject", "To"}

// composed is a letter as a mail client reads it; false if it is refused.
func composed(t *testing.T, l Letter) (mailtest.Mail, bool) {
	t.Helper()
	s, err := New(Options{Server: "smtp.example:587", From: "brand@haiphong.example", Name: "registry.example"})
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.compose(l)
	if err != nil {
		return mailtest.Mail{}, false
	}
	var raw bytes.Buffer
	if _, err := m.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	read, err := mailtest.Read(raw.Bytes())
	if err != nil {
		t.Fatalf("%v\n%s", err, &raw)
	}
	return read, true
}

func TestNothingInALetterBecomesAHeader(t *testing.T) {
	good := Letter{ID: "msg_1", To: "binh@x.example", Subject: "s", Text: "t", HTML: "h", Unsubscribe: "https://r.example/vi/me"}
	for title, c := range map[string]struct {
		change func(*Letter)
		taken  bool
	}{
		"as it is":                            {func(*Letter) {}, true},
		"a subject of two lines":              {func(l *Letter) { l.Subject = "x\r\nBcc: b@x.example\r\n\r\nbody" }, true},
		"a subject of bare line feeds":        {func(l *Letter) { l.Subject = "x\nBcc: b@x.example" }, true},
		"a subject with another kind of line": {func(l *Letter) { l.Subject = "x\u2028Bcc: b@x.example\x85y" }, true},
		"a subject that is encoded":           {func(l *Letter) { l.Subject = "=?utf-8?q?x=0D=0ABcc:_b@x.example?=" }, true},
		"a very long subject":                 {func(l *Letter) { l.Subject = strings.Repeat("ễ Bcc: b@x.example ", 500) }, true},
		"a text with a dot and headers":       {func(l *Letter) { l.Text = "x\r\n.\r\nMAIL FROM:<a@x.example>\r\n\r\nBcc: b@x.example" }, true},
		"a text that ends the part":           {func(l *Letter) { l.Text = "x\r\n--" + boundary(*l) + "--\r\nBcc: b@x.example" }, true},
		"an address of two lines":             {func(l *Letter) { l.To = "a@x.example\r\nBcc: b@x.example" }, false},
		"two addresses":                       {func(l *Letter) { l.To = "a@x.example, b@x.example" }, false},
		"an address that asks for more":       {func(l *Letter) { l.To = "a@x.example> NOTIFY=SUCCESS" }, false},
		"no address":                          {func(l *Letter) { l.To = "" }, false},
		"an ID of two lines":                  {func(l *Letter) { l.ID = "x\r\nBcc: b@x.example" }, false},
		"no ID":                               {func(l *Letter) { l.ID = "" }, false},
		"an URL of two lines":                 {func(l *Letter) { l.Unsubscribe = "https://x.example/\r\nBcc: b@x.example" }, false},
		"an URL that ends":                    {func(l *Letter) { l.Unsubscribe = "https://x.example/>, <mailto:b@x.example" }, false},
		"no URL":                              {func(l *Letter) { l.Unsubscribe = "" }, false},
	} {
		t.Run(title, func(t *testing.T) {
			l := good
			c.change(&l)
			m, taken := composed(t, l)
			if taken != c.taken {
				t.Fatalf("taken: %t", taken)
			}
			if got := slices.Sorted(maps.Keys(m.Header)); taken && !slices.Equal(got, fields) {
				t.Errorf("it has %q\n%s", got, m.Raw)
			}
			if taken && m.HTML != l.HTML {
				t.Errorf("its last part is %q\n%s", m.HTML, m.Raw)
			}
		})
	}
}

// Whatever a letter says, it is one letter to one person, which says that.
func FuzzLetter(f *testing.F) {
	f.Add("msg_1", "binh@x.example", "Đã thu hồi", "Kính gửi\n", "<p>x</p>")
	f.Add("a", "nguyễn@haiphong.example", "x\r\nBcc: y@z.example", "\r\n.\r\n", "--a--")
	f.Add("a\n", "\"a b\"@x", strings.Repeat("ư", 300), "\x00", "\xff")
	f.Add("a", "\"a\"@x.example", "x", "x", "x")
	f.Add("a", "a@x.example", "=?utf-8?b?DQpCY2M6?=", "a\rb", "")
	f.Fuzz(func(t *testing.T, id, to, subject, text, html string) {
		m, taken := composed(t, Letter{ID: id, To: to, Subject: subject, Text: text, HTML: html, Unsubscribe: "https://registry.example/vi/me", Date: time.Unix(0, 0)})
		if !taken {
			return
		}
		if got := slices.Sorted(maps.Keys(m.Header)); !slices.Equal(got, fields) {
			t.Errorf("it has %q\n%s", got, m.Raw)
		}
		for field, all := range m.Header {
			if len(all) != 1 {
				t.Errorf("%s: %q", field, all)
			}
		}
		if sent, err := m.Header.AddressList("To"); err != nil || len(sent) != 1 || sent[0].Address != to || sent[0].Name != "" {
			t.Errorf("it is to %v, %v; want %q", sent, err, to)
		}
		if utf8.ValidString(subject) && m.Subject != line(subject) {
			t.Errorf("it is about %q; want %q", m.Subject, line(subject))
		}
		for _, l := range bytes.Split(m.Raw, []byte("\r\n")) {
			if len(l) > 998 {
				t.Errorf("a line of %d bytes", len(l))
			}
		}
	})
}
