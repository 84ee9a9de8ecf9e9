package backup

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	lockFile = "lock.json"
	// refreshed is how often the owner of a lock shows that it lives, and stale after
	// what time others believe that it does not. The clocks of machines that write to one
	// repository, and that of the repository, may differ by the difference.
	refreshed = 2 * time.Minute
	stale     = 20 * time.Minute
)

// lock is the turn to write to a repository. It is a file that only one can create. What
// makes a backup right does not depend on it: nothing is ever changed, and a snapshot
// is written last. It keeps one from removing what another one counts on.
type lock struct {
	repo    Repository
	content []byte
	id      string
	end     context.CancelCauseFunc
	wait    sync.WaitGroup

	mu  sync.Mutex
	err error // guarded by mu: why the lock was lost
}

// owner is what the file says.
type owner struct {
	ID   string `json:"id"`
	Host string `json:"host"`
	// Machine says more exactly than Host where PID means something.
	Machine string    `json:"machine"`
	PID     int       `json:"pid"`
	Since   time.Time `json:"since"`
}

// held are the locks of this process.
var held sync.Map

// acquire takes the lock. The context that it returns ends when it is lost. One whose
// owner is a process of this machine that has ended, or that was not refreshed for
// long, is taken over.
func acquire(ctx context.Context, repo Repository, clock func() time.Time) (*lock, context.Context, error) {
	host, _ := os.Hostname() // only a hint for people
	me := owner{ID: rand.Text(), Host: host, Machine: machine(), PID: os.Getpid(), Since: clock().UTC()}
	content, err := json.Marshal(me)
	if err != nil {
		return nil, nil, err
	}
	l := &lock{repo: repo, content: content, id: me.ID}
	err = repo.Create(ctx, lockFile, Bytes(content))
	if errors.Is(err, fs.ErrExist) {
		if err = l.takeOver(ctx, me, clock); err == nil {
			err = repo.Create(ctx, lockFile, Bytes(content))
		}
		if errors.Is(err, fs.ErrExist) {
			err = refuse(RepositoryBusy, "another backup has just begun")
		}
	}
	if err != nil {
		return nil, nil, told(ctx, lockFile, err)
	}
	held.Store(me.ID, true)
	inner, end := context.WithCancelCause(ctx)
	l.end = end
	l.wait.Go(func() { l.refresh(inner) })
	return l, inner, nil
}

// takeOver removes the lock of somebody who has ended, or tells that it is not so.
func (l *lock) takeOver(ctx context.Context, me owner, clock func() time.Time) error {
	other, err := l.read(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var modified time.Time
	for file, err := range l.repo.List(ctx, "") {
		if err != nil {
			return err
		}
		if file.Name == lockFile {
			modified = file.Modified
			break
		}
		if file.Name > lockFile {
			break
		}
	}
	_, ours := held.Load(other.ID)
	ended := other.Machine != "" && other.Machine == me.Machine && !ours && (other.PID == me.PID || gone(other.PID))
	if !ended && clock().Sub(modified) < stale {
		return refuse(RepositoryBusy, "process %d on %s has been backing up since %s", other.PID, other.Host, other.Since.UTC().Format(time.RFC3339))
	}
	return l.repo.Delete(ctx, lockFile)
}

func (l *lock) read(ctx context.Context) (other owner, err error) {
	r, err := l.repo.Get(ctx, lockFile)
	if err != nil {
		return other, err
	}
	defer r.Close()
	err = json.NewDecoder(r).Decode(&other)
	if errors.As(err, new(*json.SyntaxError)) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil // it is damaged, and nobody's but for its time
	}
	return other, err
}

// refresh shows that the owner lives until the lock is released.
func (l *lock) refresh(ctx context.Context) {
	every := time.NewTicker(refreshed)
	defer every.Stop()
	for {
		select {
		case <-every.C:
		case <-ctx.Done():
			return
		}
		if l.mine(ctx) {
			_ = l.repo.Put(ctx, lockFile, Bytes(l.content)) // if it fails often, others will see that
		}
	}
}

// mine looks whether the lock is still ours, and ends the work if it is not.
func (l *lock) mine(ctx context.Context) bool {
	now, err := l.read(ctx)
	switch {
	case ctx.Err() != nil:
		return false
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return true // not known; whoever needs to know asks again
	case now.ID == l.id:
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = refuse(RepositoryBusy, "another backup took the turn of this one, which did not answer for long")
	l.end(l.err)
	return false
}

// sure returns an error unless the lock is still ours.
func (l *lock) sure(ctx context.Context) error {
	if l.mine(ctx) {
		return nil
	}
	return errors.Join(l.lost(), ctx.Err())
}

// lost is why the lock was lost, or nil.
func (l *lock) lost() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// release gives the turn to others. What can't be removed ends by its age, or when
// somebody on this machine sees that the process has ended.
func (l *lock) release() {
	l.end(nil)
	l.wait.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if now, err := l.read(ctx); err == nil && now.ID == l.id {
		_ = l.repo.Delete(ctx, lockFile)
	}
	held.Delete(l.id)
}

// gone tells whether there is no such process.
func gone(pid int) bool {
	return pid > 0 && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}

// machine names where process ids mean the same: a boot of a machine, and on it a
// namespace, since containers count their own processes. It is empty where that is not
// known.
func machine() string {
	if runtime.GOOS != "linux" {
		return ""
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	space, err2 := os.Readlink("/proc/self/ns/pid")
	if err != nil || err2 != nil {
		return ""
	}
	return fmt.Sprintf("%s %s", strings.TrimSpace(string(boot)), space)
}
