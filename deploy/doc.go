// Package deploy holds what an operator runs: the systemd unit, Compose and
// Kubernetes files, alerts and a dashboard. There is no code here but the tests,
// which hold the files against the program.
package deploy
