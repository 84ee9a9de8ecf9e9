package pull

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"golang.org/x/sync/errgroup"
)

// How much is asked for by one ZIP. An address of this length passes the proxies that are
// in use (8 KiB is what most take); a file larger than the rest comes alone.
const (
	archivePaths = 200
	archiveQuery = 4 << 10 // bytes of the paths in the query
	archiveBytes = 4 << 20
	archiveEntry = 2 << 10 // bytes that a path may take beside the file
)

// batch is what comes as one ZIP.
type batch struct {
	at    time.Time
	files []File
}

// archives fetches what the registry makes, as ZIPs of these files alone.
func (f *fetching) archives(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for number, b := range batches(f.lock, f.made) {
		group.Go(func() error { return moved(f.archive(ctx, number, b)) })
	}
	return group.Wait()
}

// batches groups files by their instants, and so that each is within the limits.
func batches(l *Lock, files []File) []batch {
	var out []batch
	open := map[time.Time]int{}
	length, size := map[time.Time]int{}, map[time.Time]int64{}
	for _, file := range files {
		at := l.at(file)
		n, there := open[at]
		long := len("&path=") + len(url.QueryEscape(file.Path))
		if !there || len(out[n].files) >= archivePaths || length[at]+long > archiveQuery || size[at]+file.Bytes > archiveBytes {
			n = len(out)
			out = append(out, batch{at: at})
			open[at], length[at], size[at] = n, 0, 0
		}
		out[n].files = append(out[n].files, file)
		length[at] += long
		size[at] += file.Bytes
	}
	return out
}

// archive fetches a ZIP and stages what is in it.
func (f *fetching) archive(ctx context.Context, number int, b batch) (err error) {
	q := query(f.lock.Selection, b.at)
	if f.lock.Channel != "" {
		q.Set("channel", f.lock.Channel)
	}
	limit := int64(maxProblem)
	for _, file := range b.files {
		q.Add("path", file.Path)
		limit += file.Bytes + archiveEntry
	}
	name := fmt.Sprintf("%s/kit-%d.zip", ownFolder, number)
	p, err := f.folder.openPart(name, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if _, err := f.remote.fetch(ctx, question{at: f.remote.address(q, "kit.zip"), limit: limit}, p); err != nil {
		return err
	}
	z, err := zip.NewReader(p.file, p.n)
	if err != nil {
		return errAnswer(err)
	}
	there := map[string]*zip.File{}
	for _, entry := range z.File {
		there[entry.Name] = entry
	}
	for _, file := range b.files {
		if err := f.unpack(there[file.Path], file); err != nil {
			return err
		}
		f.count(file.Bytes)
	}
	return f.folder.remove(name)
}

// unpack stages a file of a ZIP.
func (f *fetching) unpack(entry *zip.File, file File) error {
	if entry == nil {
		return &movedError{file.Path + " is gone"}
	}
	from, err := entry.Open()
	if err != nil {
		return errAnswer(err)
	}
	defer from.Close()
	return f.stage(file, func(p *part) error {
		if err := p.restart(); err != nil {
			return err
		}
		_, err := io.Copy(p, io.LimitReader(from, file.Bytes+1))
		return err
	})
}

// decodeAnswer reads JSON of the registry.
func decodeAnswer(text []byte, into any) error {
	if err := json.Unmarshal(text, into); err != nil {
		return errAnswer(err)
	}
	return nil
}
