package main

import "github.com/spf13/cobra"

func newLog() *cobra.Command {
	return &cobra.Command{Use: "log", Short: "What can be done with a log"}
}
