package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"

	"signet/internal/merkle"
	"signet/internal/proof"
	"signet/internal/verify"
)

// verifiedTree is what verify tells of the tree and of who must have signed.
type verifiedTree struct {
	// Leaves and Root are those of the tree; Checkpoints counts those that are kept in it,
	// and those that were given.
	Leaves      int64  `json:"leaves"`
	Root        string `json:"root,omitempty"`
	Checkpoints int    `json:"checkpoints"`
	// Key is who must have signed; KeyGiven tells that it was given, and not that of the
	// folder.
	Key      string `json:"key,omitempty"`
	KeyGiven bool   `json:"keyGiven"`
}

func (t *verifiedTree) print(w io.Writer) {
	if t == nil {
		fmt.Fprintln(w, "there is no tree of the log yet: a server makes it")
		return
	}
	fmt.Fprintf(w, "%d leaves, %d checkpoints\n", t.Leaves, t.Checkpoints)
	switch {
	case t.KeyGiven:
		fmt.Fprintf(w, "signed by the key that was given: %s\n", t.Key)
	case t.Key != "":
		fmt.Fprintf(w, "signed by the key of the folder, which whoever wrote the folder may have had: %s\n", t.Key)
	}
}

// pastOf is what a log is compared with.
type pastOf struct {
	history  verify.History
	tree     *merkle.Tree
	verified *verifiedTree
	findings []finding // of what can't be opened
}

// Close closes the tree.
func (p *pastOf) Close() error {
	if p.tree == nil {
		return nil
	}
	return p.tree.Close()
}

// history opens the tree of the folder, and reads the checkpoints from outside.
func (o *verifyOptions) history(ctx context.Context) (_ *pastOf, err error) {
	p := &pastOf{findings: []finding{}}
	if err := p.openTree(ctx, filepath.Join(o.at.data, treeFile)); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	for _, name := range o.checkpoints {
		note, err := os.ReadFile(name)
		if err != nil {
			return nil, badInput(err, "--checkpoint names a file such as signet checkpoint prints")
		}
		p.history.Outside = append(p.history.Outside, verify.Outside{Name: name, Note: note})
	}
	if p.verified == nil && len(p.history.Outside) == 0 {
		return p, nil
	}
	if p.verified == nil {
		p.verified = &verifiedTree{}
	}
	p.verified.Checkpoints += len(p.history.Outside)
	return p, o.trust(p)
}

// openTree opens the tree, as it is now. One that can't be is a finding.
func (p *pastOf) openTree(ctx context.Context, name string) error {
	tree, err := merkle.OpenReadOnly(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, merkle.ErrNewer), errors.Is(err, fs.ErrPermission):
		return err
	case err != nil:
		p.findings = append(p.findings, finding{verify.TreeCorrupt, treeFile, err.Error()})
		return nil //nolint:nilerr // it is told
	}
	p.tree = tree
	if err := tree.Check(ctx); err != nil {
		if ctx.Err() != nil {
			return errors.Join(err, tree.Close())
		}
		p.findings = append(p.findings, finding{verify.TreeCorrupt, treeFile, err.Error()})
	}
	then := untilSize{Tree: tree}
	then.kept, then.err = tree.Kept(ctx, "") // before the head: none is of a larger tree
	then.head = tree.Head()
	p.history.Tree = then
	p.verified = &verifiedTree{Leaves: then.head.Size, Root: then.head.Root.String(), Checkpoints: len(then.kept)}
	return nil
}

// trust sets who must have signed.
func (o *verifyOptions) trust(p *pastOf) error {
	key := ""
	switch {
	case o.key != "":
		given, err := verifierKey(o.key)
		if err != nil {
			return err
		}
		key, p.verified.KeyGiven = given, true
	default:
		own, err := proof.ReadKey(filepath.Join(o.at.data, proof.KeyFile))
		switch {
		case errors.Is(err, fs.ErrNotExist) && len(p.history.Outside) > 0:
			return badInput(errors.New("--key is missing"), "the folder has no key, so say who must have signed the checkpoint")
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			p.findings = append(p.findings, finding{verify.CheckpointUnsigned, proof.KeyFile, err.Error()})
			p.history.Outside = nil
			return nil //nolint:nilerr // it is told
		}
		key = own.VerifierKey()
	}
	p.verified.Key = key
	p.history.Signed = func(note []byte) (int64, tlog.Hash, error) {
		c, err := proof.ReadCheckpoint(note, key)
		return c.Size, c.Root, err
	}
	return nil
}
