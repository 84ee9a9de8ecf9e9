// Package backup copies a registry into a repository of files, and makes a
// registry of one again.
//
// A repository is a folder or a bucket. Nothing in it is ever changed: each file is
// named by the SHA-256 of its bytes, or by a part of it, so that it can be copied
// elsewhere by any program, and damage is found:
//
//	log/<first leaf>-<last leaf>-<sum>.jsonl.zst   events in the order of the log
//	blobs/<ab>/<sha256>                            files, each once for all snapshots
//	blobs/list-<sha256>.zst                        which of them a snapshot has: "<sha256> <bytes>" in each line
//	people/<sum>.jsonl.zst                         who the members are: the newest copy only
//	keys/<name>-<sum>                              the registry's keys: the newest copy only
//	snapshots/<UTC time>-<sum>.json                written last: it makes the backup exist
//	lock.json                                      whose turn it is to write
//
// <sum> is the first 16 hexadecimal digits of the SHA-256 of the file. A line of a
// segment of the log is an [Event]; a snapshot is a [Snapshot].
//
// # What is never kept
//
// Names and mail addresses can be erased, so there are no old copies of them: a
// backup replaces those of the one before, for all snapshots. With the next backup
// after an erasure the person is gone from the repository too. Queues of webhooks
// and mails, read models and caches are not backed up.
//
// # What a backup finds out
//
// A backup reads only the events that are not in the repository yet, after it has
// seen that the last event there is in the log. A log that is not a continuation is
// refused, and nothing is overwritten: so the repository is also a witness. The
// root of the Merkle tree (RFC 6962) is computed while events are read, and compared
// with a signed checkpoint if the caller has one.
package backup
