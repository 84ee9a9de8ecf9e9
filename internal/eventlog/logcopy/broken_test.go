package logcopy_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logcopy"
	"signet/internal/eventlog/logtest"
)

// A copy that is broken off at any event, in whatever way, is ended by the next run.
func TestBrokenOffAnywhere(t *testing.T) {
	gone := errors.New("gone")
	for name, broken := range map[string]func(n int, cancel func(), from, to *between){
		"cancelled while the source is read": func(n int, cancel func(), from, _ *between) {
			from.event = func(*eventlog.Recorded) error {
				if n--; n < 0 {
					cancel()
				}
				return nil
			}
		},
		"the source says that it was cancelled": func(n int, cancel func(), from, _ *between) {
			from.event = func(*eventlog.Recorded) error {
				if n--; n < 0 {
					cancel()
					return context.Canceled
				}
				return nil
			}
		},
		"the source fails": func(n int, _ func(), from, _ *between) {
			from.event = func(*eventlog.Recorded) error {
				if n--; n < 0 {
					return gone
				}
				return nil
			}
		},
		"the target fails when it is read": func(n int, _ func(), _, to *between) {
			to.event = func(*eventlog.Recorded) error {
				if n--; n < 0 {
					return gone
				}
				return nil
			}
		},
		"an append fails": func(n int, _ func(), _, to *between) {
			to.append = func(ctx context.Context, stream string, expected eventlog.Revision, records []eventlog.Record) (eventlog.Position, error) {
				if n--; n < 0 {
					return 0, gone
				}
				return to.Log.Append(ctx, stream, expected, records...)
			}
		},
		"an append is made, and fails": func(n int, _ func(), _, to *between) {
			to.append = func(ctx context.Context, stream string, expected eventlog.Revision, records []eventlog.Record) (eventlog.Position, error) {
				position, err := to.Log.Append(ctx, stream, expected, records...)
				if n--; n < 0 {
					return 0, gone
				}
				return position, err
			}
		},
		"cancelled when an append was made": func(n int, cancel func(), _, to *between) {
			to.append = func(ctx context.Context, stream string, expected eventlog.Revision, records []eventlog.Record) (eventlog.Position, error) {
				position, err := to.Log.Append(ctx, stream, expected, records...)
				if n--; n < 0 {
					cancel()
				}
				return position, err
			}
		},
	} {
		for most := 1; most <= 3; most++ {
			for n := range 12 {
				t.Run(fmt.Sprintf("%s after %d, %d at once", name, n, most), func(t *testing.T) {
					source, target := small(t), logtest.NewMemory()
					from, to := &between{Log: source}, &between{Log: target}
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					broken(n, cancel, from, to)
					result, err := logcopy.Copy(ctx, from, to, logcopy.Options{MaxEvents: most})
					if err != nil && !errors.Is(err, gone) && !errors.Is(err, context.Canceled) {
						t.Fatal(err)
					}
					if e := new(logcopy.Error); errors.Is(err, context.Canceled) && errors.As(err, &e) {
						t.Errorf("%v is not the context's error", err)
					}
					has := told(t, target)
					if int(result.Events) > len(has) || result.Copied > result.Events {
						t.Errorf("%+v of %d", result, len(has))
					}
					equal(t, has, told(t, source)[:len(has)])
					copies(t, source, target, logcopy.Options{})
				})
			}
		}
	}
}

// What was not looked at to its end is not told to be equal.
func TestBrokenOffInTheEnd(t *testing.T) {
	source, target := small(t), logtest.NewMemory()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	to := &between{Log: target, last: func(stream string) (eventlog.Revision, error) {
		cancel()
		return target.Last(context.Background(), stream)
	}}
	_, err := logcopy.Copy(ctx, source, to, logcopy.Options{})
	equal(t, errors.Is(err, context.Canceled), true)
}

