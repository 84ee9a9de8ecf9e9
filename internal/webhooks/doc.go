// Package webhooks brings signed messages to the servers of others: in order,
// at least once, also over restarts, and never to an address inside of the
// operator's own network.
//
// A [Queue] is one SQLite file. Whoever plans what a receiver is told calls
// [Queue.Enqueue], which keeps the messages together with a [Mark] of how far
// the planning has come; [Queue.Run] delivers them. The outcome of a delivery is
// written after the answer, so a crash in between delivers once more, under the
// same webhook-id, by which a receiver knows it again.
//
// What is kept so can also go another way than by HTTP: see Options.Bring.
//
// Signatures and headers are those of Standard Webhooks 1.0.0, see
// https://www.standardwebhooks.com. Secrets are derived by [Secret], and never
// stored.
package webhooks
