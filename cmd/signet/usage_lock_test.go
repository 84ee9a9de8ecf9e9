package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signet/internal/accesslog"
)

func TestALockTellsWhatStandsWhere(t *testing.T) {
	t.Parallel()
	lock := filepath.Join(t.TempDir(), "signet.lock")
	digest := strings.Repeat("ab", 32)
	for _, c := range []struct{ name, text, want string }{
		{"a kit in a folder of the site", `{"format": "signet-lock/v1", "server": "https://brand.example", "selection": {}, "asOf": "2027-01-01T00:00:00Z", "files": [
			{"path": "logos/huy hiệu.svg", "sha256": "` + digest + `", "bytes": 3, "item": "logo", "version": 2, "name": "huy hiệu.svg"},
			{"path": "tokens.json", "sha256": "` + digest + `", "bytes": 3}]}`, ""},
		{"no lock", `{"format": "something"}`, "refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := os.WriteFile(lock, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			o := usageOptions{site: accesslog.Map{}}
			err := o.readMap("/kit", lock)
			if (err != nil) != (c.want != "") {
				t.Fatal(err)
			}
			if place, there := o.site.Find("/kit/logos/huy%20hi%E1%BB%87u.svg"); err == nil && (!there || place != (accesslog.Place{Item: "logo", Version: 2}) || len(o.site) != 1) {
				t.Errorf("%v, %t; %v", place, there, o.site)
			}
		})
	}
}
