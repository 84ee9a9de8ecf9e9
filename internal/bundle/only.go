package bundle

import "signet/domain"

// Only is an archive of some of the files, by their paths in b, in the order of b. Its
// versions are those of these files; what tells of the whole kit is of no version. A path
// that b does not have is refused with unknown_path.
func (b *Bundle) Only(paths []string) (*Bundle, error) {
	missing := make(map[string]bool, len(paths))
	for _, p := range paths {
		missing[p] = true
	}
	var chosen []file
	for _, f := range b.files {
		if missing[f.name] {
			chosen = append(chosen, f)
			delete(missing, f.name)
		}
	}
	for _, p := range paths {
		if missing[p] {
			return nil, domain.Refuse(domain.NotFound, "unknown_path", "the kit has no file %q", p).At("path")
		}
	}
	only := plan(b.store, chosen)
	only.manifest, only.versions = b.manifest, versionsOf(chosen)
	return only, nil
}

// versionsOf are the versions whose files these are, with what of their blobs is among
// them.
func versionsOf(files []file) []Version {
	var out []Version
	at := map[*item]int{}
	for _, f := range files {
		if f.of == nil {
			continue
		}
		n, known := at[f.of]
		if !known {
			n = len(out)
			at[f.of] = n
			out = append(out, Version{Item: f.of.Item, Number: f.of.Version})
		}
		if f.ref != "" {
			out[n].Digests = append(out[n].Digests, string(f.ref))
		}
	}
	return out
}
