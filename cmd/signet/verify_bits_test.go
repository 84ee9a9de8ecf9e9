package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signet/internal/testneeds"
)

// bitsVariable says how many flipped bits have to be found in each file.
const bitsVariable = "SIGNET_BITS"

// mostBitSeconds is how long one verification of a damaged registry may take.
const mostBitSeconds = 30

// What can be read of a file, row by row; the first column is a number.
const (
	rowsOfLog  = "SELECT position, stream, revision, hex(id), type, hex(data), hex(meta) FROM event NOT INDEXED"
	rowsOfTree = "SELECT number, 'tile', level, hex(hashes), first, hex(positions), '' FROM tile NOT INDEXED UNION ALL SELECT size, 'head', id, hex(root), position, '', '' FROM head" +
		" UNION ALL SELECT size, 'checkpoint', reason, at, hex(note), '', '' FROM checkpoint NOT INDEXED"
)

// rowsIn reads a file by itself.
func rowsIn(t *testing.T, name, query string) (map[string]bool, error) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+name+"?mode=ro")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]bool{}
	for rows.Next() {
		var c [7]any
		if err := rows.Scan(&c[0], &c[1], &c[2], &c[3], &c[4], &c[5], &c[6]); err != nil {
			return nil, err
		}
		all[fmt.Sprintln(c[:]...)] = true
	}
	return all, rows.Err()
}

// differing are the first columns of the rows that only one of the two has.
func differing(a, b map[string]bool) map[string]bool {
	places := map[string]bool{}
	for _, two := range [][2]map[string]bool{{a, b}, {b, a}} {
		for row := range two[0] {
			if !two[1][row] {
				number, _, _ := strings.Cut(row, " ")
				places[number] = true
			}
		}
	}
	return places
}

// Any bit of the files is flipped: either nothing that can be read has changed, or it is
// found, and the event is named whose row has changed, or the file.
func TestAnyFlippedBitIsFoundAndNamed(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	wanted := testneeds.Count(t, bitsVariable, 60, 60)
	dir := t.TempDir()
	must(t, dir, "import", sampleKit(t, dir))
	must(t, dir, "checkpoint") // the tree is made, and its key
	data := filepath.Join(dir, defaultData)
	if err := os.Remove(filepath.Join(data, viewsFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	t.Run("of the log", func(t *testing.T) { flipBits(t, data, logFile, rowsOfLog, wanted) })
	t.Run("of the tree", func(t *testing.T) { flipBits(t, data, treeFile, rowsOfTree, wanted/5) })
}

// flipBits flips bits of a file, one after the other, until so many had to be found.
func flipBits(t *testing.T, data, file, query string, wanted int) {
	t.Helper()
	name := filepath.Join(data, file)
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer putFile(t, name, whole)
	rows, err := rowsIn(t, name, query)
	if err != nil {
		t.Fatal(err)
	}
	found, harmless, events := 0, 0, 0
	began, longest := time.Now(), time.Duration(0)
	for found < wanted && !t.Failed() {
		bit := rand.IntN(8 * len(whole))
		changed := append([]byte(nil), whole...)
		changed[bit/8] ^= 1 << (bit % 8)
		putFile(t, name, changed)
		started := time.Now()
		told := verifiedPlaces(t, data)
		longest = max(longest, time.Since(started))
		now, unreadable := rowsIn(t, name, query)
		places := differing(rows, now)
		switch {
		case len(told) == 0 && unreadable == nil && len(places) == 0:
			harmless++
			continue
		case len(told) == 0:
			t.Errorf("bit %d of %s was flipped, rows %v have changed, and nothing was found", bit, file, places)
		case unreadable == nil && len(places) > 0 && file == logFile:
			if !names(told, places) {
				t.Errorf("bit %d was flipped, the events at %v have changed, and found is %v", bit, places, told)
			}
			events++
		}
		found++
	}
	t.Logf("%d of %d bits found (%d in rows of events), %d changed nothing that can be read; %v each, at most %v",
		found, found+harmless, events, harmless, time.Since(began)/time.Duration(found+harmless), longest)
	if harmless > 20+10*found { // there is much room in the file of a small tree
		t.Errorf("%d bits changed nothing, %d were found", harmless, found)
	}
}

// putFile puts a file in place of one that nobody has open.
func putFile(t *testing.T, name string, text []byte) {
	t.Helper()
	for _, companion := range []string{"-wal", "-shm", "-journal"} {
		if err := os.Remove(name + companion); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// verifiedPlaces verifies a registry, and returns where something was found.
func verifiedPlaces(t *testing.T, data string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), mostBitSeconds*time.Second)
	defer cancel()
	v, err := verified(ctx, &verifyOptions{at: place{data: data}}, io.Discard)
	if ctx.Err() != nil {
		t.Fatalf("not verified within %d s", mostBitSeconds)
	}
	var told []string
	if err != nil {
		told = append(told, err.Error())
	}
	for _, f := range v.Findings {
		told = append(told, f.Place)
	}
	if err == nil && v.OK != (len(told) == 0) {
		t.Errorf("ok is %v with findings at %v", v.OK, told)
	}
	return told
}

// names tells whether an event that has changed was named, or the file.
func names(told []string, places map[string]bool) bool {
	for _, place := range told {
		if strings.Contains(place, logFile) {
			return true
		}
		rest, event := strings.CutPrefix(place, "position ")
		number, _, _ := strings.Cut(rest, ",")
		if event && places[number] {
			return true
		}
	}
	return false
}
