package s3

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"signet/assets/s3/s3test"
	"signet/internal/people"
	"signet/internal/people/peopletest"
	"signet/internal/testneeds"
)

func coreOf(t *testing.T, endpoint string, way http.RoundTripper) *minio.Core {
	t.Helper()
	core, err := minio.NewCore(endpoint, &minio.Options{
		Creds: credentials.NewStaticV4(s3test.AccessKey, s3test.SecretKey, ""), Region: s3test.Region, MaxRetries: 1, Transport: way,
	})
	if err != nil {
		t.Fatal(err)
	}
	return core
}

func optionsOf(t *testing.T, endpoint, bucket string, way http.RoundTripper) Options {
	t.Helper()
	return Options{Core: coreOf(t, endpoint, way), Bucket: bucket, Prefix: "brand", Patience: 10 * time.Second, Pause: time.Millisecond, Clock: peopletest.Clock}
}

func bucketOf(t *testing.T, server *s3test.Server, name string) {
	t.Helper()
	if err := coreOf(t, server.Endpoint, http.DefaultTransport).MakeBucket(t.Context(), name, minio.MakeBucketOptions{Region: s3test.Region}); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, o Options) *Store {
	t.Helper()
	store, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// slow is a store that the suite does not fill with many.
type slow struct{ *Store }

func (slow) Slow() {}

func TestSuite(t *testing.T) {
	server := s3test.Start(t, testneeds.Missing)
	var n atomic.Int64
	peopletest.Run(t, 3, func(t *testing.T) func() people.Store {
		t.Helper()
		bucket := "people-" + string(rune('a'+n.Add(1)))
		bucketOf(t, server, bucket)
		return func() people.Store {
			return slow{open(t, optionsOf(t, server.Endpoint, bucket, http.DefaultTransport))}
		}
	})
}

func TestNothingIsLeftInTheBucket(t *testing.T) {
	server := s3test.Start(t, testneeds.Missing)
	bucketOf(t, server, "people")
	store := open(t, optionsOf(t, server.Endpoint, "people", http.DefaultTransport))
	peopletest.Fill(t, store, peopletest.Binh)
	folder := server.Path("people", "")
	if len(peopletest.InFiles(t, folder, peopletest.Binh)) == 0 {
		t.Fatal("the search finds nothing even before")
	}
	if err := store.Erase(t.Context(), peopletest.Binh.ID); err != nil {
		t.Fatal(err)
	}
	for _, found := range peopletest.InFiles(t, folder, peopletest.Binh) {
		t.Error(found)
	}
	for _, identity := range peopletest.Binh.Identities {
		unheld(t, store, identity)
	}
}

// unheld sees that there is no object for an identity.
func unheld(t *testing.T, s *Store, identity people.Identity) {
	t.Helper()
	var c claim
	if tag, err := s.bucket.get(t.Context(), byName(identity), &c); tag != "" || err != nil {
		t.Errorf("%v is somebody's: %v, %v", identity, c, err)
	}
}

// errCut is the error of a process that has ended.
var errCut = errors.New("cut off")

// Whatever is the last request that an Erase comes to, the next one ends it.
func TestAnEraseThatIsCutOffIsEndedByTheNext(t *testing.T) {
	server := s3test.Start(t, testneeds.Missing)
	bucketOf(t, server, "people")
	whole := open(t, optionsOf(t, server.Endpoint, "people", http.DefaultTransport))
	for last := 1; ; last++ {
		p := peopletest.Binh
		p.ID, p.Identities = peopletest.ID(last), p.Identities[:1]
		peopletest.Fill(t, whole, p)
		left := atomic.Int64{}
		left.Store(int64(last))
		half := newStore(optionsOf(t, server.Endpoint, "people", asked{func() error {
			if left.Add(-1) < 0 {
				return errCut
			}
			return nil
		}}))
		cut := half.Erase(t.Context(), p.ID)
		if err := whole.Erase(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		for _, found := range peopletest.InFiles(t, server.Path("people", ""), p) {
			t.Error(last, found)
		}
		unheld(t, whole, p.Identities[0])
		if cut == nil {
			if last < 5 {
				t.Errorf("it took %d requests", last)
			}
			return
		}
		if !errors.Is(cut, people.ErrUnavailable) {
			t.Errorf("%d: %v", last, cut)
		}
	}
}

// A claim was cut off between the identity and the look whether its person was
// erased meanwhile.
func TestTheIdentityOfWhoWasErasedWhileClaimingIsFree(t *testing.T) {
	server := s3test.Start(t, testneeds.Missing)
	bucketOf(t, server, "people")
	store := open(t, optionsOf(t, server.Endpoint, "people", http.DefaultTransport))
	identity := peopletest.Binh.Identities[0]
	if err := store.Erase(t.Context(), peopletest.ID(1)); err != nil {
		t.Fatal(err)
	}
	if err := store.bucket.put(t.Context(), byName(identity), claim{peopletest.ID(1)}, ""); err != nil {
		t.Fatal(err)
	}
	if err := store.stillThere(t.Context(), identity, peopletest.ID(1)); !errors.Is(err, people.ErrErased) {
		t.Errorf("got %v", err)
	}
	unheld(t, store, identity)
	if err := store.bucket.put(t.Context(), byName(identity), claim{peopletest.ID(1)}, ""); err != nil {
		t.Fatal(err)
	}
	if holder, err := store.Claim(t.Context(), identity, peopletest.ID(2)); err != nil || holder != peopletest.ID(2) {
		t.Errorf("%s has it, %v", holder, err)
	}
}

// asked is a way to the server that asks first.
type asked struct{ ask func() error }

func (a asked) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := a.ask(); err != nil {
		return nil, err
	}
	return http.DefaultTransport.RoundTrip(r)
}

// stale answers the first GET of an object with its content, and with the tag that it
// has after something else was done.
type stale struct {
	name string
	done *atomic.Bool
	do   func() (tag string)
}

func (s stale) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, s.name) || s.done.Swap(true) {
		return answer, err
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	answer.Header.Set("ETag", `"`+s.do()+`"`)
	return answer, nil
}

