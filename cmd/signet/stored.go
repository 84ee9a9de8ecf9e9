package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"signet/assets"
	"signet/graph"
)

const (
	// countEvery is how long files are not counted again.
	countEvery = time.Minute
	// countPart is which part of the time they are counted at most: one in so many.
	countPart = 50
	// countLimit is how long it may take to count them; of more than can be counted in
	// that time it stays unknown how many they are.
	countLimit = 2 * time.Minute
	// countPatience is how long somebody waits for the first count.
	countPatience = 500 * time.Millisecond
)

// stock knows how much is stored. The sizes of files of the node's own are looked up at
// once; those of versions are counted in the background, after somebody has asked.
type stock struct {
	log, views string       // files; log is empty for one that is elsewhere
	files      assets.Store // nil for files that are elsewhere
	notes      *slog.Logger
	wanted     chan struct{}
	first      chan struct{} // closed when they have been counted once

	mu   sync.Mutex
	last count // guarded by mu
}

// count is how many files there were at an instant, and their bytes.
type count struct {
	files int
	bytes int64
	at    time.Time // zero: they were never counted
}

// newStock looks after what lies in a place.
func newStock(p *place, files assets.Store, notes *slog.Logger) *stock {
	s := &stock{views: filepath.Join(p.data, viewsFile), notes: notes, wanted: make(chan struct{}, 1), first: make(chan struct{})}
	if !p.remote() {
		s.log = filepath.Join(p.data, logFile)
	}
	if p.files == "" {
		s.files = files
	}
	return s
}

// stored tells how much is stored, and lets the files be counted for who asks next.
func (s *stock) stored(ctx context.Context) graph.Stored {
	told := graph.Stored{Log: fileSize(s.log), ReadModels: fileSize(s.views)}
	if s.files == nil {
		return told
	}
	select {
	case s.wanted <- struct{}{}:
	default: // somebody wants it already
	}
	timer := time.NewTimer(countPatience)
	defer timer.Stop()
	select {
	case <-s.first:
	case <-timer.C:
		return told
	case <-ctx.Done():
		return told
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	last := s.last
	told.FileCount, told.Files, told.Counted = &last.files, &last.bytes, last.at
	return told
}

// run counts when somebody wants it, until the context ends.
func (s *stock) run(ctx context.Context) error {
	for {
		select {
		case <-s.wanted:
		case <-ctx.Done():
			return nil
		}
		began := time.Now()
		if err := s.count(ctx); err != nil && ctx.Err() == nil {
			s.notes.Warn("the files were not counted", "error", err)
		}
		rest := time.NewTimer(max(countEvery, countPart*time.Since(began)))
		select {
		case <-rest.C:
		case <-ctx.Done():
			rest.Stop()
			return nil
		}
	}
}

func (s *stock) count(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, countLimit)
	defer cancel()
	var n count
	for stat, err := range s.files.List(ctx) {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case assets.AsError(err) != nil: // a stray file, of which verify tells
			continue
		case err != nil:
			return err
		}
		n.files++
		n.bytes += stat.Size
	}
	n.at = time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last.at.IsZero() {
		close(s.first)
	}
	s.last = n
	return ctx.Err()
}

// fileSize is the size of an SQLite file with what was not moved into it yet; nil if it
// is not there.
func fileSize(name string) *int64 {
	if name == "" {
		return nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil
	}
	size := info.Size()
	if info, err = os.Stat(name + "-wal"); err == nil {
		size += info.Size()
	}
	return &size
}
