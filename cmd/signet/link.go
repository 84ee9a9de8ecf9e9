package main

import (
	"cmp"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"signet/domain"
	"signet/internal/links"
)

// linksFile has the keys of signed links, in a data directory.
const linksFile = "links.key"

func newLink() *cobra.Command {
	var at remote
	var days int
	cmd := &cobra.Command{
		Use:   "link ADDRESS",
		Short: "Make an address by which anybody can download one thing for some time",
		Long: `Asks the registry at --server for a signed address, such as a printer is given, and prints it.
What is downloaded by it is recorded as your agency's. It ends by itself after --days, when the
version is withdrawn, and when you may not download any more.`,
		Example: `  signet link --server https://brand.haiphong.gov.vn "/files/logo/current/logo.svg?channel=print"
  signet link --server https://brand.haiphong.gov.vn --days 30 "/kit.zip?kind=logo"`,
		Args: takes("ADDRESS"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var made struct {
				URL   string    `json:"url"`
				Until time.Time `json:"until"`
			}
			if err := at.call(cmd.Context(), http.MethodPost, "links", nil, map[string]any{"address": args[0], "days": days}, &made); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), made.URL)
			fmt.Fprintf(cmd.ErrOrStderr(), "dùng được đến / good until %s\n", made.Until.In(domain.CityZone).Format("2006-01-02 15:04"))
			return nil
		},
	}
	at.flags(cmd, "token of who makes the link; better given as SIGNET_TOKEN")
	cmd.Flags().IntVar(&days, "days", 7, "how long the link is good for, 1 to 90")
	cmd.AddCommand(newLinkRotate())
	return cmd
}

func newLinkRotate() *cobra.Command {
	var data, file string
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Put a new key before those that sign links",
		Long: `Puts a new key at the head of the file of keys: it signs from now on, also at a server that
runs, and links signed before stay good. To end those at once, take the line of the old key out of
the file. Nodes that share links share the file.`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			id, err := links.Rotate(cmp.Or(file, filepath.Join(data, linksFile)))
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), id)
			return nil
		},
	}
	cmd.Flags().StringVar(&data, "data", defaultData, "folder of the registry")
	cmd.Flags().StringVar(&file, "link-key-file", "", "the file of keys, if it is not in that folder")
	return cmd
}
