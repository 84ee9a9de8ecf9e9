package metrics

import "context"

// Mails asks at each scrape what mails are still to be sent, as Webhooks does. It is for
// the node that sends them.
func (r *Registry) Mails(queue func(context.Context) (WebhookQueue, error)) {
	r.reg.MustRegister(&queueCollector{
		queue: queue, of: "mails",
		messages: desc("mail_queue", "Mails that are not sent, by how they stand.", "state"),
		oldest:   desc("mail_oldest_seconds", "How long the oldest mail has waited that is still to be sent."),
	})
}

// mailFailures are those of failures that a mail can have.
var mailFailures = []string{"status", "gone", "timeout", "name", "connect", "tls", "connection"}

// MailAttempts registers the counter of letters that were handed to the mail server, or
// were not taken.
func (r *Registry) MailAttempts() *Attempts {
	return r.attempts("mail_attempts_total", "Attempts to send a mail, by what came of them.", mailFailures)
}
