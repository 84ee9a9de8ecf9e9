package crawl

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
)

// FolderOptions of reading a folder. The zero value is good.
type FolderOptions struct {
	// Dependencies are read, too: what stands in folders called node_modules and vendor.
	Dependencies bool

	MaxResources int   // 0 is 50,000
	MaxBytes     int64 // of one file; 0 is 32 MiB
	MaxTotal     int64 // of all, give or take what is under way; 0 is 4 GiB
	Parallel     int   // files and visits under way at once; 0 is 8

	// Progress is as in Options.
	Progress func(pages, queued int, bytes int64)
}

// Folder visits all files of a folder and those below it that somebody looks at, hidden
// ones, too, but for .git. Links of the file system are not followed out of
// it. What its pages and style sheets refer to is noted where it is a file of the
// folder, which is also what a path that begins with a slash begins at.
//
// The visit, its error and the context are as for [Site]. If the folder itself can't be
// read, that is the error.
func Folder(ctx context.Context, dir string, o FolderOptions, visit func(Resource) error) (Summary, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Summary{}, err
	}
	defer func() { _ = root.Close() }()
	return readFolder(ctx, root.FS(), o, visit)
}

func readFolder(ctx context.Context, files fs.FS, o FolderOptions, visit func(Resource) error) (Summary, error) {
	parallel := positive(o.Parallel, 8)
	f := &folder{files: files, max: positive(o.MaxBytes, 32<<20), slots: slots{max: parallel}}
	l := limits{resources: positive(o.MaxResources, 50_000), total: positive(o.MaxTotal, 4<<30), parallel: parallel}
	l.pages = l.resources
	e := newEngine(l, f, visit, o.Progress)
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, broken error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case broken != nil && name == ".":
			return broken
		case broken != nil:
			e.skip(Skipped{Address: name, Reason: SkippedFile})
		case entry.IsDir() && (entry.Name() == ".git" || !o.Dependencies && (entry.Name() == "node_modules" || entry.Name() == "vendor")):
			return fs.SkipDir
		case entry.IsDir(), entry.Name() == ".git": // a file in a linked work tree
		case len(e.items) == 2*l.resources:
			e.full = true
			return fs.SkipAll
		default:
			e.file(name, &f.slots)
		}
		return nil
	})
	if err != nil {
		return e.summary, err
	}
	return e.run(ctx)
}

// file notes a file. Whatever it is, it is wanted.
func (e *engine) file(name string, line *slots) {
	it := &item{address: name, line: line, want: wantPage | wantSheet | wantScript | wantPicture, queue: rest}
	switch media := extensionMedia(name); {
	case isPage(media):
		it.queue = pages
	case media == mediaCSS:
		it.queue = sheets
	case isManifest(media):
		it.queue, it.want = sheets, it.want|wantManifest
	}
	e.items[name] = it
	e.queues[it.queue].push(it)
}

// folder is a source of files.
type folder struct {
	files fs.FS
	max   int64
	slots slots
}

// folderHost stands for the folder in URLs; no name of the web ends so (RFC 2606).
const folderHost = "folder.invalid"

func (*folder) place(address string) place {
	return place{scheme: "file", host: folderHost, path: "/" + escape(strings.ReplaceAll(address, "%", "%25"), false)}
}

func (*folder) address(p place) string {
	if p.host != folderHost {
		return ""
	}
	return unescape(strings.TrimPrefix(p.path, "/"))
}

// admit takes nothing more: all files are known from the beginning.
func (*folder) admit(*item) (*slots, Reason) { return nil, "" }

// read gets a file.
func (f *folder) read(_ context.Context, t task) answer {
	declared := extensionMedia(t.address)
	if unwanted(declared) {
		return answer{reason: SkippedMedia}
	}
	info, err := fs.Stat(f.files, t.address)
	switch {
	case err != nil:
		return answer{reason: f.unreadable(t.address, err)}
	case info.IsDir():
		return answer{reason: SkippedLink}
	case !info.Mode().IsRegular():
		return answer{reason: SkippedMedia} // a pipe would never end
	case info.Size() > f.max:
		return answer{reason: SkippedSize}
	}
	file, err := f.files.Open(t.address)
	if err != nil {
		return answer{reason: SkippedFile}
	}
	defer file.Close()
	body, err := io.ReadAll(io.LimitReader(file, f.max+1))
	switch {
	case err != nil:
		return answer{reason: SkippedFile}
	case int64(len(body)) > f.max:
		return answer{reason: SkippedSize} // it grows
	case unwanted(mediaOf(declared, body)):
		return answer{reason: SkippedMedia}
	}
	return answer{declared: declared, body: body}
}

// unreadable tells a link that leads out of the folder from what can't be read.
func (f *folder) unreadable(name string, err error) Reason {
	info, failed := fs.Lstat(f.files, name)
	if failed == nil && info.Mode()&fs.ModeSymlink != 0 && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
		return SkippedLink
	}
	return SkippedFile
}