// There are servers, this one among them, that answer with the content of one state
// and the tag of the next.
func TestWhoReadsWhatIsBeingErasedDoesNotBringItBack(t *testing.T) {
	server := s3test.Start(t, testneeds.Missing)
	bucketOf(t, server, "people")
	whole := open(t, optionsOf(t, server.Endpoint, "people", http.DefaultTransport))
	peopletest.Fill(t, whole, peopletest.Binh)
	name := personName(peopletest.Binh.ID)
	late := open(t, optionsOf(t, server.Endpoint, "people", stale{name, new(atomic.Bool), func() string {
		if err := whole.Erase(t.Context(), peopletest.Binh.ID); err != nil {
			t.Error(err)
		}
		info, err := whole.bucket.core.StatObject(t.Context(), "people", "brand/"+name, minio.StatObjectOptions{})
		if err != nil {
			t.Error(err)
		}
		return info.ETag
	}}))
	if err := late.Put(t.Context(), people.Person{ID: peopletest.Binh.ID, Name: "Bình"}); !errors.Is(err, people.ErrErased) {
		t.Errorf("put: %v", err)
	}
	if known, err := whole.Get(t.Context(), peopletest.Binh.ID); err != nil || len(known) != 0 {
		t.Errorf("got %v, %v", known, err)
	}
}

func TestAPassingFailureIsNotTold(t *testing.T) {
	server := s3test.Start(t, testneeds.Missing)
	bucketOf(t, server, "people")
	var n atomic.Int64
	store := open(t, optionsOf(t, server.Endpoint, "people", asked{func() error {
		if n.Add(1)%3 == 0 {
			return errCut
		}
		return nil
	}}))
	peopletest.Fill(t, store, peopletest.Binh)
	peopletest.Known(t, store, peopletest.Binh)
	server.Stop()
	if _, err := store.Get(t.Context(), peopletest.Binh.ID); !errors.Is(err, people.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

// between is a way to the server that plays what this one is not.
type between struct {
	versioning string // the status and the state or code for versioning; empty: those of the server
	deaf       string // a header that is not heeded
}

func (b between) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := httptest.NewRecorder()
	switch {
	case r.URL.Query().Has("versioning") && b.versioning != "":
		status, state, _ := strings.Cut(b.versioning, " ")
		code, err := strconv.Atoi(status)
		if err != nil {
			return nil, err
		}
		answer.WriteHeader(code)
		form := "<Error><Code>%s</Code></Error>"
		if code == http.StatusOK {
			form = "<VersioningConfiguration><Status>%s</Status></VersioningConfiguration>"
		}
		fmt.Fprintf(answer, form, state)
		return answer.Result(), nil
	case b.deaf != "" && r.Header.Get(b.deaf) != "":
		answer.Header().Set("ETag", `"0123456789abcdef0123456789abcdef"`)
		answer.WriteHeader(http.StatusOK)
		return answer.Result(), nil
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestABucketThatCanNotDoItIsRefused(t *testing.T) {
	server := s3test.Start(t, testneeds.Missing)
	bucketOf(t, server, "people")
	for title, c := range map[string]struct {
		between

		want error
	}{
		"it keeps versions":              {between{versioning: "200 Enabled"}, ErrVersioned},
		"it has kept versions":           {between{versioning: "200 Suspended"}, ErrVersioned},
		"it knows no versions":           {between{versioning: "501 NotImplemented"}, nil},
		"it does not say":                {between{versioning: "403 AccessDenied"}, people.ErrUnavailable},
		"it does not heed If-None-Match": {between{deaf: "If-None-Match"}, ErrUnconditional},
		"it does not heed If-Match":      {between{deaf: "If-Match"}, ErrUnconditional},
		"there is nothing wrong":         {between{}, nil},
	} {
		t.Run(title, func(t *testing.T) {
			store, err := Open(t.Context(), optionsOf(t, server.Endpoint, "people", c.between))
			if !errors.Is(err, c.want) || (store == nil) != (c.want != nil) {
				t.Errorf("got %v, %v", store, err)
			}
		})
	}
}
