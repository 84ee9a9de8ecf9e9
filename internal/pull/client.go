package pull

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"signet/domain"
)

// Client pulls into one folder. It is for one call at a time.
type Client struct {
	// Dir is the folder; the first pull makes it.
	Dir string
	// Server is the address of the registry. The first pull needs it; where the lock names
	// another, nothing is sent to either.
	Server string
	// Token is sent to that registry only; empty for what is public.
	Token string
	// Force gives up what was changed by hand.
	Force bool
	// Transport sends the requests; nil means the usual way, by the proxy of the environment.
	Transport http.RoundTripper
	// Stall is how long nothing may come before a request is tried again; 0 means a minute.
	Stall time.Duration
	// Progress, if any, is told how many bytes of files have come, of how many. It is called
	// by several goroutines; the first number goes back when something has to come again.
	Progress func(done, total int64)

	wait  func(context.Context, time.Duration) error
	step  func(what string) error
	flush func(*os.File) error
}

// Change edits what a lock says is wanted; nil fields leave it as it is, empty ones take
// away what was said.
type Change struct {
	Kinds, Locales, Audiences, Items []string
	Edition                          *int
	Channel                          *string
}

// Report is what a pull has done.
type Report struct {
	Server string    `json:"server"`
	AsOf   time.Time `json:"asOf"`
	// Paths: new ones, those with other bytes, those that were missing or were given up,
	// those that are no longer part, and those of them that stay since somebody changed them.
	Added    []string `json:"added"`
	Changed  []string `json:"changed"`
	Restored []string `json:"restored"`
	Removed  []string `json:"removed"`
	Kept     []string `json:"kept"`
	// Unchanged is how many files stayed as they were.
	Unchanged int `json:"unchanged"`
	// Received is how many bytes of answers came over the wire, by so many requests.
	Received int64 `json:"bytesReceived"`
	Requests int64 `json:"requests"`
	// Withdrawn is what the edition had and may not be used any more.
	Withdrawn []Version `json:"withdrawn,omitempty"`
	// Partial: the files are of several instants, and what tells of the whole kit is left
	// out.
	Partial bool `json:"partial"`
	// Recovered: an earlier pull was broken off and has been finished first.
	Recovered bool `json:"recovered"`
}

// Pull brings the folder to what is in force of what the lock says is wanted, after a
// change of that. Without a lock it makes one.
func (c *Client) Pull(ctx context.Context, change Change) (*Report, error) {
	return c.run(true, func(s *session) error {
		next := s.next()
		if err := change.apply(next); err != nil {
			return err
		}
		return s.bring(ctx, func() (*target, error) { return s.current(ctx, next) })
	})
}

// Locked brings the folder to exactly what the lock says. What was withdrawn since may not
// be had any more: the refusal withdrawn names it. Where the registry has other bytes than
// those of the lock, it is locked_differs.
func (c *Client) Locked(ctx context.Context) (*Report, error) {
	return c.run(false, func(s *session) error {
		return s.bring(ctx, func() (*target, error) {
			return &target{lock: s.old}, s.stillThere(ctx, s.old, s.old.Files)
		})
	})
}

// Add adds items to those that are wanted, and pulls.
func (c *Client) Add(ctx context.Context, items ...string) (*Report, error) {
	return c.edit(ctx, func(named []string) ([]string, error) { return append(slices.Clone(named), items...), nil })
}

// Remove takes items away from those that are wanted, and pulls.
func (c *Client) Remove(ctx context.Context, items ...string) (*Report, error) {
	return c.edit(ctx, func(named []string) ([]string, error) {
		for _, i := range items {
			if !slices.Contains(named, i) {
				return nil, domain.Refuse(domain.Invalid, "not_selected", "%s is not among the items that are wanted", plain(i)).At("item")
			}
		}
		left := slices.DeleteFunc(slices.Clone(named), func(i string) bool { return slices.Contains(items, i) })
		if len(left) == 0 {
			return nil, domain.Refuse(domain.Invalid, "last_item", "nothing would be left, which would mean everything; remove the folder instead").At("item")
		}
		return left, nil
	})
}