// A log that is away for a while is asked again, and an append of which the
// answer was lost is made again.
func TestAwayForAWhile(t *testing.T) {
	for name, made := range map[string]bool{"what was asked is not done": false, "what was asked is done": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				source, target := small(t), logtest.NewMemory()
				n := 0
				away := func() error {
					if n++; n%3 != 0 { // fails twice, succeeds once
						return fmt.Errorf("%w: away", eventlog.ErrUnavailable)
					}
					return nil
				}
				to := &between{Log: target, event: func(*eventlog.Recorded) error { return away() }}
				to.append = func(ctx context.Context, stream string, expected eventlog.Revision, records []eventlog.Record) (eventlog.Position, error) {
					if err := away(); err != nil {
						if made {
							_, _ = target.Append(ctx, stream, expected, records...)
						}
						return 0, err
					}
					return target.Append(ctx, stream, expected, records...)
				}
				to.last = func(stream string) (eventlog.Revision, error) {
					last, _ := target.Last(context.Background(), stream)
					return last, nil
				}
				from := &between{Log: source, event: func(*eventlog.Recorded) error { return away() }}
				_, err := logcopy.Copy(t.Context(), from, to, logcopy.Options{Patience: time.Second})
				equal(t, err, error(nil))
				equal(t, told(t, target), told(t, source))
			})
		})
	}
}

// A log that stays away is given up when patience is at its end.
func TestAwayForLong(t *testing.T) {
	unavailable := fmt.Errorf("%w: away", eventlog.ErrUnavailable)
	for name, c := range map[string]struct {
		from, to between
		want     string
		at       eventlog.Position
	}{
		"the source":                 {between{event: func(*eventlog.Recorded) error { return unavailable }}, between{}, logcopy.CodeSourceUnavailable, 0},
		"the target when it is read": {between{}, between{event: func(*eventlog.Recorded) error { return unavailable }}, logcopy.CodeTargetUnavailable, 0},
		"the target when it is written": {between{}, between{append: func(context.Context, string, eventlog.Revision, []eventlog.Record) (eventlog.Position, error) {
			return 0, unavailable
		}}, logcopy.CodeTargetUnavailable, 1},
		"the target when its streams are asked": {between{}, between{last: func(string) (eventlog.Revision, error) { return 0, unavailable }}, logcopy.CodeTargetUnavailable, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c.from.Log, c.to.Log = small(t), logtest.NewMemory()
				began := time.Now()
				_, err := logcopy.Copy(t.Context(), &c.from, &c.to, logcopy.Options{Patience: 10 * time.Second})
				e := code(t, err)
				equal(t, e.Code, c.want)
				equal(t, e.Position, c.at)
				equal(t, errors.Is(err, eventlog.ErrUnavailable), true)
				equal(t, time.Since(began), 10*time.Second)

				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				_, err = logcopy.Copy(ctx, &c.from, &c.to, logcopy.Options{Patience: 10 * time.Second})
				equal(t, errors.Is(err, context.DeadlineExceeded), true)
			})
		})
	}
}

// An append of an earlier run, with other bounds, comes in after the target was read.
func TestLateAppendOfAnEarlierRun(t *testing.T) {
	source := logtest.NewMemory()
	var all []eventlog.Record
	for i := range byte(6) {
		all = append(all, fixed(i+1, "t.v1", "", ""))
	}
	add(t, source, "s", all...)
	for name, late := range map[string]int{"shorter": 2, "equal": 4, "longer": 5, "everything": 6} {
		t.Run(name, func(t *testing.T) {
			target := logtest.NewMemory()
			to := &between{Log: target}
			to.append = func(ctx context.Context, stream string, expected eventlog.Revision, records []eventlog.Record) (eventlog.Position, error) {
				if expected == eventlog.NoStream {
					add(t, target, "s", all[:late]...)
					to.append = nil
				}
				return target.Append(ctx, stream, expected, records...)
			}
			result, err := logcopy.Copy(t.Context(), source, to, logcopy.Options{MaxEvents: 4})
			equal(t, err, error(nil))
			equal(t, told(t, target), told(t, source))
			equal(t, fmt.Sprint(result.Events, result.Copied, result.TargetEnd), "6 6 6")
		})
	}
}
