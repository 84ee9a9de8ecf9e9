package merkle_test

import (
	"errors"
	"io/fs"
	"reflect"
	"testing"
	"time"

	"signet/internal/merkle"
)

var noon = time.Date(2026, 11, 27, 5, 0, 0, 123456000, time.UTC)

func kept(reason string, size int64, note string) merkle.Checkpoint {
	return merkle.Checkpoint{Size: size, At: noon, Reason: reason, Note: []byte(note)}
}

func TestCheckpointsAreKeptForTheirReason(t *testing.T) {
	path := pathOf(t)
	tree := grown(t, path, 300)
	for _, c := range []merkle.Checkpoint{
		kept(merkle.Latest, 10, "10"), kept(merkle.Latest, 300, "300"), kept(merkle.Latest, 200, "late"),
		kept(merkle.Witnessed, 10, "one witness"), kept(merkle.Witnessed, 10, "two witnesses"),
		kept(merkle.Day, 300, "day 2"), kept(merkle.Day, 10, "day 1"), kept(merkle.Day, 10, "the same again"),
		kept(merkle.Edition, 10, "bản"), kept(merkle.Backup, 0, "nothing yet"),
	} {
		c.At = c.At.In(time.FixedZone("", 7*3600))
		if err := tree.Keep(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	want := []merkle.Checkpoint{
		kept(merkle.Backup, 0, "nothing yet"), kept(merkle.Day, 10, "day 1"), kept(merkle.Edition, 10, "bản"), kept(merkle.Witnessed, 10, "two witnesses"),
		kept(merkle.Day, 300, "day 2"), kept(merkle.Latest, 300, "300"),
	}
	closed(t, tree)
	tree, err := merkle.OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, tree)
	if all, err := tree.Kept(t.Context(), ""); err != nil || !reflect.DeepEqual(all, want) {
		t.Errorf("%+v, %v", all, err)
	}
	if days, err := tree.Kept(t.Context(), merkle.Day); err != nil || !reflect.DeepEqual(days, []merkle.Checkpoint{want[1], want[4]}) {
		t.Errorf("%+v, %v", days, err)
	}
	if err := tree.Keep(t.Context(), kept(merkle.Day, 1, "n")); !errors.Is(err, merkle.ErrReadOnly) {
		t.Errorf("kept beside the owner: %v", err)
	}
	if err := tree.Follow(t.Context(), made{}); !errors.Is(err, merkle.ErrReadOnly) {
		t.Errorf("followed beside the owner: %v", err)
	}
}

func TestWhatIsNoCheckpointOfTheTreeIsNotKept(t *testing.T) {
	tree := grown(t, pathOf(t), 3)
	defer closed(t, tree)
	for name, c := range map[string]merkle.Checkpoint{
		"a reason that nobody knows": kept("month", 1, "n"),
		"no reason":                  kept("", 1, "n"),
		"an empty note":              kept(merkle.Day, 1, ""),
		"a larger tree":              kept(merkle.Day, 4, "n"),
		"less than no leaves":        kept(merkle.Day, -1, "n"),
	} {
		if err := tree.Keep(t.Context(), c); !errors.Is(err, merkle.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all, err := tree.Kept(t.Context(), ""); err != nil || len(all) > 0 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestThereIsNothingToReadBeforeTheOwnerHasBegun(t *testing.T) {
	if _, err := merkle.OpenReadOnly(pathOf(t)); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
