package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"signet/internal/pull"
)

func (o *pullOptions) forceFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.force, "force", false, "overwrite what was changed by hand")
}

func (o *pullOptions) addVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add DIR ITEM…",
		Short: "Add items to those that are wanted, and pull",
		Args:  takesItems,
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd, args[0], func(ctx context.Context, c *pull.Client) (*pull.Report, error) { return c.Add(ctx, args[1:]...) })
		},
	}
	o.forceFlag(cmd)
	return cmd
}

func (o *pullOptions) removeVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remove DIR ITEM…",
		Short: "Take items away from those that are wanted, and pull",
		Args:  takesItems,
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd, args[0], func(ctx context.Context, c *pull.Client) (*pull.Report, error) { return c.Remove(ctx, args[1:]...) })
		},
	}
	o.forceFlag(cmd)
	return cmd
}

func (o *pullOptions) updateVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "update DIR [ITEM…]",
		Short: "Move some items, or all, to what is in force",
		Long: `Moves the items that are named to what is in force; the others stay as they are locked. What tells of
the whole kit (kit.json, tokens.json, index.html) is left out then, since it can't tell of versions
that were never in force together; it comes back when everything is what is in force. Without
items, everything moves.`,
		Args: takesSome("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd, args[0], func(ctx context.Context, c *pull.Client) (*pull.Report, error) { return c.Update(ctx, args[1:]...) })
		},
	}
	o.forceFlag(cmd)
	return cmd
}

func (o *pullOptions) verifyVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "verify DIR",
		Short: "Compare the folder with its lock, and ask nobody",
		Long:  `Lists what was changed, what is missing, and what lies in the kit's folders and is not of the kit. Its exit code is 1 then.`,
		Args:  takes("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := o.client(args[0])
			if err != nil {
				return err
			}
			v, err := c.Verify()
			if err != nil {
				return pullFailure(err)
			}
			return o.tell(cmd.OutOrStdout(), v, v.OK(), func(w io.Writer) { printVerification(w, v) })
		},
	}
}

func (o *pullOptions) diffVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "diff DIR",
		Short: "Tell what a pull would change",
		Long: `Tells of each item that is not in force as it is locked: its versions, its files, and whether what you have
is superseded or withdrawn. Its exit code is 1 if there is any.`,
		Args: takes("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := o.client(args[0])
			if err != nil {
				return err
			}
			d, err := c.Diff(cmd.Context())
			if err != nil {
				return pullFailure(err)
			}
			return o.tell(cmd.OutOrStdout(), d, d.Same(), func(w io.Writer) { printDifference(w, d) })
		},
	}
}
