package bundle_test

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signet/assets"
	"signet/domain"
	"signet/internal/bundle"
	"signet/internal/testneeds"
)

func TestAnyTwoRangesJoinedAreTheWhole(t *testing.T) {
	testneeds.PlainInCI(t)
	r := newRegistry(t)
	b := r.bundle(t, bundle.Selection{Public: true})
	whole := bytesOf(t, b)
	rapid.Check(t, func(rt *rapid.T) {
		cut := rapid.Int64Range(0, b.Size()).Draw(rt, "cut")
		step := rapid.IntRange(1, 300_000).Draw(rt, "step")
		var joined bytes.Buffer
		for _, part := range [][2]int64{{0, cut}, {cut, b.Size()}} {
			in := b.Open(t.Context())
			if _, err := in.Seek(part[0], io.SeekStart); err != nil {
				rt.Fatal(err)
			}
			if _, err := io.CopyBuffer(&joined, onlyReader{io.LimitReader(in, part[1]-part[0])}, make([]byte, step)); err != nil {
				rt.Fatal(err)
			}
			if err := in.Close(); err != nil {
				rt.Fatal(err)
			}
		}
		if !bytes.Equal(joined.Bytes(), whole) {
			rt.Fatalf("cut at %d, the parts are another archive", cut)
		}
		random := b.Open(t.Context())
		defer random.Close()
		p := make([]byte, min(int64(step), b.Size()-cut))
		if n, err := random.ReadAt(p, cut); n != len(p) || err != nil || !bytes.Equal(p, whole[cut:cut+int64(n)]) {
			rt.Fatalf("ReadAt gave %d of %d bytes: %v", n, len(p), err)
		}
	})
	if r.store.most != 1 || r.store.open != 0 {
		t.Errorf("%d blobs were open at a time, %d still are", r.store.most, r.store.open)
	}
}

// onlyReader hides that a reader can do more.
type onlyReader struct{ io.Reader }

func TestADownloadGoesOnWhereItStopped(t *testing.T) {
	b := newRegistry(t).bundle(t, bundle.Selection{})
	whole := bytesOf(t, b)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in := b.Open(r.Context())
		defer in.Close()
		w.Header().Set("ETag", b.ETag())
		w.Header().Set("Content-Type", bundle.MediaType)
		http.ServeContent(w, r, "", time.Time{}, in)
	}))
	t.Cleanup(server.Close)
	get := func(header ...string) (int, []byte) {
		t.Helper()
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			q.Header.Set(header[i], header[i+1])
		}
		answer, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, body
	}
	half := len(whole) / 2
	first, a := get("Range", "bytes=0-"+strconv.Itoa(half-1))
	second, z := get("Range", "bytes="+strconv.Itoa(half)+"-", "If-Range", b.ETag())
	if first != 206 || second != 206 || !bytes.Equal(append(a, z...), whole) {
		t.Errorf("%d and %d, %d bytes", first, second, len(a)+len(z))
	}
	if status, _ := get("If-None-Match", b.ETag()); status != 304 {
		t.Errorf("what is known already is sent again: %d", status)
	}
	if status, body := get("Range", "bytes=5-", "If-Range", `"another"`); status != 200 || !bytes.Equal(body, whole) {
		t.Errorf("the rest of another archive was sent: %d", status)
	}
}

// TestAnyFilesComeBack packs what rapid thinks of, and lets archive/zip unpack it.
func TestAnyFilesComeBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		bodies := rapid.SliceOfN(rapid.SliceOf(rapid.Byte()), 0, 20).Draw(rt, "bodies")
		parts := make([]bundle.Part, len(bodies))
		for i, body := range bodies {
			parts[i] = bundle.Part{Name: strconv.Itoa(i) + "/" + rapid.StringMatching(`[a-zậ]{1,140}`).Draw(rt, "name"), Body: body}
		}
		files := unpack(t, bundle.Plan(nil, parts...))
		for _, p := range parts {
			if files[p.Name] != string(p.Body) {
				rt.Fatalf("%q came back as %q", p.Body, files[p.Name])
			}
		}
	})
}

