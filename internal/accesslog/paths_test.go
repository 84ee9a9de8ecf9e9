package accesslog_test

import (
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"signet/internal/accesslog"
)

func TestAddressesOfFilesAreRead(t *testing.T) {
	for target, want := range map[string]string{
		"/files/logo/1/a.svg":                      "logo 1 a.svg ",
		"/files/logo/current/a.svg?width=400":      "logo 0 a.svg width=400",
		"/files/logo/12/h%E1%BA%A3i.svg":           "logo 12 hải.svg ",
		"https://cdn.vn/files/logo/1/a%20b.svg?x=": "logo 1 a b.svg x=",
	} {
		a, ok := accesslog.ParseAddress(target)
		if got := strings.Join([]string{a.Item, string(rune('0' + a.Version%10)), a.Name, a.Query.Encode()}, " "); !ok || got != strings.Replace(want, "12", "2", 1) {
			t.Errorf("%s: %q, %t", target, got, ok)
		}
	}
	for _, target := range []string{
		"", "/", "/files", "/files/logo/1", "/files/logo/1/", "/files//1/a", "/files/logo/01/a", "/files/logo/+1/a", "/files/logo/0/a", "/files/logo/-1/a",
		"/files/logo/1/a/b", "/other/logo/1/a", "/files/logo/1/%zz", "/files/logo/1/a?%zz", "files/logo/1/a",
	} {
		if a, ok := accesslog.ParseAddress(target); ok {
			t.Errorf("%s: %+v", target, a)
		}
	}
}

func TestAMapFindsWhatStandsAtAPath(t *testing.T) {
	for name, text := range map[string]string{
		"CSV":                 "path,item,version\n/img/logo.svg,logo,2\n/img/,other,current\n",
		"CSV without headers": "/img/logo.svg,logo,2\n/img/,other,current\n",
		"CSV of Excel":        "\ufeffpath,item,version\r\n/img/logo.svg,logo,2\r\n/img/,other,current\r\n",
		"JSON":                ` [{"path":"/img/logo.svg","item":"logo","version":2},{"path":"/img/","item":"other","version":"current"}]`,
	} {
		m, err := accesslog.ReadMap(strings.NewReader(text), "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for target, want := range map[string]accesslog.Place{
			"/img/logo.svg":     {Item: "logo", Version: 2},
			"/img/logo.svg?v=3": {Item: "logo", Version: 2},
			"/img/logo%2Esvg":   {Item: "logo", Version: 2},
			"/img/a/b.png":      {Item: "other", Version: accesslog.Current},
			"/img/":             {Item: "other", Version: accesslog.Current},
			"/img":              {},
			"/":                 {},
			"/other":            {},
			"":                  {},
			"*":                 {},
			"/im\x7fg":          {},
		} {
			if got, ok := m.Find(target); got != want || ok != (want != accesslog.Place{}) {
				t.Errorf("%s: %s: %+v, %t", name, target, got, ok)
			}
		}
	}
	m, err := accesslog.ReadMap(strings.NewReader("logo.svg,logo,2\n/sub/,other,1"), "/assets")
	if err != nil || len(m) != 2 || m["/assets/logo.svg"].Version != 2 || m["/assets/sub/"].Item != "other" {
		t.Errorf("%v, %v", m, err)
	}
}

func TestAMapThatIsWrongIsRefusedByItsLine(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		line int
	}{
		"nothing":          {"", 0},
		"two columns":      {"/a,logo,1\n/b,logo\n", 2},
		"a path, no slash": {"a,logo,1\n", 1},
		"no item":          {"/a,,1\n", 1},
		"no version":       {"path,item,version\n/a,logo,latest\n", 2},
		"version nought":   {"/a,logo,0\n", 1},
		"a quote only":     {"\"", 1},
		"a quote":          {"/a,\"logo,1\n", 1},
		"JSON, cut off":    {`[{"path":"/a"`, 0},
		"JSON, no version": {`[{"path":"/a","item":"b","version":1},{"path":"/a","item":"b"}]`, 2},
		"JSON of a text":   {`[1]`, 0},
	} {
		_, err := accesslog.ReadMap(strings.NewReader(test.text), "")
		if told := accesslog.AsError(err); told == nil || told.Code != accesslog.BadMap || told.Line != test.line {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadMap(f *testing.F) {
	f.Add("path,item,version\n/a,logo,1\n", "/x")
	f.Add("\"", "0")
	f.Add(`[{"path":"/a","item":"b","version":"current"}]`, "")
	f.Fuzz(func(t *testing.T, text, prefix string) {
		m, err := accesslog.ReadMap(strings.NewReader(text), prefix)
		if err != nil {
			return
		}
		for at, p := range m {
			if at == "" || at[0] != '/' || p.Item == "" || p.Version < 0 {
				t.Fatalf("%q: %+v", at, p)
			}
		}
	})
}

// FuzzParseAddress reads any target of a request: what it names is named by the address
// that the registry itself gives it, and by no other path.
func FuzzParseAddress(f *testing.F) {
	for _, target := range []string{
		"/files/logo-city/2/h%E1%BA%A3i.svg?width=400", "/files/logo-city/current/a%2Fb?width=1&width=2", "https://brand.example/files/a/1/b#c", "//host/files/a/1/b", "/files/a/01/b", "/files/a/1/",
		"/files/a/1/b?%zz", "/files/a/1/b;c", "/files/../files/a/1/b", "*", "files:a", "/files/%2e%2e/1/%00",
	} {
		f.Add(target)
	}
	f.Fuzz(func(t *testing.T, target string) {
		a, ok := accesslog.ParseAddress(target)
		if !ok {
			return
		}
		version := "current"
		if a.Version != accesslog.Current {
			version = strconv.Itoa(a.Version)
		}
		if a.Version < 0 || a.Item == "" || a.Name == "" {
			t.Fatalf("%q: %+v", target, a)
		}
		own := "/files/" + url.PathEscape(a.Item) + "/" + version + "/" + url.PathEscape(a.Name) + "?" + a.Query.Encode()
		if again, ok := accesslog.ParseAddress(own); !ok || !reflect.DeepEqual(again, a) {
			t.Fatalf("%q is %+v, whose address is %q, which is %+v", target, a, own, again)
		}
	})
}
