// Package mailtest is a mail server for tests, which keeps what it is sent.
package mailtest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Options say what the server is like. The zero value takes everything, without TLS.
type Options struct {
	// Offers: it offers TLS. Implicit: it wants TLS from the first byte on.
	Offers, Implicit bool
	// User and Password are asked for, if not empty.
	User, Password string
}

// Server is a mail server on this machine.
type Server struct {
	// Addr is host:port. Roots know its certificate.
	Addr  string
	Roots *x509.CertPool

	o     Options
	mails chan Mail

	mu sync.Mutex
	// asked answers at each step, if not nil: guarded by mu.
	asked func(step Step, about string) error
}

// Step is where in the dialogue somebody is.
type Step string

// The steps at which a server may refuse.
const (
	From Step = "from" // who sends; about is the address
	To   Step = "to"   // who is sent to
	Data Step = "data" // the letter; about is empty
)

// Refusal answers with a code of SMTP.
func Refusal(code int) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: "no"}
}

// Denied answers as a server that does not do this for us.
func Denied() error {
	return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "relay access denied"}
}

// Start starts a server, which ends with the test.
func Start(tb testing.TB, o Options) *Server {
	tb.Helper()
	s := &Server{Roots: x509.NewCertPool(), o: o, mails: make(chan Mail, 1000)}
	lent := httptest.NewTLSServer(nil) // for its certificate
	s.Roots.AddCert(lent.Certificate())
	secure := &tls.Config{Certificates: lent.TLS.Certificates, MinVersion: tls.VersionTLS12}
	lent.Close()

	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	server.Domain, server.EnableSMTPUTF8, server.AllowInsecureAuth = "localhost", true, true
	server.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	if o.Offers {
		server.TLSConfig = secure
	}
	listener, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s.Addr = listener.Addr().String()
	if o.Implicit {
		listener = tls.NewListener(listener, secure)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	tb.Cleanup(func() {
		_ = server.Close()
		if err := <-served; err != nil && !errors.Is(err, net.ErrClosed) {
			tb.Error(err)
		}
	})
	return s
}

// Answer says what is answered from now on, if not with a yes.
func (s *Server) Answer(asked func(step Step, about string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = asked
}

func (s *Server) ask(step Step, about string) error {
	s.mu.Lock()
	asked := s.asked
	s.mu.Unlock()
	if asked == nil {
		return nil
	}
	return asked(step, about)
}

// enough is how long a mail may take to come.
const enough = time.Minute

// Next waits for the next mail.
func (s *Server) Next(tb testing.TB) Mail {
	tb.Helper()
	select {
	case m := <-s.mails:
		return m
	case <-time.After(enough):
		tb.Fatal("no mail comes")
		return Mail{}
	}
}

// Taken returns the mails that have come and were not asked for yet.
func (s *Server) Taken() (all []Mail) {
	for {
		select {
		case m := <-s.mails:
			all = append(all, m)
		default:
			return all
		}
	}
}

// session is one connection.
type session struct {
	server *Server
	conn   *smtp.Conn
	user   string
	from   string
	to     []string
}

func (s *session) Reset()        { s.from, s.to = "", nil }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.o.User != "" && s.user == "" {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return s.server.ask(From, from)
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return s.server.ask(To, to)
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.server.ask(Data, ""); err != nil {
		return err
	}
	_, secure := s.conn.TLSConnectionState()
	m := Mail{From: s.from, To: slices.Clone(s.to), Hello: s.conn.Hostname(), User: s.user, TLS: secure, Raw: raw}
	if err := m.read(); err != nil {
		return err
	}
	s.server.mails <- m
	return nil
}

// AuthMechanisms are offered where there is somebody to log in.
func (s *session) AuthMechanisms() []string {
	if s.server.o.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth lets the one user in.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.server.o.User || password != s.server.o.Password {
			return smtp.ErrAuthFailed
		}
		s.user = user
		return nil
	}), nil
}
