package links_test

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/links"
)

var (
	noon  = time.Date(2027, 7, 1, 5, 0, 0, 0, time.UTC)
	maker = links.Maker{Agency: "so-van-hoa", Member: uuid.UUID{6: 0x70, 8: 0x80, 15: 9}}
)

func open(t *testing.T, file string) *links.Keys {
	t.Helper()
	keys, err := links.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func parsed(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func sign(t *testing.T, keys *links.Keys, address string) *url.URL {
	t.Helper()
	signed, _, err := keys.Sign(parsed(t, address), maker, noon, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// reasonOf is why something was refused; empty if it was not.
func reasonOf(err error) string {
	if refused := domain.AsError(err); refused != nil {
		return refused.Reason
	}
	if err != nil {
		return "failed"
	}
	return ""
}

func TestAnAddressIsGoodAsItWasMade(t *testing.T) {
	keys := open(t, filepath.Join(t.TempDir(), "links.key"))
	signed := sign(t, keys, "/files/logo/current/lô gô.svg?width=400&channel=print")
	got, query, err := keys.Verify(parsed(t, signed.String()), noon.Add(time.Hour-time.Second))
	if err != nil || got != maker || query.Encode() != "channel=print&width=400" || !links.Signed(signed.Query()) {
		t.Fatalf("by %v, query %q, %v", got, query.Encode(), err)
	}
	if _, _, err := keys.Verify(signed, noon.Add(time.Hour)); reasonOf(err) != "link_expired" {
		t.Errorf("when its time is over: %v", err)
	}
}

func TestABentAddressIsRefused(t *testing.T) {
	keys := open(t, filepath.Join(t.TempDir(), "links.key"))
	good := sign(t, keys, "/files/logo/1/a.svg?width=400")
	for name, bend := range map[string]func(*url.URL, url.Values){
		"another path":    func(u *url.URL, _ url.Values) { u.Path = "/files/logo/2/a.svg" },
		"another width":   func(_ *url.URL, q url.Values) { q.Set("width", "4000") },
		"something more":  func(_ *url.URL, q url.Values) { q.Set("stamp", "1") },
		"something twice": func(_ *url.URL, q url.Values) { q.Add("width", "400") },
		"something less":  func(_ *url.URL, q url.Values) { q.Del("width") },
		"more time":       func(_ *url.URL, q url.Values) { q.Set("until", strconv.FormatInt(noon.Add(9*time.Hour).Unix(), 10)) },
		"another agency": func(_ *url.URL, q url.Values) {
			q.Set("by", strings.Replace(q.Get("by"), "so-van-hoa", "so-ngoai-vu", 1))
		},
		"another key":           func(_ *url.URL, q url.Values) { q.Set("key", "00000000") },
		"no signature":          func(_ *url.URL, q url.Values) { q.Set("signature", "") },
		"another signature":     func(_ *url.URL, q url.Values) { q.Set("signature", strings.Repeat("A", 43)) },
		"a shorter signature":   func(_ *url.URL, q url.Values) { q.Set("signature", q.Get("signature")[:20]) },
		"a signature not so":    func(_ *url.URL, q url.Values) { q.Set("signature", "?") },
		"a signature otherwise": func(_ *url.URL, q url.Values) { q.Set("signature", q.Get("signature")+"=") },
	} {
		t.Run(name, func(t *testing.T) {
			bent, q := *good, good.Query()
			bend(&bent, q)
			bent.RawQuery = q.Encode()
			if _, _, err := keys.Verify(&bent, noon); reasonOf(err) != "invalid_link" {
				t.Errorf("%s: %v", bent.String(), err)
			}
		})
	}
}

func TestWhatCannotBeSigned(t *testing.T) {
	keys := open(t, filepath.Join(t.TempDir(), "links.key"))
	for _, c := range []struct {
		name, address string
		lifetime      time.Duration
		want          string
	}{
		{"for ever", "/kit.zip", links.MaxLifetime + 1, "invalid_lifetime"},
		{"for no time", "/kit.zip", 0, "invalid_lifetime"},
		{"the longest", "/kit.zip", links.MaxLifetime, ""},
		{"what is signed", "/kit.zip?signature=a", time.Hour, "invalid_link"},
		{"in another name", "/kit.zip?by=a", time.Hour, "invalid_link"},
		{"too long", "/kit.zip?item=" + strings.Repeat("a", 4000), time.Hour, "invalid_link"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, until, err := keys.Sign(parsed(t, c.address), maker, noon, c.lifetime)
			if reasonOf(err) != c.want || err == nil && !until.Equal(noon.Add(c.lifetime)) {
				t.Errorf("until %s: %v", until, err)
			}
		})
	}
}

func TestKeysAreRotated(t *testing.T) {
	file := filepath.Join(t.TempDir(), "links.key")
	keys := open(t, file)
	before := sign(t, keys, "/kit.zip")
	id, err := links.Rotate(file)
	if err != nil {
		t.Fatal(err)
	}
	after := sign(t, keys, "/kit.zip")
	if after.Query().Get("key") != id || before.Query().Get("key") == id {
		t.Errorf("signed by %q and then %q, and the new key is %q", before.Query().Get("key"), after.Query().Get("key"), id)
	}
	for _, u := range []*url.URL{before, after} {
		if _, _, err := keys.Verify(u, noon); err != nil {
			t.Errorf("%s: %v", u, err)
		}
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(content), "\n")
	if err := os.WriteFile(file, []byte(lines[0]+lines[1]), 0o600); err != nil { // the old one is taken out
		t.Fatal(err)
	}
	if _, _, err := keys.Verify(before, noon); reasonOf(err) != "invalid_link" {
		t.Errorf("of a key that was taken out: %v", err)
	}
	if _, _, err := open(t, file).Verify(after, noon); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("who may read the keys: %v, %v", info.Mode(), err)
	}
	for range links.MaxKeys + 3 {
		if _, err := links.Rotate(file); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := keys.Verify(after, noon); reasonOf(err) != "invalid_link" {
		t.Errorf("of the oldest of too many keys: %v", err)
	}
}

func TestAFileThatHoldsNoKeysIsRefusedAndKept(t *testing.T) {
	for name, content := range map[string]string{
		"nothing": "\n# nothing\n", "no secret": "a\n", "a short one": "a AAAA\n", "no base64": "a ?\n",
		"too many": strings.Repeat("a "+strings.Repeat("A", 43)+"\n", links.MaxKeys+1),
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "links.key")
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := links.Open(file); err == nil {
				t.Error("it was opened")
			}
			if _, err := links.Rotate(file); err == nil {
				t.Error("it was rotated")
			}
			if got, err := os.ReadFile(file); err != nil || string(got) != content {
				t.Errorf("it was changed to %q, %v", got, err)
			}
		})
	}
}