func TestSeeking(t *testing.T) {
	b := bundle.Plan(nil, bundle.Part{Name: "a", Body: []byte("abc")})
	r := b.Open(t.Context())
	for _, c := range []struct {
		offset int64
		whence int
		want   int64 // -1: refused
	}{
		{5, io.SeekStart, 5},
		{2, io.SeekCurrent, 7},
		{-7, io.SeekCurrent, 0},
		{-1, io.SeekCurrent, -1},
		{0, io.SeekEnd, b.Size()},
		{3, io.SeekEnd, b.Size() + 3},
		{0, 9, -1},
	} {
		got, err := r.Seek(c.offset, c.whence)
		if (err != nil) != (c.want < 0) || err == nil && got != c.want {
			t.Errorf("Seek(%d, %d) = %d, %v", c.offset, c.whence, got, err)
		}
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("behind the end: %d, %v", n, err)
	}
	if n, err := r.ReadAt(make([]byte, 8), b.Size()-3); n != 3 || !errors.Is(err, io.EOF) {
		t.Errorf("over the end: %d, %v", n, err)
	}
	if _, err := r.ReadAt(make([]byte, 8), -1); err == nil || errors.Is(err, io.EOF) {
		t.Error(err)
	}
	if n, err := r.Read(nil); n != 0 || err != nil {
		t.Errorf("nothing: %d, %v", n, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := r.ReadAt(make([]byte, 1), 0); !errors.Is(err, fs.ErrClosed) {
		t.Error(err)
	}
}

func TestManyReadOneReader(t *testing.T) {
	r := newRegistry(t)
	b := r.bundle(t, bundle.Selection{})
	whole := bytesOf(t, b)
	in := b.Open(t.Context())
	defer in.Close()
	var all sync.WaitGroup
	for part := range int64(8) {
		all.Go(func() {
			p := make([]byte, b.Size()/8)
			if _, err := in.ReadAt(p, part*b.Size()/8); err != nil || !bytes.Equal(p, whole[part*b.Size()/8:][:len(p)]) {
				t.Errorf("part %d: %v", part, err)
			}
		})
	}
	all.Wait()
	if r.store.most > 1 {
		t.Errorf("%d blobs were open at a time", r.store.most)
	}
}

// fake is a store with one blob that repeats a byte, and what is wrong with it.
type fake struct {
	assets.Store

	size    int64
	says    int64 // what the blob says its size is; 0: the truth
	missing bool
	changed int64 // from here on the bytes are others; 0: nowhere
	short   int64 // here the bytes end; 0: at the end
}

func (f fake) Open(ctx context.Context, _ assets.Ref) (assets.Blob, error) {
	if f.missing {
		return nil, assets.ErrNotFound
	}
	return &fakeBlob{fake: f, SectionReader: io.NewSectionReader(f, 0, f.size)}, ctx.Err()
}

func (f fake) ReadAt(p []byte, off int64) (int, error) {
	for i := range p {
		p[i] = 'x'
		switch at := off + int64(i); {
		case at >= f.size, f.short > 0 && at >= f.short:
			return i, io.EOF
		case f.changed > 0 && at >= f.changed:
			p[i] = 'y'
		}
	}
	return len(p), nil
}

type fakeBlob struct {
	fake
	*io.SectionReader
}

func (b *fakeBlob) Close() error { return nil }
func (b *fakeBlob) Size() int64 {
	if b.says != 0 {
		return b.says
	}
	return b.size
}
func (b *fakeBlob) ReadAt(p []byte, off int64) (int, error) { return b.fake.ReadAt(p, off) }

const someRef = assets.Ref("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")

func TestADamagedFileEndsTheDownload(t *testing.T) {
	const size = 100_000
	crc := crc32.ChecksumIEEE(bytes.Repeat([]byte("x"), size))
	good := fake{size: size}
	bad := func(change func(*fake)) assets.Store {
		f := good
		change(&f)
		return f
	}
	parts := []bundle.Part{{Name: "a.txt", Body: []byte("abc")}, {Name: "b.bin", Ref: someRef, Size: size, CRC: crc}, {Name: "c.txt", Body: []byte("def")}}
	whole := bytesOf(t, bundle.Plan(good, parts...))
	for _, c := range []struct {
		name  string
		store assets.Store
		want  error
	}{
		{"it is missing", bad(func(f *fake) { f.missing = true }), assets.ErrNotFound},
		{"it has another length", bad(func(f *fake) { f.says = size + 1 }), assets.ErrCorrupt},
		{"it ends early", bad(func(f *fake) { f.short = 50_000 }), assets.ErrCorrupt},
		{"its last bytes are others", bad(func(f *fake) { f.changed = size - 3 }), assets.ErrCorrupt},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := bundle.Plan(c.store, parts...)
			if b.ETag() != bundle.Plan(good, parts...).ETag() {
				t.Error("the plan depends on what was not read")
			}
			r := b.Open(t.Context())
			got, err := io.ReadAll(r)
			if !errors.Is(err, c.want) {
				t.Errorf("%v", err)
			}
			if !bytes.HasPrefix(whole, got) || len(got) > len(whole)-300 {
				t.Errorf("%d bytes were given, of which some are wrong or stand behind the damage", len(got))
			}
			if n, err := r.ReadAt(make([]byte, 1), 0); n != 0 || !errors.Is(err, c.want) {
				t.Errorf("it went on: %d, %v", n, err)
			}
			r.Close()
		})
	}
}

