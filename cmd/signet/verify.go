package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"signet/internal/eventlog"
	"signet/internal/eventlog/sqlite"
	"signet/internal/verify"
	"signet/projections"
)

// verifyOptions are the flags of verify.
type verifyOptions struct {
	at          place
	asJSON      bool
	key         string   // who must have signed
	checkpoints []string // files from outside
	proof       proofCheck
}

func newVerify() *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify [FILE]",
		Short: "Read everything again and say what is wrong, or check a proof",
		Long: `Reads the whole log and every file again and says what is wrong; its exit code is then 1. Each event
is compared with the tree that counts them, the tree with itself, and both with every checkpoint that
was signed, here or, with --checkpoint, elsewhere. Who has the key of the folder could have signed
another history: only a checkpoint that somebody else kept, and a --key from outside, tell of that.

Read models and a tree that are behind the log are not wrong, since the next start lets them go on;
those that are ahead are. It may run beside a server: then it reads up to where the log was when it
began, and leaves the read models out.

With a FILE that signet prove has written it checks what that proves. Nothing else is read, and it
needs no registry: only --key, which has to come from where the registry can't change it.`,
		Example: `  signet verify
  signet verify --checkpoint checkpoint-2027.txt --key brand.haiphong.gov.vn/log+1a2b3c4d+…
  signet verify slogan-port-of-tomorrow-v2.signet-proof.json --key haiphong.pub`,
		Args: o.takes,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				o.proof.key, o.proof.asJSON = o.key, o.asJSON
				return verifyProof(cmd, args[0], o.proof)
			}
			return verifyAll(cmd, &o)
		},
	}
	o.at.flags(cmd)
	flags := cmd.Flags()
	flags.BoolVar(&o.asJSON, "json", false, "print the report as JSON")
	flags.StringVar(&o.key, "key", "", "key that must have signed, as name+hash+base64, or a file that holds it; that of the folder if left out")
	flags.StringArrayVar(&o.checkpoints, "checkpoint", nil, "file with a checkpoint that was kept elsewhere, which the log must fit; may be repeated")
	flags.StringArrayVar(&o.proof.witnesses, "witness", nil, "key, or file with the key, of who must have cosigned a proof; may be repeated")
	flags.StringArrayVar(&o.proof.files, "file", nil, "file that must be one of those that a proof is about; may be repeated")
	return cmd
}

// takes refuses what does not fit together.
func (o *verifyOptions) takes(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) > 1:
		return badInput(fmt.Errorf("%d arguments are too many", len(args)), "usage: "+cmd.UseLine())
	case len(args) == 1 && len(o.checkpoints) > 0:
		return badInput(errors.New("--checkpoint is for a registry, not for a proof"), "signet verify --checkpoint FILE reads the registry of --data")
	case len(args) == 0 && len(o.proof.witnesses)+len(o.proof.files) > 0:
		return badInput(errors.New("--witness and --file are for a proof"), "name the file that signet prove has written")
	}
	return nil
}

// verification is what verify prints.
type verification struct {
	OK       bool              `json:"ok"`
	Beside   bool              `json:"besideServer"`
	Position eventlog.Position `json:"position"`
	Events   int               `json:"events"`
	Streams  int               `json:"streams"`
	Blobs    int               `json:"blobs"`
	Bytes    int64             `json:"bytes"`
	Findings []finding         `json:"findings"`
	Notes    []finding         `json:"notes"`
	Omitted  int               `json:"omitted"`
	Tree     *verifiedTree     `json:"tree,omitempty"` // what the log was compared with; missing if nothing
}

type finding struct {
	Code     verify.Code `json:"code"`
	Place    string      `json:"place"`
	Sentence string      `json:"sentence"`
}

