package kit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"signet/domain"
)

// Kit is a kit that has been read and found to be in order. Its files are still
// in the file system that it was read from.
type Kit struct {
	fsys  fs.FS
	names map[string]string // path in NFC → path as the file system has it
	doc   document
	items []item
}

// Read reads a kit whose kit.yaml stands at the top of fsys. It checks all that
// can be known without a registry: form, limits, texts, references, order of
// times, and that every file is there and none is left over. The error is an
// *Error, or comes from the file system or the context.
func Read(ctx context.Context, fsys fs.FS) (*Kit, error) {
	k := &Kit{fsys: fsys}
	if err := k.list(ctx); err != nil {
		return nil, err
	}
	budget := int64(MaxTextBytes)
	root, err := k.decode(rootFile, &budget, &k.doc)
	if err != nil {
		return nil, err
	}
	if k.doc.Format != Format {
		return nil, root.at("format", invalid("unknown_format", "%q is not %s", clip(k.doc.Format), Format))
	}
	if err := k.checkSigners(root); err != nil {
		return nil, err
	}
	if err := k.readItems(ctx, &budget); err != nil {
		return nil, err
	}
	if err := k.checkEditions(root); err != nil {
		return nil, err
	}
	if err := k.checkReferences(); err != nil {
		return nil, err
	}
	if err := k.checkStray(); err != nil {
		return nil, err
	}
	return k, nil
}

// list finds the files; links and the like are refused, since they may lead out
// of the kit.
func (k *Kit) list(ctx context.Context) error {
	k.names = map[string]string{}
	entries := 0
	err := fs.WalkDir(k.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entries++; entries > maxEntries {
			return &Error{File: name, Err: invalid("too_many_files", "a kit has at most %d files", maxEntries)}
		}
		if d.IsDir() {
			return ctx.Err()
		}
		if !d.Type().IsRegular() {
			return &Error{File: name, Err: invalid("not_a_file", "a kit holds plain files and folders only")}
		}
		composed := norm.NFC.String(name) // some file systems list names decomposed
		if _, twice := k.names[composed]; twice {
			return &Error{File: name, Err: invalid("duplicate_file", "two files have this name")}
		}
		k.names[composed] = name
		return nil
	})
	if err != nil {
		return err
	}
	if _, there := k.names[rootFile]; !there {
		return &Error{File: rootFile, Err: invalid("missing_file", "the kit has no %s", rootFile)}
	}
	return nil
}

// decode reads one YAML file; its size is taken from the budget.
func (k *Kit) decode(name string, budget *int64, value any) (*parsed, error) {
	body, err := k.read(name)
	if err != nil {
		return nil, err
	}
	if *budget -= int64(len(body)); *budget < 0 {
		return nil, &Error{File: name, Err: invalid("kit_too_large", "the texts of the kit have more than %d bytes", MaxTextBytes)}
	}
	return decode(name, body, value)
}

// read returns the bytes of a YAML file, and one more than may be when it is
// too large.
func (k *Kit) read(name string) ([]byte, error) {
	f, err := k.fsys.Open(k.names[name])
	if err != nil {
		return nil, fmt.Errorf("kit: %w", err)
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, MaxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("kit: read %s: %w", name, err)
	}
	return body, nil
}

// readItems reads all items in the order of their keys.
func (k *Kit) readItems(ctx context.Context, budget *int64) error {
	places := map[string]string{} // key → file
	for name := range k.names {
		parts := strings.Split(name, "/")
		if parts[0] != "items" {
			continue
		}
		key, isYAML := strings.CutSuffix(parts[len(parts)-1], ".yaml")
		if len(parts) != 3 || !isYAML {
			return &Error{File: name, Err: invalid("stray_file", "an item's file is items/<kind>/<key>.yaml")}
		}
		if other, twice := places[key]; twice {
			return &Error{File: max(name, other), Err: invalid("duplicate_item", "another kind has an item with the key %q", clip(key))}
		}
		places[key] = name
	}
	for _, key := range sortedMap(places) {
		if err := ctx.Err(); err != nil {
			return err
		}
		var i item
		tree, err := k.decode(places[key], budget, &i)
		if err != nil {
			return err
		}
		if itemFile(&i) != places[key] {
			return tree.at("key", invalid("wrong_place", "the item %q of kind %q does not belong into this file", clip(i.Key), clip(string(i.Kind))))
		}
		if err := k.checkItem(tree, &i); err != nil {
			return err
		}
		k.items = append(k.items, i)
	}
	return nil
}

// itemFile is the path of an item's file.
func itemFile(i *item) string { return "items/" + string(i.Kind) + "/" + i.Key + ".yaml" }

// assetFolder is the path of the folder with a version's files.
func assetFolder(key string, number int) string { return fmt.Sprintf("files/%s/%d", key, number) }

// checkAsset refuses a path that is not directly in the version's folder, or
// leads to no file, an empty one or a too large one; it returns the size.
func (k *Kit) checkAsset(i *item, number int, f file) (int64, *domain.Error) {
	folder, name := path.Split(f.Path)
	if !fs.ValidPath(f.Path) || name == "" || folder != assetFolder(i.Key, number)+"/" {
		return 0, invalid("invalid_path", "%q is not a file in %s", clip(f.Path), assetFolder(i.Key, number))
	}
	listed, there := k.names[f.Path]
	if !there {
		return 0, invalid("missing_file", "the kit has no file %q", clip(f.Path))
	}
	info, err := fs.Stat(k.fsys, listed)
	if err != nil {
		return 0, invalid("missing_file", "the file %q can't be read", clip(f.Path))
	}
	switch {
	case info.Size() == 0:
		return 0, invalid("empty_file", "the file %q is empty", clip(f.Path))
	case info.Size() > MaxAssetBytes:
		return 0, invalid("file_too_large", "the file %q has more than %d bytes", clip(f.Path), MaxAssetBytes)
	}
	return info.Size(), nil
}

// checkStray refuses files that nothing in the kit speaks of.
func (k *Kit) checkStray() error {
	known := map[string]bool{rootFile: true}
	for n := range k.items {
		i := &k.items[n]
		known[itemFile(i)] = true
		for _, v := range i.Versions {
			for _, f := range v.Content.Files {
				known[f.Path] = true
			}
		}
	}
	for _, name := range sortedMap(k.names) {
		if !known[name] {
			return &Error{File: name, Err: invalid("stray_file", "nothing in the kit speaks of this file")}
		}
	}
	return nil
}

// line finds the line of a field again, for a step that was refused long after
// its file was read; 0 if it can't.
func (k *Kit) line(name, field string) int {
	body, err := k.read(name)
	if err != nil {
		return 0
	}
	var ignored any = new(document)
	if name != rootFile {
		ignored = new(item)
	}
	tree, err := decode(name, body, ignored)
	if err != nil {
		return 0
	}
	return tree.line(field)
}

func sortedMap[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// IsInvalid tells whether the error says that a kit is wrong, or that a step of
// it was refused; anything else is a failure of a disk, a log or a context.
func IsInvalid(err error) bool {
	var e *Error
	return errors.As(err, &e)
}
