package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"signet/internal/eventlog"
	"signet/internal/eventlog/esdb"
	"signet/internal/eventlog/logcopy"
	"signet/internal/eventlog/sqlite"
)

func newLog() *cobra.Command {
	cmd := &cobra.Command{Use: "log", Short: "Move a log, or look into it"}
	cmd.AddCommand(newLogCopy(), newLogShow())
	return cmd
}

// end is one end of a copy: a folder, or a cluster.
type end struct{ where, prefix, user, password string }

// flags gives a verb the flags of an end.
func (e *end) flags(cmd *cobra.Command, name, what string) {
	flags := cmd.Flags()
	flags.StringVar(&e.where, name, "", what+": the folder of a registry, or a cluster such as esdb://node1:2113,node2:2113")
	flags.StringVar(&e.prefix, name+"-prefix", esdb.DefaultPrefix, "what the streams on that cluster begin with")
	flags.StringVar(&e.user, name+"-user", "", "user of that cluster")
	flags.StringVar(&e.password, name+"-password-file", "", "file that holds the user's password")
}

// cluster tells whether the end is a cluster.
func (e *end) cluster() bool {
	return strings.HasPrefix(e.where, "esdb://") || strings.HasPrefix(e.where, "esdb+discover://")
}

// open opens the end; a folder that is not there is only made for the target.
func (e *end) open(target bool) (eventlog.Log, error) {
	if e.cluster() {
		return openCluster(e.where, esdb.Options{Prefix: e.prefix, User: e.user}, e.password)
	}
	at := place{data: e.where}
	if target {
		return at.openLog()
	}
	if err := at.mustExist(); err != nil {
		return nil, err
	}
	log, err := at.openLog()
	if errors.Is(err, sqlite.ErrInUse) { // a server runs: what it has written by now is copied
		return sqlite.OpenReadOnly(filepath.Join(e.where, logFile))
	}
	return log, err
}

func newLogCopy() *cobra.Command {
	var from, to end
	var verifyOnly bool
	cmd := &cobra.Command{
		Use:   "copy",
		Short: "Copy a log from a folder to a cluster, or back",
		Long: `Copies every event of a log, in its order, with its id: from the folder of a registry to an
EventStoreDB cluster, from there to a folder, or from one to another of the same kind. The target
holds nothing, or the beginning of the same log: then the copy goes on where it ends, and compares
what is there. At the end both are read again and compared; the digest that is printed is that of
all events. Files and read models are not copied.`,
		Example: `  signet log copy --from ./signet-data --to esdb://node1:2113,node2:2113,node3:2113 --to-user signet --to-password-file password
  signet log copy --from esdb://node1:2113 --to ./from-cluster`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return copyLog(cmd, &from, &to, verifyOnly)
		},
	}
	from.flags(cmd, "from", "where the log is")
	to.flags(cmd, "to", "where it is to be")
	cmd.Flags().BoolVar(&verifyOnly, "verify-only", false, "write nothing: compare only")
	return cmd
}

func copyLog(cmd *cobra.Command, from, to *end, verifyOnly bool) (err error) {
	if from.where == "" || to.where == "" {
		return badInput(errors.New("--from or --to is missing"), `see "signet log copy --help"`)
	}
	source, err := from.open(false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := to.open(!verifyOnly)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	steps := &copySteps{cmd: cmd}
	result, err := logcopy.Copy(cmd.Context(), source, target, logcopy.Options{VerifyOnly: verifyOnly, Progress: steps.told})
	steps.end()
	var wrong *logcopy.Error
	if errors.As(err, &wrong) && !errors.Is(err, eventlog.ErrUnavailable) {
		return &failure{exitFailed, "nothing that was there was changed", fmt.Errorf("%s: %w", wrong.Code, err)}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d events in %d streams, %d bytes, %d of them copied now\nsource to position %d, target to %d\nsha256 %s\n",
		result.Events, result.Streams, result.Bytes, result.Copied, result.SourceEnd, result.TargetEnd, result.Digest)
	return nil
}

// copySteps shows how far a copy has come, each of its phases for itself.
type copySteps struct {
	cmd   *cobra.Command
	phase logcopy.Phase
	shown *progress
}

func (s *copySteps) told(p logcopy.Progress) {
	if s.shown == nil || p.Phase != s.phase {
		s.end()
		s.phase, s.shown = p.Phase, newProgress(s.cmd.ErrOrStderr(), string(p.Phase))
		s.shown.of(int64(p.Head))
	}
	s.shown.position(p.Position)
}

func (s *copySteps) end() { s.shown.end() }
