package assets_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"signet/assets"
)

// A large blob over a connection: here the answer goes through ReadFrom, and
// its header leaves long before its end.
func TestADownloadOverAConnection(t *testing.T) {
	store := newStore(t)
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<18) // 4 MiB
	stat, err := assets.Put(t.Context(), store, bytes.NewReader(content), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	var recorded atomic.Int64
	var refused atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		blob, err := store.Open(r.Context(), stat.Ref)
		if err != nil {
			t.Error(err)
			return
		}
		defer blob.Close()
		assets.Serve(w, r, assets.Download{
			Content: blob, Digest: stat.Ref, Media: assets.PDF, Title: "Hướng dẫn",
			Record: func(context.Context) error {
				if refused.Load() {
					return errors.New("the log is away")
				}
				recorded.Add(1)
				return nil
			},
		})
	}))
	defer server.Close()
	get := func(ranges string) (int, []byte) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if ranges != "" {
			request.Header.Set("Range", ranges)
		}
		response, err := server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, body
	}
	if status, body := get(""); status != 200 || !bytes.Equal(body, content) || recorded.Load() != 1 {
		t.Errorf("%d, %d bytes, recorded %d times", status, len(body), recorded.Load())
	}
	first, firstPart := get("bytes=0-2000000")
	second, secondPart := get("bytes=2000001-")
	if first != 206 || second != 206 || !bytes.Equal(append(firstPart, secondPart...), content) || recorded.Load() != 2 {
		t.Errorf("%d, %d, %d bytes, recorded %d times", first, second, len(firstPart)+len(secondPart), recorded.Load())
	}
	refused.Store(true)
	if status, body := get(""); status != 503 || len(body) > 200 || !strings.Contains(string(body), "not_recorded") {
		t.Errorf("%d, %d bytes", status, len(body))
	}
	if status, body := get("bytes=0-9"); status != 206 || string(body) != "0123456789" {
		t.Errorf("a range without the end needs no record: %d, %q", status, body)
	}
}

// What comes before the first byte is decided before it: the recording has
// ended when the client sees anything.
func TestTheRecordComesFirst(t *testing.T) {
	w := &firstByte{ResponseRecorder: httptest.NewRecorder()}
	recorded := false
	assets.Serve(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody), assets.Download{
		Content: strings.NewReader(served), Digest: assets.RefOf([]byte(served)), Media: assets.PNG,
		Record: func(context.Context) error {
			if w.begun {
				t.Error("the answer had begun")
			}
			recorded = true
			return nil
		},
	})
	if !recorded || w.Body.String() != served {
		t.Errorf("%v, %q", recorded, w.Body)
	}
}

type firstByte struct {
	*httptest.ResponseRecorder
	begun bool
}

func (f *firstByte) WriteHeader(status int) { f.begun = true; f.ResponseRecorder.WriteHeader(status) }

func (f *firstByte) Write(p []byte) (int, error) { f.begun = true; return f.ResponseRecorder.Write(p) }

func TestWhoMayKeepAndEmbedIt(t *testing.T) {
	for name, test := range map[string]struct {
		d                        assets.Download
		kind, cache, crossOrigin string
	}{
		"by default":      {assets.Download{Media: assets.PNG}, "attachment", assets.CacheRevalidated, "same-origin"},
		"a public one":    {assets.Download{Media: assets.PNG, CacheControl: assets.CacheForever, AnyOrigin: true}, "attachment", assets.CacheForever, "cross-origin"},
		"a shown bitmap":  {assets.Download{Media: assets.JPEG, Inline: true}, "inline", assets.CacheRevalidated, "same-origin"},
		"a shown drawing": {assets.Download{Media: assets.SVG, Inline: true}, "attachment", assets.CacheRevalidated, "same-origin"},
		"a shown PDF":     {assets.Download{Media: assets.PDF, Inline: true, CacheControl: assets.CacheNever}, "attachment", assets.CacheNever, "same-origin"},
	} {
		w, _ := serve(test.d, http.MethodGet)
		h := w.Header()
		if !strings.HasPrefix(h.Get("Content-Disposition"), test.kind+";") || h.Get("Cache-Control") != test.cache ||
			h.Get("Cross-Origin-Resource-Policy") != test.crossOrigin || h.Get("Content-Type") != string(test.d.Media) {
			t.Errorf("%s: %v", name, h)
		}
	}
}

// Both spellings of a name are sent; programs that know only the first get ASCII.
func TestTheNameOfADownload(t *testing.T) {
	for title, want := range map[string]string{
		"Biểu trưng Hải Phòng": `attachment; filename="Bieu trung Hai Phong.png"; filename*=UTF-8''Bi%E1%BB%83u%20tr%C6%B0ng%20H%E1%BA%A3i%20Ph%C3%B2ng.png`,
		"Đồ Sơn 100%":          `attachment; filename="Do Son 100-.png"; filename*=UTF-8''%C4%90%E1%BB%93%20S%C6%A1n%20100%25.png`,
		"海防":                   `attachment; filename="asset.png"; filename*=UTF-8''%E6%B5%B7%E9%98%B2.png`,
		"logo":                 `attachment; filename="logo.png"; filename*=UTF-8''logo.png`,
	} {
		w, _ := serve(assets.Download{Media: assets.PNG, Title: title}, http.MethodGet)
		if got := w.Header().Get("Content-Disposition"); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", title, got, want)
		}
	}
}
