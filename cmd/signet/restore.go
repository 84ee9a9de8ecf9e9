package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"signet/domain"
	"signet/internal/backup"
)

// restoreOptions are the flags of restore.
type restoreOptions struct {
	at              place
	snapshot        string
	time            string
	events          int64
	checkpoint, key string
	continues       bool
	withoutPeople   bool
	json            bool
}

func newRestore() *cobra.Command {
	var o restoreOptions
	cmd := &cobra.Command{
		Use:   "restore REPO",
		Short: "Make a registry of a backup",
		Long: `Phục hồi sổ đăng ký từ kho sao lưu vào một thư mục trống.

Makes a registry of a backup, in a folder that is empty or missing. The whole log is read and checked
before anything is written; files and people are next, and the log is last. A restore that was interrupted
is no registry, and is begun again by the same command. With --log, --assets or --people the log, the
files or the people go there; the log there must be empty, or what an interrupted restore has left.

Whose erasure the backed-up log knows stays erased, also if --at or --leaf end before that. The restored log
gets a new key for its checkpoints, since the old one may have signed what is lost; ancestor.json tells
of the old one. Only if nothing was published after the newest backup: --continue.

` + repositoryHelp,
		Example: `  signet restore /mnt/backups/signet --data ./restored
  signet restore /mnt/backups/signet --data ./restored --at 2026-11-27T10:00:00+07:00
  signet restore /mnt/backups/signet --data ./restored --checkpoint kept.txt --key "$(cat key.txt)"`,
		Args: takes("REPO"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return restore(cmd, &o, args[0])
		},
	}
	flags := cmd.Flags()
	flags.AddFlagSet(placeFlags(&o.at))
	flags.StringVar(&o.snapshot, "snapshot", "", "name of a backup, or how it begins; the newest if left out")
	flags.StringVar(&o.time, "at", "", "end the log before the first event that was recorded after this time, such as 2026-11-27T10:00:00+07:00")
	flags.Int64Var(&o.events, "leaf", 0, "end the log after so many events")
	flags.StringVar(&o.checkpoint, "checkpoint", "", "file with a signed checkpoint that the log must agree with")
	flags.StringVar(&o.key, "key", "", "the key that checks --checkpoint")
	flags.BoolVar(&o.continues, "continue", false, "go on signing with the old key: only if nothing was published after the newest backup")
	flags.BoolVar(&o.withoutPeople, "without-people", false, "leave names, mail addresses and logins out")
	flags.BoolVar(&o.json, "json", false, "print what was done as JSON")
	return cmd
}

// options reads the flags.
func (o *restoreOptions) options() (backup.RestoreOptions, error) {
	r := backup.RestoreOptions{Snapshot: o.snapshot, Events: o.events, Continue: o.continues, WithoutPeople: o.withoutPeople}
	if o.time != "" && o.events != 0 {
		return r, badInput(errors.New("--at and --leaf are both there"), "choose one of them")
	}
	if o.events < 0 {
		return r, badInput(fmt.Errorf("--leaf %d is no number of events", o.events), "signet backup list tells how many there are")
	}
	if o.time != "" {
		at, err := time.Parse(time.RFC3339, o.time)
		if err != nil {
			return r, badInput(err, "a time is written 2026-11-27T10:00:00+07:00")
		}
		r.At = at
	}
	if (o.checkpoint == "") != (o.key == "") {
		return r, badInput(errors.New("--checkpoint and --key belong together"), "signet checkpoint prints both")
	}
	if o.checkpoint != "" {
		text, err := os.ReadFile(o.checkpoint)
		if err != nil {
			return r, badInput(err, "--checkpoint names the file that signet checkpoint prints")
		}
		r.Checkpoint = backup.Checkpoint{Note: string(text), VerifierKey: strings.TrimSpace(o.key)}
	}
	return r, nil
}

func restore(cmd *cobra.Command, o *restoreOptions, where string) (err error) {
	options, err := o.options()
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	repo, err := openRepository(ctx, where, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, repo.Close()) }()
	work, err := beginRestore(o.at.data, o.at.remote())
	if err != nil {
		return ofBackup(err)
	}
	steps := phases{w: cmd.ErrOrStderr()}
	options.Progress = steps.told
	made, err := work.fill(ctx, o.at, repo, options)
	steps.end()
	if err != nil {
		return errors.Join(ofBackup(err), work.giveUp(err))
	}
	if err := work.finish(); err != nil {
		return err
	}
	return printRestored(cmd, &made, o)
}

// printRestored prints what was made.
func printRestored(cmd *cobra.Command, made *backup.Restored, o *restoreOptions) error {
	out := cmd.OutOrStdout()
	if o.json {
		return printJSON(out, map[string]any{
			"snapshot": made.Snapshot.Name, "events": made.Events, "streams": made.Streams, "root": made.Root,
			"files": made.Blobs, "people": made.People, "erased": made.Erased, "newKey": !o.continues,
		})
	}
	fmt.Fprintf(out, "%d of %d events of %s, %d files, %d people\nroot %s\n",
		made.Events, made.Snapshot.Events, made.Snapshot.Name, made.Blobs, made.People, made.Root)
	if made.Last != nil {
		fmt.Fprintf(out, "the last event was recorded at %s\n", made.Last.Recorded.In(domain.CityZone).Format(time.RFC3339))
	}
	note := cmd.ErrOrStderr()
	if made.Events < made.Snapshot.Events {
		fmt.Fprintln(note, "token và quyền đã thu hồi sau thời điểm đó lại có hiệu lực; hãy thu hồi lại / tokens and roles that were taken away after that point are there again: see signet token list")
	}
	if made.Ancestor != nil {
		fmt.Fprintf(note, "nhật ký mới có khóa mới; %s tả nhật ký cũ / the log gets a new key; %s tells of the old one\n", ancestorFile, ancestorFile)
	}
	return nil
}

// fill restores into the folder of the work, and where else the place says.
func (w *restoring) fill(ctx context.Context, at place, repo backup.Repository, o backup.RestoreOptions) (made backup.Restored, err error) {
	at.data = w.dir
	log, err := at.openLog()
	if err != nil {
		return made, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	files, err := at.openStore(ctx)
	if err != nil {
		return made, err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	members, err := at.openPeople(ctx)
	if err != nil {
		return made, err
	}
	defer func() { err = errors.Join(err, members.Close()) }()
	made, err = backup.Restore(ctx, repo, backup.Target{Log: unlocked(log), Blobs: files, People: members}, o)
	if err != nil {
		return made, err
	}
	err = w.keep(&made)
	return made, err
}
