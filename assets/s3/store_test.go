package s3

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"signet/assets"
	"signet/assets/assetstest"
	"signet/assets/s3/s3test"
	"signet/internal/testneeds"
)

const testBucket = "brand"

func start(t *testing.T) *s3test.Server {
	t.Helper()
	return s3test.Start(t, testneeds.Missing)
}

// options are those of a node with a new cache.
func options(t *testing.T, server *s3test.Server) Options {
	t.Helper()
	return Options{
		Endpoint: server.Endpoint, Insecure: true, Region: s3test.Region, Bucket: testBucket, Prefix: "hải-phòng/kit 1", CreateBucket: true,
		AccessKey: s3test.AccessKey, SecretKey: s3test.SecretKey, Cache: t.TempDir(),
	}
}

func open(t *testing.T, o Options) *Store {
	t.Helper()
	store, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

func TestStore(t *testing.T) {
	server := start(t)
	stores := 0
	assetstest.Run(t, assetstest.Subject{
		Open: func(t *testing.T) assets.Store {
			t.Helper()
			stores++
			o := options(t, server)
			o.Bucket = fmt.Sprintf("suite-%d", stores)
			o.Transport = &door{ask: needsNoMore(t)}
			return open(t, o)
		},
		Damage: func(t *testing.T, store assets.Store, ref assets.Ref) {
			t.Helper()
			damage(t, server, store.(*Store), ref)
		},
		Leftovers: func(t *testing.T, store assets.Store) int {
			t.Helper()
			return leftovers(t, server, store.(*Store))
		},
	})
}

// needsNoMore fails the test for requests that a key for reading and putting does
// not allow: nothing is deleted, and nothing is sent in parts.
func needsNoMore(t *testing.T) func(*http.Request) error {
	t.Helper()
	return func(r *http.Request) error {
		isPart := r.URL.Query().Has("uploads") || r.URL.Query().Has("uploadId")
		if r.Method == http.MethodDelete || r.Method == http.MethodPost || isPart && r.Method == http.MethodPut {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		return nil
	}
}

// damage turns one bit of an object over in the folder of the server.
func damage(t *testing.T, server *s3test.Server, store *Store, ref assets.Ref) {
	t.Helper()
	key, err := store.bucket.key(ref)
	if err != nil {
		t.Fatal(err)
	}
	spoil(t, server.Path(store.bucket.name, key))
}

// spoil turns one bit of a file over, and lets time pass as it would have.
func spoil(t *testing.T, name string) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/2] ^= 1
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, time.Time{}, time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
}

// leftovers counts files in the bucket that are no blobs, uploads in parts that
// were not completed, and unfinished files in the cache.
func leftovers(t *testing.T, server *s3test.Server, store *Store) int {
	t.Helper()
	left := 0
	root := server.Path(store.bucket.name, "")
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if _, err := assets.ParseRef(entry.Name()); err != nil && entry.Name() != markerName {
			t.Logf("left in the bucket: %s", name)
			left++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	parts, err := store.bucket.core.ListMultipartUploads(t.Context(), store.bucket.name, "", "", "", "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := fs.ReadDir(store.cache.root.FS(), incomingFolder)
	if err != nil {
		t.Fatal(err)
	}
	return left + len(parts.Uploads) + len(entries)
}
