package server

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// arrival is where a request has come from, as far as it can be believed.
type arrival struct {
	address netip.Addr // the zero Addr if nobody knows
	secure  bool       // by TLS, here or at the proxy
}

type arrivalKey struct{}

// Address is from where a request has come: the peer, or whom a trusted proxy names. It
// is the zero Addr when what proxies say can't be believed.
func Address(r *http.Request) netip.Addr { return arrivalOf(r).address }

// secure tells whether the caller has come by TLS.
func secure(r *http.Request) bool { return arrivalOf(r).secure }

func arrivalOf(r *http.Request) arrival {
	if o, ok := r.Context().Value(arrivalKey{}).(arrival); ok {
		return o
	}
	return arrival{peerOf(r), r.TLS != nil}
}

func withArrival(ctx context.Context, o arrival) context.Context {
	return context.WithValue(ctx, arrivalKey{}, o)
}

func peerOf(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}

// doubt warns, once, of what looks like a proxy that nobody has said to trust: all who
// come by it are one caller. Only who is near can make it do so.
func (s *Server) doubt(r *http.Request) {
	if r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == "" || proxies(s.Proxies).trust(peerOf(r)) {
		return
	}
	if !s.doubted.Swap(true) {
		s.Log.WarnContext(r.Context(), "a proxy tells who calls, and is not believed: name it by --trusted-proxies", "proxy", peerOf(r))
	}
}

// proxies are the networks whose word is taken about who calls.
type proxies []netip.Prefix

func (p proxies) trust(a netip.Addr) bool {
	return slices.ContainsFunc(p, func(n netip.Prefix) bool { return n.Contains(a) })
}

// arrival finds out where a request has come from. Each proxy adds the one that it was
// asked by: from the last one on, it is the first that is no proxy of ours. What stands
// before was said by that one, who may say anything.
//
// A proxy sets one of X-Forwarded-For and Forwarded (RFC 7239), and may pass the other
// on as it came. When they do not name the same one, nobody knows who it is.
func (p proxies) arrival(r *http.Request) arrival {
	o := arrival{peerOf(r), r.TLS != nil}
	if !p.trust(o.address) {
		return o
	}
	listed, forwarded := r.Header.Values("X-Forwarded-For"), r.Header.Values("Forwarded")
	if len(listed) > 0 {
		at, _ := p.last(eachOf(listed), func(element string) string { return element })
		o.address = at
	}
	if len(forwarded) > 0 {
		at, element := p.last(eachOf(forwarded), func(element string) string { return parameter(element, "for") })
		if len(listed) > 0 && at != o.address {
			at = netip.Addr{}
		}
		o.address = at
		o.secure = o.secure || strings.EqualFold(parameter(element, "proto"), "https")
	}
	if protos := eachOf(r.Header.Values("X-Forwarded-Proto")); len(protos) > 0 {
		o.secure = o.secure || strings.EqualFold(protos[len(protos)-1], "https")
	}
	return o
}

// last returns the last address that is not trusted, with its element, or the first one
// if all are; none if it comes upon what is no address.
func (p proxies) last(elements []string, node func(element string) string) (at netip.Addr, element string) {
	for _, element = range slices.Backward(elements) {
		if at = nodeOf(node(element)); !at.IsValid() || !p.trust(at) {
			return at, element
		}
	}
	return at, element
}

// eachOf are the elements of a list that may stand in several lines (RFC 9110, section
// 5.6.1). A comma within quotes does not part them.
func eachOf(lines []string) []string {
	var all []string
	for _, line := range lines {
		for _, element := range split(line, ',') {
			if element = strings.TrimSpace(element); element != "" {
				all = append(all, element)
			}
		}
	}
	return all
}

// parameter is the value of a parameter of an element of Forwarded; "" if it has none, or
// two of them.
func parameter(element, name string) (value string) {
	found := false
	for _, pair := range split(element, ';') {
		key, text, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if !ok || !strings.EqualFold(key, name) {
			continue
		}
		if found {
			return ""
		}
		value, found = unquote(text), true
	}
	return value
}

// split parts a text where a byte stands outside of quotes.
func split(text string, at byte) []string {
	var parts []string
	begin, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch {
		case quoted && text[i] == '\\':
			i++
		case text[i] == '"':
			quoted = !quoted
		case text[i] == at && !quoted:
			parts = append(parts, text[begin:i])
			begin = i + 1
		}
	}
	return append(parts, text[begin:])
}

// unquote reads a token or quoted-string (RFC 9110, section 5.6.4). Addresses and
// protocols have nothing in them that needs a backslash.
func unquote(text string) string {
	if inner, ok := strings.CutPrefix(text, `"`); ok {
		inner, _ = strings.CutSuffix(inner, `"`)
		return inner
	}
	return text
}

// nodeOf is the address of a node, with or without a port, as X-Forwarded-For and
// Forwarded write it; the zero Addr for what is none, such as "unknown" and "_hidden".
func nodeOf(text string) netip.Addr {
	if at, err := netip.ParseAddrPort(text); err == nil {
		return at.Addr().Unmap().WithZone("")
	}
	if inner, ok := strings.CutPrefix(text, "["); ok {
		text, _ = strings.CutSuffix(inner, "]")
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}
