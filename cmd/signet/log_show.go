package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"signet/internal/eventlog"
)

func newLogShow() *cobra.Command {
	var at place
	var envelope bool
	cmd := &cobra.Command{
		Use:   "show POSITION",
		Short: "Show an event of the log, and what proves it",
		Long: `Shows the event at a position of the log, after its payload was compared with the commitment in
its envelope. The digest is the one that the history of an item has (Step.digest in the API): the
SHA-256 of a byte 0 and the envelope, as it is stored, which is the hash of a leaf of a Merkle tree
(RFC 9162). It may run beside a server. The log on a cluster is read from its beginning.`,
		Example: `  signet log show 12
  (printf '\0'; signet log show 12 --envelope) | sha256sum`,
		Args: takes("POSITION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			position, err := strconv.ParseUint(args[0], 10, 63)
			if err != nil || position == 0 {
				return badInput(fmt.Errorf("%q is no position of a log", args[0]), "such as 12; the history of an item has those of its steps")
			}
			return showEvent(cmd, &at, eventlog.Position(position), envelope)
		},
	}
	at.flags(cmd)
	cmd.Flags().BoolVar(&envelope, "envelope", false, "print the envelope alone, byte for byte as it is stored")
	return cmd
}

func showEvent(cmd *cobra.Command, at *place, position eventlog.Position, envelope bool) (err error) {
	if err := at.mustExist(); err != nil {
		return err
	}
	log, _, err := openForReading(at)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	from := position - 1
	if at.remote() { // a cluster is read on from the position of an event only
		from = 0
	}
	recorded, err := eventAt(cmd.Context(), log, from, position)
	if err != nil {
		return err
	}
	if envelope {
		_, err := cmd.OutOrStdout().Write(recorded.Meta)
		return err
	}
	return printEvent(cmd.OutOrStdout(), recorded)
}

// eventAt reads on to the event at a position.
func eventAt(ctx context.Context, log eventlog.Log, from, position eventlog.Position) (eventlog.Recorded, error) {
	for recorded, err := range log.Follow(ctx, from) {
		switch {
		case err != nil:
			return recorded, err
		case recorded.Position == position && !recorded.CaughtUp:
			return recorded, nil
		}
		if recorded.CaughtUp || recorded.Position > position {
			break
		}
	}
	if err := ctx.Err(); err != nil {
		return eventlog.Recorded{}, err
	}
	return eventlog.Recorded{}, badInput(fmt.Errorf("the log has no event at position %d", position), "the history of an item has the positions of its steps")
}

// printEvent prints an event that is whole; of one of which the payload was erased
// the rest.
func printEvent(w io.Writer, recorded eventlog.Recorded) error {
	envelope, payload, err := eventlog.Open(recorded)
	if err != nil && !errors.Is(err, eventlog.ErrErased) {
		return &failure{exitFailed, `"signet verify" tells what else is wrong`, err}
	}
	text := string(payload)
	if err != nil {
		text = "erased"
	}
	fmt.Fprintf(w, "position   %d\nstream     %s, revision %d\nevent      %s\nid         %s\nat         %s\nrecorded   %s\nby         %s",
		recorded.Position, recorded.Stream, recorded.Revision, recorded.Type, recorded.ID, instant(envelope.At), instant(envelope.Recorded), envelope.Member)
	if envelope.Agency != "" {
		fmt.Fprintf(w, " of %s", envelope.Agency)
	}
	if envelope.Via != "" {
		fmt.Fprintf(w, ", via %s", envelope.Via)
	}
	_, err = fmt.Fprintf(w, "\ncommitment %s\ndigest     %x\npayload    %s\n", envelope.Commitment, recorded.Digest(), text)
	return err
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