func TestAFileThatIsDamagedBeforehandIsNotPlanned(t *testing.T) {
	r := newRegistry(t)
	r.store.Store = fake{size: 10} // other bytes than the name says
	if _, err := r.try(t, bundle.Selection{}); !errors.Is(err, assets.ErrCorrupt) {
		t.Error(err)
	}
	r.store.Store = fake{missing: true}
	if _, err := r.try(t, bundle.Selection{}); !errors.Is(err, assets.ErrNotFound) {
		t.Error(err)
	}
	if r.store.open != 0 {
		t.Errorf("%d blobs are still open", r.store.open)
	}
}

func TestBlobsAreReadOnceForAllPlans(t *testing.T) {
	r := newRegistry(t)
	r.bundle(t, bundle.Selection{})
	opened := r.store.opened
	r.bundle(t, bundle.Selection{Kinds: []domain.Kind{domain.Logo}})
	if opened < 10 || r.store.opened != opened || r.store.open != 0 {
		t.Errorf("%d blobs were opened at first, %d later; %d are open", opened, r.store.opened-opened, r.store.open)
	}
}

func TestAnEndedContextEndsTheDownload(t *testing.T) {
	r := newRegistry(t)
	b := r.bundle(t, bundle.Selection{})
	ctx, cancel := context.WithCancel(t.Context())
	in := b.Open(ctx)
	defer in.Close()
	if _, err := io.CopyN(io.Discard, in, b.Size()/2); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.Copy(io.Discard, in); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := bundle.New(ctx, r.views, r.store, nil, bundle.Selection{Now: present}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if r.store.open != 0 {
		t.Errorf("%d blobs are open", r.store.open)
	}
}

func TestAnEndedContextEndsAFileInItsMiddle(t *testing.T) {
	b := bundle.Plan(fake{size: 1000}, bundle.Part{Name: "a", Ref: someRef, Size: 1000})
	ctx, cancel := context.WithCancel(t.Context())
	in := b.Open(ctx)
	defer in.Close()
	if _, err := io.CopyN(io.Discard, in, 500); err != nil {
		t.Fatal(err)
	}
	cancel()
	if n, err := in.Read(make([]byte, 10)); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d, %v", n, err)
	}
}

func TestMemoryDoesNotGrowWithTheFiles(t *testing.T) {
	testneeds.PlainInCI(t)
	const each, files = 10 << 20, 20
	crc := crc32.ChecksumIEEE(bytes.Repeat([]byte("x"), each))
	parts := make([]bundle.Part, files)
	for i := range parts {
		parts[i] = bundle.Part{Name: strconv.Itoa(i), Ref: someRef, Size: each, CRC: crc, Modified: time.Unix(1, 0)}
	}
	b := bundle.Plan(fake{size: each}, parts...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	in := b.Open(t.Context())
	defer in.Close()
	n, err := io.CopyBuffer(io.Discard, onlyReader{in}, make([]byte, 32<<10))
	runtime.ReadMemStats(&after)
	if err != nil || n != b.Size() || n < 200<<20 {
		t.Fatalf("%d bytes, %v", n, err)
	}
	// All that was ever allocated, not only what was in use at a time.
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 2<<20 {
		t.Errorf("%d bytes of memory for %d of files", grown, n)
	}
}
