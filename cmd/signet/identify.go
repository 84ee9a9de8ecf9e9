package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"signet/internal/identify"
	"signet/internal/provenance"
)

// identifyOptions are the flags of identify.
type identifyOptions struct {
	at     remote
	asJSON bool
}

func newIdentify() *cobra.Command {
	var o identifyOptions
	cmd := &cobra.Command{
		Use:   "identify FILE…",
		Short: "Tell from a file alone which version it is, and whether that is in force",
		Long: `Knows a file by the digest of its bytes, or by what is stamped into it (PNG, JPEG, SVG), and asks
the registry at --server what has become of that version; the file itself is not sent. Without
--server it prints what the file says of itself, which anybody can have written into it. Its exit
code is 1 if a file is not known, or not in force.`,
		Example: `  signet identify --server https://brand.haiphong.gov.vn logo.png poster.jpg`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return badInput(errors.New("no file is named"), "usage: "+cmd.UseLine())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return identifyFiles(cmd.Context(), o, args, cmd.OutOrStdout())
		},
	}
	o.at.flags(cmd, "token, if more than what is public is to be known; better given as SIGNET_TOKEN")
	flags := cmd.Flags()
	flags.BoolVar(&o.asJSON, "json", false, "print JSON, one object for each file")
	return cmd
}

// errNotInForce: a file was told to be no more, or not, in force.
var errNotInForce = errors.New("not every file is in force")

// known is what is known of a file.
type known struct {
	File    string            `json:"file"`
	Digest  string            `json:"digest"`
	Stamp   *provenance.Stamp `json:"stamp,omitempty"`
	Answers []identify.Answer `json:"answers"`
}

func identifyFiles(ctx context.Context, o identifyOptions, files []string, stdout io.Writer) error {
	good := true
	for _, name := range files {
		k, claims, err := readFile(ctx, name)
		if err != nil {
			return badInput(err, "name files that can be read")
		}
		if o.at.server != "" {
			if k.Answers, err = o.ask(ctx, claims); err != nil {
				return err
			}
			good = good && len(k.Answers) > 0 && k.Answers[0].State == identify.InForce
		}
		if err := o.print(stdout, k); err != nil {
			return err
		}
	}
	if !good {
		return &failure{exitFailed, "see above", errNotInForce}
	}
	return nil
}

// readFile finds out what a file says of itself.
func readFile(ctx context.Context, name string) (*known, identify.Claims, error) {
	f, err := os.Open(name) //nolint:gosec // the caller's own
	if err != nil {
		return nil, identify.Claims{}, err
	}
	defer f.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, f)
	if err != nil {
		return nil, identify.Claims{}, err
	}
	k := &known{File: name, Digest: hex.EncodeToString(sum.Sum(nil)), Answers: []identify.Answer{}}
	var claims identify.Claims
	claims, k.Stamp, err = identify.Read(ctx, f, size, k.Digest)
	return k, claims, err
}

// ask asks the registry.
func (o identifyOptions) ask(ctx context.Context, claims identify.Claims) ([]identify.Answer, error) {
	q := url.Values{"digest": claims.Digests}
	if claims.Item != "" {
		q.Set("item", claims.Item)
		q.Set("version", strconv.Itoa(claims.Version))
	}
	var body struct {
		Answers []identify.Answer `json:"answers"`
	}
	err := o.at.call(ctx, http.MethodGet, "identify", q, nil, &body)
	return body.Answers, err
}

func (o identifyOptions) print(w io.Writer, k *known) error {
	if o.asJSON {
		return json.NewEncoder(w).Encode(k)
	}
	switch {
	case len(k.Answers) > 0:
		for _, a := range k.Answers {
			fmt.Fprintf(w, "%s: %s version %d, %s since %s%s (by %s)\n", k.File, a.Item, a.Version,
				strings.ReplaceAll(string(a.State), "_", " "), a.Since.Format(time.DateOnly), instead(a), a.By)
		}
	case o.at.server != "":
		fmt.Fprintf(w, "%s: not known to the registry\n", k.File)
	case k.Stamp != nil:
		fmt.Fprintf(w, "%s: says that it is %s version %d of %s; nobody was asked\n  %s\n", k.File, k.Stamp.Item, k.Stamp.Version, k.Stamp.Registry, k.Stamp.Link)
	default:
		fmt.Fprintf(w, "%s: says nothing of itself; sha256 %s\n", k.File, k.Digest)
	}
	return nil
}

// instead is what is to be used.
func instead(a identify.Answer) string {
	switch {
	case a.Replacement != nil:
		return fmt.Sprintf("; use %s version %d", a.Replacement.Item, a.Replacement.Version)
	case a.Current > 0:
		return fmt.Sprintf("; in force is version %d", a.Current)
	}
	return ""
}
