package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"signet/internal/backup"
	"signet/internal/notary"
)

// backupOptions say whether and where a server makes backups.
type backupOptions struct {
	to          string
	every       time.Duration
	keep        backup.Retention
	withoutKeys bool
}

func (o *backupOptions) flags(flags *pflag.FlagSet) {
	o.keep = backup.DefaultRetention
	flags.StringVar(&o.to, "backup-to", "", "where this node makes backups: a folder, or object storage written as --assets is; of several nodes one does")
	flags.DurationVar(&o.every, "backup-every", 6*time.Hour, "how often")
	flags.BoolVar(&o.withoutKeys, "backup-without-keys", false, "leave the registry's keys out of backups")
	retentionFlags(flags, "backup-", &o.keep)
}

// check refuses what can't be done, before a server begins.
func (o *backupOptions) check(ctx context.Context) error {
	if o.to == "" {
		return nil
	}
	if o.every < time.Minute {
		return badInput(errors.New("--backup-every is shorter than a minute"), "such as --backup-every 6h")
	}
	if strings.HasPrefix(o.to, "s3:") {
		if _, err := openBucket(ctx, o.to); err != nil {
			return err
		}
	}
	return checkRetention(o.keep)
}

// schedule makes the backups of a server's registry, of which the notary signs the
// checkpoints. It is nil, and its State zero, if none are to be made.
func (o *backupOptions) schedule(reg *registry, signing *notary.Notary, log *slog.Logger) *backup.Schedule {
	if o.to == "" {
		return nil
	}
	from := backup.Source{Log: reg.log, Blobs: reg.store, People: reg.people, Checkpoint: signedBy(signing)}
	if !o.withoutKeys {
		from.Keys = keysOf(reg.dir)
	}
	version, _ := build()
	return backup.NewSchedule(backup.ScheduleOptions{
		Every: o.every, Source: from, Retention: o.keep, Version: version, Log: log,
		Repository: func(ctx context.Context) (backup.Repository, error) { return openRepository(ctx, o.to, true) },
	})
}

// signedBy is the newest checkpoint of a notary.
func signedBy(signing *notary.Notary) func(context.Context) (backup.Checkpoint, error) {
	return func(context.Context) (backup.Checkpoint, error) {
		c, err := signing.Checkpoint()
		if errors.Is(err, notary.ErrNone) {
			return backup.Checkpoint{}, nil
		}
		return backup.Checkpoint{Note: string(c.Note), VerifierKey: signing.State().Key}, err
	}
}
