package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"signet/domain"
	"signet/internal/accesslog"
	"signet/internal/pull"
)

// usageOptions are the flags of usage import.
type usageOptions struct {
	at               place
	agency, channel  string
	server, token    string
	maps             []string
	dryRun           bool
	format           string
	site             accesslog.Map
	progress, stdout io.Writer
}

func newUsageImport() *cobra.Command {
	var o usageOptions
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Count in access logs of a channel which versions were asked for",
		Long: `Reads access logs of a web server in the common or combined format, packed by gzip or not, and
takes in how often each version was asked for on each day. What a request was for is told by its
path: that of the registry's files, as a proxy or CDN before the registry has it, or one of --map.
Nothing of who asked is kept. The same log is counted once, however often it is taken in; give it
logs that are complete. It writes by way of the registry at --server, or into --data while no
server runs.`,
		Example: `  signet usage import --server https://brand.haiphong.gov.vn --agency so-ngoai-vu --channel portal access.log.1.gz
  signet usage import --agency so-ngoai-vu --channel portal --map /assets=paths.csv --dry-run access.log`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return badInput(errors.New("no log is named"), "usage: "+cmd.UseLine())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.stdout, o.progress = cmd.OutOrStdout(), cmd.ErrOrStderr()
			return importUsage(cmd, &o, args)
		},
	}
	o.at.flags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.agency, "agency", "", "key of the agency whose channel it is")
	flags.StringVar(&o.channel, "channel", "", "key of the channel, such as portal")
	flags.StringVar(&o.server, "server", "", "address of the registry; the folder of --data if left out")
	flags.StringVar(&o.token, "token", "", "token for --server, of a member of the agency; better given as SIGNET_TOKEN")
	flags.StringArrayVar(&o.maps, "map", nil, "[PREFIX=]FILE that tells which version stands at which path of the site: signet.lock of a folder that was pulled, or CSV or JSON of path, item, version; may be repeated")
	flags.BoolVar(&o.dryRun, "dry-run", false, "count, and write nothing")
	flags.StringVar(&o.format, "format", "text", "text, or json: an object for each log")
	return cmd
}

func importUsage(cmd *cobra.Command, o *usageOptions, files []string) error {
	if err := o.check(); err != nil {
		return err
	}
	if o.server != "" {
		return o.importAll(cmd.Context(), remoteUsage{remote{o.server, o.token}}, files)
	}
	return withRegistry(cmd, &o.at, func(ctx context.Context, r *registry) error { return o.importAll(ctx, localUsage{r}, files) })
}

// check refuses what can't be meant, and reads the maps.
func (o *usageOptions) check() error {
	const see = `see "signet usage import --help"`
	for name, key := range map[string]string{"--agency": o.agency, "--channel": o.channel} {
		if _, err := domain.ParseKey(key); err != nil {
			return badInput(fmt.Errorf("%s: %w", name, err), see)
		}
	}
	if o.format != "text" && o.format != "json" {
		return badInput(fmt.Errorf("%q is no format", o.format), see)
	}
	o.site = accesslog.Map{}
	for _, m := range o.maps {
		prefix, name, given := strings.Cut(m, "=")
		if !given {
			prefix, name = "", m
		}
		if err := o.readMap(prefix, name); err != nil {
			return badInput(fmt.Errorf("%s: %w", name, err), "--map names a signet.lock, or a file with the columns path, item and version")
		}
	}
	return nil
}

func (o *usageOptions) readMap(prefix, name string) error {
	f, err := os.Open(name) //nolint:gosec // the caller's own
	if err != nil {
		return err
	}
	defer f.Close()
	if filepath.Base(name) == pull.LockName {
		return o.readLock(prefix, f)
	}
	m, err := accesslog.ReadMap(f, prefix)
	for at, what := range m {
		o.site[at] = what
	}
	return err
}

// readLock maps what signet pull has fetched into a folder of the site.
func (o *usageOptions) readLock(prefix string, f *os.File) error {
	lock, err := pull.ReadLock(f)
	if err != nil {
		return err
	}
	for _, file := range lock.Files {
		if file.Item != "" {
			o.site[path.Join("/", prefix, file.Path)] = accesslog.Place{Item: file.Item, Version: file.Version}
		}
	}
	return nil
}

// importAll reads the logs, one after another, and writes what each tells.
func (o *usageOptions) importAll(ctx context.Context, source usageSource, files []string) error {
	resolver := &usageResolver{source: source, site: o.site, items: map[string]*usageItem{}}
	for _, name := range files {
		tally, err := o.read(ctx, resolver, name)
		if told := accesslog.AsError(err); told != nil || os.IsNotExist(err) {
			return badInput(fmt.Errorf("%s: %w", name, err), "name access logs in the common or combined format")
		}
		if err != nil {
			return err
		}
		if tally.Bad > 0 && tally.Bad == tally.Lines {
			return badInput(fmt.Errorf("%s: %w", name, tally.Worst[0]), "name access logs in the common or combined format")
		}
		told := usageReport{File: name, Tally: tally, DryRun: o.dryRun}
		if !o.dryRun {
			if err := o.write(ctx, source, &told); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		if err := told.print(o.stdout, o.format); err != nil {
			return err
		}
	}
	return nil
}

// read counts one log.
func (o *usageOptions) read(ctx context.Context, resolver *usageResolver, name string) (*accesslog.Tally, error) {
	f, err := os.Open(name) //nolint:gosec // the caller's own
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p := newProgress(o.progress, name)
	defer p.end()
	if info, err := f.Stat(); err == nil {
		p.of(info.Size())
	}
	return accesslog.ReadLog(ctx, f, accesslog.Options{Resolve: resolver.resolve, Zone: domain.CityZone, Progress: p.to})
}

// write takes in the counts of a log, those of a month together as far as that goes.
func (o *usageOptions) write(ctx context.Context, source usageSource, told *usageReport) error {
	p := newProgress(o.progress, "write")
	defer p.end()
	c := domain.ImportUsage{Agency: o.agency, Channel: o.channel, Import: told.Digest}
	for i, n := range told.Counts {
		c.Counts = append(c.Counts, domain.Count{
			Item: n.Item, Version: n.Version, Digest: n.Digest, Rendition: n.Rendition, Day: domain.Date(n.Day), Requests: n.Requests, Robots: n.Robots,
		})
		last := i+1 == len(told.Counts)
		if !last && len(c.Counts) < domain.MaxCounts && told.Counts[i+1].Day[:len("2006-01")] == n.Day[:len("2006-01")] {
			continue
		}
		recorded, err := source.bring(ctx, c)
		if err != nil {
			return err
		}
		told.Recorded += recorded
		told.Known += len(c.Counts) - recorded
		c.Counts = nil
		p.count(i+1, len(told.Counts))
	}
	return nil
}
