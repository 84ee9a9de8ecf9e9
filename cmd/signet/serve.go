package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"signet/assets/rendition"
	"signet/internal/access"
	"signet/internal/catalogue"
	"signet/internal/commands"
	"signet/internal/links"
	"signet/internal/metrics"
	"signet/internal/people/erasure"
	"signet/internal/pressure"
	"signet/internal/server"
)

const (
	defaultListen = "127.0.0.1:8080"
	defaultDemo   = "./signet-demo"
	// patience is how long requests may go on once the program was asked to stop.
	patience = 10 * time.Second
	// warmAfter is how long after its start the program prepares the renderer.
	warmAfter = 3 * time.Second
)

// serveOptions are the flags of serve.
type serveOptions struct {
	at            place
	listen        string
	metrics       string
	demo          bool
	maxUpload     byteSize
	level, format string
	hooks         hookOptions
	mails         mailOptions
	links         string
	notary        notaryOptions
	backup        backupOptions
	signin        signinOptions
	documents     documentOptions
	pressure      pressureOptions
}

func newServe() *cobra.Command {
	o := serveOptions{maxUpload: server.DefaultMaxUpload}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the registry over HTTP",
		Long: `Serves the registry from one folder, which is begun if it is not there, until SIGINT or
SIGTERM. Then it finishes the requests that it has, for at most 10 seconds.

With --log the log is on an EventStoreDB cluster, which any number of nodes share; with --assets
the files are in object storage. Then the folder holds only what is the node's own.`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.demo && !cmd.Flags().Changed("data") {
				o.at.data = defaultDemo
			}
			return serve(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	o.at.flags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.listen, "listen", defaultListen, "address to listen on; port 0 is any free one")
	flags.StringVar(&o.metrics, "metrics-listen", "", "address on which Prometheus is answered at /metrics, such as 127.0.0.1:9464")
	flags.BoolVar(&o.demo, "demo", false, "begin with the sample kit of Hải Phòng, in "+defaultDemo+" unless --data says otherwise")
	flags.Var(&o.maxUpload, "max-upload", "size of the largest file that is taken in, such as 64MiB")
	flags.StringVar(&o.hooks.tell, "webhooks", "", "on or off: whether this node tells webhooks; of several nodes on one log exactly one does")
	flags.StringVar(&o.hooks.key, "webhook-key-file", "", "file with the master secret of webhooks, the same for all nodes; made in the folder if left out")
	flags.StringSliceVar(&o.hooks.allow, "webhook-allow", nil, "private networks to which webhooks may be sent, such as 10.1.0.0/16")
	flags.BoolVar(&o.hooks.http, "webhook-http", false, "let webhooks be sent without TLS")
	flags.StringVar(&o.links, "link-key-file", "", "file with the keys of signed links, the same for all nodes; made in the folder if left out")
	o.notary.flags(flags)
	o.backup.flags(flags)
	o.mails.flags(flags)
	o.documents.flags(flags)
	o.pressure.flags(flags)
	o.signin.flags(cmd)
	flags.StringVar(&o.level, "log-level", "info", "debug, info, warn or error")
	flags.StringVar(&o.format, "log-format", "text", "text or json")
	return cmd
}

// newLogger writes what happens to w.
func newLogger(w io.Writer, level, format string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, badInput(fmt.Errorf("%q is no log level", level), "debug, info, warn or error")
	}
	options := &slog.HandlerOptions{Level: l}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, options)), nil
	}
	return nil, badInput(fmt.Errorf("%q is no log format", format), "text or json")
}

// serve runs the registry until the context ends. It listens before the read
// models have caught up: /readyz tells when they have.
func serve(ctx context.Context, o serveOptions, stdout, stderr io.Writer) (err error) {
	tuneMemory()
	log, err := newLogger(stderr, o.level, o.format)
	if err != nil {
		return err
	}
	choices, err := o.choices(log)
	if err != nil {
		return err
	}
	o.at.notes = log
	reg, err := openRegistry(ctx, &o.at)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reg.Close()) }()
	version, _ := build()
	n := node{choices: choices, o: &o, reg: reg, metrics: metrics.New(version), log: log}
	reg.log = metrics.Log(n.metrics, reg.log)
	reg.runner.Log = reg.log
	listener, err := net.ListenTCP("tcp", n.address)
	if err != nil {
		return err
	}
	defer listener.Close() //nolint:errcheck // the server closes it; this is for when it never begins
	reg.follow(ctx, nil)
	if o.demo {
		if err := prepareDemo(ctx, reg, stderr); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	defer func() { err = errors.Join(err, n.queue.Close(), n.mailer.Close()) }()
	if err := n.openQueues(); err != nil {
		return err
	}
	g := greeting{out: stdout, err: stderr, url: urlOf(listener.Addr()), data: o.at.data, demo: o.demo, tongue: tongueOf()}
	return n.serve(ctx, listener, g)
}