func (c *Client) edit(ctx context.Context, items func([]string) ([]string, error)) (*Report, error) {
	return c.run(false, func(s *session) error {
		next := s.next()
		if len(next.Selection.Items) == 0 {
			return domain.Refuse(domain.Invalid, "everything_selected", "all items are wanted; name those that are by a pull first").At("item")
		}
		named, err := items(next.Selection.Items)
		if err != nil {
			return err
		}
		next.Selection.Items = named
		if err := next.Selection.settle(); err != nil {
			return err
		}
		return s.bring(ctx, func() (*target, error) { return s.current(ctx, next) })
	})
}

// session is one run in the folder.
type session struct {
	*Client

	folder *folder
	old    *Lock // nil before the first pull
	remote *remote
	report Report
}

// run opens the folder, finishes what was broken off, and does the work. Only the first
// pull makes a folder.
func (c *Client) run(first bool, work func(*session) error) (*Report, error) {
	if !first || c.Server == "" {
		if err := c.begun(); err != nil {
			return nil, err
		}
	}
	return c.withSession(true, func(s *session) error {
		if s.old == nil && !first {
			return ErrNoLock
		}
		server, err := s.server()
		if err != nil {
			return err
		}
		if s.remote, err = c.newRemote(server); err != nil {
			return err
		}
		s.report.Server = server
		return work(s)
	})
}

func (c *Client) withSession(begin bool, work func(*session) error) (_ *Report, err error) {
	s := &session{Client: c}
	if s.folder, err = c.openFolder(begin); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.folder.close()) }()
	if s.report.Recovered, err = s.folder.recover(c.Force); err != nil {
		return nil, err
	}
	if s.old, err = s.folder.readLock(); err != nil && !errors.Is(err, ErrNoLock) {
		return nil, err
	}
	err = work(s)
	if s.remote != nil {
		s.remote.close()
		s.report.Received, s.report.Requests = s.remote.received.Load(), s.remote.requests.Load()
	}
	return &s.report, err
}

// begun refuses a folder that nothing was ever pulled into.
func (c *Client) begun() error {
	for _, name := range []string{LockName, ownFolder} {
		if _, err := os.Lstat(filepath.Join(c.Dir, name)); err == nil {
			return nil
		}
	}
	return ErrNoLock
}

// server is the one of the lock, or the one that was given for the first pull.
func (s *session) server() (string, error) {
	given := strings.TrimRight(s.Server, "/")
	switch {
	case s.old == nil && given == "":
		return "", domain.Refuse(domain.Invalid, "no_server", "the first pull needs the address of the registry").At("server")
	case s.old == nil:
		return given, nil
	case given != "" && given != s.old.Server: // a lock that was edited must not lead the token away
		return "", domain.Refuse(domain.Conflict, "other_server", "the lock is of %s; if the registry has moved, edit the lock", s.old.Server).At("server")
	}
	return s.old.Server, nil
}

// next is a lock that wants what the old one does.
func (s *session) next() *Lock {
	next := &Lock{About: about, Format: LockFormat, Server: s.report.Server}
	if s.old != nil {
		next.Selection, next.Channel = s.old.Selection, s.old.Channel
	}
	return next
}

func (c Change) apply(l *Lock) error {
	for _, list := range []struct {
		to    *[]string
		given []string
	}{
		{&l.Selection.Kinds, c.Kinds}, {&l.Selection.Locales, c.Locales}, {&l.Selection.Audiences, c.Audiences}, {&l.Selection.Items, c.Items},
	} {
		if list.given != nil {
			*list.to = slices.DeleteFunc(slices.Clone(list.given), func(v string) bool { return v == "" })
		}
	}
	if c.Edition != nil {
		l.Selection.Edition = *c.Edition
	}
	if c.Channel != nil {
		l.Channel = *c.Channel
		if _, err := domain.ParseKey(l.Channel); err != nil && l.Channel != "" {
			return domain.AsError(err).At("channel")
		}
	}
	return l.Selection.settle()
}
