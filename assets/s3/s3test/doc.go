// Package s3test gives tests a real S3 server: Versity's S3 gateway, which keeps
// buckets as folders, so that a test can look at them and damage them.
//
// The server is pinned in internal/tools/versitygw, a module of its own, and is
// built from there once per machine and version.
package s3test
