package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"

	"signet/internal/notify"
	"signet/internal/webhooks"
)

// Where what webhooks need lies in a data directory: the queue of deliveries, and
// the master secret from which the secrets of all of them are derived.
const (
	hooksFile  = "webhooks.db"
	masterFile = "webhooks.key"
	masterSize = 32
)

// hookOptions say where webhooks may be sent.
type hookOptions struct {
	allow []string
	http  bool
}

// rules reads the options.
func (o hookOptions) rules(log *slog.Logger) (webhooks.Options, error) {
	rules := webhooks.Options{Log: log, AllowHTTP: o.http}
	for _, text := range o.allow {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return rules, badInput(fmt.Errorf("%q is no network", text), "a network is written ADDRESS/BITS, such as 10.1.0.0/16")
		}
		rules.Allow = append(rules.Allow, prefix)
	}
	return rules, nil
}

// openHooks opens the queue of a registry's webhooks, and returns what tells them.
func openHooks(reg *registry, rules webhooks.Options, log *slog.Logger) (*notify.Notifier, *webhooks.Queue, error) {
	master, err := masterSecret(reg.dir)
	if err != nil {
		return nil, nil, err
	}
	queue, err := webhooks.Open(filepath.Join(reg.dir, hooksFile), rules)
	if err != nil {
		return nil, nil, err
	}
	n, err := notify.New(notify.Options{Runner: reg.runner, Views: reg.views, Queue: queue, Rules: rules, Master: master, Log: log})
	if err != nil {
		return nil, nil, errors.Join(err, queue.Close())
	}
	return n, queue, nil
}

// masterSecret reads the master secret, and makes it the first time. Without it
// receivers can't check what they are sent, so one that is damaged is not replaced.
func masterSecret(dir string) ([]byte, error) {
	name := filepath.Join(dir, masterFile)
	secret, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		secret = make([]byte, masterSize)
		_, _ = rand.Read(secret) // never fails: the program ends if the system has no randomness
		return secret, writeFile(name, secret)
	case err != nil:
		return nil, err
	case len(secret) != masterSize:
		return nil, fmt.Errorf("%s is damaged: it has %d bytes, not %d", name, len(secret), masterSize)
	}
	return secret, nil
}
