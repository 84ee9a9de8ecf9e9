package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"signet/internal/kit"
)

func newImport() *cobra.Command {
	var at place
	cmd := &cobra.Command{
		Use:   "import DIR",
		Short: "Import a brand kit",
		Long: `Reads a kit in the form signet-kit/v1 (docs/kit-format.md) and carries out every step that it
tells of. A kit that is wrong, or does not fit, changes nothing, and the error names file and
line. An import that was interrupted is taken up again by the same command.`,
		Args: takes("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return importKit(cmd, &at, args[0])
		},
	}
	at.flags(cmd)
	return cmd
}

func importKit(cmd *cobra.Command, at *place, dir string) (err error) {
	if info, err := os.Stat(dir); err != nil {
		return badInput(err, "name the folder that holds kit.yaml")
	} else if !info.IsDir() {
		return badInput(fmt.Errorf("%s is no folder", dir), "name the folder that holds kit.yaml")
	}
	root, err := os.OpenRoot(dir) // nothing outside of the kit is read, whatever links it has
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // it was only read
	reg, err := openRegistry(cmd.Context(), at)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reg.Close()) }()
	p := newProgress(cmd.ErrOrStderr(), "import")
	report, err := kit.Import(cmd.Context(), root.FS(), kit.Target{Runner: reg.runner, Store: reg.store}, p.count)
	p.end()
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d items, %d versions, %d files, %d agencies, %d editions\n%d steps, %d of them known before\n",
		report.Items, report.Versions, report.Files, report.Agencies, report.Editions, report.Steps, report.Known)
	return nil
}
