// Package s3 keeps blobs in a bucket of S3-compatible storage, so that several
// nodes share them:
//
//	PREFIX/blobs/ab/ab03…   one object per blob, named by its hash
//	PREFIX/signet.txt       says what this is; written at each Open
//
// The names are those of package disk, so that any copying tool moves a folder
// into a bucket and back. Nothing in a bucket is ever deleted, and the key that
// signet uses needs no permission to: it lists, gets and puts.
//
// # How a blob comes in
//
// An upload lies in a local file until it is published, and is then sent in one
// request of known length, which S3 makes visible all at once or not at all; so
// there are no parts that could be left behind. The name of a blob is the
// SHA-256 of its bytes, and it is also what the request is signed with
// (X-Amz-Content-Sha256) and the object's checksum (X-Amz-Checksum-Sha256): the
// server refuses bytes that were damaged on their way. What is there already is
// sent again all the same, since no answer of a server proves what lies on its
// disks; that is how publishing mends a blob. In a versioned bucket each sending
// is a version.
//
// # When bytes are checked
//
// A blob is read from a folder on the local disk, the cache. What is not there is
// fetched once, however many ask for it, and compared with its name before
// anybody gets a byte. What an earlier process has left in the cache is compared
// at its first use, and so is a file whose length, modification time or inode has
// changed since; if it is damaged it is fetched again. Damage in the bucket
// behind a blob that is cached is found by Verify, which always reads the bucket.
//
// # When the bucket is away
//
// Blobs in the cache are still served. Everything else ends with
// assets.ErrUnavailable, which wraps an [Error], after a few attempts, or as soon as no
// byte has moved for the time of Options.Patience.
//
// The cache belongs to one process, which locks it; the bucket belongs to all.
package s3
