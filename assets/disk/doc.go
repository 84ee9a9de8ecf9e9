// Package disk keeps blobs as files of one directory:
//
//	blobs/ab/ab03…   one file per blob, named by its hash
//	staged/…         uploads that have no name yet
//
// A blob is written beside its place, synced, renamed into it, and the folder is
// synced: after a loss of power there is either all of it or nothing. What a
// crash leaves in staged is swept when the store is opened again.
//
// # When bytes are checked
//
// The first Open of a blob in a process reads the whole file and compares it
// with its name; later ones only compare length, modification time and inode
// with what was checked. So a range of a large file costs a seek, bit rot is
// found at the first read after each start, and what happens to the file behind
// the back of a running process is found if it changes one of the three. Verify
// always reads.
//
// The directory belongs to one process; the lock of the event log beside it
// sees to that. OpenReadOnly is for tools that look at it meanwhile.
package disk
