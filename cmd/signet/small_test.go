package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/eventlog/sqlite"
)

func TestSizesAreReadAndWritten(t *testing.T) {
	for text, want := range map[string]string{"1": "1", "1024": "1KiB", "64MiB": "64MiB", "3 GiB": "3GiB", "1536KiB": "1536KiB", "2048KiB": "2MiB", "64GiB": "64GiB"} {
		var b byteSize
		if err := b.Set(text); err != nil || b.String() != want {
			t.Errorf("%q is %s, %v; want %s", text, &b, err, want)
		}
	}
	for _, text := range []string{"", "0", "-1", "1MB", "1.5MiB", "MiB", "65GiB", "99999999999999999999", "0x10"} {
		b := byteSize(7)
		if err := b.Set(text); err == nil || b != 7 {
			t.Errorf("%q is taken for %d", text, b)
		}
	}
}

func TestTheGreetingFollowsTheLocale(t *testing.T) {
	for _, test := range []struct{ all, messages, lang, want string }{
		{"", "", "", "vi / en"},
		{"", "", "C.UTF-8", "vi / en"},
		{"", "", "vi_VN.UTF-8", "vi"},
		{"", "", "en_US.UTF-8", "en"},
		{"", "vi_VN", "en_US", "vi"},
		{"en_GB", "vi_VN", "vi_VN", "en"},
	} {
		t.Setenv("LC_ALL", test.all)
		t.Setenv("LC_MESSAGES", test.messages)
		t.Setenv("LANG", test.lang)
		if got := tongueOf().say("vi", "en"); got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}

func TestPathsAreQuotedForAShell(t *testing.T) {
	for path, want := range map[string]string{"./signet-data": "./signet-data", "/srv/Hải Phòng": "'/srv/Hải Phòng'", "it's": `'it'\''s'`, "": "''", "$HOME": "'$HOME'"} {
		if got := shellWord(path); got != want {
			t.Errorf("%q is written %s", path, got)
		}
	}
}

func TestTheAddressIsOneThatABrowserFinds(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080", "0.0.0.0:80": "http://localhost:80", "[::]:80": "http://localhost:80", "[::1]:80": "http://[::1]:80",
	} {
		addr, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if got := urlOf(addr); got != want {
			t.Errorf("%s is %s", address, got)
		}
	}
}

func TestErrorsLeadToTheirCodes(t *testing.T) {
	for want, all := range map[int][]error{
		exitFailed:   {errors.New("x"), context.Canceled, errWrong, sqlite.ErrNewer, os.ErrPermission, syscall.ENOSPC},
		exitBadInput: {badInput(errors.New("x"), ""), domain.Refuse(domain.Conflict, "x", "x"), sqlite.ErrForeign},
		exitInUse:    {&sqlite.InUseError{}, syscall.EADDRINUSE},
	} {
		for _, err := range all {
			code, line := explain(fmt.Errorf("somewhere:\n%w", err))
			if code != want || strings.Contains(line, "\n") {
				t.Errorf("%v: code %d, line %q", err, code, line)
			}
		}
	}
}

// A line is written for each tenth, for work that takes longer than a moment.
func TestProgressIsToldInTenths(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w bytes.Buffer
		p := newProgress(&w, "work")
		for done := range 500 {
			p.count(done+1, 1000)
		}
		if w.Len() > 0 {
			t.Errorf("told within a moment: %q", &w)
		}
		time.Sleep(aMoment) // of the bubble's clock
		for done := 500; done < 900; done++ {
			p.count(done+1, 1000)
			p.count(done, 1000) // somebody slower
		}
		p.end()
		p.count(1000, 1000)
		if got := strings.Count(w.String(), "\n"); got < 4 || got > 5 {
			t.Errorf("%d lines: %s", got, &w)
		}
		var nobody *progress
		nobody.count(1, 2)
		nobody.end()
	})
}

// What is appended while somebody reads is left out, and the reader is told that
// it has caught up.
func TestReadingEndsAtTheHead(t *testing.T) {
	ctx, log := t.Context(), logtest.NewMemory()
	add := func(n eventlog.Revision) {
		record := eventlog.Record{ID: uuid.New(), Type: "x", Data: []byte("{}"), Meta: []byte("{}")}
		if _, err := log.Append(ctx, "s", n-1, record); err != nil {
			t.Fatal(err)
		}
	}
	add(0)
	add(1)
	add(2)
	for after := range eventlog.Position(3) {
		var seen []string
		for r, err := range (untilHead{log, 2}).Follow(ctx, after) {
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, fmt.Sprint(r.Position, r.CaughtUp))
		}
		want := [][]string{{"1 false", "2 false", "2 true"}, {"2 false", "2 true"}, {"2 true"}}[after]
		if fmt.Sprint(seen) != fmt.Sprint(want) {
			t.Errorf("after %d: %v", after, seen)
		}
	}
}
