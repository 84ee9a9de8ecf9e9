package domain

import (
	"bytes"
	"slices"
	"strconv"
)

// normalise checks a plan.
func (p AuditPlan) normalise(call Call) (AuditPlan, error) {
	var err error
	if p.Title, err = p.Title.normalise("title"); err != nil {
		return p, err
	}
	if len(p.Title) == 0 {
		return p, Refuse(Invalid, "title_required", "an audit has a title").At("title")
	}
	if _, err := ParseDate(string(p.Due)); err != nil {
		return p, AsError(err).At("due")
	}
	if p.RepeatMonths < 0 || p.RepeatMonths > maxRepeat {
		return p, Refuse(Invalid, "invalid_number", "an audit is repeated after 1 to %d months, or not at all", maxRepeat).At("repeatMonths")
	}
	p.Scope, err = p.Scope.normalise(call)
	return p, err
}

func (p AuditPlan) equal(o AuditPlan) bool {
	a, errA := marshalPlain(p)
	b, errB := marshalPlain(o)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// normalise checks a scope, and sorts it.
func (s AuditScope) normalise(call Call) (AuditScope, error) {
	if len(s.Sites) > MaxSites || len(s.Agencies) > MaxSites || len(s.Channels) > MaxSites {
		return s, Refuse(Invalid, "too_many", "at most %d sites, agencies and channels", MaxSites).At("scope")
	}
	for i, key := range s.Agencies {
		if err := knownAgency(call, key, "scope.agencies["+strconv.Itoa(i)+"]"); err != nil {
			return s, err
		}
	}
	for i, key := range s.Channels {
		if _, err := ParseKey(key); err != nil {
			return s, AsError(err).At("scope.channels[%d]", i)
		}
	}
	s.Agencies, s.Channels = sortedKeys(s.Agencies), sortedKeys(s.Channels)
	s.Sites = slices.Clone(s.Sites)
	for i := range s.Sites {
		field := "scope.sites[" + strconv.Itoa(i) + "]"
		address, err := NormaliseText(s.Sites[i].Address, maxPlace)
		if err != nil {
			return s, AsError(err).At("%s.address", field)
		}
		if address == "" {
			return s, Refuse(Invalid, "place_required", "a site has an address or a name").At("%s.address", field)
		}
		if slices.ContainsFunc(s.Sites[:i], func(o AuditSite) bool { return o.Address == address }) {
			return s, Refuse(Conflict, "site_twice", "a site is named once").At("%s.address", field)
		}
		s.Sites[i].Address = address
		if err := s.Sites[i].known(call, field); err != nil {
			return s, err
		}
	}
	return s, s.period()
}

// period refuses days that are none, and an end before the beginning.
func (s AuditScope) period() error {
	for field, d := range map[string]Date{"from": s.From, "until": s.Until} {
		if d == "" {
			continue
		}
		if _, err := ParseDate(string(d)); err != nil {
			return AsError(err).At("scope.%s", field)
		}
	}
	if s.From != "" && s.Until != "" && s.Until <= s.From {
		return Refuse(Invalid, "invalid_period", "the period ends after it has begun").At("scope.until")
	}
	return nil
}

// known refuses agencies that there are not, and channels that can't be.
func (s AuditSite) known(call Call, field string) error {
	if err := knownAgency(call, s.Agency, field+".agency"); err != nil {
		return err
	}
	if _, err := ParseKey(s.Channel); err != nil {
		return AsError(err).At("%s.channel", field)
	}
	return nil
}

func sortedKeys(in []string) []string {
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}
