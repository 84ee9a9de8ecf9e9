// Package esdbtest is a server for tests that speaks enough of the gRPC
// protocol of EventStoreDB for its real client: append, read, subscribe, delete
// and tombstone, the features of the server and the gossip of a cluster. It
// keeps a log in memory or in a file, and misbehaves on order.
//
// It is for tests, soaks and benchmarks only: it has no projections, no
// persistent subscriptions, no scavenge and no replication, and of the metadata
// of a stream it heeds only $tb, by which deleting works. The program must not
// import it.
//
// How it answers follows the public protocol definitions (streams.proto and its
// siblings) and what EventStoreDB 24.10 was seen to do:
//
//   - Positions are byte offsets in the log: they grow with gaps, commit equals
//     prepare, and one that is not where an event begins is refused.
//   - Some system events stand first in $all.
//   - Errors go in the trailers of a call; a wrong revision is a message for an
//     append and a status for a delete.
//   - A filtered subscription gets Confirmation, history, Checkpoint, CaughtUp
//     and then what is appended; one that falls more than 320 events behind gets
//     FellBehind, and CaughtUp again later. All read from the stored log at their
//     own pace.
//   - Appending the same event ids again is recognised by what stands in the
//     stream if the expected revision is exact and not the last one, and otherwise
//     only by a cache in memory.
//
// A follower here passes appends on to the leader, as the real one does when the
// client does not ask for the leader, and sends on who asks for that.
package esdbtest
