// Package projections answers what people ask of the registry, from read models
// that are filled from the log and from nothing else.
//
// The read models live in one SQLite file beside the log. They can be deleted at
// any time and are then built anew. Rows and the position up to which the log
// has been read are written in one transaction, so the file is always the true
// state at some position. One file of this package holds one question: its
// tables, what fills them, and the queries.
//
// Instants are kept as microseconds since 1970 in UTC; an interval that has not
// ended ends at Forever.
package projections
