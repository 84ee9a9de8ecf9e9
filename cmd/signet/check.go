package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"signet/internal/catalogue"
	"signet/internal/check"
	"signet/internal/crawl"
)

// checkOptions are the flags of check.
type checkOptions struct {
	at                        remote
	catalogue, format, output string
	find                      check.Options
	site                      crawl.Options
	dependencies, strict      bool
	report                    reportOptions
}

func newCheck() *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check DIR|URL…",
		Short: "Find uses of the kit in folders and web sites, and tell which are not in force",
		Long: `Reads folders and web sites, and tells of every use of the kit that is superseded, withdrawn, altered
or not registered: known by digest, by what is stamped into a file, by sight, or by the words in any
language. Uses of what is in force are counted. What is only to look at ("look") is a suggestion, and no
verdict. The exit code is 1 if something is used that should not be.

A site is read politely: robots.txt is obeyed, four requests at once to a host, no private addresses
unless --allow-private says so.

With --report the findings become those of an audit of the registry.`,
		Example: `  signet check --server https://brand.haiphong.gov.vn .
  signet check --server https://brand.haiphong.gov.vn --format sarif --output brand.sarif ./public
  signet check --server https://brand.haiphong.gov.vn --report 0192… https://haiphong.gov.vn`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return badInput(errors.New("no folder and no site is named"), "usage: "+cmd.UseLine())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	o.at.flags(cmd, "token, if more than what is public is to be known, or to report; better given as SIGNET_TOKEN")
	flags := cmd.Flags()
	flags.StringVar(&o.catalogue, "catalogue", "", "file with the registry's /catalogue.json, to check without a network")
	flags.StringVar(&o.format, "format", "text", "text, json or sarif")
	flags.StringVarP(&o.output, "output", "o", "", "file to write to; standard output if left out")
	flags.BoolVar(&o.find.All, "all", false, "tell also of uses of what is in force")
	flags.BoolVar(&o.find.Unknown, "unknown", false, "tell of every picture that is not recognised, as unregistered")
	flags.BoolVar(&o.strict, "strict", false, "exit with 1 also for what is only to look at")
	flags.BoolVar(&o.dependencies, "dependencies", false, "read node_modules and vendor, too")
	flags.BoolVar(&o.site.AllowPrivate, "allow-private", false, "let the sites be on this machine or in a private network")
	flags.BoolVar(&o.site.IgnoreRobots, "ignore-robots", false, "do not obey robots.txt: for your own site only")
	flags.StringSliceVar(&o.site.Hosts, "host", nil, "further hosts that belong to the site")
	flags.IntVar(&o.site.MaxPages, "max-pages", 5000, "how many pages of a site are read")
	flags.DurationVar(&o.site.MaxDuration, "max-time", 30*time.Minute, "how long a site is read")
	o.report.flags(cmd)
	return cmd
}

// errUsed: something is used that should not be.
var errUsed = errors.New("something is used that is not in force")

func (o *checkOptions) run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	write := map[string]func(*check.Report, io.Writer) error{
		"text": (*check.Report).WriteText, "json": (*check.Report).WriteJSON, "sarif": (*check.Report).WriteSARIF,
	}[o.format]
	if write == nil {
		return badInput(fmt.Errorf("%q is no format", o.format), "text, json or sarif")
	}
	if err := o.report.check(args); err != nil {
		return err
	}
	c, err := o.load(ctx)
	if err != nil {
		return err
	}
	o.find.Evidence = o.report.audit != ""
	checker, err := check.New(c, o.find)
	if err != nil {
		return err
	}
	defer checker.Close(context.WithoutCancel(ctx)) //nolint:errcheck // there is nothing to lose
	o.site.UserAgent = "signet-check/1 (+" + c.Registry + ")"
	r := &check.Report{Registry: c.Registry, AsOf: c.AsOf, Began: time.Now().UTC()}
	for _, place := range args {
		if err := o.read(ctx, checker, place, r, stderr); err != nil {
			return err
		}
	}
	r.Ended, r.Counts = time.Now().UTC(), checker.Counts()
	r.Sort()
	if err := o.write(r, write, stdout); err != nil {
		return err
	}
	if o.report.audit != "" {
		if err := o.report.send(ctx, o.at, r, stderr); err != nil {
			return err
		}
	}
	if r.Bad() > 0 || o.strict && r.Looks() > 0 {
		return &failure{exitFailed, "see above", errUsed}
	}
	return nil
}

