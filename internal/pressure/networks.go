package pressure

import (
	"fmt"
	"net/netip"
	"strings"
)

// ParseNetworks reads networks, such as 10.1.0.0/16 and 2001:db8::/32, or single
// addresses.
func ParseNetworks(texts []string) ([]netip.Prefix, error) {
	out := make([]netip.Prefix, 0, len(texts))
	for _, text := range texts {
		text = strings.TrimSpace(text)
		if a, err := netip.ParseAddr(text); err == nil {
			a = a.Unmap()
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("%q is no network, such as 10.1.0.0/16", text)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
