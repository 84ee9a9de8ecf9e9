package s3

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/minio/minio-go/v7/pkg/s3utils"
	"golang.org/x/text/unicode/norm"
)

// What an option that is zero stands for.
const (
	DefaultRegion     = "us-east-1"
	DefaultCacheBytes = 4 << 30
	DefaultPatience   = 15 * time.Second
)

// maxPrefix leaves room for the name of a blob in the 1024 bytes of a key
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html).
const maxPrefix = 512

// Options say where the blobs are and how to reach them. Printed, they show the
// URL and no secret.
type Options struct {
	// Endpoint is the host of the server, with its port unless it is the usual
	// one ("s3.example.vn", "127.0.0.1:7070"). There is no default: where a
	// city's files go is said, not guessed.
	Endpoint string
	// Insecure uses HTTP instead of HTTPS.
	Insecure bool
	// Region is what requests are signed for; empty means DefaultRegion, which
	// is right for most servers that are not Amazon's.
	Region string
	// Bucket holds the blobs, and perhaps other things.
	Bucket string
	// Prefix stands before all names in the bucket ("brand" or "city/brand"),
	// in NFC; slashes around it are dropped. Empty is the root.
	Prefix string
	// CreateBucket makes the bucket if it is missing.
	CreateBucket bool

	// AccessKey and SecretKey, with SessionToken for a temporary one, are the
	// key to use. If AccessKey is empty the environment's is used, or that of
	// the file of credentials that it names (AWS_ACCESS_KEY_ID,
	// AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; AWS_SHARED_CREDENTIALS_FILE,
	// AWS_PROFILE).
	AccessKey    string
	SecretKey    string `json:"-"`
	SessionToken string `json:"-"`
	// SecretFile names a file that holds the secret key and nothing else, for
	// AccessKey or AWS_ACCESS_KEY_ID; it is read by Open.
	SecretFile string
	// IAM asks the machine's metadata service for a key if none was found
	// otherwise.
	IAM bool

	// CAFile names a PEM file of certificates that are trusted besides the
	// system's.
	CAFile string
	// Transport makes the requests; nil makes one of CAFile and the proxy of
	// the environment.
	Transport http.RoundTripper

	// Cache is the local folder for uploads and for blobs that were read. It
	// belongs to one process, and is made if it is missing.
	Cache string
	// CacheBytes is how much the blobs in Cache may take, in bytes; 0 means
	// DefaultCacheBytes. Uploads, and blobs that are open, may take more.
	CacheBytes int64
	// Patience is how long a call waits while no byte moves; 0 means
	// DefaultPatience.
	Patience time.Duration
}

// String returns the URL, so that no secret is printed.
func (o Options) String() string { return o.URL() }

// GoString returns the URL, so that no secret is printed.
func (o Options) GoString() string { return o.URL() }

// complete returns the options with what was left out, or ErrInvalidOptions.
func (o Options) complete() (Options, error) {
	o.Prefix = strings.Trim(o.Prefix, "/")
	if o.Region == "" {
		o.Region = DefaultRegion
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = DefaultCacheBytes
	}
	if o.Patience == 0 {
		o.Patience = DefaultPatience
	}
	if err := o.checkPlace(); err != nil {
		return Options{}, err
	}
	switch {
	case o.Cache == "":
		return Options{}, ErrInvalidOptions.at("cache").because("a local folder is needed")
	case o.CacheBytes < 0:
		return Options{}, ErrInvalidOptions.at("cacheBytes").because("it may not be negative")
	case o.Patience < 0:
		return Options{}, ErrInvalidOptions.at("patience").because("it may not be negative")
	}
	return o, nil
}

// checkPlace checks what a URL tells.
func (o Options) checkPlace() error {
	if err := s3utils.CheckValidBucketNameStrict(o.Bucket); err != nil {
		return ErrInvalidOptions.at("bucket").from(err)
	}
	if !isHost(o.Endpoint) {
		return ErrInvalidOptions.at("endpoint").because("name a host, with a port if it needs one")
	}
	if strings.Trim(strings.ToLower(o.Region), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" || len(o.Region) > 63 {
		return ErrInvalidOptions.at("region").because("a region is letters, digits and hyphens")
	}
	return checkPrefix(o.Prefix)
}

// isHost reports whether it can stand behind https:// as it is.
func isHost(endpoint string) bool {
	host := endpoint
	if h, port, err := net.SplitHostPort(endpoint); err == nil {
		if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
			return false
		}
		host = h
	} else if inner, ok := strings.CutPrefix(endpoint, "["); ok {
		host = strings.TrimSuffix(inner, "]")
		return strings.Contains(host, ":") && net.ParseIP(host) != nil
	} else if strings.Contains(endpoint, ":") {
		return false
	}
	if net.ParseIP(host) != nil {
		return true
	}
	return s3utils.IsValidDomain(host) && strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789.-_") == ""
}

// checkPrefix refuses what tools for S3 and for files would read differently.
func checkPrefix(prefix string) error {
	refused := ErrInvalidOptions.at("prefix")
	switch {
	case len(prefix) > maxPrefix:
		return refused.because("it may have %d bytes", maxPrefix)
	case !utf8.ValidString(prefix) || !norm.NFC.IsNormalString(prefix):
		return refused.because("it must be UTF-8 in NFC")
	case strings.ContainsRune(prefix, '\\') || strings.ContainsFunc(prefix, unicode.IsControl):
		return refused.because("it may hold no backslashes and control characters")
	}
	if prefix == "" {
		return nil
	}
	for part := range strings.SplitSeq(prefix, "/") {
		if part == "" || part == "." || part == ".." {
			return refused.because("it may have no empty folder, and none that is . or ..")
		}
	}
	return nil
}

// transport makes the client of HTTP. The time that a call may take is bounded by
// its watch, so that an upload of any length may go on while it goes on.
func (o Options) transport() (http.RoundTripper, error) {
	if o.Transport != nil {
		return o.Transport, nil
	}
	secured := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.CAFile != "" {
		text, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, ErrInvalidOptions.at("ca").from(err)
		}
		trusted, err := x509.SystemCertPool()
		if err != nil {
			trusted = x509.NewCertPool()
		}
		if !trusted.AppendCertsFromPEM(text) {
			return nil, ErrInvalidOptions.at("ca").because("there is no certificate in the file")
		}
		secured.RootCAs = trusted
	}
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: o.Patience}).DialContext,
		TLSHandshakeTimeout: o.Patience,
		TLSClientConfig:     secured,
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     time.Minute,
		// A blob that was stored with Content-Encoding must come as it is.
		DisableCompression: true,
	}, nil
}
