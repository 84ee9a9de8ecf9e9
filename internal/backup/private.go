package backup

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/klauspost/compress/zstd"

	"signet/internal/people"
)

// Of people and keys the repository has the newest copy only. Names and mail addresses
// can be erased, and so must be here; old copies are removed by sweep, directly
// after the snapshot that has new ones.

// maxKey bounds a key, in bytes.
const maxKey = 1 << 20

// person is a line of the people's file.
type person struct {
	ID         uuid.UUID  `json:"id"`
	Name       string     `json:"name,omitempty"`
	Mail       string     `json:"mail,omitempty"`
	Identities []identity `json:"identities,omitempty"`
	Watches    []string   `json:"watches,omitempty"`
	Changed    *time.Time `json:"changed,omitempty"`
}

type identity struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
}

// people writes who the members are. They are held in memory while they are compressed,
// at about a hundred bytes each.
func (r *running) people(ctx context.Context, _ *Snapshot) error {
	if r.from.People == nil {
		return nil
	}
	var packed bytes.Buffer
	enc, err := zstd.NewWriter(&packed, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	out := json.NewEncoder(enc)
	count := int64(0)
	for p, err := range r.from.People.Each(ctx) {
		if err != nil {
			return errors.Join(err, enc.Close())
		}
		count++
		if err := out.Encode(stored(p)); err != nil {
			return errors.Join(err, enc.Close())
		}
	}
	if err := enc.Close(); err != nil {
		return err
	}
	kept := keep("people.jsonl.zst", packed.Bytes())
	kept.File, kept.Count = peopleFolder+kept.SHA256[:16]+".jsonl.zst", count
	r.next.People = &kept
	r.out.Added += kept.Bytes
	r.o.tell(PhasePeople, count, count)
	return put(ctx, r.repo, kept.File, Bytes(packed.Bytes()))
}

func keep(name string, content []byte) Kept {
	sum := sha256.Sum256(content)
	return Kept{Name: name, Bytes: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
}

func stored(p people.Person) person {
	out := person{ID: p.ID, Name: p.Name, Mail: p.Mail, Watches: p.Watches}
	for _, i := range p.Identities {
		out.Identities = append(out.Identities, identity(i))
	}
	if !p.Changed.IsZero() {
		out.Changed = &p.Changed
	}
	return out
}

// keptPeople yields those of a snapshot.
func keptPeople(ctx context.Context, repo Repository, k Kept) iter.Seq2[people.Person, error] {
	return func(yield func(people.Person, error) bool) {
		r, err := unpacked(ctx, repo, k.File, k.Bytes, k.SHA256)
		if err != nil {
			yield(people.Person{}, err)
			return
		}
		defer r.Close()
		scan := bufio.NewScanner(r)
		scan.Buffer(nil, 4<<20) // watches and identities are bounded by package people
		for scan.Scan() {
			p, err := parsePerson(scan.Bytes())
			if err != nil {
				yield(p, damaged(k.File, "").from(err))
				return
			}
			if !yield(p, nil) {
				return
			}
		}
		if err := scan.Err(); err != nil {
			if CodeOf(err) == "" {
				err = damaged(k.File, "").from(err)
			}
			yield(people.Person{}, err)
		}
	}
}

// parsePerson reads a line.
func parsePerson(line []byte) (people.Person, error) {
	var in person
	if err := json.Unmarshal(line, &in); err != nil {
		return people.Person{}, err
	}
	p := people.Person{ID: in.ID, Name: in.Name, Mail: in.Mail, Watches: in.Watches}
	for _, i := range in.Identities {
		p.Identities = append(p.Identities, people.Identity(i))
	}
	if in.Changed != nil {
		p.Changed = in.Changed.UTC()
	}
	return p, people.CheckID(p.ID)
}

// isKeyName tells whether a name is that of a file, and of nothing else.
func isKeyName(name string) bool {
	return name != "" && len(name) <= 100 && name[0] != '.' && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") == ""
}

// keys writes the keys of the registry.
func (r *running) keys(ctx context.Context, _ *Snapshot) error {
	if r.from.Keys == nil {
		return nil
	}
	all, err := r.from.Keys(ctx)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		content := all[name]
		if !isKeyName(name) || len(content) > maxKey {
			return refuse(LogDamaged, "the key %.80q of %d bytes is none", name, len(content))
		}
		kept := keep(name, content)
		kept.File = keyFolder + name + "-" + kept.SHA256[:16]
		r.next.Keys = append(r.next.Keys, kept)
		r.out.Added += kept.Bytes
		if err := put(ctx, r.repo, kept.File, Bytes(content)); err != nil {
			return err
		}
	}
	return nil
}

// keptKey reads a key of a snapshot.
func keptKey(ctx context.Context, repo Repository, k Kept) ([]byte, error) {
	want, err := parseSum(k.SHA256)
	if err != nil {
		return nil, damaged(k.File, "").from(err)
	}
	r, err := fetch(ctx, repo, k.File, min(k.Bytes, maxKey), want)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
