package domain

// TokenUse is when a token was used last.
type TokenUse struct {
	Day Date // empty: never
}

// TokenUses folds the streams "tokenuse-<token id>": apart from the agency's, so
// that a use is no change of who may do what.
var TokenUses = Decider[TokenUse]{Category: "tokenuse", Evolve: func(s TokenUse, event Event) TokenUse {
	if e, ok := event.(TokenUsed); ok {
		s.Day = max(s.Day, e.Day)
	}
	return s
}}

// TokenUseStream is the stream of the uses of a token.
func TokenUseStream(token string) string { return TokenUses.Category + "-" + token }

// TokenUsed: the token was used on a day, for the first time on that day.
type TokenUsed struct {
	Token  string `json:"token"`
	Agency string `json:"agency"`
	Day    Date   `json:"day"`
}

// EventType is the stored name.
func (TokenUsed) EventType() string { return "token.used.v1" }

// RecordTokenUse notes that a token was used on a day.
type RecordTokenUse struct {
	Token  string // its public id
	Agency string // of its member
	Day    Date
}

// Stream is that of the token's uses.
func (c RecordTokenUse) Stream() string { return TokenUseStream(c.Token) }

// Needs the permission to manage members, to whom the token belongs.
func (c RecordTokenUse) Needs() (Permission, Scope) { return ManageMembers, Scope{Agency: c.Agency} }

// Decide stays quiet for a day that is known, or an earlier one: several nodes may
// tell of the same token.
func (c RecordTokenUse) Decide(s TokenUse, _ Call) ([]Event, error) {
	if c.Token == "" {
		return nil, Refuse(Invalid, "invalid_token", "a token has an id").At("token")
	}
	day, err := ParseDate(string(c.Day))
	if err != nil {
		return nil, AsError(err).At("day")
	}
	if day <= s.Day {
		return nil, nil
	}
	return []Event{TokenUsed{Token: c.Token, Agency: c.Agency, Day: day}}, nil
}
