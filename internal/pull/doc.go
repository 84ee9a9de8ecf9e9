// Package pull brings a folder to what of a kit is in force, as a package manager does,
// and writes down in signet.lock what that is.
//
// Only what differs is fetched, first into the folder .signet beside the lock, under the
// names of its digests. When all of it is there and its SHA-256 is right, a journal says
// what is to be done, and then files are renamed into their places. Until the journal is
// there nothing has changed; from then on whoever comes next finishes it. So every file is
// at all times the old one or the new one, and never a part of either.
//
// What the server says is not trusted with the folder: paths are checked, and nothing
// outside of the folder is reached ([os.Root]). What somebody changed by hand is left as it
// is unless it is given up.
package pull
