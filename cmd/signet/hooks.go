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
	"signet/internal/wholefile"
)

// Where what webhooks need lies in a data directory: the queue of deliveries, and
// the master secret from which the secrets of all of them are derived.
const (
	hooksFile  = "webhooks.db"
	masterFile = "webhooks.key"
	masterSize = 32
)

// hookOptions say where webhooks may be sent, and whether this node does.
type hookOptions struct {
	tell, key string
	allow     []string
	http      bool
}

// rules reads the options.
func (o hookOptions) rules(remote bool, log *slog.Logger) (webhooks.Options, error) {
	switch {
	case o.tell != "" && o.tell != "on" && o.tell != "off":
		return webhooks.Options{}, badInput(fmt.Errorf("--webhooks is on or off, not %q", o.tell), "of several nodes on one log exactly one has --webhooks on")
	case o.tell == "" && remote:
		return webhooks.Options{}, badInput(errors.New("--webhooks is missing"), "of several nodes on one log exactly one has --webhooks on, the others have --webhooks off")
	}
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

// open opens the queue of a registry's webhooks, and returns what tells them; mails says
// whether the registry also tells people by mail. On a node that does not tell, there is
// no queue.
func (o hookOptions) open(reg *registry, rules webhooks.Options, mails bool, log *slog.Logger) (*notify.Notifier, *webhooks.Queue, error) {
	master, err := o.master(reg.dir)
	if err != nil {
		return nil, nil, err
	}
	options := notify.Options{Runner: reg.runner, Views: reg.views, Rules: rules, Mails: mails, Master: master, Log: log}
	if o.tell != "off" {
		if options.Queue, err = webhooks.Open(filepath.Join(reg.dir, hooksFile), rules); err != nil {
			return nil, nil, err
		}
	}
	n, err := notify.New(options)
	if err != nil {
		return nil, nil, errors.Join(err, options.Queue.Close())
	}
	return n, options.Queue, nil
}

// master reads the master secret from the file that was named, or that of the folder.
func (o hookOptions) master(dir string) ([]byte, error) {
	if o.key == "" {
		return secretOf(filepath.Join(dir, masterFile))
	}
	secret, err := os.ReadFile(o.key)
	if err != nil {
		return nil, badInput(err, "--webhook-key-file names a file of at least 32 random bytes")
	}
	if len(secret) < masterSize {
		return nil, badInput(fmt.Errorf("%s has %d bytes, at least %d", o.key, len(secret), masterSize), "head -c 32 /dev/urandom makes such a file")
	}
	return secret, nil
}

// secretOf reads a secret of the folder, and makes it the first time. Without it nobody
// can check what was made with it, so one that is damaged is not replaced.
func secretOf(name string) ([]byte, error) {
	secret, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		secret = make([]byte, masterSize)
		_, _ = rand.Read(secret) // never fails: the program ends if the system has no randomness
		return secret, wholefile.Write(name, secret)
	case err != nil:
		return nil, err
	case len(secret) != masterSize:
		return nil, fmt.Errorf("%s is damaged: it has %d bytes, not %d", name, len(secret), masterSize)
	}
	return secret, nil
}
