package mail_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"signet/internal/mail"
	"signet/internal/mail/mailtest"
	"signet/internal/outbound"
)

func senderOf(t *testing.T, server *mailtest.Server, o mail.Options) *mail.Sender {
	t.Helper()
	o.Server, o.From, o.Name, o.Roots = server.Addr, "Sổ đăng ký <brand@haiphong.example>", "registry.example", server.Roots
	s, err := mail.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var letter = mail.Letter{
	ID: "msg_0190b6c2-8a4e-5d1f-9f7e-2b1c3d4e5f60", To: "binh@songoaivu.example", Subject: "Đã thu hồi / Withdrawn: Biển mở",
	Text: "Kính gửi ông/bà,\n\nPhiên bản 2 đã được thu hồi.\n.\nHết", HTML: "<p>Phiên bản 2 đã được <b>thu hồi</b>.</p>",
	Unsubscribe: "https://registry.example/vi/me", Date: time.Date(2027, 7, 1, 5, 0, 0, 0, time.UTC),
}

func TestALetterArrivesAsItWasWritten(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{Offers: true, User: "signet", Password: "bí mật"})
	s := senderOf(t, server, mail.Options{User: "signet", Password: "bí mật"})
	var raw []string
	for range 2 {
		if err := s.Send(t.Context(), letter); err != nil {
			t.Fatal(err)
		}
		m := server.Next(t)
		raw = append(raw, string(m.Raw))
		if m.From != "brand@haiphong.example" || !slices.Equal(m.To, []string{letter.To}) || m.User != "signet" || !m.TLS || m.Hello != "registry.example" {
			t.Errorf("%+v", m)
		}
		if m.Subject != letter.Subject || strings.TrimSpace(m.Text) != letter.Text || strings.TrimSpace(m.HTML) != letter.HTML {
			t.Errorf("%q\n%s\n%s", m.Subject, m.Text, m.HTML)
		}
		for field, want := range map[string]string{
			"Message-Id": "<" + letter.ID + "@registry.example>", "Auto-Submitted": "auto-generated", "List-Unsubscribe": "<https://registry.example/vi/me>",
			"To": "<binh@songoaivu.example>", "Mime-Version": "1.0", "User-Agent": "", "X-Mailer": "",
		} {
			if got := m.Header.Get(field); got != want {
				t.Errorf("%s: %q, want %q", field, got, want)
			}
		}
		if date, err := m.Header.Date(); err != nil || !date.Equal(letter.Date) {
			t.Errorf("dated %v, %v", date, err)
		}
		if from, err := m.Header.AddressList("From"); err != nil || len(from) != 1 || from[0].Name != "Sổ đăng ký" || from[0].Address != "brand@haiphong.example" {
			t.Errorf("from %v, %v", from, err)
		}
	}
	if raw[0] != raw[1] {
		t.Errorf("sent again it is another mail:\n%s\n%s", raw[0], raw[1])
	}
}