func verifyAll(cmd *cobra.Command, o *verifyOptions) error {
	if err := o.at.mustExist(); err != nil {
		return err
	}
	v, err := verified(cmd.Context(), o, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	if o.asJSON {
		err = printJSON(cmd.OutOrStdout(), v)
	} else {
		v.print(cmd.OutOrStdout())
	}
	if err == nil && !v.OK {
		err = errWrong
	}
	return err
}

// verified reads the registry in a place. Nothing in it is changed, unless it was
// written by an older program.
func verified(ctx context.Context, o *verifyOptions, stderr io.Writer) (_ verification, err error) {
	log, beside, err := openForReading(&o.at)
	if errors.Is(err, eventlog.ErrCorrupt) {
		return verification{Findings: []finding{{verify.LogCorrupt, logFile, err.Error()}}, Notes: []finding{}}, nil
	}
	if err != nil {
		return verification{}, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	damage := checkFile(ctx, log, stderr)
	if damage != nil && !errors.Is(damage, eventlog.ErrCorrupt) {
		return verification{}, damage
	}
	v, err := contents(ctx, o, log, beside, stderr)
	if damage != nil {
		v.OK = false
		v.Findings = append([]finding{{verify.LogCorrupt, logFile, damage.Error()}}, v.Findings...)
	}
	return v, err
}

// contents reads what the log and the blobs hold, up to where the log is now.
func contents(ctx context.Context, o *verifyOptions, log eventlog.Log, beside bool, stderr io.Writer) (_ verification, err error) {
	history, err := o.history(ctx) // before the log, which is ahead of its tree
	if err != nil {
		return verification{}, err
	}
	defer func() { err = errors.Join(err, history.Close()) }()
	head, err := log.Head(ctx)
	if err != nil {
		return verification{}, err
	}
	store, err := o.at.readStore(ctx)
	if err != nil {
		return verification{}, err
	}
	defer store.Close()
	views, err := readModels(o.at.data, beside)
	if err != nil {
		return verification{}, err
	}
	var compared verify.ReadModels
	if views != nil {
		defer func() { err = errors.Join(err, views.Close()) }()
		if views.Position() >= head { // those that are behind go on at the next start
			compared = views
		}
	}
	p := newProgress(stderr, "events")
	p.of(int64(head))
	report, err := verify.Run(ctx, untilHead{log, head}, store, compared, history.history, func(now verify.Progress) { p.to(int64(now.Events)) })
	p.end()
	v := told(&report)
	v.Beside, v.Tree = beside, history.verified
	v.Findings = append(history.findings, v.Findings...)
	v.OK = v.OK && len(history.findings) == 0
	return v, err
}

// openForReading opens the log alone if nobody else has, and otherwise for
// reading beside its owner.
func openForReading(at *place) (log eventlog.Log, beside bool, err error) {
	log, err = at.openLog()
	switch {
	case errors.Is(err, sqlite.ErrInUse):
		log, err = sqlite.OpenReadOnly(filepath.Join(at.data, logFile))
		return log, true, err
	case errors.As(err, new(*inUseError)):
		log, err = at.openRemote()
		return log, true, err
	}
	return log, false, err
}

// checkFile reads the file of a log that is one. A cluster looks after its own.
func checkFile(ctx context.Context, log eventlog.Log, stderr io.Writer) error {
	file, ok := log.(*sqlite.Log)
	if !ok {
		return nil
	}
	p := newProgress(stderr, "log file")
	defer p.end()
	return file.Check(ctx, p.count)
}

// readModels opens the read models; nil if there are none, or somebody else
// writes to them.
func readModels(dir string, beside bool) (*projections.Views, error) {
	name := filepath.Join(dir, viewsFile)
	if _, err := os.Stat(name); beside || errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return projections.Open(name)
}

// told puts a report into the form in which it is printed.
func told(r *verify.Report) verification {
	v := verification{
		OK: r.OK(), Position: r.Position, Events: r.Events, Streams: r.Streams, Blobs: r.Blobs, Bytes: r.Bytes,
		Findings: []finding{}, Notes: []finding{}, Omitted: r.Omitted,
	}
	for _, f := range r.Findings {
		v.Findings = append(v.Findings, finding(f))
	}
	for _, f := range r.Notes {
		v.Notes = append(v.Notes, finding(f))
	}
	return v
}

func (v *verification) print(w io.Writer) {
	fmt.Fprintf(w, "%d events in %d streams up to position %d, %d files, %d bytes\n", v.Events, v.Streams, v.Position, v.Blobs, v.Bytes)
	if v.Beside {
		fmt.Fprintln(w, "a server is running: the read models were not compared")
	}
	v.Tree.print(w)
	for _, f := range v.Notes {
		fmt.Fprintf(w, "note: %s: %s: %s\n", f.Code, f.Place, f.Sentence)
	}
	for _, f := range v.Findings {
		fmt.Fprintf(w, "wrong: %s: %s: %s\n", f.Code, f.Place, f.Sentence)
	}
	if v.Omitted > 0 {
		fmt.Fprintf(w, "%d more were found\n", v.Omitted)
	}
	if v.OK {
		fmt.Fprintln(w, "all is well")
	}
}
