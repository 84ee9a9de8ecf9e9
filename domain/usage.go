package domain

import (
	"time"

	"github.com/google/uuid"
)

// Downloads is the state of what an agency downloaded in one month. Nothing is
// decided on downloads; of what was counted in logs, it is known what that was, so
// that it is counted once.
type Downloads struct{ last *counted }

// counted is a list, the newest first: a month has thousands of them, and a state
// shares what it knows with the states before it.
type counted struct {
	what    countedRow
	channel string
	before  *counted
}

// DownloadLog folds the streams "usage-<agency>-<yyyy-mm>".
var DownloadLog = Decider[Downloads]{Category: "usage", Evolve: func(s Downloads, event Event) Downloads {
	if e, ok := event.(UsageCounted); ok {
		s.last = &counted{countedRow{e.Import, e.Day, e.Item, e.Version, e.Digest, e.Rendition}, e.Channel, s.last}
	}
	return s
}}

// UsageStream is the stream of what an agency downloaded in the month of an
// instant, in CityZone.
func UsageStream(agency string, at time.Time) string {
	return "usage-" + agency + "-" + at.In(CityZone).Format("2006-01")
}

// Use is the state of one declared use.
type Use struct {
	Exists bool
	Agency string
	Ended  bool
}

// Uses folds the streams "use-<id>".
var Uses = Decider[Use]{Category: "use", Evolve: func(s Use, event Event) Use {
	switch e := event.(type) {
	case UseDeclared:
		return Use{Exists: true, Agency: e.Agency}
	case UseEnded:
		s.Ended = true
	}
	return s
}}

// UseStream is the stream of one declared use.
func UseStream(id uuid.UUID) string { return "use-" + id.String() }

// AssetDownloaded: a member of an agency was sent a file of an approved version.
type AssetDownloaded struct {
	Agency  string    `json:"agency"`
	Member  uuid.UUID `json:"member"`
	Item    string    `json:"item"`
	Version int       `json:"version"`
	// Digest is that of the original; Rendition the canonical form of what was
	// made of it, absent for the original itself.
	Digest    string    `json:"digest"`
	Rendition string    `json:"rendition,omitempty"`
	Channel   string    `json:"channel,omitempty"`
	At        time.Time `json:"at"`
}

// UseDeclared: an agency says where it uses a version.
type UseDeclared struct {
	Use     uuid.UUID `json:"use"`
	Agency  string    `json:"agency"`
	Item    string    `json:"item"`
	Version int       `json:"version"`
	Channel string    `json:"channel"`
	Place   string    `json:"place"` // address of a page, name of an event …
	Since   Date      `json:"since"`
}

// UseEnded: it is used there no longer.
type UseEnded struct {
	Use    uuid.UUID `json:"use"`
	Agency string    `json:"agency"`
	On     Date      `json:"on"`
}

// EventType is the stored name.
func (AssetDownloaded) EventType() string { return "asset.downloaded.v1" }

// EventType is the stored name.
func (UseDeclared) EventType() string { return "use.declared.v1" }

// EventType is the stored name.
func (UseEnded) EventType() string { return "use.ended.v1" }

// RecordDownload notes a download, for the actor's own agency.
type RecordDownload struct {
	Agency    string
	Month     time.Time // an instant of the stream's month: that of the call
	Item      string
	Version   int
	Digest    string
	Rendition string
	Channel   string
}

// DeclareUse says where the actor's agency uses an approved version.
type DeclareUse struct {
	Use     uuid.UUID // made by the caller; the same id declares the same use
	Agency  string
	Item    string
	Version int
	Channel string
	Place   string
	Since   Date // the day of the call when empty
}

// EndUse ends a declared use of the agency.
type EndUse struct {
	Use    uuid.UUID
	Agency string
	On     Date // the day of the call when empty
}

// Stream is that of the agency's month.
func (c RecordDownload) Stream() string { return UsageStream(c.Agency, c.Month) }

// Stream is that of the use.
func (c DeclareUse) Stream() string { return UseStream(c.Use) }

// Stream is that of the use.
func (c EndUse) Stream() string { return UseStream(c.Use) }

// Needs the permission to download within the agency.
func (c RecordDownload) Needs() (Permission, Scope) { return DownloadAssets, Scope{Agency: c.Agency} }

// Needs the permission to declare within the agency.
func (c DeclareUse) Needs() (Permission, Scope) { return DeclareUses, Scope{Agency: c.Agency} }

// Needs the permission to declare within the agency.
func (c EndUse) Needs() (Permission, Scope) { return DeclareUses, Scope{Agency: c.Agency} }

// Decide always records; that the version was approved has been seen by who
// sends the bytes.
func (c RecordDownload) Decide(_ Downloads, call Call) ([]Event, error) {
	return []Event{AssetDownloaded{
		Agency: c.Agency, Member: call.Actor.Member, Item: c.Item, Version: c.Version,
		Digest: c.Digest, Rendition: c.Rendition, Channel: c.Channel, At: call.At,
	}}, nil
}

// Decide refuses versions that were never approved. One that is no longer in
// force can be declared: that it is still used somewhere must be known.
func (c DeclareUse) Decide(s Use, call Call) ([]Event, error) {
	if c.Use == uuid.Nil {
		return nil, Refuse(Invalid, "invalid_use", "a use has an id").At("use")
	}
	if s.Exists {
		return nil, Refuse(Conflict, "use_exists", "the use has been declared").At("use")
	}
	if err := knownAgency(call, c.Agency, "agency"); err != nil {
		return nil, err
	}
	item, err := knownItem(call, c.Item)
	if err != nil {
		return nil, err
	}
	if _, err := item.open(c.Item, c.Version, Approved, Withdrawn); err != nil {
		return nil, err
	}
	if _, err := ParseKey(c.Channel); err != nil {
		return nil, AsError(err).At("channel")
	}
	place, err := NormaliseText(c.Place, MaxReason)
	if err != nil {
		return nil, AsError(err).At("place")
	}
	if place == "" {
		return nil, Refuse(Invalid, "place_required", "say where it is used: an address, a document, an event").At("place")
	}
	since, err := dateOr(c.Since, call.At, "since")
	if err != nil {
		return nil, err
	}
	return []Event{UseDeclared{
		Use: c.Use, Agency: c.Agency, Item: c.Item, Version: c.Version, Channel: c.Channel, Place: place, Since: since,
	}}, nil
}

// Decide stays quiet when the use has ended.
func (c EndUse) Decide(s Use, call Call) ([]Event, error) {
	if !s.Exists || s.Agency != c.Agency {
		return nil, Refuse(NotFound, "unknown_use", "%s has no such declared use", c.Agency).At("use")
	}
	if s.Ended {
		return nil, nil
	}
	on, err := dateOr(c.On, call.At, "on")
	if err != nil {
		return nil, err
	}
	return []Event{UseEnded{Use: c.Use, Agency: c.Agency, On: on}}, nil
}

func dateOr(d Date, now time.Time, field string) (Date, error) {
	if d == "" {
		return DateOf(now), nil
	}
	if _, err := ParseDate(string(d)); err != nil {
		return "", AsError(err).At("%s", field)
	}
	return d, nil
}
