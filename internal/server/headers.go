package server

import "net/http"

// guards are the headers that every answer has. Handlers of pages and files put others
// in their place, of what these need:
//
//   - a page allows its own style sheet and scripts by their digest or from here;
//   - what is uploaded by strangers is put into a sandbox (see assets.Serve), and may be
//     embedded by other sites when it is of the public kit and in force.
//
// Permissions-Policy takes from pages what they never ask for. The sources are CSP level
// 3, the Fetch standard (Cross-Origin-Resource-Policy) and the HTML standard
// (Cross-Origin-Opener-Policy). Nothing writes into these slices: http.Header.Set and
// Add put others in their place.
var guards = map[string][]string{
	"Content-Security-Policy":      {"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
	"X-Content-Type-Options":       {"nosniff"},
	"Referrer-Policy":              {"no-referrer"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"Permissions-Policy":           {"camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), serial=(), usb=()"},
}

// transport is HSTS for a year (RFC 6797). It says nothing of other hosts of the domain,
// which are not ours.
var transport = []string{"max-age=31536000"}

func guard(h http.Header, secure bool) {
	for name, value := range guards {
		h[name] = value
	}
	if secure {
		h["Strict-Transport-Security"] = transport
	}
}
