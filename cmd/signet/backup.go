package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"signet/domain"
	"signet/internal/backup"
)

func newBackup() *cobra.Command {
	var at place
	keep := backup.DefaultRetention
	var withoutKeys, asJSON bool
	cmd := &cobra.Command{
		Use:   "backup REPO",
		Short: "Copy the registry into a repository of backups",
		Long: `Sao lưu sổ đăng ký vào một kho, kể cả khi máy chủ đang chạy.

Copies the registry into a repository: its log, files, who the members are, and its keys. It may run
beside a server. Only what is new since the last backup is copied, everything that is written is read
back, and the backup exists when its snapshot is written, which is last. A log that is not the
continuation of what is in the repository is refused. Then old backups are removed, as --keep-… say.

` + repositoryHelp + `
Keep it on another machine, where few can read it: names, mail addresses and keys are in it.`,
		Example: `  signet backup /mnt/backups/signet --data /var/lib/signet
  signet backup 's3://backups/signet?endpoint=https://s3.example.vn' --data /var/lib/signet`,
		Args: takes("REPO"),
		RunE: func(cmd *cobra.Command, args []string) error {
			made, err := backUp(cmd, &at, args[0], keep, withoutKeys)
			if err != nil {
				return ofBackup(err)
			}
			return printMade(cmd, &made, asJSON)
		},
	}
	flags := cmd.Flags()
	flags.AddFlagSet(placeFlags(&at))
	retentionFlags(flags, "", &keep)
	flags.BoolVar(&withoutKeys, "without-keys", false, "leave the keys out: after a restore links that were signed end, and webhooks get new secrets")
	flags.BoolVar(&asJSON, "json", false, "print what was done as JSON")
	cmd.AddCommand(newBackupList(), newBackupVerify(), newBackupPrune())
	return cmd
}

// placeFlags are the flags that say where a registry is, for a verb but not for those
// below it.
func placeFlags(at *place) *pflag.FlagSet {
	var holder cobra.Command
	at.flags(&holder)
	return holder.PersistentFlags()
}

// retentionFlags are --keep-…, with something before it.
func retentionFlags(flags *pflag.FlagSet, before string, keep *backup.Retention) {
	flags.IntVar(&keep.Last, before+"keep-last", keep.Last, "how many of the newest backups are kept; all if the four are 0")
	flags.IntVar(&keep.Daily, before+"keep-daily", keep.Daily, "of how many days the last backup is kept")
	flags.IntVar(&keep.Weekly, before+"keep-weekly", keep.Weekly, "of how many weeks the last backup is kept")
	flags.IntVar(&keep.Monthly, before+"keep-monthly", keep.Monthly, "of how many months the last backup is kept")
}

// checkRetention refuses numbers that mean nothing.
func checkRetention(keep backup.Retention) error {
	if keep.Last < 0 || keep.Daily < 0 || keep.Weekly < 0 || keep.Monthly < 0 {
		return badInput(errors.New("a number of backups is not negative"), "see --keep-last, --keep-daily, --keep-weekly and --keep-monthly")
	}
	return nil
}

func backUp(cmd *cobra.Command, at *place, where string, keep backup.Retention, withoutKeys bool) (made backup.Outcome, err error) {
	if err := checkRetention(keep); err != nil {
		return made, err
	}
	ctx := cmd.Context()
	err = withSource(ctx, at, withoutKeys, func(from backup.Source) error {
		repo, err := openRepository(ctx, where, true)
		if err != nil {
			return err
		}
		steps := phases{w: cmd.ErrOrStderr()}
		defer steps.end()
		version, _ := build()
		made, err = backup.Run(ctx, repo, from, backup.Options{Version: version, Retention: keep, Progress: steps.told})
		return errors.Join(err, repo.Close())
	})
	return made, err
}

