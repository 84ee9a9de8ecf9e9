package kit

import (
	"time"

	"go.yaml.in/yaml/v3"

	"signet/domain"
)

// instantLayout is RFC 3339 in UTC; the registry keeps microseconds, so a
// fraction of up to six digits is written where it is not zero.
const instantLayout = "2006-01-02T15:04:05.999999Z"

// timestampTag is YAML's type of both instants and days; with it they are
// written unquoted.
const timestampTag = "!!timestamp"

// instant is a point in time, written by instantLayout.
type instant struct{ time.Time }

func at(t time.Time) instant { return instant{t.UTC()} }

// UnmarshalYAML accepts exactly what MarshalYAML writes, of the years after
// 1970: before, the read models have no instants.
func (i *instant) UnmarshalYAML(n *yaml.Node) error {
	t, err := time.Parse(instantLayout, n.Value)
	if err != nil || t.Format(instantLayout) != n.Value || t.Unix() <= 0 {
		return atLine(n.Line, invalid("invalid_instant", "%q is not an instant in UTC such as 2026-11-16T02:00:00Z", clip(n.Value)))
	}
	*i = instant{t}
	return nil
}

// MarshalYAML writes the instant unquoted.
func (i instant) MarshalYAML() (any, error) {
	return scalar(timestampTag, i.UTC().Format(instantLayout)), nil
}

// day is a day of the calendar in domain.CityZone.
type day domain.Date

// UnmarshalYAML accepts a day that is in the calendar.
func (d *day) UnmarshalYAML(n *yaml.Node) error {
	date, err := domain.ParseDate(n.Value)
	if err != nil {
		return atLine(n.Line, domain.AsError(err))
	}
	*d = day(date)
	return nil
}

// MarshalYAML writes the day unquoted.
func (d day) MarshalYAML() (any, error) { return scalar(timestampTag, string(d)), nil }

func scalar(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

// clip shortens what is quoted back.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