// serve serves the registry, and greets meanwhile.
func (n *node) serve(ctx context.Context, listener net.Listener, g greeting) error {
	reg, log := n.reg, n.log
	renditions, err := rendition.New(reg.store, filepath.Join(reg.dir, renditionsFolder), rendition.Options{Logger: log})
	if err != nil {
		return err
	}
	defer warm(ctx, renditions, log)()
	keys, err := links.Open(cmp.Or(n.o.links, filepath.Join(reg.dir, linksFile)))
	if err != nil {
		return badInput(err, "--link-key-file names a file of keys, which signet link rotate makes")
	}
	prints, err := catalogue.OpenPrints(filepath.Join(reg.dir, printsFolder), renditions)
	if err != nil {
		return err
	}
	n.pressure.countedBy(n.metrics)
	door, err := n.o.signin.open(reg, n.o.at.remote())
	if err != nil {
		return err
	}
	uses, err := access.NewUses(commands.TokenUse(reg.runner))
	if err != nil {
		return err
	}
	proofs, err := n.openTrust(ctx)
	if err != nil {
		return err
	}
	defer proofs.tree.Close() //nolint:errcheck // what is in it can be made again
	stored := newStock(&n.o.at, reg.store, log)
	handler, err := server.New(server.Options{
		System: n.system(stored, proofs), Notary: proofs.signing,
		Runner: reg.runner, Views: reg.views, Store: reg.store, People: reg.people, Renditions: renditions, MaxUpload: int64(n.o.maxUpload), Log: log, Notifier: n.notifier, Links: keys, Prints: prints,
		Door: door, PublicURL: n.o.signin.public, Session: n.o.signin.lasts(),
		StampedDir: filepath.Join(reg.dir, "stamped"), Downloaded: downloaded(n.metrics), Operated: operated(n.metrics), Documents: n.documents, Uses: uses, Limits: n.pressure.limits, Proxies: n.pressure.proxies,
	})
	if err != nil {
		return err
	}
	background := newBackground(ctx, log)
	defer background.end()
	background.run("greeting", func(ctx context.Context) error { return g.greet(ctx, reg, handler) })
	background.run("keeping the read models", func(ctx context.Context) error { return reg.watch(ctx, log) })
	background.run("noting the use of tokens", uses.Run)
	background.run("counting files", stored.run)
	proofs.run(background)
	erasing := erasure.Eraser{Runner: reg.runner, Views: reg.views, People: reg.people, Log: log}
	background.run("erasing people", erasing.Run)
	ahead := premade{reg.views, renditions, prints, log}
	background.run("making renditions", ahead.run)
	background.run("taking prints", ahead.takePrints)
	n.tell(background)
	measured := n.measure(handler, renditions, proofs)
	if err := n.scraped(ctx, background); err != nil {
		return err
	}
	return serveHTTP(ctx, listener, measured, n.pressure.connections, log)
}

// tell sends what is to be told.
func (n *node) tell(b *background) {
	if n.queue != nil {
		b.run("telling webhooks", n.notifier.Run)
	}
	if n.mailer != nil {
		b.run("sending mails", n.mailer.Run)
	}
}

// scraped lets Prometheus ask, if there is an address for it.
func (n *node) scraped(ctx context.Context, b *background) error {
	if n.o.metrics == "" {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", n.o.metrics)
	if err != nil {
		return badInput(err, "an address for --metrics-listen is written HOST:PORT, such as 127.0.0.1:9464")
	}
	n.log.Info("metrics", "url", urlOf(listener.Addr())+"/metrics")
	b.run("metrics", func(ctx context.Context) error { return serveMetrics(ctx, listener, n.metrics, n.log) })
	return nil
}

// warm prepares the renderer in the background, once the first requests have had
// the processor, and returns what closes it. Preparing can't be interrupted: one
// that still goes on when the program stops ends with the process, which nobody
// has to wait for.
func warm(ctx context.Context, renditions *rendition.Maker, log *slog.Logger) (end func()) {
	warmed := make(chan error, 1)
	timer := time.AfterFunc(warmAfter, func() { warmed <- renditions.Warm(ctx) })
	return func() {
		if timer.Stop() {
			warmed <- nil
		}
		var err error
		select {
		case err = <-warmed:
			err = errors.Join(err, renditions.Close(context.WithoutCancel(ctx)))
		default:
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			log.Error("the renderer failed", "error", err)
		}
	}
}

// addressOf reads an address before anything is begun for it.
func addressOf(text string) (*net.TCPAddr, error) {
	address, err := net.ResolveTCPAddr("tcp", text)
	if err != nil {
		return nil, badInput(err, "an address is written HOST:PORT, such as "+defaultListen)
	}
	return address, nil
}

// urlOf is where a browser on this machine finds what listens at the address.
func urlOf(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// serveHTTP serves until the context ends, and then lets requests finish.
func serveHTTP(ctx context.Context, listener net.Listener, handler http.Handler, connections *pressure.Connections, log *slog.Logger) error {
	streams := newStreams(handler)
	s := &http.Server{Handler: streams, ConnState: connections.State, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	server.Configure(s)
	s.RegisterOnShutdown(streams.end)
	served := make(chan error, 1)
	go func() { served <- s.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping", "patience", patience)
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := errors.Join(s.Shutdown(limit), streams.wait(limit)); err != nil {
		log.Warn("requests were cut off", "error", err)
		return s.Close()
	}
	log.Info("stopped")
	return nil
}
