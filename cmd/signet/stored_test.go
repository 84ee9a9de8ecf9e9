package main

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"signet/assets"
)

// slowStore lists files of 10 bytes, one each pause.
type slowStore struct {
	assets.Store

	pause time.Duration

	mu     sync.Mutex
	files  int   // guarded by mu
	err    error // guarded by mu
	listed int   // guarded by mu: how often
}

func (s *slowStore) holds(files int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files, s.err = files, err
}

func (s *slowStore) times() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.listed
}

func (s *slowStore) List(ctx context.Context) iter.Seq2[assets.Stat, error] {
	return func(yield func(assets.Stat, error) bool) {
		s.mu.Lock()
		s.listed++
		files, err := s.files, s.err
		s.mu.Unlock()
		if !yield(assets.Stat{}, assets.ErrNotFound) { // something stray
			return
		}
		for range files {
			time.Sleep(s.pause) // of the bubble's clock
			if ctx.Err() != nil {
				yield(assets.Stat{}, ctx.Err())
				return
			}
			if !yield(assets.Stat{Size: 10}, nil) {
				return
			}
		}
		if err != nil {
			yield(assets.Stat{}, err)
		}
	}
}

// counting lets a test ask for what a store holds, while it is counted.
func counting(t *testing.T, store *slowStore, test func(ask func() (files int, at time.Time))) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := newStock(&place{data: t.TempDir()}, store, slog.New(slog.DiscardHandler))
		ended := make(chan error, 1)
		go func() { ended <- s.run(ctx) }()
		test(func() (int, time.Time) {
			t.Helper()
			told := s.stored(ctx)
			synctest.Wait()
			if told.FileCount == nil {
				return -1, told.Counted
			}
			if *told.Files != int64(10**told.FileCount) {
				t.Errorf("%d bytes in %d files", *told.Files, *told.FileCount)
			}
			return *told.FileCount, told.Counted
		})
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestFilesAreCountedAtMostOnceAMinute(t *testing.T) {
	store := &slowStore{files: 3}
	counting(t, store, func(ask func() (int, time.Time)) {
		began := time.Now()
		for range 10 {
			if n, at := ask(); n != 3 || !at.Equal(began) {
				t.Errorf("%d files at %s", n, at)
			}
		}
		store.holds(4, nil)
		time.Sleep(countEvery - time.Millisecond)
		ask()
		if store.times() != 1 {
			t.Errorf("listed %d times within a minute", store.times())
		}
		time.Sleep(time.Second)
		if n, at := ask(); n != 4 || at.Sub(began) < countEvery || store.times() != 2 {
			t.Errorf("%d files at %s, listed %d times", n, at, store.times())
		}
		time.Sleep(time.Hour)
		if store.times() > 3 {
			t.Errorf("listed %d times although nobody asks", store.times())
		}
	})
}

func TestNobodyWaitsForManyFiles(t *testing.T) {
	store := &slowStore{files: 100, pause: 100 * time.Millisecond}
	counting(t, store, func(ask func() (int, time.Time)) {
		began := time.Now()
		if n, _ := ask(); n != -1 || time.Since(began) > countPatience {
			t.Errorf("%d files after %s", n, time.Since(began))
		}
		time.Sleep(10 * time.Second)
		if n, _ := ask(); n != 100 {
			t.Errorf("%d files", n)
		}
		time.Sleep(5 * time.Minute) // counting has taken 10 seconds
		if ask(); store.times() != 1 {
			t.Errorf("listed %d times, a good part of the time", store.times())
		}
	})
}

func TestMoreFilesThanCanBeCountedStayUnknown(t *testing.T) {
	store := &slowStore{files: 1000, pause: time.Second}
	counting(t, store, func(ask func() (int, time.Time)) {
		for range 20 { // minutes, in which they could all be counted
			if n, at := ask(); n != -1 || !at.IsZero() {
				t.Errorf("%d files at %s", n, at)
			}
			time.Sleep(time.Minute)
		}
	})
}

func TestAStoreThatFailsIsAskedAgain(t *testing.T) {
	store := &slowStore{files: 3, err: errors.New("broken")}
	counting(t, store, func(ask func() (int, time.Time)) {
		if n, _ := ask(); n != -1 {
			t.Errorf("%d files", n)
		}
		store.holds(3, nil)
		time.Sleep(2 * countEvery)
		if n, _ := ask(); n != 3 {
			t.Errorf("%d files", n)
		}
	})
}

func TestWhatLiesElsewhereIsNotMeasured(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{viewsFile: "12345", viewsFile + "-wal": "678", logFile: "1"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	elsewhere := newStock(&place{data: dir, log: "esdb://x", files: "s3://x"}, &slowStore{}, nil)
	told := elsewhere.stored(t.Context())
	if elsewhere.files != nil || told.Log != nil || told.Files != nil || told.FileCount != nil || *told.ReadModels != 8 {
		t.Errorf("%+v", told)
	}
	if told := newStock(&place{data: dir, files: "s3://x"}, &slowStore{}, nil).stored(t.Context()); *told.Log != 1 {
		t.Errorf("%+v", told)
	}
}