func FuzzVerify(f *testing.F) {
	keys, err := links.Open(filepath.Join(f.TempDir(), "links.key"))
	if err != nil {
		f.Fatal(err)
	}
	signed, _, err := keys.Sign(&url.URL{Path: "/kit.zip"}, maker, noon, time.Hour)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed.RawQuery)
	f.Add("by=a.AAAA&until=1&key=a&signature=AAAA")
	f.Fuzz(func(t *testing.T, query string) {
		u := &url.URL{Path: "/kit.zip", RawQuery: query}
		if got, _, err := keys.Verify(u, noon); err == nil && (got != maker || u.Query().Encode() != signed.Query().Encode()) {
			t.Errorf("%q is good, of %v", query, got)
		}
	})
}

// FuzzOpen opens any file of keys: it lets in only what its keys have signed, and after
// a new key has come the former ones are still there.
func FuzzOpen(f *testing.F) {
	secret := strings.Repeat("A", 43)
	for _, content := range []string{
		"a " + secret + "\n", "# x\n\n a   " + secret + "\r\nb " + secret, "a " + secret + "=", "a " + secret[1:] + "B", " " + secret, "a\tb " + secret, "a b " + secret, "\ufeffa " + secret, "# " + secret, "a " + secret + "\n" + strings.Repeat("x", 70_000),
	} {
		f.Add([]byte(content))
	}
	file := filepath.Join(f.TempDir(), "links.key")
	address := &url.URL{Path: "/kit.zip"}
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		keys, err := links.Open(file)
		if err != nil {
			return
		}
		signed, _, err := keys.Sign(address, maker, noon, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := keys.Verify(signed, noon); err != nil || got != maker {
			t.Fatalf("%q: what it has signed is of %v (%v)", content, got, err)
		}
		if _, err := links.Rotate(file); err != nil {
			t.Fatal(err)
		}
		later, err := links.Open(file)
		if err != nil {
			t.Fatalf("%q can't be opened any more: %v", content, err)
		}
		if _, _, err := later.Verify(signed, noon); err != nil && bytes.Count(content, []byte("\n")) < links.MaxKeys-1 {
			t.Fatalf("%q has lost a key: %v", content, err)
		}
	})
}