func TestTheWayIsKeptPrivate(t *testing.T) {
	login := func(s mail.Security) mail.Options {
		return mail.Options{Security: s, User: "signet", Password: "p"}
	}
	for title, c := range map[string]struct {
		server  mailtest.Options
		options mail.Options
		fails   outbound.Failure // empty: it is sent
		secure  bool
	}{
		"TLS from the offer on":                        {mailtest.Options{Offers: true}, mail.Options{}, "", true},
		"TLS from the first byte on":                   {mailtest.Options{Implicit: true}, mail.Options{Security: mail.Implicit}, "", true},
		"a password within TLS":                        {mailtest.Options{Implicit: true, User: "signet", Password: "p"}, login(mail.Implicit), "", true},
		"none, as the operator wants":                  {mailtest.Options{}, mail.Options{Security: mail.None}, "", false},
		"no offer: it is not sent in the clear":        {mailtest.Options{User: "signet", Password: "p"}, login(mail.StartTLS), outbound.FailedConnection, false},
		"no TLS where it was to be from the beginning": {mailtest.Options{}, mail.Options{Security: mail.Implicit}, outbound.FailedTLS, false},
	} {
		t.Run(title, func(t *testing.T) {
			server := mailtest.Start(t, c.server)
			err := senderOf(t, server, c.options).Send(t.Context(), letter)
			if c.fails != "" {
				if f := failure(t, err); f.Way != c.fails || f.Final || f.Unwrap() == nil {
					t.Errorf("%+v", f)
				}
				if taken := server.Taken(); len(taken) > 0 {
					t.Errorf("it was sent: %+v", taken)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if m := server.Next(t); m.TLS != c.secure || m.User != c.server.User {
				t.Errorf("%+v", m)
			}
		})
	}
	t.Run("a certificate of somebody else", func(t *testing.T) {
		server := mailtest.Start(t, mailtest.Options{Offers: true})
		server.Roots = nil // those of the system
		if f := failure(t, senderOf(t, server, mail.Options{}).Send(t.Context(), letter)); f.Way != outbound.FailedTLS || f.Final {
			t.Errorf("%+v", f)
		}
	})
}

func failure(t *testing.T, err error) *mail.Failure {
	t.Helper()
	var f *mail.Failure
	if !errors.As(err, &f) {
		t.Fatalf("%v is no failure", err)
	}
	return f
}

func TestWhatTheServerAnswers(t *testing.T) {
	for title, c := range map[string]struct {
		step  mailtest.Step
		code  int
		final bool
	}{
		"nobody is there of this name":       {mailtest.To, 550, true},
		"the letter is refused":              {mailtest.Data, 554, true},
		"the box is full for now":            {mailtest.To, 452, false},
		"it is busy":                         {mailtest.Data, 451, false},
		"who sends is not known, or not yet": {mailtest.From, 550, false},
		"who sends shall wait":               {mailtest.From, 421, false},
	} {
		t.Run(title, func(t *testing.T) {
			server := mailtest.Start(t, mailtest.Options{})
			server.Answer(func(step mailtest.Step, _ string) error {
				if step == c.step {
					return mailtest.Refusal(c.code)
				}
				return nil
			})
			err := senderOf(t, server, mail.Options{Security: mail.None}).Send(t.Context(), letter)
			if f := failure(t, err); f.Code != c.code || f.Final != c.final || f.Way != "" {
				t.Errorf("%+v", f)
			}
			if strings.Contains(err.Error(), "binh") {
				t.Errorf("%q tells who", err)
			}
			if taken := server.Taken(); len(taken) > 0 {
				t.Errorf("it was taken: %+v", taken)
			}
		})
	}
	t.Run("it does not relay, for now", func(t *testing.T) {
		server := mailtest.Start(t, mailtest.Options{})
		server.Answer(func(step mailtest.Step, _ string) error {
			if step == mailtest.To {
				return mailtest.Denied()
			}
			return nil
		})
		if f := failure(t, senderOf(t, server, mail.Options{Security: mail.None}).Send(t.Context(), letter)); f.Code != 554 || f.Final {
			t.Errorf("%+v", f)
		}
	})
	t.Run("the password is wrong", func(t *testing.T) {
		server := mailtest.Start(t, mailtest.Options{Offers: true, User: "signet", Password: "p"})
		if f := failure(t, senderOf(t, server, mail.Options{User: "signet", Password: "q"}).Send(t.Context(), letter)); f.Code != 535 || f.Final || f.Unwrap() == nil {
			t.Errorf("%+v", f)
		}
	})
}

// mute takes connections and says nothing.
func mute(t *testing.T) (listener net.Listener, accepted chan net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	accepted = make(chan net.Conn, 9)
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
			accepted <- c
		}
	}()
	return listener, accepted
}

func TestNobodyAnswers(t *testing.T) {
	listener, accepted := mute(t)
	silent := mailtest.Server{Addr: listener.Addr().String()}
	short := mail.Options{Security: mail.None, Timeout: 50 * time.Millisecond}
	if f := failure(t, senderOf(t, &silent, short).Send(t.Context(), letter)); f.Way != outbound.FailedTimeout {
		t.Errorf("%+v", f)
	}
	<-accepted
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- senderOf(t, &silent, mail.Options{Security: mail.None, Timeout: time.Hour}).Send(ctx, letter)
	}()
	<-accepted
	cancel()
	failure(t, <-ended) // at once, though the server says nothing
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if f := failure(t, senderOf(t, &silent, short).Send(t.Context(), letter)); f.Way != outbound.FailedConnect {
		t.Errorf("%+v", f)
	}
}

func TestWhatOptionsAreRefused(t *testing.T) {
	good := mail.Options{Server: "smtp.example:587", From: "brand@haiphong.example", Name: "registry.example"}
	if _, err := mail.New(good); err != nil {
		t.Fatal(err)
	}
	for title, change := range map[string]func(*mail.Options){
		"no port":                          func(o *mail.Options) { o.Server = "smtp.example" },
		"port 0":                           func(o *mail.Options) { o.Server = "smtp.example:0" },
		"no host":                          func(o *mail.Options) { o.Server = ":587" },
		"no sender":                        func(o *mail.Options) { o.From = "" },
		"two senders":                      func(o *mail.Options) { o.From = "a@x.example, b@x.example" },
		"a sender with a header":           func(o *mail.Options) { o.From = "a@x.example\r\nBcc: b@x.example" },
		"another kind of TLS":              func(o *mail.Options) { o.Security = "ssl" },
		"a password in the clear":          func(o *mail.Options) { o.Security, o.User = mail.None, "signet" },
		"no name of this host":             func(o *mail.Options) { o.Name = "" },
		"a name that goes on":              func(o *mail.Options) { o.Name = "registry.example\r\nX: y" },
		"a name that is not of this world": func(o *mail.Options) { o.Name = "hảiphòng.example" },
	} {
		t.Run(title, func(t *testing.T) {
			o := good
			change(&o)
			if _, err := mail.New(o); err == nil {
				t.Error("it was taken")
			}
		})
	}
	here := good
	here.Server, here.Security, here.User = "127.0.0.1:25", mail.None, "signet"
	if _, err := mail.New(here); err != nil {
		t.Errorf("on this machine nobody listens: %v", err)
	}
}
