package crawl

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"signet/internal/outbound/outboundtest"
)

// listening serves on this machine, and counts the requests.
func listening(t *testing.T, handler http.HandlerFunc) (address string, reached *atomic.Int32) {
	t.Helper()
	reached = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if reached.Add(1); r.URL.Path == "/robots.txt" || r.URL.Path == "/sitemap.xml" {
			http.NotFound(w, r)
			return
		}
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, reached
}

func sends(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, text)
	}
}

func port(address string) string { return address[strings.LastIndexByte(address, ':'):] }

// got crawls over the real network, and tells what was skipped.
func got(t *testing.T, start string, o Options) (*visits, string) {
	t.Helper()
	v := &visits{}
	s, err := Site(t.Context(), []string{start}, o, v.visit)
	if err != nil {
		t.Fatal(err)
	}
	return v, skips(s)
}

func TestNothingPrivateIsAskedUnlessItIsAllowed(t *testing.T) {
	address, reached := listening(t, sends("secret"))
	for _, host := range []string{"http://127.0.0.1", "http://localhost", "http://[::ffff:127.0.0.1]", "http://127.0.0.1.", "http://１２７.0.0.1"} {
		v, skipped := got(t, host+port(address), Options{})
		if reached.Load() != 0 || len(v.all) != 0 || !strings.HasPrefix(skipped, "address ") {
			t.Errorf("%s: reached %d, %s", host, reached.Load(), skipped)
		}
	}
	for _, host := range []string{
		"10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1", "192.0.2.1", "255.255.255.255",
		"[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:db8::1]", "[ff02::1]",
	} {
		if _, skipped := got(t, "http://"+host+"/", Options{}); !strings.HasPrefix(skipped, "address http://") {
			t.Errorf("%s: %s", host, skipped)
		}
	}
	// What is allowed is a network of somebody, and not the machine's own metadata.
	for _, host := range []string{"169.254.169.254", "0.0.0.0", "224.0.0.1", "[fe80::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"} {
		if _, skipped := got(t, "http://"+host+"/", Options{AllowPrivate: true}); !strings.HasPrefix(skipped, "address http://") {
			t.Errorf("allowed, %s: %s", host, skipped)
		}
	}
	if v, skipped := got(t, address, Options{AllowPrivate: true}); len(v.all) != 1 || skipped != "" {
		t.Errorf("allowed: %v, %s", v.paths(), skipped)
	}
}

func TestAPageLeadsNowherePrivateButIntoItsSite(t *testing.T) {
	inner, reached := listening(t, sends("secret"))
	address, _ := listening(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.Redirect(w, r, inner+"/x", http.StatusFound)
			return
		}
		sends("<img src="+inner+"/a><link rel=stylesheet href="+inner+"/b><a href="+inner+"/c><iframe src="+inner+"/d></iframe>"+
			"<img src=e><a href=f><img src=http://169.254.169.254/g><img src=http://8.8.8.8:6379/h>")(w, r)
	})
	v, skipped := got(t, address, Options{AllowPrivate: true})
	want := "address http://127.0.0.1" + port(inner)
	equal(t, "skipped", skipped, fmt.Sprintf("%[1]s/a, %[1]s/b, %[1]s/x, other_host %[2]s/x, address http://169.254.169.254/g, address http://8.8.8.8:6379/h", want, inner))
	if reached.Load() != 0 || len(v.all) != 1 {
		t.Errorf("reached %d, visited %s", reached.Load(), v.paths())
	}
}

// Each connection is checked by what the name stands for then.
func TestANameThatChangesItsMind(t *testing.T) {
	address, reached := listening(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		sends("<a href=more>")(w, r)
	})
	names := outboundtest.NewNameServer("127.0.0.1")
	_, skipped := got(t, "http://rebinding.test"+port(address), Options{resolver: names.Resolver()})
	if reached.Load() != 0 || skipped != "address http://rebinding.test"+port(address)+"/" || names.Asked() == 0 {
		t.Errorf("reached %d, %s", reached.Load(), skipped)
	}
	// The robots.txt and the site map keep their connection, which ends with the first page.
	names = outboundtest.NewNameServer("127.0.0.1", "169.254.169.254")
	v, skipped := got(t, "http://rebinding.test"+port(address), Options{AllowPrivate: true, resolver: names.Resolver(), Parallel: 1})
	if skipped != "address http://rebinding.test"+port(address)+"/more" || len(v.all) != 1 {
		t.Errorf("visited %s, skipped %s", v.paths(), skipped)
	}
}

func TestSlowAndHostileServers(t *testing.T) {
	release, bomb := make(chan struct{}), gzipped(strings.Repeat("\x00", 1<<20))
	address, _ := listening(t, func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		switch r.URL.Path {
		case "/":
			sends("<a href=bomb><a href=short><a href=slow><a href=silent><a href=header><a href=endless><a href=films><a href=packed>")(w, r)
		case "/bomb":
			header.Set("Content-Type", "text/html")
			header.Set("Content-Encoding", "gzip")
			for range 1000 { // a GB, unpacked
				_, _ = io.WriteString(w, bomb)
			}
		case "/short":
			header.Set("Content-Length", "1000")
			_, _ = io.WriteString(w, "<p>")
		case "/slow":
			_, _ = io.WriteString(w, "<p>")
			w.(http.Flusher).Flush()
			<-release
		case "/silent":
			<-release
		case "/header":
			header.Set("X", strings.Repeat("a", 128<<10))
		case "/endless":
			header.Set("Content-Type", "text/plain")
			_, _ = io.CopyN(w, zeros{}, 256<<20)
		case "/films":
			header.Set("Content-Type", "video/mp4")
			_, _ = io.CopyN(w, zeros{}, 256<<20)
		case "/packed":
			header.Set("Content-Encoding", "gzip")
			header.Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, gzipped("<p>Hải Phòng"))
		}
	})
	defer close(release)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	v, skipped := got(t, address, Options{AllowPrivate: true, MaxBytes: 1 << 20, Timeout: time.Second})
	runtime.ReadMemStats(&after)
	want := "too_large A/bomb, too_large A/endless, media A/films, connection A/header, connection A/short, timeout A/silent, timeout A/slow"
	equal(t, "skipped", skipped, strings.ReplaceAll(want, "A/", address+"/"))
	if packed := v.all[address+"/packed"]; string(packed.Body) != "<p>Hải Phòng" {
		t.Errorf("%q", packed.Body)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 64<<20 {
		t.Errorf("%d MiB were allocated", took>>20)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
