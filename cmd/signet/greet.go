package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"signet/internal/eventlog"
	"signet/internal/server"
)

// tongue is in which languages the program greets: each of the two, or both.
type tongue struct{ vietnamese, english bool }

// tongueOf follows the locale of the environment (POSIX, section 8.2): people who
// set one of the two languages get it, everybody else gets both.
func tongueOf() tongue {
	locale := cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))
	switch {
	case strings.HasPrefix(locale, "vi"):
		return tongue{vietnamese: true}
	case strings.HasPrefix(locale, "en"):
		return tongue{english: true}
	}
	return tongue{vietnamese: true, english: true}
}

// say joins what is said in the languages of the tongue.
func (t tongue) say(vietnamese, english string) string {
	switch {
	case !t.english:
		return vietnamese
	case !t.vietnamese:
		return english
	}
	return vietnamese + " / " + english
}

// greeting is what serve prints on standard output when it has begun.
type greeting struct {
	out, err  io.Writer
	url, data string
	demo      bool
	tongue    tongue
}

// announceCatchUp returns what shows how the read models catch up with the log,
// if that may take a while.
func announceCatchUp(r *registry, head eventlog.Position, stderr io.Writer) *progress {
	unnoticed := eventlog.Position(20_000) // events, within a second or two
	if _, remote := r.log.(eventlog.Remote); remote {
		unnoticed *= 600 // positions are bytes
	}
	if head < r.views.Position()+unnoticed {
		return nil
	}
	label := "read models, catching up"
	if r.views.Position() == 0 {
		label = "read models, built anew"
	}
	p := newProgress(stderr, label)
	p.of(int64(head))
	return p
}

// greet prints where the registry is found, and once the read models tell of
// everybody how the first administrator comes in.
func (g greeting) greet(ctx context.Context, r *registry, s *server.Server) error {
	t := g.tongue
	data, err := filepath.Abs(g.data)
	if err != nil {
		data = g.data
	}
	fmt.Fprintf(g.out, "signet: %s\n  %s/\n  %s: %s\n", t.say("sổ đăng ký bộ nhận diện", "registry of the brand kit"), g.url, t.say("dữ liệu", "data"), data)
	if err := g.wait(ctx, r); err != nil {
		return err
	}
	if g.demo {
		all, err := demoCast(ctx, r)
		if err != nil {
			return err
		}
		return g.printDemo(all)
	}
	code, first, err := s.FirstLogin(ctx)
	if err != nil {
		return err
	}
	if first {
		g.printFirstLogin(code)
		return nil
	}
	fmt.Fprintf(g.out, "%s:\n  %s/login\n%s:\n  %s/graphql\n%s:\n  signet token --help\n", t.say("Đăng nhập", "Log in"), g.url, t.say("Truy vấn", "Ask"), g.url,
		t.say("Cấp mã truy cập, khi máy chủ đã dừng", "Issue tokens, while the server is stopped"))
	return nil
}

// wait returns when the read models tell all that the log holds, and shows how they
// catch up.
func (g greeting) wait(ctx context.Context, r *registry) error {
	head, err := r.log.Head(ctx)
	for told := false; errors.Is(err, eventlog.ErrUnavailable); head, err = r.log.Head(ctx) {
		if !told {
			fmt.Fprintf(g.out, "%s\n", g.tongue.say("Chưa liên lạc được với máy chủ nhật ký: hiện chỉ đọc được", "The log's server can't be reached: reading only for now"))
			told = true
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
	if err != nil {
		return err
	}
	p := announceCatchUp(r, head, g.err)
	defer p.end()
	r.show(p)
	defer r.show(nil)
	return r.views.WaitFor(ctx, head)
}

// printFirstLogin prints the link that makes an administrator once, and what to
// do after it.
func (g greeting) printFirstLogin(code string) {
	t := g.tongue
	fmt.Fprintf(g.out, "\n%s:\n  %s/first-login?code=%s\n",
		t.say("Chưa có quản trị viên. Đăng nhập lần đầu, chỉ một lần", "No administrator yet. First login, once only"), g.url, code)
	fmt.Fprintf(g.out, "%s:\n  signet token --data %s --agency KEY --agency-name %q --role admin\n",
		t.say("Hoặc, khi máy chủ đã dừng", "Or, while the server is stopped"), shellWord(g.data), t.say("Tên cơ quan", "Name of the agency"))
	fmt.Fprintf(g.out, "%s:\n  %s/ · signet import DIR · signet serve --demo\n", t.say("Tiếp theo", "What next"), g.url)
}

// shellWord quotes a path for a POSIX shell where that is needed.
func shellWord(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./_-+@:,", r)
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
