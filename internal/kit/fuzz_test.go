package kit

import (
	"bytes"
	"io/fs"
	"testing"
	"testing/fstest"

	"signet/domain"
	"signet/internal/sample"
)

// openEdition is a seed: the sample's editions hold other items than the one.
const openEdition = "editions:\n  - number: 1\n    title:\n      vi: x\n    due: 2026-11-30\n    basis:\n      decision: x\n      decided: 2026-07-01\n    opened: 2026-08-03T01:00:00Z\n"

// FuzzRead gives any bytes as kit.yaml and as an item's file. What is accepted
// must come back the same when it is written and read again.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"items/slogan/slogan-open-sea.yaml", "items/slogan/slogan-gateway.yaml", "items/template/template-investor-letter.yaml"} {
		root, err := fs.ReadFile(sample.HaiPhong(), rootFile)
		if err != nil {
			f.Fatal(err)
		}
		body, err := fs.ReadFile(sample.HaiPhong(), name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(root, body, string(domain.Slogan), "slogan-open-sea")
		f.Add([]byte("format: signet-kit/v1\n"), body, string(domain.Slogan), "slogan-gateway")
		signers, _, _ := bytes.Cut(root, []byte("editions:\n"))
		f.Add(append(bytes.Clone(signers), openEdition...), body, string(domain.Template), "template-investor-letter")
	}
	f.Add([]byte("format: &a signet-kit/v1\nagencies: [*a, *a]\n"), []byte("key: a"), "logo", "a")
	f.Add([]byte("a: &a [1,2]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]"), []byte("? key\n: - - - {a: b}"), "x", "../x")
	f.Fuzz(func(t *testing.T, root, body []byte, kind, key string) {
		name := "items/" + kind + "/" + key + ".yaml"
		if !fs.ValidPath(name) {
			return
		}
		files := fstest.MapFS{rootFile: {Data: root}, name: {Data: body}}
		k, err := Read(t.Context(), files)
		if err != nil {
			if !IsInvalid(err) {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		again := fstest.MapFS{}
		write(t, again, rootFile, k.doc)
		for n := range k.items {
			write(t, again, itemFile(&k.items[n]), k.items[n])
		}
		copied, err := Read(t.Context(), again)
		if err != nil {
			t.Fatalf("what was accepted is refused when it is written anew: %v", err)
		}
		third := fstest.MapFS{}
		write(t, third, rootFile, copied.doc)
		for n := range copied.items {
			write(t, third, itemFile(&copied.items[n]), copied.items[n])
		}
		for name, file := range again {
			if !bytes.Equal(third[name].Data, file.Data) {
				t.Fatalf("%s: written as\n%s\nand then as\n%s", name, file.Data, third[name].Data)
			}
		}
	})
}

func write(t *testing.T, files fstest.MapFS, name string, value any) {
	t.Helper()
	body, err := encode(value)
	if err != nil {
		t.Fatal(err)
	}
	files[name] = &fstest.MapFile{Data: body}
}
