package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"signet/internal/kit"
)

func newExport() *cobra.Command {
	var at place
	cmd := &cobra.Command{
		Use:   "export DIR",
		Short: "Export the brand kit",
		Long: `Writes the kit in the form signet-kit/v1 (docs/kit-format.md) into a folder that is empty or not
there yet. The folder appears when it is complete. The same registry gives the same bytes.`,
		Args: takes("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return exportKit(cmd, &at, args[0])
		},
	}
	at.flags(cmd)
	return cmd
}

func exportKit(cmd *cobra.Command, at *place, dir string) error {
	return withRegistry(cmd, at, func(ctx context.Context, r *registry) error {
		p := newProgress(cmd.ErrOrStderr(), "export")
		report, err := kit.Export(ctx, r.views, r.store, dir, p.count)
		p.end()
		if err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%d items, %d versions, %d files, %d agencies, %d editions\n",
			report.Items, report.Versions, report.Files, report.Agencies, report.Editions)
		return nil
	})
}
