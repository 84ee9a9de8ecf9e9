package projections

import (
	"time"

	"github.com/google/uuid"

	"signet/domain"
)

// orNil returns nil for the zero value: what is not there.
func orNil[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// NameIn is the agency's name in the locale, or in its first one.
func (a *Agency) NameIn(locale domain.Locale) string { return a.Name.First(locale) }

// Names is the agency's name in every locale.
func (a *Agency) Names() []domain.LocalizedText { return a.Name.List() }

// TitleIn is the edition's title in the locale, or in its first one.
func (e *Edition) TitleIn(locale domain.Locale) string { return e.Title.First(locale) }

// Titles is the edition's title in every locale.
func (e *Edition) Titles() []domain.LocalizedText { return e.Title.List() }

// DecisionNumber is nil while the edition is open.
func (e *Edition) DecisionNumber() *string { return orNil(e.Decision) }

// RoleList is the member's roles.
func (m *Member) RoleList() []domain.Role { return m.Roles }

// ScopeNames are the names of the permissions that the token is limited to, or nil.
func (t *Token) ScopeNames() []string { return t.Scopes.Names() }

// UsedOrNil is the last day on which it was used, nil for never.
func (t *Token) UsedOrNil() *domain.Date { return orNil(t.Used) }

// Leads are the keys of the lead agencies.
func (p *Policy) Leads() []string { return p.Terms.Leads }

// Required are the keys of the other agencies that must sign.
func (p *Policy) Required() []string { return p.Terms.Required }

// Leads are the keys of the lead agencies that it was submitted to.
func (r *Version) Leads() []string { return r.Policy.Leads }

// Required are the keys of the other agencies that it was submitted to.
func (r *Version) Required() []string { return r.Policy.Required }

// EffectiveAt is the instant that was chosen for its beginning, or nil.
func (r *Version) EffectiveAt() *time.Time { return r.Effective.At }

// EffectiveEdition is the number of the edition that was chosen, or nil.
func (r *Version) EffectiveEdition() *int { return orNil(r.Effective.Edition) }

// WithdrawnReason is nil when it was not withdrawn.
func (r *Version) WithdrawnReason() *string { return orNil(r.WithdrawnWhy) }

// EditionNumber is the edition that put it in force, or nil.
func (r *Validity) EditionNumber() *int { return orNil(r.Edition) }

// NameIn is the title of the item in the locale, or nil.
func (s *Standing) NameIn(locale domain.Locale) *string { return s.Content.NameIn(locale) }

// TextIn is what the item is there to say in the locale, or nil; see domain.Content.
func (s *Standing) TextIn(locale domain.Locale) *string { return s.Content.TextIn(locale) }

// EditionNumber is the edition that put it in force, or nil.
func (s *Standing) EditionNumber() *int { return orNil(s.Edition) }

// VersionNumber is nil for a step of the item as a whole.
func (s *Step) VersionNumber() *int { return orNil(s.Version) }

// EditionNumber is the edition that the step is about, or nil.
func (s *Step) EditionNumber() *int { return orNil(s.Edition) }

// ViaOrNil is nil for what came by the API.
func (s *Step) ViaOrNil() *string { return orNil(s.Via) }

// ReasonOrNil is nil where no reason is given.
func (s *Step) ReasonOrNil() *string { return orNil(s.Reason) }

// BeforeOrNil is nil when the field was not there.
func (c *FieldChange) BeforeOrNil() *string { return orNil(c.Before) }

// AfterOrNil is nil when the field is gone.
func (c *FieldChange) AfterOrNil() *string { return orNil(c.After) }

// VersionNumber is nil for an item that the edition retires.
func (e *EditionEntry) VersionNumber() *int { return orNil(e.Version) }

// BeforeNumber is nil when nothing was in force.
func (c *EditionChange) BeforeNumber() *int { return orNil(c.Before) }

// AfterNumber is nil when nothing is in force since.
func (c *EditionChange) AfterNumber() *int { return orNil(c.After) }

// ChannelOrNil is nil for downloads that named none.
func (t *UsageTotal) ChannelOrNil() *string { return orNil(t.Channel) }

// ChannelOrNil is nil when the download named none.
func (d *Download) ChannelOrNil() *string { return orNil(d.Channel) }

// RenditionOrNil is nil for the original.
func (d *Download) RenditionOrNil() *string { return orNil(d.Rendition) }

// ReplacementOrNil is nil where nothing is to be used instead.
func (r *Version) ReplacementOrNil() *domain.VersionRef { return orNil(r.Replacement) }

// DelegationOrNil is nil for the signature of a reviewer of the agency.
func (s *Signature) DelegationOrNil() *string { return orNil(s.Delegation) }

// UnitOrNil is nil for a comment on the version as a whole.
func (c *Comment) UnitOrNil() *string { return orNil(c.Unit) }

// ReplyToOrNil is nil for a comment that answers none.
func (c *Comment) ReplyToOrNil() *string { return orNil(c.ReplyTo) }

// UnitID is the id of the unit.
func (t *Text) UnitID() string { return t.Unit.ID }

// Role is what the unit is for.
func (t *Text) Role() domain.UnitRole { return t.Unit.Role }

// TextOrNil is nil when the text is missing.
func (t *Text) TextOrNil() *string { return orNil(t.Text) }

// MadeFromOrNil is nil unless the text is stale.
func (t *Text) MadeFromOrNil() *string { return orNil(t.MadeFrom) }

// SourceDiff is how the source has changed since a stale text was made.
func (t *Text) SourceDiff() []*Segment {
	if t.MadeFrom == "" {
		return []*Segment{}
	}
	segments := segments(t.MadeFrom, t.Source)
	out := make([]*Segment, len(segments))
	for i := range segments {
		out[i] = &segments[i]
	}
	return out
}

// Percent is the share in per cent, rounded down.
func (c *Coverage) Percent() int { return c.Covered * 100 / max(1, c.Total) }

// BasisOrNil is nil where no decision orders the edition.
func (e *Edition) BasisOrNil() *domain.LegalBasis { return orNil(e.Basis) }

// TitleIn is the audit's title in the locale, or in its first one.
func (a *Audit) TitleIn(locale domain.Locale) string { return a.Plan.Title.First(locale) }

// Titles is the audit's title in every locale.
func (a *Audit) Titles() []domain.LocalizedText { return a.Plan.Title.List() }

// Scope is what it looks at.
func (a *Audit) Scope() domain.AuditScope { return a.Plan.Scope }

// RepeatMonths is after how many months it is repeated; 0 for never.
func (a *Audit) RepeatMonths() int { return a.Plan.RepeatMonths }

// DueOrNil is when the round that runs is due, nil when it has ended.
func (a *Audit) DueOrNil() *domain.Date { return orNil(a.Due) }

// EndedOrNil is when it ended, nil while it goes on.
func (a *Audit) EndedOrNil() *time.Time { return orNil(a.Ended) }

// ReasonOrNil is why it was ended before its time, nil when it was not.
func (a *Audit) ReasonOrNil() *string { return orNil(a.Reason) }

// ConcludedOrNil is when the round was concluded, nil when it was not.
func (r *AuditRound) ConcludedOrNil() *time.Time { return orNil(r.Concluded) }

// SummaryOrNil is what came out, nil when the round was not concluded.
func (r *AuditRound) SummaryOrNil() *string { return orNil(r.Summary) }

// ToolOrNil is the program that looked, nil for a person.
func (r *AuditReport) ToolOrNil() *string { return orNil(r.Tool) }

// ID is the finding's.
func (f *Finding) ID() uuid.UUID { return f.Finding.Finding }

// ResolutionOrNil is how it was resolved, nil when it was not.
func (f *Finding) ResolutionOrNil() *domain.Resolution { return orNil(f.Resolution) }

// PromisedOrNil is by when it will be mended, nil when nothing was promised.
func (f *Finding) PromisedOrNil() *domain.Date { return orNil(f.Promised) }

// AgencyOrNil is the agency that answered, nil for other steps.
func (s *FindingStep) AgencyOrNil() *string { return orNil(s.Agency) }

// TextOrNil is what was said, nil for nothing.
func (s *FindingStep) TextOrNil() *string { return orNil(s.Text) }

// PromisedOrNil is by when it will be mended, nil when nothing was promised.
func (s *FindingStep) PromisedOrNil() *domain.Date { return orNil(s.Promised) }

// ResolutionOrNil is how it was resolved, nil for other steps.
func (s *FindingStep) ResolutionOrNil() *domain.Resolution { return orNil(s.Resolution) }

// Current is the number of places at which what is in force was found.
func (p *AuditPoint) Current() int { return p.Places[domain.UseCurrent] }

// Superseded is that of what was in force before.
func (p *AuditPoint) Superseded() int { return p.Places[domain.UseSuperseded] }

// Withdrawn is that of what may not be used any more.
func (p *AuditPoint) Withdrawn() int { return p.Places[domain.UseWithdrawn] }

// Altered is that of what was changed.
func (p *AuditPoint) Altered() int { return p.Places[domain.UseAltered] }

// Unregistered is that of what is not registered.
func (p *AuditPoint) Unregistered() int { return p.Places[domain.UseUnregistered] }

// Share is the share of what is in force among all that is registered, in per cent,
// rounded down; nil if nothing was found.
func (p *AuditPoint) Share() *int {
	all := p.Current() + p.Superseded() + p.Withdrawn() + p.Altered()
	if all == 0 {
		return nil
	}
	share := p.Current() * 100 / all
	return &share
}
