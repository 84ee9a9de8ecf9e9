package faults

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// sector is what a disk writes whole or not at all, in bytes.
const sector = 512

// Recording notes what a process does to the files under a folder, from the beginning,
// when there were none. Files that a process only maps into its memory, as SQLite does with
// its "-shm", are not in it: no power loss leaves anything of use in them.
type Recording struct {
	folder string

	mu    sync.Mutex
	deeds []recorded // guarded by mu
}

// recorded is a deed with the bytes that it writes. Of what is written to a pipe, such as
// the standard output, the bytes are kept as well: they tell what the process took for
// done.
type recorded struct {
	Deed

	data []byte
}

// NewRecording makes one of a folder, named by its whole path.
func NewRecording(folder string) *Recording { return &Recording{folder: folder} }

func (r *Recording) note(pid int, d Deed) {
	said := d.Call == Write && strings.HasPrefix(d.Path, "pipe:")
	within := d.Path == r.folder || strings.HasPrefix(d.Path, r.folder+"/")
	if !said && (!within || strings.HasSuffix(d.Path, "-shm") || d.Call == Read || d.Call == Open) {
		return
	}
	noted := recorded{Deed: d}
	if d.Call == Write {
		if d.Offset < 0 && !said {
			noted.Offset = offsetOf(pid, d.fd)
		}
		noted.data, _ = memory(pid, d.address, d.Length) // who asks waits for us: it is there
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deeds = append(r.deeds, noted)
}

// Len is how many deeds were noted.
func (r *Recording) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.deeds)
}

// Said is what the process had written to pipes when it had done so many deeds.
func (r *Recording) Said(deeds int) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	for _, d := range r.deeds[:deeds] {
		if strings.HasPrefix(d.Path, "pipe:") {
			b.Write(d.data)
		}
	}
	return b.String()
}

// disk is what is on a disk and what is on its way there.
type disk struct {
	live    map[string]*inode // by path, as the process sees it; nil for folders
	durable map[string]*inode // by path, of names that were waited for
	names   []naming          // that were not, in order
}

// inode is a file.
type inode struct {
	durable []byte
	pending []recorded // not waited for, in order
}

// naming gives a file a name, takes one away, or both.
type naming struct {
	add, remove string
	file        *inode
}

// of tells whether waiting for the names in a folder is waiting for this.
func (n naming) of(folder string) bool {
	return n.add != "" && filepath.Dir(n.add) == folder || n.remove != "" && filepath.Dir(n.remove) == folder
}

// CutPower puts into a folder what the recorded one may hold when the power fails after so
// many deeds. What was waited for is there; of anything else any part may be: names,
// writes, and sectors of writes, in any order.
func (r *Recording) CutPower(dice *rand.Rand, deeds int, into string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := disk{live: map[string]*inode{}, durable: map[string]*inode{}}
	for _, deed := range r.deeds[:deeds] {
		d.do(deed)
	}
	keep := luck(dice)
	for _, n := range d.names {
		if keep() {
			d.name(n)
		}
	}
	for path, file := range d.durable {
		name := filepath.Join(into, strings.TrimPrefix(path, r.folder))
		if file == nil {
			if err := os.MkdirAll(name, 0o700); err != nil {
				return err
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(name, file.left(dice), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// luck decides for a whole disk or file how it went: nothing arrived, all did, or some.
func luck(dice *rand.Rand) func() bool {
	part := []float64{0, 1, 0.5, 0.9}[dice.IntN(4)]
	return func() bool { return dice.Float64() < part }
}

// do is a deed.
func (d *disk) do(deed recorded) {
	file := d.live[deed.Path]
	switch deed.Call {
	case Write, Truncate:
		if file != nil {
			file.pending = append(file.pending, deed)
		}
	case OpenToWrite:
		switch {
		case file != nil && deed.Empties:
			file.pending = append(file.pending, recorded{Deed: Deed{Call: Truncate}})
		case file == nil && deed.Creates:
			file = &inode{}
			d.live[deed.Path] = file
			d.names = append(d.names, naming{add: deed.Path, file: file})
		}
	case MakeDir:
		d.names = append(d.names, naming{add: deed.Path})
	case Remove:
		delete(d.live, deed.Path)
		d.names = append(d.names, naming{remove: deed.Path})
	case Rename:
		if file != nil {
			delete(d.live, deed.Path)
			d.live[deed.To] = file
			d.names = append(d.names, naming{add: deed.To, remove: deed.Path, file: file})
		}
	case Sync:
		if file != nil {
			file.sync()
		} else {
			d.syncNames(deed.Path)
		}
	case Read, Open:
	}
}

func (d *disk) syncNames(folder string) {
	var left []naming
	for _, n := range d.names {
		if n.of(folder) {
			d.name(n)
		} else {
			left = append(left, n)
		}
	}
	d.names = left
}

func (d *disk) name(n naming) {
	if n.remove != "" {
		delete(d.durable, n.remove)
	}
	if n.add != "" {
		d.durable[n.add] = n.file
	}
}

func (f *inode) sync() {
	for _, deed := range f.pending {
		f.durable = deed.apply(f.durable, 0, len(deed.data))
	}
	f.pending = nil
}

// left is what may be left of a file.
func (f *inode) left(dice *rand.Rand) []byte {
	content := append([]byte(nil), f.durable...)
	keep, tear := luck(dice), dice.IntN(2) == 0
	for _, deed := range f.pending {
		if !tear || len(deed.data) <= sector {
			if keep() {
				content = deed.apply(content, 0, len(deed.data))
			}
			continue
		}
		for from := 0; from < len(deed.data); {
			// Sectors are those of the file, not of the write.
			to := min(len(deed.data), from+sector-int((deed.Offset+int64(from))%sector))
			if keep() {
				content = deed.apply(content, from, to)
			}
			from = to
		}
	}
	return content
}

// apply does a part of a write, or a truncation. Between the end of a file and what is
// written behind it there are zeros.
func (r recorded) apply(content []byte, from, to int) []byte {
	if r.Call == Truncate {
		if int(r.Offset) <= len(content) {
			return content[:r.Offset]
		}
		return append(content, make([]byte, int(r.Offset)-len(content))...)
	}
	begin, end := int(r.Offset)+from, int(r.Offset)+to
	if end > len(content) {
		content = append(content, make([]byte, end-len(content))...)
	}
	copy(content[begin:end], r.data[from:to])
	return content
}
