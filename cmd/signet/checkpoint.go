package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"signet/internal/notary"
	"signet/internal/proof"
)

func newCheckpoint() *cobra.Command {
	var at place
	var from remote
	var key string
	var witnessed bool
	cmd := &cobra.Command{
		Use:   "checkpoint",
		Short: "Print the newest signed checkpoint of the log",
		Long: `Prints the newest checkpoint that was signed of the log: how many events it held, and one hash of
all of them. Keep it, best outside of the registry: who has it can show later that nothing before
it was changed ("signet prove --since FILE", "signet verify --checkpoint FILE --key KEY"). The key that checks it
goes to the standard error. Asks the registry at --server, or reads the folder.`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			ctx := cmd.Context()
			if from.server != "" {
				path := "tlog/checkpoint"
				if witnessed {
					path += "/witnessed"
				}
				note, err := from.fetch(ctx, path, proof.MaxCheckpointBytes)
				if err != nil {
					return err
				}
				verifier, err := from.fetch(ctx, "tlog/key", proof.MaxCheckpointBytes)
				fmt.Fprintf(cmd.OutOrStdout(), "%s", note)
				fmt.Fprintf(cmd.ErrOrStderr(), "khóa / key: %s", verifier)
				return err
			}
			if err := at.mustExist(); err != nil {
				return err
			}
			b, err := openBook(ctx, &at, key)
			if err != nil {
				return unproven(err)
			}
			defer func() { err = errors.Join(err, b.Close()) }()
			reason := notary.Latest
			if witnessed {
				reason = notary.Witnessed
			}
			c, err := b.newest(ctx, reason)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s", c.Note)
			fmt.Fprintf(cmd.ErrOrStderr(), "khóa / key: %s\n", b.key.VerifierKey())
			return nil
		},
	}
	at.flags(cmd)
	from.flags(cmd, "token, which is not needed")
	cmd.Flags().StringVar(&key, "checkpoint-key-file", "", "file with the key that signs checkpoints; that of the folder if left out")
	cmd.AddCommand(newCheckpointKey())
	cmd.Flags().BoolVar(&witnessed, "witnessed", false, "the newest one that a witness has cosigned")
	return cmd
}

func newCheckpointKey() *cobra.Command {
	var data, file, origin string
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Print the key that checks checkpoints, and make it the first time",
		Long: `Prints the verifier key of the registry: publish it where nobody here can change it, such as in the
decision that issues the kit. The first time it makes the pair; the other half stays in the file,
and signs. Nodes of one registry share the file.`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			key, err := proof.OpenKey(cmp.Or(file, filepath.Join(data, proof.KeyFile)), origin)
			if err != nil {
				return badInput(err, "--checkpoint-key-file names a file that signet made; --checkpoint-origin can't be changed later")
			}
			fmt.Fprintln(cmd.OutOrStdout(), key.VerifierKey())
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&data, "data", defaultData, "folder of the registry, unless a file is named")
	flags.StringVar(&file, "checkpoint-key-file", "", "file of the key; that of the folder if left out")
	flags.StringVar(&origin, "checkpoint-origin", "", `name of the log, such as brand.haiphong.gov.vn/log, told once; "signet/…" if left out`)
	return cmd
}
