// Package merkle keeps the log as a Merkle tree in a file beside it, so that anybody can
// be shown that an event stands in the history, and that one history continues another.
//
// The leaf of an event is its [eventlog.Record.Digest]; leaves stand in the order of the
// log and are counted from 0, without gaps. Hashes are those of RFC 6962, computed by
// golang.org/x/mod/sumdb/tlog. The tree follows the log, of whatever adapter: nobody who
// appends waits for it, it is a moment behind, and can be made again from the log at any
// time. What can't be made again are the signed checkpoints that are kept in the same file.
//
// # The file
//
//	tile         level, number, hashes, first, positions
//	head         size, root, position
//	checkpoint   reason, size, at, note
//
// A row of tile is a tile of height 8 as https://c2sp.org/tlog-tiles has it: up to 256 hashes
// of 32 bytes; the last one of a level grows. Those of level 0 also hold the positions of
// their leaves' events, of 8 bytes each, big-endian; first is that of the first one. head
// is one row, written with the tiles. In checkpoint, at counts microseconds since 1970.
//
// application_id is 0x53474E4D ("SGNM") and user_version the version of this shape. One
// process writes, by a lock on a file beside it; others may read at any time.
package merkle
