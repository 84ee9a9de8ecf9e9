package main

import (
	"context"
	"log/slog"
	"net"

	"signet/graph"
	"signet/internal/mail"
	"signet/internal/metrics"
	"signet/internal/notify"
	"signet/internal/webhooks"
	"signet/internal/witness"
)

// choices are what the options mean, as far as it can be told before anything is begun.
type choices struct {
	address   *net.TCPAddr
	hooks     webhooks.Options
	sender    *mail.Sender      // nil where nobody is told by mail
	asked     []witness.Witness // to cosign
	documents graph.DocumentRules
	pressure  pressureRules
}

func (o *serveOptions) choices(log *slog.Logger) (c choices, err error) {
	if c.address, err = addressOf(o.listen); err != nil {
		return c, err
	}
	if c.hooks, err = o.hooks.rules(o.at.remote(), log); err != nil {
		return c, err
	}
	if c.sender, err = o.mails.sender(o.signin.public); err != nil {
		return c, err
	}
	if c.asked, err = o.notary.asked(); err != nil {
		return c, err
	}
	if err := o.backup.check(context.Background()); err != nil {
		return c, err
	}
	if c.documents, err = o.documents.rules(o.demo); err != nil {
		return c, err
	}
	c.pressure, err = o.pressure.rules()
	return c, err
}

// node is what serves an open registry.
type node struct {
	choices

	o        *serveOptions
	reg      *registry
	notifier *notify.Notifier
	queue    *webhooks.Queue // nil on a node that does not tell webhooks
	mailer   *notify.Mailer  // nil on a node that sends no mails
	metrics  *metrics.Registry
	log      *slog.Logger
}

// openQueues opens what is to be told.
func (n *node) openQueues() (err error) {
	n.hooks.Attempted = attempted(n.metrics.WebhookAttempts())
	if n.notifier, n.queue, err = n.o.hooks.open(n.reg, n.hooks, n.sender != nil, n.log); err != nil {
		return err
	}
	n.mailer, err = openMailer(n.reg, n.sender, n.o.signin.public, n.queue != nil, n.metrics, n.log)
	return err
}
