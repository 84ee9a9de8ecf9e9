package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"signet/domain"
	"signet/internal/pull"
)

// pullOptions are the flags of pull and of the verbs below it.
type pullOptions struct {
	server, tokenFile, format, channel string
	kinds, locales, audiences, items   []string
	edition                            int
	force, locked                      bool
}

// Flags that say what is wanted.
const (
	kindFlag     = "kind"
	localeFlag   = "locale"
	audienceFlag = "audience"
	itemFlag     = "item"
	editionFlag  = "edition"
	channelFlag  = "channel"
)

func newPull() *cobra.Command {
	var o pullOptions
	cmd := &cobra.Command{
		Use:   "pull DIR",
		Short: "Bring a folder to what of a kit is in force, as a package manager does",
		Long: `Fetches the files of the kit from the registry at --server into DIR, and writes down in
DIR/signet.lock what they are; keep that file under version control. Later it brings DIR to what is
in force by then: only what has changed goes over the wire, and no file is ever half written. Flags
that say what is wanted are kept in the lock, and replaced when they are given again; an empty one
("--kind=") takes away what was said.

With --locked the folder becomes exactly what the lock says, which is for builds that must be
repeatable. What was withdrawn since may not be had any more, and there is no flag for it: the pull
fails and names it.

Files that were changed by hand are not overwritten, unless --force is given. The token is sent to
the server of the lock only.`,
		Example: `  signet pull brand --server https://brand.haiphong.gov.vn --kind logo --locale vi --locale en
  signet pull brand
  signet pull brand --locked --format json
  signet pull add brand slogan-open-sea
  signet pull diff brand`,
		Args: takes("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd, args[0], func(ctx context.Context, c *pull.Client) (*pull.Report, error) {
				change, given := o.change(cmd.Flags())
				if !o.locked {
					return c.Pull(ctx, change)
				}
				if given {
					return nil, badInput(errors.New("--locked takes what is wanted from the lock"), "leave out the other flags")
				}
				return c.Locked(ctx)
			})
		},
	}
	shared := cmd.PersistentFlags()
	shared.StringVar(&o.server, "server", "", "address of the registry; the lock knows it after the first pull")
	shared.StringVar(&o.tokenFile, "token-file", "", "file with a token, if more than what is public is to be had")
	shared.StringVar(&o.format, "format", pullText, "what is printed: text or json")
	flags := cmd.Flags()
	flags.StringArrayVar(&o.kinds, kindFlag, nil, "kind of items that is wanted, such as logo; may be repeated")
	flags.StringArrayVar(&o.locales, localeFlag, nil, "language that is wanted, such as ja; may be repeated")
	flags.StringArrayVar(&o.audiences, audienceFlag, nil, "key of those whose messages are wanted; may be repeated")
	flags.StringArrayVar(&o.items, itemFlag, nil, "key of an item that is wanted; may be repeated")
	flags.IntVar(&o.edition, editionFlag, 0, "number of the edition that is wanted; 0 for what is in force")
	flags.StringVar(&o.channel, channelFlag, "", "key of the channel that the files are for, which is recorded")
	flags.BoolVar(&o.locked, "locked", false, "fetch exactly what the lock says")
	o.forceFlag(cmd)
	cmd.AddCommand(o.addVerb(), o.removeVerb(), o.updateVerb(), o.verifyVerb(), o.diffVerb())
	return cmd
}

func takesItems(cmd *cobra.Command, args []string) error { return takesSome("DIR", "ITEM")(cmd, args) }

// takesSome refuses fewer arguments than have names.
func takesSome(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= len(names) {
			return nil
		}
		return badInput(fmt.Errorf("%d arguments are too few", len(args)), "usage: "+cmd.UseLine())
	}
}

// change is what the flags that were given say is wanted.
func (o *pullOptions) change(flags *pflag.FlagSet) (change pull.Change, given bool) {
	for name, set := range map[string]func(){
		kindFlag: func() { change.Kinds = o.kinds }, localeFlag: func() { change.Locales = o.locales },
		audienceFlag: func() { change.Audiences = o.audiences }, itemFlag: func() { change.Items = o.items },
		editionFlag: func() { change.Edition = &o.edition }, channelFlag: func() { change.Channel = &o.channel },
	} {
		if flags.Changed(name) {
			given = true
			set()
		}
	}
	return change, given
}

// What is printed.
const (
	pullText = "text"
	pullJSON = "json"
)

// client checks the flags.
func (o *pullOptions) client(dir string) (*pull.Client, error) {
	if o.format != pullText && o.format != pullJSON {
		return nil, badInput(fmt.Errorf("%q is no format", o.format), "the formats are text and json")
	}
	c := &pull.Client{Dir: dir, Server: o.server, Force: o.force}
	if o.tokenFile == "" {
		return c, nil
	}
	text, err := os.ReadFile(o.tokenFile)
	if err != nil {
		return nil, badInput(err, "--token-file names a file with a token")
	}
	if c.Token = string(bytes.TrimSpace(text)); c.Token == "" || bytes.ContainsAny([]byte(c.Token), " \r\n\t") {
		return nil, badInput(fmt.Errorf("%s holds no token", o.tokenFile), "--token-file names a file with a token and nothing else")
	}
	return c, nil
}

// run pulls, and shows how far it is.
func (o *pullOptions) run(cmd *cobra.Command, dir string, work func(context.Context, *pull.Client) (*pull.Report, error)) error {
	c, err := o.client(dir)
	if err != nil {
		return err
	}
	p := newProgress(cmd.ErrOrStderr(), "bytes")
	c.Progress = func(done, total int64) {
		p.of(total)
		p.to(done)
	}
	report, err := work(cmd.Context(), c)
	p.end()
	if err != nil {
		return pullFailure(err)
	}
	return o.tell(cmd.OutOrStdout(), report, true, func(w io.Writer) { printReport(w, report) })
}

// errDiffers: verify or diff has found something, and said what.
var errDiffers = errors.New("something differs")

// tell prints what was found, and fails unless it is good.
func (o *pullOptions) tell(w io.Writer, v any, good bool, text func(io.Writer)) error {
	if o.format == pullJSON {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(v); err != nil {
			return err
		}
	} else {
		text(w)
	}
	if !good {
		return &failure{exitFailed, "see above", errDiffers}
	}
	return nil
}

// pullFailure gives a refusal its exit code and what helps.
func pullFailure(err error) error {
	refused := domain.AsError(err)
	switch {
	case errors.Is(err, pull.ErrBusy):
		return &failure{exitInUse, "wait until it has ended", err}
	case errors.Is(err, pull.ErrNoLock):
		return badInput(err, "signet pull DIR --server URL")
	case refused == nil, refused.Code == domain.Invalid:
		return err
	}
	return &failure{exitFailed, pullHints[refused.Reason], err}
}

// pullHints tell what helps against a refusal, by its reason.
var pullHints = map[string]string{
	"locally_changed": "--force overwrites it",
	"withdrawn":       "signet pull DIR moves on to what is in force; signet pull remove DIR ITEM gives an item up that was named",
	"locked_differs":  "signet pull DIR brings what is in force",
	"unauthenticated": "see --token-file",
	"unknown_item":    "signet pull remove DIR ITEM gives it up",
}
