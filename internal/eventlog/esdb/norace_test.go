//go:build !race

package esdb_test

// histories are checked for linearizability.
const histories = 200
