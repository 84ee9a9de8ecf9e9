package server_test

import (
	"testing"
	"time"

	"signet/domain"
)

func TestTheServerTellsSinceWhenItIsThere(t *testing.T) {
	began := time.Now()
	r := newRegistry(t).follow().withSample()
	var data struct {
		SystemState struct {
			Started time.Time
			Storage struct{ Files *int64 }
		}
	}
	r.query(domain.RoleAuditor, `{ systemState { started storage { files } } }`, &data)
	if s := data.SystemState; s.Started.Before(began.Truncate(time.Microsecond)) || s.Started.After(time.Now()) || s.Storage.Files != nil {
		t.Errorf("%+v", s)
	}
}
