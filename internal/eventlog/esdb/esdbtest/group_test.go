package esdbtest_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http/httptest"
	"runtime"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"signet/internal/eventlog/esdb/esdbtest"
)

func TestFollowerThatIsBehind(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.Options{})
	peer := must(s.Peer(esdbtest.Options{}))(t)
	leader, follower := client(t, s.ConnectionString()), client(t, peer.ConnectionString())
	read := func(c *esdb.Client) int {
		got, err := readStream(t, c, "a", esdb.ReadStreamOptions{}, 99)
		if code(err) == esdb.ErrorCodeResourceNotFound {
			return 0
		}
		return len(must(got, err)(t))
	}
	mustAppend(t, leader, "a", esdb.NoStream{}, events(4)...)
	if read(follower) != 4 {
		t.Error("the peer has another log")
	}
	release := peer.Lag(3)
	if read(follower) != 1 || read(leader) != 4 {
		t.Errorf("the follower has %d events, the leader %d", read(follower), read(leader))
	}
	sub := subscribe(t, follower, esdb.SubscribeToAllOptions{From: esdb.Start{}, Filter: prefix("a")})
	expect(t, sub, "a@0", "checkpoint", "caught up")
	mustAppend(t, follower, "a", esdb.Revision(3), event("{}")) // is passed on to the leader
	expect(t, sub, "a@1")
	if read(follower) != 2 {
		t.Error(read(follower))
	}
	release()
	expect(t, sub, "a@2", "a@3", "a@4")
	release = peer.Hold()
	mustAppend(t, leader, "a", esdb.Revision(4), event("{}"))
	if read(follower) != 5 || read(leader) != 6 {
		t.Errorf("the follower has %d events, the leader %d", read(follower), read(leader))
	}
	release()
	expect(t, sub, "a@5")
}

func TestLeaderChange(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.Options{Dir: t.TempDir()})
	peer := must(s.Peer(esdbtest.Options{}))(t)
	few := func(cfg *esdb.Configuration) { cfg.NodePreference = esdb.NodePreferenceLeader }
	c := client(t, s.ClusterString(), few)
	sent := event("{}")
	mustAppend(t, c, "a", esdb.Any{}, sent)
	if s.Stats().Appends != 1 {
		t.Error("the client did not find the leader")
	}
	s.Stop()
	if err := appendFor(t, client(t, peer.ConnectionString()), "a", deadline); code(err) != esdb.ErrorUnavailable {
		t.Error("appended without a leader:", err)
	}
	peer.Lead()
	eventually(t, "the client finds the new leader", func() bool { return appendFor(t, c, "a", deadline) == nil })
	if err := s.Restart(esdbtest.Restarting{}); err != nil {
		t.Fatal(err)
	}
	taken := peer.Stats().Appends
	mustAppend(t, client(t, s.ClusterString(), few), "a", esdb.Any{}, sent)
	if peer.Stats().Appends != taken+1 {
		t.Error("a client took the old leader for the new one")
	}
	if got := stored(t, s, "a"); got != 3 {
		t.Errorf("%d events: a new leader remembers no ids", got)
	}
}

func TestLoginsOverTLS(t *testing.T) {
	// Its certificate holds for 127.0.0.1.
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	pool := x509.NewCertPool()
	pool.AddCert(web.Certificate())
	s := esdbtest.Start(t, esdbtest.Options{
		TLS: &tls.Config{Certificates: web.TLS.Certificates}, Users: map[string]string{"signet": "mật khẩu"},
	})
	as := func(user, password string) *esdb.Client {
		return client(t, s.ConnectionString(), func(cfg *esdb.Configuration) {
			cfg.RootCAs, cfg.Username, cfg.Password = pool, user, password
		})
	}
	for _, x := range []struct {
		title, user, password string
		want                  esdb.ErrorCode
	}{
		{"the password is right", "signet", "mật khẩu", -1},
		{"the password is wrong", "signet", "x", esdb.ErrorCodeUnauthenticated},
		{"nobody has that name", "x", "mật khẩu", esdb.ErrorCodeUnauthenticated},
		{"without a login", "", "", esdb.ErrorCodeAccessDenied},
	} {
		t.Run(x.title, func(t *testing.T) {
			if err := appendFor(t, as(x.user, x.password), "a", deadline); code(err) != x.want {
				t.Error(err)
			}
		})
	}
	stranger := client(t, s.ConnectionString(), func(cfg *esdb.Configuration) { cfg.MaxDiscoverAttempts = 1 })
	if err := appendFor(t, stranger, "a", deadline); err == nil {
		t.Error("a client came in that does not know the certificate")
	}
}

func TestNothingIsLeftRunning(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, dir := range []string{"", t.TempDir()} {
		s := must(esdbtest.New(esdbtest.Options{Dir: dir}))(t)
		peer := must(s.Peer(esdbtest.Options{}))(t)
		cfg := must(esdb.ParseConnectionString(peer.ConnectionString()))(t)
		cfg.Logger = esdb.NoopLogging()
		c := must(esdb.NewClient(cfg))(t)
		mustAppend(t, c, "a", esdb.NoStream{}, event("{}"))
		sub := must(c.SubscribeToAll(t.Context(), esdb.SubscribeToAllOptions{From: esdb.End{}}))(t)
		expect(t, sub, "caught up")
		peer.Freeze()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error("closed twice:", err)
		}
		if err := s.Append("a", esdbtest.Event{Type: "late"}); err == nil {
			t.Error("a closed server takes events")
		}
		if err := s.Restart(esdbtest.Restarting{}); err == nil || dials(t, s) {
			t.Error("a closed server comes back")
		}
		expect(t, sub, "dropped")
		_ = sub.Close()
		_ = c.Close()
	}
	eventually(t, "all goroutines end", func() bool { return runtime.NumGoroutine() <= before })
}
