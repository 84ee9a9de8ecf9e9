// Package sqlite keeps the log in one SQLite file: the embedded default.
//
// One goroutine writes. Appends that arrive while it waits for the disk are
// taken together into the next transaction, so that they share one fsync; an
// append returns after that fsync (write-ahead log, synchronous=FULL). Readers
// have connections of their own and never wait for the writer.
//
// One process owns the file, by a lock on a file beside it that ends with the
// process. Tools that only look may open it read-only at any time.
//
// # The file
//
//	event   position, stream, revision, id, type, data, meta
//
// application_id is 0x53474E54 ("SGNT") and user_version the version of this
// shape, so that a newer or a foreign file is refused, and an older one migrated.
// It can be read with any SQLite shell.
package sqlite
