package node_test

import (
	"testing"

	"signet/graph/node"
)

// FuzzParse reads any id: what it is of has an id of its own, and is that of nothing else.
func FuzzParse(f *testing.F) {
	for _, id := range []string{node.ID(node.Item, "slogan-open-sea"), node.ID(node.Version, "a:2"), node.ID(node.Audit, ""), "", "SXRlbTo", "Ong", "SXRlbTp4=", "SXRlbTp4\n", "SXRlbTp5"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		kind, key, ok := node.Parse(id)
		if !ok {
			return
		}
		own := node.ID(kind, key)
		if again, same, ok := node.Parse(own); !ok || again != kind || same != key {
			t.Fatalf("%q is of %s %q, whose id is %q, which is of %s %q", id, kind, key, own, again, same)
		}
		if key == "" || len(own) > len(id) {
			t.Fatalf("%q is of %s %q", id, kind, key)
		}
	})
}
