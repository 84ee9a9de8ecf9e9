package main

import (
	"github.com/spf13/cobra"
)

func newUsage() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "usage",
		Short: "Take in how often versions were used",
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newUsageImport())
	return cmd
}
