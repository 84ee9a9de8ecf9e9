package main

import (
	"context"
	"encoding/json"
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

func newVerify() *cobra.Command {
	var at place
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Read everything again and say what is wrong",
		Long: `Reads the whole log and every file again and says what is wrong; its exit code is then 1. Read models
that are behind the log are not wrong, since the next start lets them go on; those that are ahead
are. It may run beside a server: then it reads up to where the log was when it began, and leaves
the read models out.`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return verifyAll(cmd, &at, asJSON)
		},
	}
	at.flags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	return cmd
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
}

type finding struct {
	Code     verify.Code `json:"code"`
	Place    string      `json:"place"`
	Sentence string      `json:"sentence"`
}

func verifyAll(cmd *cobra.Command, at *place, asJSON bool) error {
	if err := at.mustExist(); err != nil {
		return err
	}
	v, err := verified(cmd.Context(), at, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	if asJSON {
		encoder := json.NewEncoder(cmd.OutOrStdout())
		encoder.SetIndent("", "  ")
		err = encoder.Encode(v)
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
func verified(ctx context.Context, at *place, stderr io.Writer) (_ verification, err error) {
	log, beside, err := openForReading(at)
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
	v, err := contents(ctx, at, log, beside, stderr)
	if damage != nil {
		v.OK = false
		v.Findings = append([]finding{{verify.LogCorrupt, logFile, damage.Error()}}, v.Findings...)
	}
	return v, err
}

// contents reads what the log and the blobs hold, up to where the log is now.
func contents(ctx context.Context, at *place, log eventlog.Log, beside bool, stderr io.Writer) (_ verification, err error) {
	head, err := log.Head(ctx)
	if err != nil {
		return verification{}, err
	}
	store, err := at.readStore(ctx)
	if err != nil {
		return verification{}, err
	}
	defer store.Close()
	views, err := readModels(at.data, beside)
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
	report, err := verify.Run(ctx, untilHead{log, head}, store, compared, func(now verify.Progress) { p.to(int64(now.Events)) })
	p.end()
	v := told(&report)
	v.Beside = beside
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
