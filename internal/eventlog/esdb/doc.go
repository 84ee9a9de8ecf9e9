// Package esdb keeps the log on an EventStoreDB or KurrentDB cluster, so that any
// number of nodes of the registry can share one. It needs a server of version
// 23.10 or later, which says when a subscription has caught up.
//
// # What stands where
//
// A stream s of the registry is the stream "prefix:s" of the server; the prefix
// has no colon, so two registries on one cluster never share a stream. Positions
// are commit positions of the server's transaction log.
//
// # Appends
//
// Every append names the exact revision, and ids of its own. So the server knows
// a repetition for certain: whatever stands after the revision is either ours or
// not. When the outcome of an append is not known (a timeout, a connection that
// broke, a leader that changed), the stream is read, and while nothing stands
// there the same append is sent again, for as long as Options.Patience says. Only
// then the caller is told that the log is unavailable.
//
// The server does not mind an id that stands earlier in the stream. That ids are
// unique there is kept here: an append knows the ids of its stream up to the
// revision that it names.
//
// # Outages
//
// The client gives up for ever after an outage, or waits without regard to a
// context, as it is told. So a client is used as long as it works, and replaced
// by another one when it does not: one goroutine looks for the server, with a
// new client each time, and calls wait for it, within their context and the
// patience. Each call runs in a goroutine of its own, which is left behind when
// the context ends first.
//
// One thing of the client can't be helped: when a call begins just as another one
// fails, it makes a second connection and does not close the first. That one
// stays behind until gRPC finds it idle, for half an hour, at most once an outage.
package esdb