// load gets the catalogue from the registry, or reads it from a file.
func (o *checkOptions) load(ctx context.Context) (*catalogue.Catalogue, error) {
	if o.catalogue != "" {
		f, err := os.Open(o.catalogue)
		if err != nil {
			return nil, badInput(err, "--catalogue names a file that was got from the registry's /catalogue.json")
		}
		defer f.Close()
		c, err := catalogue.Read(f)
		if err != nil {
			return nil, badInput(err, "get /catalogue.json anew from the registry")
		}
		return c, nil
	}
	if o.at.server == "" {
		return nil, badInput(errors.New("--server is missing"), "it is the address of the registry; or see --catalogue")
	}
	request, err := o.at.request(ctx, http.MethodGet, "catalogue.json", nil, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, refusal(request, response)
	}
	return catalogue.Read(response.Body)
}

// read reads a folder or a site.
func (o *checkOptions) read(ctx context.Context, checker *check.Checker, place string, r *check.Report, stderr io.Writer) error {
	shown := newProgress(stderr, "đang kiểm tra / checking "+place)
	defer shown.end()
	var mu sync.Mutex
	// What is below the folder is told as seen from here, as code scanning wants it.
	below := ""
	visit := func(resource crawl.Resource) error {
		found, err := checker.Resource(ctx, resource)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		for i := range found {
			found[i].Address = below + found[i].Address
		}
		r.Findings = append(r.Findings, found...)
		return nil
	}
	progressed := func(done, queued int, _ int64) { shown.count(done, done+queued) }
	var summary crawl.Summary
	var err error
	if isAddress(place) {
		o.site.Progress = progressed
		summary, err = crawl.Site(ctx, []string{place}, o.site, visit)
	} else {
		if below = path.Clean(strings.ReplaceAll(place, `\`, "/")) + "/"; below == "./" {
			below = ""
		}
		summary, err = crawl.Folder(ctx, place, crawl.FolderOptions{Dependencies: o.dependencies, Progress: progressed}, visit)
	}
	r.Sources = append(r.Sources, check.Source{Address: place, Summary: summary})
	var refused *crawl.Error
	switch {
	case errors.As(err, &refused):
		return badInput(err, "name folders, and sites by their addresses")
	case errors.Is(err, os.ErrNotExist):
		return badInput(err, "name folders that there are")
	case err == nil && isAddress(place) && summary.Resources == 0:
		return badInput(fmt.Errorf("nothing of %s could be read: %s", place, whyNot(summary)), "see whether it is the right address; --allow-private for one of your own network")
	}
	return err
}

// whyNot tells why nothing was read.
func whyNot(s crawl.Summary) string {
	if len(s.Skipped) == 0 {
		return "there is nothing"
	}
	k := s.Skipped[0]
	return cmp.Or(strings.TrimPrefix(fmt.Sprintf("%s %d", k.Reason, k.Status), " "), string(k.Reason))
}

func isAddress(place string) bool {
	return strings.HasPrefix(place, "http://") || strings.HasPrefix(place, "https://")
}

// write writes the report to where it is wanted.
func (o *checkOptions) write(r *check.Report, write func(*check.Report, io.Writer) error, stdout io.Writer) error {
	if o.output == "" {
		return write(r, stdout)
	}
	f, err := os.Create(o.output)
	if err != nil {
		return badInput(err, "--output names a file that can be written")
	}
	return errors.Join(write(r, f), f.Close())
}
