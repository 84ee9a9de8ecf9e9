package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"signet/assets/s3"
	"signet/internal/backup"
	"signet/internal/backup/bucket"
	"signet/internal/backup/folder"
)

// repositoryHelp says what a repository is, for several verbs.
const repositoryHelp = `REPO is a folder, or object storage written as --assets is, such as
's3://bucket/prefix?endpoint=https://host&region=…'; the key is in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`

// openedRepository is a repository that is given back.
type openedRepository struct {
	backup.Repository

	closer io.Closer // nil if nothing is held
}

func (r openedRepository) Close() error {
	if r.closer == nil {
		return nil
	}
	return r.closer.Close()
}

// openRepository opens where backups are. Only a folder that is to be written is made.
func openRepository(ctx context.Context, where string, write bool) (openedRepository, error) {
	if where == "" {
		return openedRepository{}, badInput(errors.New("no repository is named"), "name a folder, or s3://…")
	}
	if strings.HasPrefix(where, "s3:") {
		return openBucket(ctx, where)
	}
	open := folder.OpenExisting
	if write {
		open = folder.Open
	}
	r, err := open(where)
	if errors.Is(err, fs.ErrNotExist) {
		return openedRepository{}, badInput(fmt.Errorf("there is no repository in %s", where), "signet backup begins one")
	}
	if err != nil {
		return openedRepository{}, err
	}
	return openedRepository{r, r}, nil
}

func openBucket(ctx context.Context, where string) (openedRepository, error) {
	o, err := s3.ParseURL(where)
	if err != nil {
		return openedRepository{}, badInput(err, "such as 's3://bucket/prefix?endpoint=https://host&region=…'")
	}
	core, err := o.Connect(ctx)
	if err != nil {
		return openedRepository{}, badInput(err, "the key is in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	return openedRepository{Repository: bucket.Open(bucket.Options{Core: core, Bucket: o.Bucket, Prefix: o.Prefix})}, nil
}

// hintOf is what helps against an error of a backup, by its code.
var hintOf = map[backup.Code]string{
	backup.LogDiverged:           "nothing was written; begin another repository for this log, and find out why: signet verify --checkpoint tells whether it was changed",
	backup.LogDamaged:            "nothing was written; signet verify tells more",
	backup.RepositoryDamaged:     "signet backup verify tells what is damaged; see docs/backup.md, section Damage",
	backup.RepositoryBusy:        "wait until it has ended",
	backup.RepositoryUnavailable: "nothing is lost, try again",
	backup.SnapshotUnknown:       "signet backup list tells which there are",
	backup.FormatUnknown:         "use the newer signet that wrote it",
	backup.NotEmpty:              "restore into a place where nothing is",
	backup.TimeBeforeFirst:       "choose a later time",
	backup.LeafUnknown:           "signet backup list tells how many events each snapshot has",
	backup.CheckpointDiffers:     "nothing was written; the backup is not of the log that was signed",
	backup.CheckpointUnsigned:    "--checkpoint names the file that signet checkpoint prints, --key the key",
	backup.CheckpointBeyond:      "choose a later snapshot",
	backup.NotNewest:             "leave --continue out: then the log gets a new key",
}

// wrongInput are the codes that other input mends.
var wrongInput = map[backup.Code]bool{
	backup.SnapshotUnknown: true, backup.NotEmpty: true, backup.TimeBeforeFirst: true, backup.LeafUnknown: true,
	backup.CheckpointUnsigned: true, backup.CheckpointBeyond: true, backup.NotNewest: true,
}

// ofBackup gives an error of package backup its exit code, and says what helps.
func ofBackup(err error) error {
	code := backup.CodeOf(err)
	hint, known := hintOf[code]
	switch {
	case !known:
		return err
	case wrongInput[code]:
		return badInput(err, hint)
	case code == backup.RepositoryBusy:
		return &failure{exitInUse, hint, err}
	}
	return &failure{exitFailed, hint, err}
}
