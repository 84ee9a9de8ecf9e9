package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"signet/internal/pressure"
	"signet/internal/proof"
	"signet/internal/witness"
)

// mostWitnessed is how many connections a witness has at once.
const mostWitnessed = 256

// witnessOptions are the flags of witness.
type witnessOptions struct {
	dir, listen, name string
	logs              []string
	level, format     string
}

func newWitness() *cobra.Command {
	var o witnessOptions
	cmd := &cobra.Command{
		Use:   "witness",
		Short: "Be an outside witness of registries: cosign that their logs only grow",
		Long: `Serves a witness (https://c2sp.org/tlog-witness), which an agency runs on a machine of its own. A
registry shows it each checkpoint with the proof that it continues the last one that was seen here;
only then it is cosigned. The folder holds the witness's key, and the newest checkpoint of each
log: who loses it begins with another key. The registry is told by
--witness "URL KEY".`,
		Example: `  signet witness --name witness.so-ttt.example --data ./witness --log-key 'signet/5f0a…+…'`,
		Args:    takes(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return serveWitness(cmd, o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.dir, "data", "./signet-witness", "folder of the witness")
	flags.StringVar(&o.listen, "listen", "127.0.0.1:8090", "address to listen on; port 0 is any free one")
	flags.StringVar(&o.name, "name", "", `name of the witness, told once when its key is made; "signet/…" if left out`)
	flags.StringArrayVar(&o.logs, "log-key", nil, "verifier key of a log that is cosigned; may be repeated")
	flags.StringVar(&o.level, "log-level", "info", "debug, info, warn or error")
	flags.StringVar(&o.format, "log-format", "text", "text or json")
	return cmd
}

func serveWitness(cmd *cobra.Command, o witnessOptions) error {
	log, err := newLogger(cmd.ErrOrStderr(), o.level, o.format)
	if err != nil {
		return err
	}
	if len(o.logs) == 0 {
		return badInput(errors.New("--log-key is missing"), "signet checkpoint --server URL tells the key of a registry; compare it with what was published")
	}
	address, err := addressOf(o.listen)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return err
	}
	lock, err := ownFolder(o.dir)
	if err != nil {
		return err
	}
	defer lock.Close() //nolint:errcheck // it ends with the process
	key, err := proof.OpenKey(filepath.Join(o.dir, "witness.key"), o.name)
	if err != nil {
		return badInput(err, "--name can't be changed later")
	}
	w, err := witness.NewServer(o.dir, key, o.logs)
	if err != nil {
		return badInput(err, "--log-key is a key such as name+1a2b3c4d+…")
	}
	listener, err := net.ListenTCP("tcp", address)
	if err != nil {
		return err
	}
	url := urlOf(listener.Addr())
	fmt.Fprintf(cmd.OutOrStdout(), "nhân chứng ở / witness at %s\nkhóa / key: %s\nsổ dùng / the registry takes: --witness '%s %s'\n", url, w.VerifierKey(), url, w.VerifierKey())
	return serveHTTP(cmd.Context(), listener, w, &pressure.Connections{Most: mostWitnessed}, log)
}
