// Package mail hands letters to a mail server, one by one, by SMTP (RFC 5321): with
// TLS unless the operator says otherwise, and so that nothing in a letter can become a
// header or another recipient. It keeps nothing, and tries nothing twice: that is for
// whoever has a queue.
package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"signet/internal/outbound"
)

// Security is how the way to the mail server is kept private.
type Security string

// The ways.
const (
	StartTLS Security = "starttls" // TLS from the server's offer on, and never without it (RFC 3207)
	Implicit Security = "implicit" // TLS from the first byte on (RFC 8314)
	None     Security = "none"     // for a server on the same machine or wire
)

// Options say which server takes letters.
type Options struct {
	// Server is host:port.
	Server string
	// Security is StartTLS if empty.
	Security Security
	// User logs in with the password, if not empty: never without TLS, unless the server
	// is on this machine.
	User, Password string
	// From is who sends, as an address with or without a name.
	From string
	// Name is how this program calls itself to the server, and where its Message-IDs
	// are from: the host of the registry's public address.
	Name string
	// Timeout bounds one letter; 0 is 30 s.
	Timeout time.Duration
	// Roots are the authorities of the server's certificate; nil are those of the system.
	Roots *x509.CertPool
}

// Sender hands letters over. It may be used by several goroutines at once.
type Sender struct {
	o    Options
	host string
	port int
	from *mail.Address
}

// New checks the options. It connects to nobody yet.
func New(o Options) (*Sender, error) {
	o.Security, o.Timeout = cmp.Or(o.Security, StartTLS), cmp.Or(o.Timeout, 30*time.Second)
	host, port, err := net.SplitHostPort(o.Server)
	number, malformed := strconv.ParseUint(port, 10, 16)
	if err != nil || malformed != nil || host == "" || number == 0 {
		return nil, fmt.Errorf("mail: %q is no server, such as smtp.example:587", o.Server)
	}
	from, err := mail.ParseAddress(o.From)
	if err != nil || strings.ContainsFunc(from.Address, notInURL) {
		return nil, fmt.Errorf("mail: %q is no address", o.From)
	}
	switch o.Security {
	case StartTLS, Implicit:
	case None:
		if o.User != "" && !isHere(host) {
			return nil, errors.New("mail: a password is sent by TLS only")
		}
	default:
		return nil, fmt.Errorf("mail: TLS is %s, %s or %s, not %q", StartTLS, Implicit, None, o.Security)
	}
	if o.Name == "" || strings.Trim(strings.ToLower(o.Name), "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
		return nil, fmt.Errorf("mail: %q is no name of this host", o.Name)
	}
	return &Sender{o: o, host: host, port: int(number), from: from}, nil
}

// isHere tells whether a host is this machine.
func isHere(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Failure is why a letter was not taken.
type Failure struct {
	// Code is what the server answered, such as 451 or 550; 0 if it did not.
	Code int
	// Final: the server will not take this letter, however often it is asked.
	Final bool
	// Way is why there was no answer; empty if there was.
	Way outbound.Failure
	// cause is what went wrong before anybody was named to the server.
	cause error
}

// Error tells of no recipient: it may be logged.
func (f *Failure) Error() string {
	switch {
	case f.cause != nil:
		return "mail: the server takes no letters: " + f.cause.Error()
	case f.Way != "":
		return "mail: not sent: " + string(f.Way)
	}
	return fmt.Sprintf("mail: not sent: the server answered %d", f.Code)
}

// Unwrap returns what went wrong before anybody was named to the server, if that is
// where it went wrong: mostly the operator can mend it.
func (f *Failure) Unwrap() error { return f.cause }

// Send hands a letter over. Its error is a *Failure. After an error that came late the
// server may have the letter all the same.
func (s *Sender) Send(ctx context.Context, l Letter) error {
	m, err := s.compose(l)
	if err != nil {
		return &Failure{Final: true}
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel() // which closes the connection
	client, err := s.client(ctx)
	if err != nil {
		return &Failure{Way: outbound.FailedConnection, cause: err}
	}
	open, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		f := failureOf(ctx, err)
		f.cause = err
		return f
	}
	err = client.SendWithSMTPClient(open, m)
	_ = client.CloseWithSMTPClient(open) // how they part does not matter
	if err == nil || m.IsDelivered() {
		return nil
	}
	return failureOf(ctx, err)
}

// mechanisms are the ways to log in, the best first. The last two show the password to
// the server, and are refused by the client where there is no TLS.
var mechanisms = []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256PLUS, gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin}

// client is for one letter. The context's end cuts its connection.
func (s *Sender) client(ctx context.Context) (*gomail.Client, error) {
	secure := &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12, RootCAs: s.o.Roots}
	policy := gomail.NoTLS
	if s.o.Security == StartTLS {
		policy = gomail.TLSMandatory
	}
	options := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithHELO(s.o.Name), gomail.WithTimeout(s.o.Timeout), gomail.WithTLSPolicy(policy), gomail.WithTLSConfig(secure), gomail.WithoutNoop(),
		gomail.WithDialContextFunc(func(_ context.Context, network, _ string) (net.Conn, error) { return s.dial(ctx, network, secure) }),
	}
	if s.o.User != "" {
		options = append(options, gomail.WithOpportunisticSMTPAuth(mechanisms...), gomail.WithUsername(s.o.User), gomail.WithPassword(s.o.Password))
	}
	return gomail.NewClient(s.host, options...)
}

func (s *Sender) dial(ctx context.Context, network string, secure *tls.Config) (net.Conn, error) {
	connection, err := (&net.Dialer{}).DialContext(ctx, network, s.o.Server)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { _ = connection.Close() })
	if s.o.Security != Implicit {
		return connection, nil
	}
	within := tls.Client(connection, secure)
	err = within.HandshakeContext(ctx)
	return within, err
}

// notAllowed begins what says that the server does not do this for us (RFC 3463, section
// 3.8), such as to relay.
const notAllowed = "5.7."

// failureOf gives an error its meaning. Only what the server says of the recipient or of
// the letter itself is final: that it does not know the sender, does not relay, or wants
// another password, is for the operator to mend.
func failureOf(ctx context.Context, err error) *Failure {
	var sent *gomail.SendError
	var answer *textproto.Error
	switch {
	case errors.As(err, &sent) && sent.ErrorCode() != 0:
		f := &Failure{Code: sent.ErrorCode()}
		ours := sent.Reason == gomail.ErrSMTPRcptTo && !strings.HasPrefix(sent.EnhancedStatusCode(), notAllowed) || sent.Reason == gomail.ErrSMTPDataClose
		f.Final = f.Code >= 500 && ours
		return f
	case errors.As(err, &answer):
		return &Failure{Code: answer.Code}
	case ctx.Err() != nil:
		return &Failure{Way: outbound.FailedTimeout}
	}
	return &Failure{Way: outbound.FailureOf(err)}
}
