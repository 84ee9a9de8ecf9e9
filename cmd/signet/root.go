package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// run carries out one verb and returns the exit status. SIGINT and SIGTERM ask it
// to stop in order; the second one ends the program where it stands.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)

	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	code, line := explain(err)
	fmt.Fprintln(stderr, "signet: "+line)
	return code
}

const rootHelp = `signet giữ bộ nhận diện của thành phố: khẩu hiệu, biểu trưng, thông điệp, mẫu tài liệu,
mỗi phiên bản cùng chữ ký của các cơ quan. Mọi dữ liệu nằm trong một thư mục (--data).

signet keeps the city's brand kit: slogans, logos, messages and templates, each version
with the signatures of the agencies. All data is in one folder (--data).

Exit codes: 0 done; 1 failed, or verify found something wrong; 2 the input is wrong;
3 the data folder or the address is in use.`

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "signet",
		Short:         "Registry of a city's brand kit",
		Long:          rootHelp + settingsHelp,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return settle(cmd) },
	}
	root.PersistentFlags().String(configFlag, "", "YAML file with values of flags")
	root.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		hint := `"signet help" lists the verbs`
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			hint = "did you mean " + strings.Join(near, " or ") + "?"
		}
		return badInput(fmt.Errorf("there is no verb %q", args[0]), hint)
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return badInput(err, `see "`+cmd.CommandPath()+` --help"`)
	})
	root.AddCommand(newServe(), newImport(), newExport(), newVerify(), newProve(), newCheckpoint(), newWitness(), newRebuild(), newBackup(), newRestore(), newToken(), newPerson(), newLog(), newIdentify(), newPull(), newUsage(), newLink(), newCheck(), newVersion(), newGenerate())
	return root
}

// takes refuses any number of arguments but that of the names.
func takes(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == len(names) {
			return nil
		}
		return badInput(fmt.Errorf("%d arguments are too many or too few", len(args)), "usage: "+cmd.UseLine())
	}
}
