package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/google/uuid"

	"signet/internal/eventlog"
	"signet/internal/people/peopletest"
)

func FuzzEvent(f *testing.F) {
	f.Add("item-a", "t.v1", []byte(`{"text":"Hải Phòng \u2028 <&>"}`), []byte(`{}`))
	f.Add("", "", []byte{0xff, 0xfe}, []byte(nil))
	f.Add("x", "y", []byte("\u2028\x00"), []byte("\xed\xa0\x80"))
	f.Fuzz(func(t *testing.T, stream, kind string, data, meta []byte) {
		in := eventlog.Recorded{Record: eventlog.Record{ID: uuid.Nil, Type: kind, Data: data, Meta: meta}, Stream: stream, Revision: 3, Position: 9}
		var line bytes.Buffer
		if lineOf(&line, 7, in) != nil {
			return // no UTF-8
		}
		leaf, out, err := parseLine(line.Bytes())
		if err != nil || leaf != 7 || out.Stream != stream || out.Type != kind || !bytes.Equal(out.Data, data) || !bytes.Equal(out.Meta, meta) || bytes.Count(line.Bytes(), []byte("\n")) != 1 {
			t.Fatalf("%q comes out as %+v, %v", line.Bytes(), out, err)
		}
	})
}

// FuzzRepository reads whatever bytes as each kind of file. It ends, and nothing that is no
// snapshot, list or log is taken for one.
func FuzzRepository(f *testing.F) {
	f.Add([]byte(`{"format":1,"events":0}`))
	f.Add([]byte(`{"leaf":0,"position":1,"stream":"a","revision":0,"id":"0198f0a2-5b1c-7c3e-9a41-000000000001","type":"t"}`))
	f.Add([]byte("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d 17\n"))
	f.Add([]byte("\x28\xb5\x2f\xfd\x04\x00\x01\x00\x00\x99\xe9\xd8\x51")) // an empty frame of zstd
	f.Fuzz(func(t *testing.T, content []byte) {
		sum := sha256.Sum256(content)
		s, err := parseSnapshot("2026-11-27T030000Z-"+shortSum(sum), content)
		if err == nil && (s.Events < 0 || s.Events > 0 && len(s.Segments) == 0) {
			t.Fatalf("a snapshot: %+v", s)
		}
		if leaf, r, err := parseLine(content); err == nil && (leaf < 0 || r.Revision < 0) {
			t.Fatalf("an event: %+v", r)
		}
		if stat, err := parseBlob(content); err == nil && (len(stat.Ref) != 64 || stat.Size < 0) {
			t.Fatalf("a blob: %+v", stat)
		}
		if p, err := parsePerson(content); err == nil && p.ID == uuid.Nil {
			t.Fatalf("a person: %+v", p)
		}
		repo := newMemory()
		repo.files["log/x"] = content
		segment := Segment{File: "log/x", Last: 3, Bytes: int64(len(content)), Raw: 1000, SHA256: hex.EncodeToString(sum[:])}
		for _, err := range events(context.Background(), repo, segment) {
			if err != nil && CodeOf(err) != RepositoryDamaged {
				t.Fatal(err)
			}
		}
	})
}

func TestPeopleAreReadAsTheyWereWritten(t *testing.T) {
	w, repo := newWorld(t), newMemory()
	peopletest.Fill(t, w.people, peopletest.Binh)
	s := w.backup(repo).Snapshot
	for p, err := range keptPeople(t.Context(), repo, *s.People) {
		if err != nil || p.Name != peopletest.Binh.Name || len(p.Identities) != len(peopletest.Binh.Identities) {
			t.Errorf("%+v, %v", p, err)
		}
	}
}
