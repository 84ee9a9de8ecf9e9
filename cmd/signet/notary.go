package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"signet/graph/gen"
	"signet/internal/backup"
	"signet/internal/eventlog"
	"signet/internal/merkle"
	"signet/internal/notary"
	"signet/internal/proof"
	"signet/internal/witness"
)

// treeFile is the tree of the log with the checkpoints that are kept, in a data directory.
// The key that signs them is beside it, in proof.KeyFile.
const treeFile = "tree.db"

// notaryOptions say who signs what the log held, and who cosigns it.
type notaryOptions struct {
	key, origin string
	witnesses   []string
}

func (o *notaryOptions) flags(flags *pflag.FlagSet) {
	flags.StringVar(&o.key, "checkpoint-key-file", "", "file with the key that signs checkpoints of the log, the same for all nodes; made in the folder if left out")
	flags.StringVar(&o.origin, "checkpoint-origin", "", `name of the log in its checkpoints, such as brand.haiphong.gov.vn/log, told once when the key is made; "signet/…" if left out`)
	flags.StringArrayVar(&o.witnesses, "witness", nil, `who is asked to cosign checkpoints, "URL KEY" (C2SP tlog-witness); may be repeated; of several nodes one asks`)
}

// trust is what lets people trust, later, what a node serves: what was signed, who has
// cosigned it, and the backups.
type trust struct {
	tree      *merkle.Tree
	signing   *notary.Notary
	witnesses *witness.Keeper  // nil where nobody is asked
	copies    *backup.Schedule // nil where none are made
}

// openTrust opens it for a node.
func (n *node) openTrust(ctx context.Context) (e trust, err error) {
	if n.o.at.remote() && n.o.notary.key == "" {
		n.log.Warn("this node signs by a key of its own; nodes of one registry share one", "missing", "--checkpoint-key-file")
	}
	options := notary.Options{Issued: n.reg.issuedEditions, Notes: n.log}
	for _, w := range n.asked {
		options.Witnesses = append(options.Witnesses, w.Key)
	}
	if e.signing, e.tree, err = openNotary(ctx, n.reg, n.o.notary, options); err != nil {
		return e, err
	}
	if e.witnesses, err = keeper(e.signing, n.asked, n.log); err != nil {
		return e, errors.Join(err, e.tree.Close())
	}
	e.copies = n.o.backup.schedule(n.reg, e.signing, n.log)
	return e, nil
}

// run keeps it up to date.
func (e trust) run(b *background) {
	b.run("signing checkpoints", e.signing.Run)
	if e.witnesses != nil {
		b.run("asking witnesses", e.witnesses.Run)
	}
	if e.copies != nil {
		b.run("making backups", e.copies.Run)
	}
}

// asked are the witnesses that are asked to cosign.
func (o *notaryOptions) asked() (all []witness.Witness, err error) {
	for _, text := range o.witnesses {
		url, key, ok := strings.Cut(strings.TrimSpace(text), " ")
		if !ok {
			return nil, badInput(fmt.Errorf("%q is no witness", text), `a witness is written "URL KEY", as signet witness prints it`)
		}
		all = append(all, witness.Witness{URL: url, Key: strings.TrimSpace(key)})
	}
	return all, nil
}

// keeper has what a notary signs witnessed; nil where nobody is asked.
func keeper(n *notary.Notary, all []witness.Witness, log *slog.Logger) (*witness.Keeper, error) {
	if len(all) == 0 {
		return nil, nil
	}
	k, err := witness.NewKeeper(witness.Options{
		Witnesses: all, Prove: n.Tree.Consistency, Witnessed: n.Cosigned, Logger: log,
		Newest: func(context.Context) (proof.Checkpoint, error) {
			c, err := n.Checkpoint()
			if errors.Is(err, notary.ErrNone) {
				err = nil // a checkpoint of nothing is shown to nobody
			}
			return c, err
		},
	})
	if err != nil {
		return nil, badInput(err, `a witness is written "URL KEY", as signet witness prints it`)
	}
	return k, nil
}

// openNotary opens the tree of a registry and the key, and goes on with what was signed.
// The caller closes the tree.
func openNotary(ctx context.Context, reg *registry, o notaryOptions, options notary.Options) (*notary.Notary, *merkle.Tree, error) {
	key, err := proof.OpenKey(cmp.Or(o.key, filepath.Join(reg.dir, proof.KeyFile)), o.origin)
	if err != nil {
		return nil, nil, badInput(err, "--checkpoint-key-file names a file that signet made; --checkpoint-origin can't be changed later")
	}
	tree, err := merkle.Open(filepath.Join(reg.dir, treeFile))
	if err != nil {
		return nil, nil, err
	}
	options.Log, options.Tree, options.Key, options.Clock = reg.log, tree, key, time.Now
	n, err := notary.New(ctx, options)
	if errors.Is(err, merkle.ErrDiverged) {
		err = &failure{exitFailed, `"signet verify" tells where; what was signed can't be unsigned`, err}
	}
	if err != nil {
		return nil, nil, errors.Join(err, tree.Close())
	}
	return n, tree, nil
}

// issuedEditions tells how many editions were issued, and up to where the log was read for
// that.
func (r *registry) issuedEditions(ctx context.Context) (issued int, upTo eventlog.Position, err error) {
	upTo = r.views.Position()
	const page = 100
	for after := 0; ; {
		editions, err := r.views.Editions(ctx, after, page)
		if err != nil {
			return 0, 0, err
		}
		for _, e := range editions {
			if after = e.Number; !e.Issued.IsZero() {
				issued++
			}
		}
		if len(editions) < page {
			return issued, upTo, nil
		}
	}
}

// backedUp is what the API tells of backups.
func backedUp(s *backup.Schedule) func() gen.BackupState {
	return func() gen.BackupState {
		state := s.State()
		told := gen.BackupState{Events: int(state.Events), Bytes: state.Bytes, Added: state.Added, Failed: instantOf(state.Failed), Next: instantOf(state.Next), At: instantOf(state.At)}
		if state.Snapshot != "" {
			told.Snapshot = &state.Snapshot
		}
		return told
	}
}

// instantOf is nil for the zero time.
func instantOf(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// signed is what the API tells of the checkpoints.
func signed(n *notary.Notary) func() gen.CheckpointState {
	return func() gen.CheckpointState {
		s := n.State()
		state := gen.CheckpointState{
			Origin: s.Origin, Key: s.Key, Counted: int(s.Counted), Size: int(s.Size), Witnessed: int(s.Cosigned), Witnesses: s.Witnesses,
			Contradicted: s.Failed != nil,
		}
		if state.Witnesses == nil {
			state.Witnesses = []string{}
		}
		if s.Size > 0 {
			root := s.Root.String()
			state.Root, state.Signed = &root, &s.Signed
		}
		return state
	}
}
