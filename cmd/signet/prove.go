package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"signet/internal/eventlog"
	"signet/internal/merkle"
	"signet/internal/notary"
	"signet/internal/proof"
)

// proveOptions are the flags of prove.
type proveOptions struct {
	at      place
	from    remote
	key     string // of the folder
	edition int
	since   string
	out     string
}

func newProve() *cobra.Command {
	var o proveOptions
	cmd := &cobra.Command{
		Use:   "prove [ITEM VERSION]",
		Short: "Write a file that proves a version, an edition, or that history was not rewritten",
		Long: `Writes a small file with what was done to a version, the place of each step in the log, and the
signed checkpoint under which it stands there. "signet verify FILE --key KEY" checks it on any
machine, without the registry. With --edition it proves an edition; with --since, and a checkpoint
that was kept, that the log of today continues that of then. Asks the registry at --server, or
reads the folder, also beside a server.`,
		Example: `  signet prove slogan-port-of-tomorrow 2
  signet prove logo-haiphong 1 --server https://brand.haiphong.gov.vn --out -
  signet prove --since checkpoint-2027.txt --server https://brand.haiphong.gov.vn`,
		Args: o.takes,
		RunE: func(cmd *cobra.Command, args []string) error { return prove(cmd, &o, args) },
	}
	o.at.flags(cmd)
	o.from.flags(cmd, "token of who may read drafts; better given as SIGNET_TOKEN")
	flags := cmd.Flags()
	flags.StringVar(&o.key, "checkpoint-key-file", "", "file with the key that signs checkpoints; that of the folder if left out")
	flags.IntVar(&o.edition, "edition", 0, "number of an edition that is to be proved")
	flags.StringVar(&o.since, "since", "", "file with a checkpoint from before")
	flags.StringVar(&o.out, "out", "", `where to write it; "-" is the standard output`)
	return cmd
}

// takes wants one thing that is to be proved.
func (o *proveOptions) takes(_ *cobra.Command, args []string) error {
	things := 0
	for _, given := range []bool{len(args) > 0, o.edition != 0, o.since != ""} {
		if given {
			things++
		}
	}
	if things != 1 || len(args) != 0 && len(args) != 2 {
		return badInput(errors.New("one thing can be proved at a time"), `usage: "signet prove ITEM VERSION", "signet prove --edition N" or "signet prove --since FILE"`)
	}
	return nil
}

// subject is what is to be proved; name is how the file is called.
func (o *proveOptions) subject(args []string) (s proof.Subject, name string, err error) {
	switch {
	case o.since != "":
		return proof.Subject{Kind: proof.KindCheckpoint}, "checkpoint", nil
	case o.edition != 0:
		return proof.Subject{Kind: proof.KindEdition, Edition: o.edition}, fmt.Sprintf("edition-%d", o.edition), nil
	}
	version, err := strconv.Atoi(args[1])
	if err != nil || version < 1 {
		return s, "", badInput(fmt.Errorf("%q is no number of a version", args[1]), "versions count from 1")
	}
	return proof.Subject{Kind: proof.KindVersion, Item: args[0], Version: version}, fmt.Sprintf("%s-v%d", args[0], version), nil
}

func prove(cmd *cobra.Command, o *proveOptions, args []string) error {
	subject, name, err := o.subject(args)
	if err != nil {
		return err
	}
	var since []byte
	if o.since != "" {
		if since, err = os.ReadFile(o.since); err != nil {
			return badInput(err, "--since names a checkpoint that was kept, such as signet checkpoint prints")
		}
	}
	var text []byte
	if o.from.server != "" {
		text, err = o.from.prove(cmd.Context(), subject, since)
	} else {
		text, err = o.local(cmd.Context(), subject, since)
	}
	if err != nil {
		return err
	}
	return putProof(cmd.OutOrStdout(), cmd.ErrOrStderr(), cmp.Or(o.out, name+".signet-proof.json"), text)
}

// putProof writes a proof file.
func putProof(stdout, stderr io.Writer, out string, text []byte) error {
	if out == "-" {
		_, err := stdout.Write(text)
		return err
	}
	if err := os.WriteFile(out, text, 0o644); err != nil { //nolint:gosec // it is meant to be handed on
		return badInput(err, "--out names a file that can be written")
	}
	fmt.Fprintf(stderr, "đã ghi / written: %s\nkiểm tra / check: signet verify %[1]s --key KEY\n", out)
	return nil
}

