package webhooks_test

import (
	"net/netip"
	"strings"
	"testing"

	"signet/internal/webhooks"
)

func TestURLsOfReceivers(t *testing.T) {
	http := webhooks.Options{AllowHTTP: true}
	local := webhooks.Options{Allow: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	long := "https://hooks.example/" + strings.Repeat("a", 2000-len("https://hooks.example/"))
	for name, c := range map[string]struct {
		url  string
		o    webhooks.Options
		code string
	}{
		"https":                             {"https://hooks.example/in?key=1", webhooks.Options{}, ""},
		"https with a port":                 {"https://hooks.example:8443", webhooks.Options{}, ""},
		"in capitals":                       {"HTTPS://HOOKS.EXAMPLE/", webhooks.Options{}, ""},
		"a name of the country's own":       {"https://hảiphòng.vn/", webhooks.Options{}, ""},
		"a public address":                  {"https://8.8.8.8/", webhooks.Options{}, ""},
		"a public address, v6":              {"https://[2a00::1]:8443/", webhooks.Options{}, ""},
		"http":                              {"http://hooks.example/", webhooks.Options{}, "url_scheme"},
		"http where that is allowed":        {"http://hooks.example/", http, ""},
		"no scheme":                         {"hooks.example/in", http, "url_scheme"},
		"no scheme but a host":              {"//hooks.example/in", http, "url_scheme"},
		"a file":                            {"file:///etc/passwd", http, "url_scheme"},
		"gopher":                            {"gopher://hooks.example/", http, "url_scheme"},
		"nothing":                           {"", http, "url_scheme"},
		"no host":                           {"https:///in", http, "url_host"},
		"no host but a port":                {"https://:443/in", http, "url_host"},
		"no slashes":                        {"https:hooks.example", http, "url_host"},
		"only a dot":                        {"https://./", http, "url_host"},
		"a user":                            {"https://user@hooks.example/", http, "url_user_info"},
		"a user and a password":             {"https://user:pass@hooks.example/", http, "url_user_info"},
		"an empty user":                     {"https://@hooks.example/", http, "url_user_info"},
		"a fragment":                        {"https://hooks.example/#a", http, "url_fragment"},
		"an empty fragment":                 {"https://hooks.example/#", http, "url_fragment"},
		"a line break":                      {"https://hooks.example/\r\nX: y", http, "url_malformed"},
		"a space in the host":               {"https://hooks example/", http, "url_malformed"},
		"port 0":                            {"https://hooks.example:0/", http, "url_port"},
		"port 65535":                        {"https://hooks.example:65535/", http, ""},
		"port 65536":                        {"https://hooks.example:65536/", http, "url_port"},
		"an empty port":                     {"https://hooks.example:/", http, "url_port"},
		"2000 bytes":                        {long, webhooks.Options{}, ""},
		"2001 bytes":                        {long + "a", webhooks.Options{}, "url_too_long"},
		"loopback":                          {"https://127.0.0.1/", webhooks.Options{}, "url_address"},
		"loopback with a dot":               {"https://127.0.0.1./", webhooks.Options{}, "url_address"},
		"loopback, v6":                      {"https://[::1]/", webhooks.Options{}, "url_address"},
		"loopback, mapped":                  {"https://[::ffff:127.0.0.1]/", webhooks.Options{}, "url_address"},
		"link-local with a zone":            {"https://[fe80::1%25eth0]/", webhooks.Options{}, "url_address"},
		"metadata":                          {"https://169.254.169.254/latest", webhooks.Options{}, "url_address"},
		"private":                           {"https://10.0.0.1/", webhooks.Options{}, "url_address"},
		"private where that is allowed":     {"https://10.0.0.1/", local, ""},
		"another where private is":          {"https://192.168.0.1/", local, "url_address"},
		"loopback, short":                   {"https://127.1/", webhooks.Options{}, "url_host"},
		"loopback, hexadecimal":             {"https://0x7f.0.0.1/", webhooks.Options{}, "url_host"},
		"loopback, hexadecimal in one":      {"https://0x7f000001/", webhooks.Options{}, "url_host"},
		"loopback, octal":                   {"https://0177.0.0.01/", webhooks.Options{}, "url_host"},
		"loopback, one number":              {"https://2130706433/", webhooks.Options{}, "url_host"},
		"a name that only begins so":        {"https://127.0.0.1.example/", webhooks.Options{}, ""},
		"a name that has hexadecimal in it": {"https://0x7f.example/", webhooks.Options{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := webhooks.CheckURL(c.url, c.o)
			if got := code(t, err); got != c.code {
				t.Errorf("%q: %q, %v", c.url, got, err)
			}
		})
	}
}

// What is taken can be sent to: it is absolute and has a host.
func FuzzCheckURL(f *testing.F) {
	for _, seed := range []string{"https://hooks.example/in?a=b", "https://[::1]:80/", "http://127.1", "https://u@h", "//x", "https://0x7f.1:0/#", "https://[fe80::1%25a]/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		err := webhooks.CheckURL(raw, webhooks.Options{})
		if code(t, err); err == nil && (len(raw) < len("https://x") || !strings.EqualFold(raw[:8], "https://") || strings.ContainsAny(raw, "\r\n#")) {
			t.Errorf("%q was taken", raw)
		}
	})
}
