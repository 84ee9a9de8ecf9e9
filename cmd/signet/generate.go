package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"signet/internal/generate"
)

// newGenerate is hidden: it is for load tests and benchmarks. The files that its
// logos name do not exist, as verify will say.
func newGenerate() *cobra.Command {
	var at place
	var o generate.Options
	cmd := &cobra.Command{
		Use:    "generate",
		Short:  "Fill an empty registry with generated items, for load tests",
		Hidden: true,
		Args:   takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return fill(cmd, &at, o)
		},
	}
	at.flags(cmd)
	cmd.Flags().IntVar(&o.Items, "items", 1000, "how many items")
	cmd.Flags().IntVar(&o.Versions, "versions", 3, "how many versions of each")
	cmd.Flags().Uint64Var(&o.Seed, "seed", 1, "another number makes another registry of the same size")
	return cmd
}

// fill prints the token with which the generated registry is asked on standard
// output.
func fill(cmd *cobra.Command, at *place, o generate.Options) (err error) {
	log, err := at.openLog()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	p := newProgress(cmd.ErrOrStderr(), "generate")
	o.Progress = p.count
	summary, err := generate.Generate(cmd.Context(), log, o)
	p.end()
	if errors.Is(err, generate.ErrNotEmpty) {
		return badInput(err, "name an empty folder with --data")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%d events, up to position %d\n", summary.Events, summary.Position)
	fmt.Fprintln(cmd.OutOrStdout(), generate.Secret)
	return nil
}
