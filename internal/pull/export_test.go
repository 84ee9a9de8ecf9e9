package pull

import (
	"context"
	"os"
	"time"
)

// Hook lets a test see every change of the folder before it is made, and break off there.
// Nothing waits, and nothing is forced onto the disk.
func (c *Client) Hook(step func(what string) error) *Client {
	c.step = step
	c.flush = func(*os.File) error { return nil }
	c.wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return c
}

// Waits calls see with every pause instead of waiting.
func (c *Client) Waits(see func(time.Duration)) {
	c.wait = func(ctx context.Context, d time.Duration) error {
		see(d)
		return ctx.Err()
	}
}

// ReadManifest decodes a list and returns its paths.
func ReadManifest(text []byte) ([]string, error) {
	m, err := readManifest(text)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, f := range m.ours() {
		paths = append(paths, f.Path)
	}
	return paths, nil
}

// Encode writes a lock.
func (l *Lock) Encode() ([]byte, error) { return l.encode() }

// CheckPath refuses what can't be written safely.
func CheckPath(name string) error { return checkPath(name) }

// RetryAfter reads a header.
func RetryAfter(value string, now time.Time) time.Duration { return retryAfter(value, now) }
