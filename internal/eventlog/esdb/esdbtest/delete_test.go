package esdbtest_test

import (
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"signet/internal/eventlog/esdb/esdbtest"
)

func TestDeletedStreams(t *testing.T) {
	for mode, o := range modes(t) {
		t.Run(mode, func(t *testing.T) {
			s, c := started(t, o)
			mustAppend(t, c, "a", esdb.NoStream{}, events(3)...)
			if _, err := c.DeleteStream(t.Context(), "a", esdb.DeleteStreamOptions{ExpectedRevision: esdb.Revision(1)}); err == nil {
				t.Error("deleted at a wrong revision")
			}
			gone := must(c.DeleteStream(t.Context(), "a", esdb.DeleteStreamOptions{ExpectedRevision: esdb.Revision(2)}))(t)
			if _, err := readStream(t, c, "a", esdb.ReadStreamOptions{}, 9); code(err) != esdb.ErrorCodeResourceNotFound {
				t.Error(err)
			}
			if all := must(s.Events("a"))(t); len(all) != 3 || gone.Position.Commit <= all[2].Position {
				t.Error("what was deleted is not in the log, or stands behind its deletion")
			}
			if r := mustAppend(t, c, "a", esdb.NoStream{}, events(2)...); r.NextExpectedVersion != 4 {
				t.Errorf("%+v does not go on where the stream ended", r)
			}
			if err := s.Restart(esdbtest.Restarting{}); err != nil {
				t.Fatal(err)
			}
			c = client(t, s.ConnectionString())
			if got := must(readStream(t, c, "a", esdb.ReadStreamOptions{}, 9))(t); len(got) != 2 || got[0].Event.EventNumber != 3 {
				t.Errorf("%d events", len(got))
			}
		})
	}
}

func TestTombstones(t *testing.T) {
	for mode, o := range modes(t) {
		t.Run(mode, func(t *testing.T) {
			s, c := started(t, o)
			mustAppend(t, c, "a", esdb.NoStream{}, events(2)...)
			if _, err := c.TombstoneStream(t.Context(), "a", esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Revision(0)}); err == nil {
				t.Error("closed at a wrong revision")
			}
			must(c.TombstoneStream(t.Context(), "a", esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Revision(1)}))(t)
			if err := s.Restart(esdbtest.Restarting{}); err != nil {
				t.Fatal(err)
			}
			c = client(t, s.ConnectionString())
			if _, err := readStream(t, c, "a", esdb.ReadStreamOptions{}, 9); code(err) != esdb.ErrorCodeStreamDeleted {
				t.Error(err)
			}
			if _, err := appendTo(t, c, "a", esdb.Any{}, event("{}")); code(err) != esdb.ErrorCodeStreamDeleted {
				t.Error(err)
			}
			sub := must(c.SubscribeToStream(t.Context(), "a", esdb.SubscribeToStreamOptions{From: esdb.Start{}}))(t)
			expect(t, sub, "dropped")
			if all := must(s.Events("a"))(t); len(all) != 3 || all[2].Type != "$streamDeleted" {
				t.Errorf("%+v", all)
			}
		})
	}
}
