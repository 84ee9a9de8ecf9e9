package logtest_test

import (
	"testing"

	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
)

func TestMemory(t *testing.T) {
	logtest.Run(t, func(testing.TB, string) eventlog.Log { return logtest.NewMemory() }, false)
}
