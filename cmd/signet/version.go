package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"signet/internal/eventlog"
	"signet/internal/eventlog/sqlite"
	"signet/internal/kit"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print which program this is, and which forms of data it writes",
		Args:  takes(),
		Run: func(cmd *cobra.Command, _ []string) {
			version, commit := build()
			fmt.Fprintf(cmd.OutOrStdout(), "signet %s\ncommit %s\n%s %s/%s\nlog schema %d, envelope %d, %s\n",
				version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, sqlite.SchemaVersion, eventlog.EnvelopeVersion, kit.Format)
		},
	}
}

// build tells from what the program was built, as far as the Go toolchain has
// noted it.
func build() (version, commit string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown", "unknown"
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value + commit
		case s.Key == "vcs.modified" && s.Value == "true":
			commit += " (modified)"
		}
	}
	return cmp.Or(info.Main.Version, "unknown"), cmp.Or(commit, "unknown")
}
