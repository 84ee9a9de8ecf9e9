package server

import (
	"context"
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"signet/assets"
	"signet/assets/rendition"
	"signet/domain"
	"signet/graph"
	"signet/internal/access"
	"signet/internal/commands"
	"signet/projections"
)

// lag is how long a download waits for the read models to count it.
const lag = 3 * time.Second

// unknownFile answers for what is not there, and for what is not for the caller.
var unknownFile = domain.Refuse(domain.NotFound, "unknown_file", "there is no such file")

// errWithdrawn: the version may not be used any more.
var errWithdrawn = errors.New("server: withdrawn")

// found is a file of a version that the caller may have.
type found struct {
	version    *projections.Version
	validities []*projections.Validity
	file       domain.File
	public     bool // in force, and of an item that is public
}

// file answers with a file of a version, or a rendition of it:
//
//	GET /files/{item}/{version or "current"}/{name}?width=400&format=png&channel=portal
//
// The query is read by parseFileQuery. A rendition says of itself what it is (see
// provenance), and so does an original with stamp=1; without that it is sent byte by byte
// as it came in. What a member of an agency is sent of an approved version is recorded
// before its last byte is sent, unless it is only looked at (preview=1).
func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Authorization")
	ctx := r.Context()
	want, err := parseFileQuery(r.URL.Query())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	f, err := s.find(ctx, r.PathValue("item"), r.PathValue("version"), r.PathValue("name"))
	if errors.Is(err, errWithdrawn) {
		s.problem(w, r, problem{http.StatusGone, gone, "withdrawn", "", "this version was withdrawn and may not be used any more"})
		return
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var download assets.Download
	var done func()
	if want.stamped || want.spec != nil {
		download, done, err = s.openStamped(r, f, want.spec)
	} else {
		download, done, err = s.openFile(ctx, f, nil)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer done()
	if record := s.recording(ctx, f, want); record != nil {
		download.Record = record
		download.Refuse = func(w http.ResponseWriter, refused *assets.Error) { s.fail(w, r, refused) }
	}
	a, ok := w.(*answered)
	if ok {
		a.plain = r.TLS == nil
	}
	assets.Serve(w, r, download)
	if ok && s.Downloaded != nil && a.status/100 == 2 && r.Method == http.MethodGet {
		s.Downloaded(want.spec != nil, a.bytes)
	}
}

// find looks a file up for the viewer. Without a token there is what is public
// and in force; with one what was approved; drafts only with the permission to
// read them. A withdrawn version is gone for all who can't read drafts.
func (s *Server) find(ctx context.Context, key, version, name string) (found, error) {
	viewer := access.From(ctx)
	t, err := s.told(ctx, viewer, versionPath{key, version})
	if err != nil {
		return found{}, err
	}
	f := found{version: t.version, validities: t.validities, public: t.inForce() && t.item.Public}
	if err := s.mayHave(viewer, f); err != nil {
		return found{}, err
	}
	at := slices.IndexFunc(f.version.Content.Files, func(file domain.File) bool { return file.Name == name })
	if at < 0 {
		return found{}, unknownFile
	}
	f.file = f.version.Content.Files[at]
	return f, nil
}

func (s *Server) mayHave(viewer access.Viewer, f found) error {
	v := f.version
	approved := v.State == domain.Approved || v.State == domain.Withdrawn
	withdrawn := v.State == domain.Withdrawn && !v.WithdrawnFrom.After(s.now())
	switch {
	case viewer.Can(domain.ReadUnapproved):
		return nil
	case !approved:
		return unknownFile
	case withdrawn:
		return errWithdrawn
	case f.public, viewer.Can(domain.ReadApproved):
		return nil
	}
	return unknownFile
}

// describe tells all of a download but its bytes.
func describe(ctx context.Context, f found) assets.Download {
	d := assets.Download{Title: strings.TrimSuffix(f.file.Name, path.Ext(f.file.Name)), Inline: true, CacheControl: "private, no-cache"}
	if f.public {
		d.AnyOrigin = true
		if access.From(ctx).Anonymous() {
			d.CacheControl = "public, no-cache" // anybody's, until it is withdrawn
		}
	}
	return d
}

// openFile opens the original, or makes the rendition.
func (s *Server) openFile(ctx context.Context, f found, spec *rendition.Spec) (assets.Download, func(), error) {
	d := describe(ctx, f)
	ref, err := assets.ParseRef(f.file.Digest)
	if err != nil {
		return d, nil, err
	}
	if spec != nil {
		made, err := s.Renditions.Make(ctx, ref, *spec)
		if err != nil {
			return d, nil, err
		}
		d.Content, d.Digest, d.Media = made, made.Digest, made.Media
		return d, func() { _ = made.Close() }, nil
	}
	blob, err := s.Store.Open(ctx, ref)
	if err != nil {
		return d, nil, err
	}
	d.Content, d.Digest, d.Media = blob, ref, assets.Media(f.file.MediaType)
	return d, func() { _ = blob.Close() }, nil
}

// recording returns what records the download; nil for who belongs to no agency,
// for what was never approved, and for what is only looked at. It returns when the read models tell of it,
// so that who asks afterwards finds it counted; but since it is durable by then,
// read models that lag are no reason to keep the file back.
func (s *Server) recording(ctx context.Context, f found, want fileQuery) func(context.Context) error {
	viewer := access.From(ctx)
	approved := f.version.State == domain.Approved || f.version.State == domain.Withdrawn
	if viewer.Anonymous() || !approved || want.preview {
		return nil
	}
	return func(ctx context.Context) error {
		c := domain.RecordDownload{
			Agency: viewer.Agency, Month: s.now(), Item: f.version.Item, Version: f.version.Number, Digest: f.file.Digest, Channel: want.channel,
		}
		if want.spec != nil {
			c.Rendition = want.spec.String()
		}
		position, err := s.downloads.Record(ctx, viewer.Actor, c)
		if err != nil {
			return err
		}
		if err := graph.Visible(ctx, s.Views, position, lag); err != nil && ctx.Err() == nil {
			s.Log.WarnContext(ctx, "a download is recorded, but not to be read yet", "position", position, "error", err)
		}
		return nil
	}
}

func (s *Server) now() time.Time { return commands.Instant(s.Runner.Clock()) }