// local proves something from the folder of a registry.
func (o *proveOptions) local(ctx context.Context, subject proof.Subject, since []byte) (_ []byte, err error) {
	if err := o.at.mustExist(); err != nil {
		return nil, err
	}
	book, err := openBook(ctx, &o.at, o.key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	file, err := book.prove(ctx, subject, since)
	if err != nil {
		return nil, unproven(err)
	}
	return file.Marshal()
}

// unproven gives an error a hint.
func unproven(err error) error {
	var wrong *proof.Error
	if errors.As(err, &wrong) && wrong.Code == proof.UnknownSubject || errors.Is(err, notary.ErrUnknown) {
		return badInput(err, "versions are named by the item's key and a number")
	}
	if errors.Is(err, merkle.ErrDiverged) {
		return &failure{exitFailed, `"signet verify" tells what is wrong`, err}
	}
	return err
}

// book is the log of a folder with its tree, and the checkpoints that were signed.
type book struct {
	log  eventlog.Log
	tree *merkle.Tree
	key  *proof.Signer
}

// openBook opens what proves a log. Where no server runs, the tree is brought up to date
// and signed; beside a server there is what that has signed.
func openBook(ctx context.Context, at *place, keyFile string) (*book, error) {
	log, beside, err := openForReading(at)
	if err != nil {
		return nil, err
	}
	b := &book{log: log}
	if err := b.open(ctx, at.data, keyFile, beside); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

func (b *book) open(ctx context.Context, dir, keyFile string, beside bool) (err error) {
	name := cmp.Or(keyFile, filepath.Join(dir, proof.KeyFile))
	if !beside {
		if b.key, err = proof.OpenKey(name, ""); err != nil {
			return badInput(err, "--checkpoint-key-file names a file that signet made")
		}
		if b.tree, err = merkle.Open(filepath.Join(dir, treeFile)); err != nil {
			return err
		}
		signing, err := notary.New(ctx, notary.Options{Log: b.log, Tree: b.tree, Key: b.key, Clock: time.Now})
		if err != nil {
			return err
		}
		return signing.CatchUp(ctx)
	}
	if b.key, err = proof.ReadKey(name); err != nil {
		return badInput(err, "the server that runs has not signed anything here")
	}
	b.tree, err = merkle.OpenReadOnly(filepath.Join(dir, treeFile))
	return err
}

// newest is the newest checkpoint, or the newest one that was cosigned.
func (b *book) newest(ctx context.Context, reason string) (proof.Checkpoint, error) {
	kept, err := b.tree.Kept(ctx, reason)
	if err != nil {
		return proof.Checkpoint{}, err
	}
	if len(kept) == 0 {
		return proof.Checkpoint{}, notary.ErrNone
	}
	return proof.ReadCheckpoint(kept[len(kept)-1].Note, b.key.VerifierKey())
}

// prove proves something under the newest cosigned checkpoint if that covers it, else
// under the newest.
func (b *book) prove(ctx context.Context, subject proof.Subject, since []byte) (*proof.File, error) {
	if c, err := b.newest(ctx, notary.Witnessed); err == nil {
		if file, err := b.under(ctx, c, subject, since); err == nil {
			return file, nil
		}
	}
	c, err := b.newest(ctx, notary.Latest)
	if err != nil {
		return nil, err
	}
	return b.under(ctx, c, subject, since)
}

func (b *book) under(ctx context.Context, c proof.Checkpoint, subject proof.Subject, since []byte) (*proof.File, error) {
	switch subject.Kind {
	case proof.KindVersion:
		return proof.Version(ctx, b.log, b.tree, c, subject.Item, subject.Version)
	case proof.KindEdition:
		return proof.Edition(ctx, b.log, b.tree, c, subject.Edition)
	}
	older, err := proof.ReadCheckpoint(since, b.key.VerifierKey())
	if err != nil {
		return nil, badInput(err, "--since names a checkpoint of this registry")
	}
	return proof.Between(ctx, b.tree, older, c)
}

// Close closes what is open, the log last.
func (b *book) Close() error {
	var err error
	if b.tree != nil {
		err = b.tree.Close()
	}
	return errors.Join(err, b.log.Close())
}
