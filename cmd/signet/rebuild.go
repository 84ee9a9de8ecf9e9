package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"signet/projections"
)

func newRebuild() *cobra.Command {
	var at place
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: "Build the read models anew from the log",
		Long: `Builds the read models anew beside the old ones, and swaps them at the end. An interrupted
rebuild leaves the old ones as they were. The server must not run meanwhile.`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return rebuild(cmd, &at)
		},
	}
	at.flags(cmd)
	return cmd
}

func rebuild(cmd *cobra.Command, at *place) (err error) {
	if err := at.mustExist(); err != nil {
		return err
	}
	log, err := at.openLog()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	head, err := log.Head(cmd.Context())
	if err != nil {
		return err
	}
	p := newProgress(cmd.ErrOrStderr(), "rebuild")
	p.of(int64(head))
	err = projections.Rebuild(cmd.Context(), filepath.Join(at.data, viewsFile), log, p.position)
	p.end()
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "the read models tell the log up to position %d\n", head)
	return nil
}
