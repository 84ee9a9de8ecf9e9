package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"signet/assets/s3/s3test"
	"signet/internal/archtest"
	"signet/internal/backup"
	"signet/internal/backup/repotest"
	"signet/internal/testneeds"
)

func TestImports(t *testing.T) {
	archtest.Imports(t, archtest.Rule{
		Ours: []string{"internal/backup"}, Libraries: []string{"github.com/minio/minio-go/v7"}, Because: "an adapter knows the contract and its bucket",
	})
	archtest.ImportedOnlyBy(t, "cmd/...")
}

func open(t *testing.T, endpoint, bucket, prefix string, way http.RoundTripper) *Repository {
	t.Helper()
	core, err := minio.NewCore(endpoint, &minio.Options{
		Creds: credentials.NewStaticV4(s3test.AccessKey, s3test.SecretKey, ""), Region: s3test.Region, MaxRetries: 1, Transport: way,
	})
	if err != nil {
		t.Fatal(err)
	}
	return Open(Options{Core: core, Bucket: bucket, Prefix: prefix, Patience: 10 * time.Second, Pause: time.Millisecond})
}

func TestSuite(t *testing.T) {
	testneeds.OnceInCI(t)
	server := s3test.Start(t, testneeds.Missing)
	var n atomic.Int64
	next := func(t *testing.T, way http.RoundTripper) *Repository {
		t.Helper()
		r := open(t, server.Endpoint, fmt.Sprintf("backups-%d", n.Add(1)), "city/brand", way)
		if err := r.o.Core.MakeBucket(t.Context(), r.o.Bucket, minio.MakeBucketOptions{Region: s3test.Region}); err != nil {
			t.Fatal(err)
		}
		return r
	}
	repotest.Run(t, func(t *testing.T) backup.Repository { t.Helper(); return next(t, http.DefaultTransport) })

	t.Run("a request that fails in passing is sent again, from its beginning", func(t *testing.T) {
		way := &failingWay{}
		r := next(t, way)
		text := strings.Repeat("Hải Phòng ", 50_000)
		way.fail.Store(2)
		if err := r.Put(t.Context(), "log/1", backup.Bytes([]byte(text))); err != nil {
			t.Fatal(err)
		}
		way.fail.Store(1)
		body, err := r.Get(t.Context(), "log/1")
		if err != nil {
			t.Fatal(err)
		}
		defer body.Close()
		if got, err := io.ReadAll(body); err != nil || string(got) != text {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		way.fail.Store(100)
		if err := r.Put(t.Context(), "log/2", backup.Bytes([]byte(text))); !errors.Is(err, errAway) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("content that is wrong is not sent again", func(t *testing.T) {
		r, opened := next(t, http.DefaultTransport), 0
		c := backup.Bytes([]byte("right"))
		c.Open = func(context.Context) (io.ReadCloser, error) {
			opened++
			return nil, errAway
		}
		if err := r.Put(t.Context(), "log/1", c); !errors.Is(err, errAway) || opened != 1 {
			t.Errorf("opened %d times, %v", opened, err)
		}
	})
	t.Run("the server refuses bytes that are not those of the sum", func(t *testing.T) {
		r := next(t, http.DefaultTransport)
		c := backup.Bytes([]byte("right"))
		c.Open = backup.Bytes([]byte("wrong")).Open
		if err := r.Put(t.Context(), "log/1", c); err == nil {
			t.Error("they were taken")
		}
	})
}

var errAway = errors.New("away")

// failingWay fails some requests after their bodies were read in part.
type failingWay struct{ fail atomic.Int64 }

func (f *failingWay) RoundTrip(r *http.Request) (*http.Response, error) {
	if f.fail.Add(-1) >= 0 {
		if r.Body != nil {
			_, _ = r.Body.Read(make([]byte, 1000))
			r.Body.Close()
		}
		return nil, errAway
	}
	return http.DefaultTransport.RoundTrip(r)
}
