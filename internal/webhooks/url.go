package webhooks

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"signet/internal/outbound"
)

// maxURL is the longest URL of a receiver, in bytes.
const maxURL = 2000

// CheckURL tells whether messages can be sent to a URL, so far as can be told
// without asking for its host; what its name stands for is checked at each
// connection. It wants an absolute https URL (or http, if the options allow that)
// with a host, without user and fragment, of at most 2000 bytes; of the options
// Allow and AllowHTTP count. Errors are *Error on the field "url": url_too_long,
// url_malformed, url_scheme, url_user_info, url_fragment, url_host, url_port,
// url_address (an address that nothing is sent to).
func CheckURL(raw string, o Options) error {
	const field = "url"
	if len(raw) > maxURL {
		return refuse("url_too_long", field, "the URL has %d bytes, at most %d are taken", len(raw), maxURL)
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return refuse("url_malformed", field, "this is no URL")
	case u.Scheme != "https" && (u.Scheme != "http" || !o.AllowHTTP):
		return refuse("url_scheme", field, "want an absolute URL that begins with https://")
	case u.User != nil:
		return refuse("url_user_info", field, "a URL with a user or password is not taken")
	case strings.Contains(raw, "#"):
		return refuse("url_fragment", field, "a fragment is never sent")
	}
	if port := u.Port(); port != "" || strings.HasSuffix(u.Host, ":") {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return refuse("url_port", field, "want a port from 1 to 65535")
		}
	}
	host := strings.TrimSuffix(u.Hostname(), ".")
	addr, err := netip.ParseAddr(host)
	switch {
	case host == "" || err != nil && outbound.Numeric(host):
		return refuse("url_host", field, "want the name of a host, or an address in its usual form")
	case err == nil && !outbound.Permitted(addr, o.Allow):
		return refuse("url_address", field, "nothing is sent to this address")
	}
	return nil
}
