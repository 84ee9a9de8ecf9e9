package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"signet/assets"
	"signet/internal/testneeds"
)

// What is approved while the program runs has its standard renditions before
// anybody asks for one.
func TestStandardRenditionsAreMadeAtApproval(t *testing.T) {
	testneeds.PlainInCI(t)
	t.Parallel()
	dir := t.TempDir()
	l := newLedger(t)
	cast := castOfKill(t, dir, l)
	p := serving(t, dir)
	c := client{t: t, node: func() string { return p.url }, l: l, cast: cast, dice: newDice(t)}
	made := func() int {
		entries, err := os.ReadDir(filepath.Join(dir, defaultData, renditionsFolder, "pictures"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		return len(slices.DeleteFunc(entries, func(e os.DirEntry) bool { _, err := assets.ParseRef(e.Name()); return err != nil }))
	}
	before := made()
	for n := range 8 { // some may be smaller than the smallest standard size
		if !c.logo(fmt.Sprint("logo-", n)) {
			t.Fatal("the story broke off")
		}
	}
	await(t, "the standard renditions are made", func() bool { return made() > before })
	p.stop()
}
