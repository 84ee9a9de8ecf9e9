//go:build race

package esdb_test

// histories are checked for linearizability; the race detector makes them slow.
const histories = 60
