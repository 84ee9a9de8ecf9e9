package s3test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/internal/testneeds/tool"
)

// The key and the region of every server.
const (
	AccessKey = "signet"
	SecretKey = "signet-secret"
	Region    = "us-east-1"
)

// patience is how long a server may take until it answers.
const patience = 30 * time.Second

// Server is a running S3 server with an empty folder of its own. It speaks HTTP.
type Server struct {
	// Endpoint is its address on this machine, "127.0.0.1:PORT". It stays the
	// same when the server is started again.
	Endpoint string

	tb      testing.TB
	program string
	folder  string
	said    *output
	kill    func()
}

// Start starts a server, which ends with the test. If there is none to be had,
// because it can't be built here, the test is skipped, or failed, by missing,
// which is testneeds.Missing.
func Start(tb testing.TB, missing func(tb testing.TB, what string)) *Server {
	tb.Helper()
	path, err := tool.Build(tb.Context(), "versitygw", "github.com/versity/versitygw/cmd/versitygw")
	if err != nil {
		missing(tb, "the S3 server of internal/tools/versitygw, which could not be built: "+err.Error())
	}
	s := &Server{tb: tb, program: path, folder: tb.TempDir(), said: &output{}}
	for _, name := range []string{s.buckets(), s.metadata()} {
		if err := os.Mkdir(name, 0o700); err != nil {
			tb.Fatal(err)
		}
	}
	tb.Cleanup(s.Stop)
	for range 5 {
		s.Endpoint = freePort(tb)
		if err = s.run(); err == nil {
			return s
		}
	}
	tb.Fatal(err)
	return nil
}

// freePort returns an address that was free just now. Another program may take it
// before the server does; then another one is tried.
func freePort(tb testing.TB) string {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		tb.Fatal(err)
	}
	return address
}

func (s *Server) buckets() string  { return filepath.Join(s.folder, "buckets") }
func (s *Server) metadata() string { return filepath.Join(s.folder, "metadata") }

// Path returns where the bytes of an object lie as a file; without a key, the
// folder of the bucket.
func (s *Server) Path(bucket, key string) string {
	return filepath.Join(s.buckets(), bucket, filepath.FromSlash(key))
}

// Stop kills the server, as a power cut does. It may be called twice.
func (s *Server) Stop() {
	if s.kill != nil {
		s.kill()
		s.kill = nil
	}
}

// Restart starts the server again, at the same address and with the same objects,
// and returns when it answers.
func (s *Server) Restart() {
	s.tb.Helper()
	s.Stop()
	if err := s.run(); err != nil {
		s.tb.Fatal(err)
	}
}

// run starts the program and waits for its first answer.
func (s *Server) run() error {
	ctx, cancel := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, s.program, "--port", s.Endpoint, "--access", AccessKey, "--secret", SecretKey,
		"--region", Region, "--keep-alive", "--quiet", "posix", "--sidecar", s.metadata(), s.buckets())
	command.Env = []string{"HOME=" + s.folder, "PATH=" + os.Getenv("PATH")} // none of the settings of this machine
	command.Dir = s.folder
	command.SysProcAttr = withoutOrphans()
	command.Stdout, command.Stderr = s.said, s.said
	if err := command.Start(); err != nil {
		cancel()
		return err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = command.Wait() // it is killed
	}()
	s.kill = func() {
		cancel()
		<-ended
	}
	if err := s.await(ended); err != nil {
		s.Stop()
		return err
	}
	return nil
}

// await asks until there is an answer, of whatever kind.
func (s *Server) await(ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Endpoint+"/", http.NoBody)
		if err != nil {
			return err
		}
		if answer, err := http.DefaultClient.Do(request); err == nil {
			answer.Body.Close()
			return nil
		}
		select {
		case <-again.C:
		case <-ended:
			return fmt.Errorf("the S3 server has ended: %s", s.said)
		case <-ctx.Done():
			return fmt.Errorf("the S3 server does not answer: %s", s.said)
		}
	}
}

// output keeps what a server says, for the test that fails.
type output struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	said := o.text.Bytes()
	const most = 2000 // the end tells why it ended
	return strings.TrimSpace(string(said[max(0, len(said)-most):]))
}
