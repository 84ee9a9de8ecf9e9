package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"signet/projections"
)

func newRebuild() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: "Build the read models anew from the log",
		Long: `Builds the read models anew beside the old ones, and swaps them at the end. An interrupted
rebuild leaves the old ones as they were. The server must not run meanwhile.`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return rebuild(cmd, data)
		},
	}
	dataFlag(cmd, &data)
	return cmd
}

func rebuild(cmd *cobra.Command, data string) (err error) {
	if err := mustExist(data); err != nil {
		return err
	}
	log, err := openLog(data)
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
	err = projections.Rebuild(cmd.Context(), filepath.Join(data, viewsFile), log, p.position)
	p.end()
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "the read models tell the log up to position %d\n", head)
	return nil
}
