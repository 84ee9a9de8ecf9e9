package assets_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"signet/assets"
)

// FuzzServe asks with any headers: what is answered is the whole content, one part of it
// or nothing, and it is recorded if, and only if, its last byte is sent.
func FuzzServe(f *testing.F) {
	const content = "0123456789"
	digest := assets.RefOf([]byte(content))
	tag := `"` + string(digest) + `"`
	for _, headers := range [][3]string{
		{},
		{"bytes=0-"},
		{"bytes=2-4"},
		{"bytes=-3"},
		{"bytes=9-9"},
		{"bytes=0-0,9-9"},
		{"bytes=5-2"},
		{"bytes=10-"},
		{"bytes=-0"},
		{"bytes=0-99999999999999999999"},
		{"items=1-2"},
		{"bytes= 1 - 2 "},
		{"bytes=3-", tag},
		{"bytes=3-", `W/` + tag},
		{"bytes=3-", `"x"`},
		{"", "", tag},
		{"", "", `W/` + tag + `, "x"`},
		{"", "", "*"},
		{"bytes=1-", "", `"x"`},
		{"bytes=,1-"},
		{"BYTES=1-"},
	} {
		f.Add(headers[0], headers[1], headers[2], true)
		f.Add(headers[0], headers[1], headers[2], false)
	}
	f.Fuzz(func(t *testing.T, wanted, ifRange, ifNoneMatch string, reads bool) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		if !reads {
			r.Method = http.MethodHead
		}
		for name, value := range map[string]string{"Range": wanted, "If-Range": ifRange, "If-None-Match": ifNoneMatch} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		w, recorded := httptest.NewRecorder(), 0
		assets.Serve(w, r, assets.Download{
			Content: strings.NewReader(content), Digest: digest, Media: assets.PNG, Title: "x",
			Record: func(context.Context) error { recorded++; return nil },
		})
		sent := w.Body.Bytes()
		switch w.Code {
		case http.StatusOK:
			if reads && string(sent) != content {
				t.Errorf("sent %q", sent)
			}
		case http.StatusPartialContent:
			if !strings.HasPrefix(w.Header().Get("Content-Range"), "bytes ") || !bytes.Contains([]byte(content), sent) {
				t.Errorf("%v with %q", w.Header(), sent)
			}
		case http.StatusNotModified, http.StatusRequestedRangeNotSatisfiable: // a sentence at most
			sent = nil
		default:
			t.Errorf("status %d", w.Code)
		}
		theEnd := 0
		if reads && bytes.HasSuffix(sent, []byte("9")) {
			theEnd = 1
		}
		if recorded != theEnd || !reads && len(sent) > 0 {
			t.Errorf("%d with %q is recorded %d times", w.Code, sent, recorded)
		}
	})
}
