package s3

import (
	"errors"
	"testing"

	"github.com/minio/minio-go/v7"
)

func TestConnectReachesTheServerWithoutACache(t *testing.T) {
	server := start(t)
	open(t, options(t, server)) // makes the bucket
	o := options(t, server)
	o.Cache, o.Region, o.Prefix = "", "", "/a/"
	core, err := o.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if there, err := core.BucketExists(t.Context(), o.Bucket); err != nil || !there {
		t.Errorf("got %t, %v", there, err)
	}
	o.Endpoint = "https://h"
	if core, err := o.Connect(t.Context()); !errors.Is(err, ErrInvalidOptions) || core != (*minio.Core)(nil) {
		t.Errorf("got %v, %v", core, err)
	}
}