// printMade prints what a backup has done.
func printMade(cmd *cobra.Command, made *backup.Outcome, asJSON bool) error {
	out, s := cmd.OutOrStdout(), &made.Snapshot
	if made.Unpruned != nil {
		fmt.Fprintf(cmd.ErrOrStderr(), "chưa dọn được bản cũ / old backups were not removed: %v\n", made.Unpruned)
	}
	if asJSON {
		return printJSON(out, map[string]any{
			"snapshot": s.Name, "events": s.Events, "streams": s.Streams, "files": s.Blobs.Count, "bytes": s.Bytes(), "root": s.Root,
			"newEvents": made.NewEvents, "newFiles": made.NewBlobs, "added": made.Added, "removed": made.Removed, "seconds": made.Took.Seconds(),
		})
	}
	fmt.Fprintf(out, "snapshot %s: %d events in %d streams, %d files, %d bytes\n%d events and %d files were new, %d bytes written in %v\nroot %s\n",
		s.Name, s.Events, s.Streams, s.Blobs.Count, s.Bytes(), made.NewEvents, made.NewBlobs, made.Added, made.Took.Round(time.Millisecond), s.Root)
	for _, name := range made.Removed {
		fmt.Fprintln(out, "removed", name)
	}
	return nil
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// phases shows how far long work has come, each of its phases for itself.
type phases struct {
	w     io.Writer
	phase backup.Phase
	shown *progress
}

func (p *phases) told(now backup.Progress) {
	if p.shown == nil || now.Phase != p.phase {
		p.end()
		p.phase, p.shown = now.Phase, newProgress(p.w, string(now.Phase))
	}
	p.shown.of(now.Total)
	p.shown.to(now.Done)
}

func (p *phases) end() { p.shown.end() }

// withRepository opens a repository that is there.
func withRepository(ctx context.Context, where string, write bool, do func(backup.Repository) error) error {
	repo, err := openRepository(ctx, where, false)
	if err == nil && write && repo.closer != nil {
		// Only now: a folder that is there.
		err = repo.Close()
		if err == nil {
			repo, err = openRepository(ctx, where, true)
		}
	}
	if err != nil {
		return err
	}
	return errors.Join(ofBackup(do(repo)), repo.Close())
}

func newBackupList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list REPO",
		Short: "List the backups of a repository, the newest first",
		Long:  "Lists the backups of a repository, the newest first.\n\n" + repositoryHelp,
		Args:  takes("REPO"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withRepository(cmd.Context(), args[0], false, func(repo backup.Repository) error {
				all, err := backup.Snapshots(cmd.Context(), repo)
				if asJSON && err == nil {
					return printJSON(cmd.OutOrStdout(), listOf(all))
				}
				for _, s := range all {
					fmt.Fprintf(cmd.OutOrStdout(), "%s  %s  %d events  %d files  %d bytes  root %s\n",
						s.Name, s.Time.In(domain.CityZone).Format("2006-01-02 15:04:05 -0700"), s.Events, s.Blobs.Count, s.Bytes(), s.Root)
				}
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print them as JSON")
	return cmd
}

// listOf is what list prints as JSON.
func listOf(all []*backup.Snapshot) []map[string]any {
	rows := make([]map[string]any, 0, len(all))
	for _, s := range all {
		rows = append(rows, map[string]any{
			"snapshot": s.Name, "time": s.Time, "version": s.Version, "events": s.Events, "streams": s.Streams,
			"files": s.Blobs.Count, "bytes": s.Bytes(), "root": s.Root, "checkpoint": s.Checkpoint,
		})
	}
	return rows
}

func newBackupVerify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify REPO",
		Short: "Read a whole repository again and say what is wrong",
		Long: `Reads every file of a repository that a backup needs again: sums, that each event belongs to its
envelope, the root of the log at each backup and each signed checkpoint. Its exit code is 1 if
something is wrong.

` + repositoryHelp,
		Args: takes("REPO"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withRepository(cmd.Context(), args[0], false, func(repo backup.Repository) error {
				steps := phases{w: cmd.ErrOrStderr()}
				report, err := backup.Verify(cmd.Context(), repo, backup.Options{Progress: steps.told})
				steps.end()
				if err != nil {
					return err
				}
				out := cmd.OutOrStdout()
				fmt.Fprintf(out, "%d backups, %d events, %d files, %d bytes\n", report.Snapshots, report.Events, report.Blobs, report.Bytes)
				for _, wrong := range report.Findings {
					fmt.Fprintln(out, "wrong:", wrong)
				}
				if report.Omitted > 0 {
					fmt.Fprintf(out, "%d more were found\n", report.Omitted)
				}
				if !report.OK() {
					return &failure{exitFailed, "see docs/backup.md, section Damage", errors.New("something is wrong with the repository")}
				}
				fmt.Fprintln(out, "all is well")
				return nil
			})
		},
	}
}

func newBackupPrune() *cobra.Command {
	keep := backup.DefaultRetention
	cmd := &cobra.Command{
		Use:   "prune REPO",
		Short: "Remove old backups, and what no backup needs",
		Long: `Removes the backups that --keep-… do not keep, and what no backup needs any more. The newest one is
never removed. It may be interrupted at any moment.

` + repositoryHelp,
		Args: takes("REPO"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkRetention(keep); err != nil {
				return err
			}
			return withRepository(cmd.Context(), args[0], true, func(repo backup.Repository) error {
				done, err := backup.Prune(cmd.Context(), repo, keep, backup.Options{})
				for _, name := range done.Snapshots {
					fmt.Fprintln(cmd.OutOrStdout(), "removed", name)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%d backups and %d other files of %d bytes were removed\n", len(done.Snapshots), done.Files, done.Bytes)
				return err
			})
		},
	}
	retentionFlags(cmd.Flags(), "", &keep)
	return cmd
}
