package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"signet/internal/mail"
	"signet/internal/metrics"
	"signet/internal/notify"
)

// mailsFile is the queue of mails in a data directory.
const mailsFile = "mails.db"

// mailOptions say by which server people are told by mail, if by any.
type mailOptions struct {
	server, security, user, from string
	password                     string // the file that holds it
}

func (o *mailOptions) flags(flags *pflag.FlagSet) {
	flags.StringVar(&o.server, "smtp", "", "mail server that takes mails to members, such as smtp.example:587; nobody is told by mail if left out")
	flags.StringVar(&o.security, "smtp-tls", string(mail.StartTLS), "starttls, implicit or none: how the way to the mail server is kept private")
	flags.StringVar(&o.user, "smtp-user", "", "user of the mail server")
	flags.StringVar(&o.password, "smtp-password-file", "", "file with the user's password")
	flags.StringVar(&o.from, "mail-from", "", "who sends mails, such as 'Brand kit <brand@city.example>'")
}

// sender reads the options, before anything is begun for them; nil if nobody is told by
// mail. Mails lead to the public address.
func (o *mailOptions) sender(public string) (*mail.Sender, error) {
	if o.server == "" {
		if o.user != "" || o.password != "" || o.from != "" {
			return nil, badInput(errors.New("--smtp is missing"), "without it nobody is told by mail, and other flags of mail say nothing")
		}
		return nil, nil //nolint:nilnil // there is none
	}
	at, err := url.Parse(public)
	if err != nil || at.Hostname() == "" {
		return nil, badInput(errors.New("--public-url is missing"), "mails lead to the registry; say where browsers find it, such as https://registry.example")
	}
	if (o.user == "") != (o.password == "") {
		return nil, badInput(errors.New("--smtp-user and --smtp-password-file go together"), "leave out both for a mail server that asks for no password")
	}
	password, err := o.secret()
	if err != nil {
		return nil, err
	}
	sender, err := mail.New(mail.Options{
		Server: o.server, Security: mail.Security(o.security), User: o.user, Password: password, From: o.from, Name: at.Hostname(),
	})
	if err != nil {
		return nil, badInput(err, "see --smtp, --smtp-tls and --mail-from")
	}
	return sender, nil
}

func (o *mailOptions) secret() (string, error) {
	if o.password == "" {
		return "", nil
	}
	text, err := os.ReadFile(o.password)
	secret := strings.TrimRight(string(text), "\r\n")
	if err == nil && secret == "" {
		err = fmt.Errorf("%s is empty", o.password)
	}
	if err != nil {
		return "", badInput(err, "--smtp-password-file names the file that holds the password")
	}
	return secret, nil
}

// openMailer opens what tells people by mail: nil where nothing is sent, or another node
// does it.
func openMailer(reg *registry, sender *mail.Sender, public string, tells bool, counts *metrics.Registry, log *slog.Logger) (*notify.Mailer, error) {
	switch {
	case sender == nil:
		log.Info("nobody is told by mail", "missing", "--smtp")
		return nil, nil //nolint:nilnil // there is none
	case !tells:
		return nil, nil //nolint:nilnil // another node does it
	}
	return notify.OpenMailer(filepath.Join(reg.dir, mailsFile), notify.MailOptions{
		Views: reg.views, People: reg.people, Send: sender.Send, Public: public, Clock: reg.runner.Clock, Sent: attempted(counts.MailAttempts()), Log: log,
	})
}
