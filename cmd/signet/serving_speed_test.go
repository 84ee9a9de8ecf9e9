package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"signet/internal/testneeds"
)

// servingVariable is set to 1 by who wants downloads to be measured, side by side
// with nginx.
const servingVariable = "SIGNET_MEASURE_SERVING"

const (
	servingConnections = 16
	servingRounds      = 5
	servingRound       = 3 * time.Second
	servingWarm        = 500 * time.Millisecond
	servingWanted      = 0.8 // of what nginx does
)

// noisy is a picture of random pixels, which no format makes smaller.
func noisy(side int) image.Image {
	picture := image.NewNRGBA(image.Rect(0, 0, side, side))
	noise := uint32(1)
	for i := range picture.Pix {
		noise = noise*1664525 + 1013904223
		picture.Pix[i] = byte(noise>>24) | byte(i%4/3*255) // no transparency
	}
	return picture
}

// scene is a picture of soft shapes and some grain, like a photo.
func scene(width, height int) image.Image {
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	noise := uint32(1)
	for y := range height {
		for x := range width {
			u, v := float64(x)/float64(width), float64(y)/float64(height)
			noise = noise*1664525 + 1013904223
			level := 130 + 60*math.Sin(9*u+4*v*v) + 25*math.Sin(31*u*v) + float64(noise>>24&15)
			picture.SetNRGBA(x, y, color.NRGBA{uint8(level), uint8(0.8 * level), uint8(255 - level), 255})
		}
	}
	return picture
}

// servedFile is one address that both servers answer with the same bytes.
type servedFile struct {
	title, ours, theirs string // paths
	unchanged           bool   // asked for with its entity tag
	wanted              bool   // to be as fast as servingWanted says
}

