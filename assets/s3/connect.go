package s3

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/minio/minio-go/v7"
)

// Connect returns what reaches the server, for what is kept in a bucket beside
// blobs. Cache, CacheBytes and CreateBucket do not matter, and nothing is asked yet.
// It makes each request once. Errors: ErrInvalidOptions, ErrNoCredentials.
func (o Options) Connect(ctx context.Context) (*minio.Core, error) {
	o.Prefix = strings.Trim(o.Prefix, "/")
	o.Region, o.Patience = cmp.Or(o.Region, DefaultRegion), cmp.Or(o.Patience, DefaultPatience)
	if err := o.checkPlace(); err != nil {
		return nil, err
	}
	core, _, err := o.connect(ctx)
	return core, err
}

// connect finds the key, and the way to the server.
func (o Options) connect(ctx context.Context) (*minio.Core, http.RoundTripper, error) {
	transport, err := o.transport()
	if err != nil {
		return nil, nil, err
	}
	keys, err := o.keys(ctx, transport)
	if err != nil {
		return nil, nil, err
	}
	core, err := minio.NewCore(o.Endpoint, &minio.Options{
		Creds: keys, Secure: !o.Insecure, Transport: transport, Region: o.Region,
		MaxRetries: 1, // whoever asks tries again
	})
	if err != nil {
		return nil, nil, ErrInvalidOptions.at("endpoint").from(err)
	}
	return core, transport, nil
}
