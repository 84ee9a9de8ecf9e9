package main

import (
	"errors"
	"math"
	"net/netip"
	"slices"
	"strconv"

	"github.com/spf13/pflag"

	"signet/internal/metrics"
	"signet/internal/pressure"
)

// pressureOptions are the flags that say how much may be asked of a node, and by whom.
type pressureOptions struct {
	address, token           perSecond
	addressBurst, tokenBurst int
	exempt, proxies          []string
	connections              int
}

// pressureRules are these, read.
type pressureRules struct {
	limits      pressure.Limits
	proxies     []netip.Prefix
	connections *pressure.Connections
}

// perAddress is which part of all connections may come from one address.
const perAddress = 4

func (o *pressureOptions) flags(flags *pflag.FlagSet) {
	o.address, o.token = 200, 500
	flags.Var(&o.address, "rate-limit", "what an address without a token may ask for each second, in cheap reads, or off")
	flags.IntVar(&o.addressBurst, "rate-burst", 1000, "what such an address may ask for at once")
	flags.Var(&o.token, "token-rate-limit", "what the holder of a token may ask for each second, or off")
	flags.IntVar(&o.tokenBurst, "token-rate-burst", 2000, "what the holder of a token may ask for at once")
	flags.StringSliceVar(&o.exempt, "rate-exempt", nil, "networks that have no limit by address, beside the machine itself, such as 10.1.0.0/16")
	flags.StringSliceVar(&o.proxies, "trusted-proxies", nil, "networks of the reverse proxies, who are believed when they say who calls, such as 10.1.2.0/24")
	flags.IntVar(&o.connections, "max-connections", 4096, "how many connections are open at once; a quarter of them from one address")
}

// rules reads the flags, before anything is begun for them.
func (o *pressureOptions) rules() (pressureRules, error) {
	exempt, err := pressure.ParseNetworks(o.exempt)
	if err != nil {
		return pressureRules{}, badInput(err, "see --rate-exempt")
	}
	proxies, err := pressure.ParseNetworks(o.proxies)
	if err != nil {
		return pressureRules{}, badInput(err, "see --trusted-proxies")
	}
	if min(o.addressBurst, o.tokenBurst, o.connections) < 1 {
		return pressureRules{}, badInput(errors.New("a burst or a number of connections is below 1"), "see --rate-burst, --token-rate-burst and --max-connections")
	}
	r := pressureRules{
		limits: pressure.Limits{
			Address: pressure.Limit{Rate: float64(o.address), Burst: o.addressBurst},
			Token:   pressure.Limit{Rate: float64(o.token), Burst: o.tokenBurst},
			Exempt:  exempt,
		},
		proxies:     proxies,
		connections: &pressure.Connections{Most: o.connections, PerAddress: max(1, o.connections/perAddress)},
	}
	many := slices.Concat(proxies, exempt)
	r.connections.Shared = func(a netip.Addr) bool {
		return a.IsLoopback() || slices.ContainsFunc(many, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	return r, nil
}

// countedBy lets what was turned away be counted.
func (r *pressureRules) countedBy(m *metrics.Registry) {
	names := make([]string, len(pressure.Reasons))
	for i, reason := range pressure.Reasons {
		names[i] = string(reason)
	}
	counts := m.Refusals(names...)
	refused := func(reason pressure.Reason) { counts.Refused(string(reason)) }
	r.limits.Refused, r.connections.Refused = refused, refused
}

// perSecond is the value of a flag: a number above 0, or "off".
type perSecond float64

const noLimit = "off"

// Type names the value in a verb's help.
func (p *perSecond) Type() string { return "rate" }

// String writes the rate, or "off".
func (p *perSecond) String() string {
	if *p == 0 {
		return noLimit
	}
	return strconv.FormatFloat(float64(*p), 'g', -1, 64)
}

// Set reads a rate from 0.001 to 1e9, or "off".
func (p *perSecond) Set(s string) error {
	if s == noLimit {
		*p = 0
		return nil
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(n) || n < .001 || n > 1e9 {
		return errors.New("a rate is a number each second, from 0.001 to 1000000000, or off")
	}
	*p = perSecond(n)
	return nil
}
