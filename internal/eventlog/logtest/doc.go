// Package logtest is the contract of eventlog.Log as a suite that every adapter
// passes, and a log in memory for the tests of others.
package logtest