// TestServingBesideNginx measures anonymous downloads of what is public, and prints
// a table. What is told of each server is the time of its processors, too: unlike
// the rate it holds nothing of the client's work, and little of what else runs.
func TestServingBesideNginx(t *testing.T) {
	if os.Getenv(servingVariable) != "1" {
		t.Skipf("it is measured if %s is 1", servingVariable)
	}
	program := testneeds.Command(t, "nginx")
	var noise, photo bytes.Buffer
	if err := png.Encode(&noise, noisy(590)); err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(&photo, scene(2400, 1800), &jpeg.Options{Quality: 88}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	l := newLedger(t)
	cast := castOfKill(t, dir, l)
	p := serving(t, dir)
	c := client{t: t, node: func() string { return p.url }, l: l, cast: cast, dice: newDice(t)}
	c.publish("noise", "png", noise.Bytes())
	c.publish("photo", "jpg", photo.Bytes())
	folder := t.TempDir()
	var files []servedFile
	for _, f := range []struct{ title, path, name string }{
		{"original, PNG", "/files/noise/current/noise.png", "noise.png"},
		{"400 px of it, PNG", "/files/noise/current/noise.png?width=400", "noise-400.png"},
		{"original, JPEG", "/files/photo/current/photo.jpg", "photo.jpg"},
		{"400 px of it, JPEG", "/files/photo/current/photo.jpg?width=400", "photo-400.jpg"},
	} {
		status, header, body := p.get(f.path, "")
		if status != http.StatusOK || header.Get("Signet-Position") == "" {
			t.Fatalf("%s: %d %s", f.path, status, body)
		}
		if err := os.WriteFile(filepath.Join(folder, f.name), body, 0o600); err != nil {
			t.Fatal(err)
		}
		title := fmt.Sprintf("%s, %d kB", f.title, len(body)/1000)
		files = append(files, servedFile{title: title, ours: f.path, theirs: "/" + f.name, wanted: true},
			servedFile{title: title + ", not modified", ours: f.path, theirs: "/" + f.name, unchanged: true})
	}
	await(t, "the renderer is compiled, which would go on meanwhile", func() bool {
		compiled, err := filepath.Glob(filepath.Join(dir, defaultData, renditionsFolder, "renderer", "*", "*"))
		return err == nil && len(compiled) > 0
	})
	nginx := startNginx(t, program, folder)
	t.Log("| what | signet | nginx | ratio of the rates | lowest, highest round | processor time a request | ratio |")
	t.Log("| --- | --- | --- | --- | --- | --- | --- |")
	for _, f := range files {
		f.compare(t, contestant{p.url, []int{p.cmd.Process.Pid}}, nginx)
	}
}

// publish makes a logo of one file that is in force, for anybody.
func (c *client) publish(key, extension string, picture []byte) {
	c.t.Helper()
	status, _, text, err := send(c.t.Context(), http.MethodPost, c.node()+"/files", c.cast.author, "application/octet-stream", bytes.NewReader(picture))
	var told struct{ Digest string }
	if err != nil || status != http.StatusCreated || json.Unmarshal(text, &told) != nil {
		c.t.Fatalf("upload: %d, %s, %v", status, text, err)
	}
	name := "Biểu trưng " + key
	content := vars{
		"units": []vars{{"id": "name", "role": "NAME", "texts": []vars{{"locale": "vi", "text": name}}}},
		"files": []vars{{"colour": "FULL", "layout": "MARK", "name": key + "." + extension, "digest": told.Digest}},
	}
	if !c.begin(key, "LOGO", deed{in: vars{"content": content}, text: name, file: told.Digest}) || !c.sign(key) {
		c.t.Fatal("the story broke off")
	}
}

// contestant is a server, and the processes that it consists of.
type contestant struct {
	url       string
	processes []int
}

// startNginx serves a folder, by one process for each core.
func startNginx(t *testing.T, program, folder string) contestant {
	t.Helper()
	own := t.TempDir()
	user := ""
	if os.Getuid() == 0 { // else the workers may not read what tests write
		user = "user root;"
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	config := fmt.Sprintf(`%s
daemon off; worker_processes auto; pid %s/pid; error_log %s/errors;
events { worker_connections 256; }
http {
	types { image/png png; image/jpeg jpg; }
	access_log off; sendfile on; tcp_nopush on; etag on; keepalive_requests 100000000;
	client_body_temp_path %[2]s/b; proxy_temp_path %[2]s/p; fastcgi_temp_path %[2]s/f; uwsgi_temp_path %[2]s/u; scgi_temp_path %[2]s/s;
	server { listen %[4]s; root %[5]s; }
}
`, user, own, own, address, folder)
	if err := os.WriteFile(filepath.Join(own, "nginx.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "-p", own, "-e", filepath.Join(own, "errors"), "-c", filepath.Join(own, "nginx.conf"))
	cmd.Stderr = os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // the workers end with it
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // by then the context has ended
	await(t, "nginx listens", func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	pid := cmd.Process.Pid
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		t.Fatal(err)
	}
	processes := []int{pid}
	for field := range strings.FieldsSeq(string(text)) {
		child, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		processes = append(processes, child)
	}
	return contestant{"http://" + address, processes}
}

// used is the time of processors that a server has taken, as Linux tells it in
// proc(5), in hundredths of a second.
func (c contestant) used(t *testing.T) (sum time.Duration) {
	t.Helper()
	for _, pid := range c.processes {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			t.Fatal(err)
		}
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		for _, field := range fields[11:13] { // utime and stime
			ticks, err := strconv.Atoi(field)
			if err != nil {
				t.Fatal(err)
			}
			sum += time.Duration(ticks) * 10 * time.Millisecond
		}
	}
	return sum
}

// servingPace is how fast a server answered in one round.
type servingPace struct {
	rate, bytes float64 // of a second
	cost        float64 // processor time of a request, in microseconds
}

// compare asks both in turn.
func (f servedFile) compare(t *testing.T, ours, theirs contestant) {
	t.Helper()
	var of [2][]servingPace
	var ratios, costs []float64
	for range servingRounds {
		for i, c := range []contestant{ours, theirs} {
			of[i] = append(of[i], f.measure(t, c, []string{f.ours, f.theirs}[i]))
		}
		a, b := of[0][len(of[0])-1], of[1][len(of[1])-1]
		ratios, costs = append(ratios, a.rate/b.rate), append(costs, b.cost/a.cost)
	}
	show := func(all []servingPace) (rate, megabytes, cost float64) {
		slices.SortFunc(all, func(a, b servingPace) int { return int(a.rate - b.rate) })
		m := all[len(all)/2]
		return m.rate, m.bytes / 1e6, m.cost
	}
	rate, megabytes, cost := show(of[0])
	nginxRate, nginxMegabytes, nginxCost := show(of[1])
	t.Logf("| %s | %.0f/s, %.0f MB/s | %.0f/s, %.0f MB/s | %.2f | %.2f, %.2f | %.0f µs, nginx %.0f µs | %.2f |", f.title,
		rate, megabytes, nginxRate, nginxMegabytes, median(ratios), slices.Min(ratios), slices.Max(ratios), cost, nginxCost, median(costs))
	if f.wanted && median(ratios) < servingWanted {
		t.Errorf("%s: %.2f of what nginx does, and %v is wanted", f.title, median(ratios), servingWanted)
	}
}

// measure asks one server for a while, over connections that are kept.
func (f servedFile) measure(t *testing.T, c contestant, path string) servingPace {
	t.Helper()
	host := strings.TrimPrefix(c.url, "http://")
	request := "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n"
	want := http.StatusOK
	if f.unchanged {
		_, header, _, err := send(t.Context(), http.MethodGet, c.url+path, "", "", nil)
		if err != nil || header.Get("ETag") == "" {
			t.Fatal(header, err)
		}
		request += "If-None-Match: " + header.Get("ETag") + "\r\n"
		want = http.StatusNotModified
	}
	var answers, size atomic.Int64
	var stop atomic.Bool
	var all sync.WaitGroup
	for range servingConnections {
		all.Go(func() {
			conn, err := net.Dial("tcp", host)
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			r := bufio.NewReaderSize(conn, 256<<10)
			for !stop.Load() {
				n, err := exchange(conn, r, request+"\r\n", want)
				if err != nil {
					t.Error(err)
					return
				}
				answers.Add(1)
				size.Add(n)
			}
		})
	}
	time.Sleep(servingWarm)
	n, bytes, used, began := answers.Load(), size.Load(), c.used(t), time.Now()
	time.Sleep(servingRound)
	n, bytes, used = answers.Load()-n, size.Load()-bytes, c.used(t)-used
	took := time.Since(began).Seconds()
	stop.Store(true)
	all.Wait()
	return servingPace{float64(n) / took, float64(bytes) / took, float64(used.Microseconds()) / float64(n)}
}

// exchange sends a request and reads the answer, of which it returns the length
// of the body.
func exchange(conn net.Conn, r *bufio.Reader, request string, want int) (int64, error) {
	if _, err := io.WriteString(conn, request); err != nil {
		return 0, err
	}
	var length int64
	for first := true; ; first = false {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		line = bytes.TrimSpace(line)
		switch name, value, _ := bytes.Cut(line, []byte{':'}); {
		case first && len(line) > 12:
			if status, err := strconv.Atoi(string(line[9:12])); err != nil || status != want {
				return 0, fmt.Errorf("%s", line)
			}
		case len(line) == 0:
			if want == http.StatusNotModified {
				return 0, nil
			}
			_, err := r.Discard(int(length))
			return length, err
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64); err != nil {
				return 0, err
			}
		}
	}
}
