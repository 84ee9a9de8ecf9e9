package s3

import (
	"encoding/pem"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"signet/assets/s3/s3test"
)

func TestOpenTellsWhatIsWrong(t *testing.T) {
	server := start(t)
	open(t, options(t, server)) // makes the bucket
	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>hello")) }))
	defer other.Close()
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_PROFILE"} {
		t.Setenv(name, "")
	}
	nowhere := filepath.Join(t.TempDir(), "none")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", nowhere)

	for title, c := range map[string]struct {
		change func(*Options)
		want   *Error
	}{
		"a wrong secret":                {func(o *Options) { o.SecretKey = "other" }, ErrAccessDenied},
		"an unknown key":                {func(o *Options) { o.AccessKey = "other" }, ErrAccessDenied},
		"a key that may not put":        {func(o *Options) { o.Transport = readOnly{} }, ErrAccessDenied},
		"a bucket that is not there":    {func(o *Options) { o.Bucket, o.CreateBucket = "other", false }, ErrBucketMissing},
		"another region":                {func(o *Options) { o.Region = "ap-southeast-1" }, ErrWrongRegion},
		"nobody at the endpoint":        {func(o *Options) { o.Endpoint = "127.0.0.1:1" }, ErrUnreachable},
		"a name that is nobody's":       {func(o *Options) { o.Endpoint = "s3.invalid" }, ErrUnreachable},
		"a server that says nothing":    {func(o *Options) { o.Endpoint = silent.Addr().String() }, ErrUnreachable},
		"a server without encryption":   {func(o *Options) { o.Insecure = false }, ErrUnreachable},
		"a server of something else":    {func(o *Options) { o.Endpoint = other.Listener.Addr().String() }, ErrUnreachable},
		"no key":                        {func(o *Options) { o.AccessKey, o.SecretKey = "", "" }, ErrNoCredentials},
		"half a key":                    {func(o *Options) { o.SecretKey = "" }, ErrNoCredentials},
		"a secret that is not there":    {func(o *Options) { o.SecretFile = nowhere }, ErrInvalidOptions},
		"certificates not there":        {func(o *Options) { o.CAFile = nowhere }, ErrInvalidOptions},
		"no cache":                      {func(o *Options) { o.Cache = "" }, ErrInvalidOptions},
		"a cache of negative size":      {func(o *Options) { o.CacheBytes = -1 }, ErrInvalidOptions},
		"negative patience":             {func(o *Options) { o.Patience = -1 }, ErrInvalidOptions},
		"no bucket":                     {func(o *Options) { o.Bucket = "" }, ErrInvalidOptions},
		"an endpoint that is a URL":     {func(o *Options) { o.Endpoint = "https://h" }, ErrInvalidOptions},
		"a prefix that climbs":          {func(o *Options) { o.Prefix = "a/../../b" }, ErrInvalidOptions},
		"a file that is no certificate": {func(o *Options) { o.CAFile = os.Args[0] }, ErrInvalidOptions},
	} {
		t.Run(title, func(t *testing.T) {
			o := options(t, server)
			o.CreateBucket, o.Patience = false, 3*time.Second
			if title == "a server that says nothing" {
				o.Patience = 100 * time.Millisecond
			}
			c.change(&o)
			store, err := Open(t.Context(), o)
			var told *Error
			if !errors.As(err, &told) || told.Code() != c.want.Code() {
				t.Errorf("got %v, want %s", err, c.want.Code())
			}
			if err == nil {
				store.Close()
			}
		})
	}
	if _, err := os.Stat(server.Path("other", "")); !os.IsNotExist(err) {
		t.Errorf("a bucket was made that nobody asked for: %v", err)
	}
}

// readOnly answers as a server does to a key that may not write.
type readOnly struct{}

func (readOnly) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPut {
		return &http.Response{StatusCode: http.StatusForbidden, Body: http.NoBody, Request: r, Header: http.Header{}}, nil
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestTheKeyComesFromWhereItMay(t *testing.T) {
	server := start(t)
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	secret := write("secret", s3test.SecretKey+"\n")
	file := write("credentials", "[default]\naws_access_key_id = "+s3test.AccessKey+"\naws_secret_access_key = "+s3test.SecretKey+"\n")
	for title, c := range map[string]struct {
		environment map[string]string
		change      func(*Options)
	}{
		"the environment":            {map[string]string{"AWS_ACCESS_KEY_ID": s3test.AccessKey, "AWS_SECRET_ACCESS_KEY": s3test.SecretKey}, func(*Options) {}},
		"a file of one secret":       {map[string]string{"AWS_ACCESS_KEY_ID": s3test.AccessKey}, func(o *Options) { o.SecretFile = secret }},
		"a file besides the options": {nil, func(o *Options) { o.AccessKey, o.SecretFile = s3test.AccessKey, secret }},
		"a file of credentials":      {map[string]string{"AWS_SHARED_CREDENTIALS_FILE": file}, func(*Options) {}},
	} {
		t.Run(title, func(t *testing.T) {
			for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE"} {
				t.Setenv(name, c.environment[name])
			}
			o := options(t, server)
			o.AccessKey, o.SecretKey = "", ""
			c.change(&o)
			open(t, o)
		})
	}
}

func TestAServerWithACertificateOfItsOwn(t *testing.T) {
	server := start(t)
	open(t, options(t, server)) // makes the bucket
	target := &url.URL{Scheme: "http", Host: server.Endpoint}
	secured := httptest.NewUnstartedServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host // it is signed
	}})
	secured.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	secured.StartTLS()
	defer secured.Close()

	o := options(t, server)
	o.Endpoint, o.Insecure = secured.Listener.Addr().String(), false
	if _, err := Open(t.Context(), o); !errors.Is(err, ErrUnreachable) {
		t.Errorf("it was trusted by nobody: %v", err)
	}
	o.CAFile = filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secured.Certificate().Raw})
	if err := os.WriteFile(o.CAFile, text, 0o600); err != nil {
		t.Fatal(err)
	}
	store := open(t, o)
	reads(t, store, put(t, store, content(1, 1000)), content(1, 1000))
}

func TestACacheBelongsToOneStore(t *testing.T) {
	o := options(t, start(t))
	first := open(t, o)
	if _, err := Open(t.Context(), o); !errors.Is(err, ErrCacheInUse) {
		t.Fatalf("got %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, o)
}
