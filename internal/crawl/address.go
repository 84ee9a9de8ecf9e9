package crawl

import (
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"signet/internal/outbound"
)

// maxURL is the longest URL that is followed, in bytes.
const maxURL = 2048

// place is a URL in canonical form: scheme and host in small letters and ASCII, no
// default port, no user, no fragment, no dot segments, a path that is never empty, and
// percent-encoding only where it must be, in capitals (RFC 3986, section 6.2.2).
type place struct {
	scheme, host, path string
	query              string // with its question mark; empty if there is nothing behind it
}

func (p place) String() string { return p.scheme + "://" + p.host + p.path + p.query }

// resolve reads a URL as a browser would, by the place where it is said; the zero
// place takes only absolute ones. The reason is empty, too, with ok false, if the URL
// is for something else than the web (mailto:, javascript:).
func resolve(base place, raw string) (p place, reason Reason, ok bool) {
	raw = strip(raw)
	scheme, rest := cutScheme(raw)
	switch {
	case len(raw) > maxURL, scheme == "" && base.scheme == "":
		return place{}, SkippedURL, false
	case scheme == "":
		p.scheme = base.scheme
	case scheme == "http", scheme == "https":
		p.scheme = scheme
	default:
		return place{}, "", false
	}
	rest, _, _ = strings.Cut(rest, "#")
	path, query, asked := strings.Cut(rest, "?")
	path = strings.ReplaceAll(path, `\`, "/")
	if query != "" {
		p.query = "?" + escape(query, true)
	}
	if authority, found := strings.CutPrefix(path, "//"); found {
		authority, path, _ = strings.Cut(authority, "/")
		if p.host, reason = canonicalHost(authority, p.scheme); reason != "" {
			return place{}, reason, false
		}
		path = "/" + path
	} else if scheme != "" {
		return place{}, SkippedURL, false
	} else {
		p.host = base.host
		if path == "" && !asked {
			p.query = base.query
		}
	}
	p.path = joinPath(base.path, escape(path, false))
	if len(p.path)+len(p.query) > maxURL {
		return place{}, SkippedURL, false
	}
	return p, "", true
}

// strip takes away what the URL Standard (https://url.spec.whatwg.org) ignores:
// control characters and spaces around, tabs and ends of lines everywhere.
func strip(raw string) string {
	raw = strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' })
	if !strings.ContainsAny(raw, "\t\r\n") {
		return raw
	}
	return strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(raw)
}

// cutScheme returns the scheme in small letters, empty if there is none.
func cutScheme(raw string) (scheme, rest string) {
	for i := range len(raw) {
		switch c := raw[i] | 0x20; {
		case c >= 'a' && c <= 'z':
		case i > 0 && raw[i] == ':':
			return strings.ToLower(raw[:i]), raw[i+1:]
		case i > 0 && (raw[i] >= '0' && raw[i] <= '9' || strings.IndexByte("+-.", raw[i]) >= 0):
		default:
			return "", raw
		}
	}
	return "", raw
}

const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

// escape encodes what may not stand in a path or query, and decodes what need not be
// encoded.
func escape(s string, query bool) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				i += 2
				if strings.IndexByte(unreserved, byte(n)) >= 0 {
					b.WriteByte(byte(n))
				} else {
					percent(&b, byte(n))
				}
				continue
			}
		}
		if strings.IndexByte(unreserved, c) >= 0 || strings.IndexByte("/:@!$&'()*+,;=[]", c) >= 0 || query && c == '?' {
			b.WriteByte(c)
		} else {
			percent(&b, c)
		}
	}
	return b.String()
}

func percent(b *strings.Builder, c byte) {
	const digits = "0123456789ABCDEF"
	b.Write([]byte{'%', digits[c>>4], digits[c&15]})
}

// joinPath reads a path by another one, without dot segments.
func joinPath(base, path string) string {
	switch {
	case path == "":
		path = base
	case path[0] != '/':
		path = base[:strings.LastIndexByte(base, '/')+1] + path
	}
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	out := segments[:0]
	for i, s := range segments {
		last := i == len(segments)-1
		switch s {
		case ".", "..":
			if s == ".." && len(out) > 0 {
				out = out[:len(out)-1]
			}
			if last {
				out = append(out, "")
			}
		default:
			out = append(out, s)
		}
	}
	return "/" + strings.Join(out, "/")
}

// canonicalHost is a host with its port, if that is not the scheme's own.
func canonicalHost(authority, scheme string) (string, Reason) {
	if strings.Contains(authority, "@") {
		return "", SkippedUser
	}
	host, port := authority, ""
	if i := strings.LastIndexByte(authority, ':'); i > strings.LastIndexByte(authority, ']') {
		host, port = authority[:i], authority[i+1:]
	}
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return "", SkippedURL
		}
		port = ":" + strconv.FormatUint(n, 10)
		if scheme == "http" && n == 80 || scheme == "https" && n == 443 {
			port = ""
		}
	}
	if host = canonicalName(host); host == "" {
		return "", SkippedURL
	}
	return host + port, ""
}

// canonicalName is a name in small letters and ASCII, or an address in its usual form;
// empty if it is neither.
func canonicalName(host string) string {
	if inner, found := strings.CutPrefix(host, "["); found {
		addr, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		if err != nil || !addr.Is6() || addr.Zone() != "" || !strings.HasSuffix(inner, "]") {
			return ""
		}
		return "[" + addr.String() + "]"
	}
	if strings.IndexFunc(host, func(r rune) bool { return r >= 0x80 }) >= 0 {
		var err error
		if host, err = idna.Lookup.ToASCII(host); err != nil {
			return ""
		}
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if _, err := netip.ParseAddr(host); err == nil && !strings.Contains(host, ":") {
		return host
	}
	if len(host) > 253 || outbound.Numeric(host) {
		return ""
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return ""
		}
	}
	return host
}
