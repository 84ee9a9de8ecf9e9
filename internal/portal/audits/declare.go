package audits

import (
	"errors"
	"strconv"
	"strings"

	"signet/graph"
	"signet/internal/portal/frame"
)

// choice is a version that can be declared.
type choice struct {
	Key, Name string
	Number    int
}

// Value is how a form names it.
func (c choice) Value() string { return c.Key + " " + strconv.Itoa(c.Number) }

// declarePage is the form in which a use is declared.
type declarePage struct {
	Choices  []choice
	Version  string // the one that is chosen, as Choice.Value
	Agency   string
	Channel  string
	Agencies []string // for which the visitor may declare; none: the own one
	Channels []string
	Once     string
	Today    string
	Reads    bool // the visitor may read usage
}

const choicesDocument = `query AuditsChoices($locale: Locale!) { approved(first: 100) { edges { node { key number name(locale: $locale) } } } }`

// declaration is the form in which a use is declared.
func declaration(v *frame.Visit) error {
	if err := v.Need("usage.declare"); err != nil {
		return err
	}
	return showDeclaration(v)
}

func showDeclaration(v *frame.Visit) error {
	var told struct{ Approved frame.List[choice] }
	if err := v.Ask(choicesDocument, frame.Vars{"locale": v.Lang}, &told); err != nil {
		return err
	}
	page := &declarePage{
		Choices: told.Approved.Nodes(), Version: v.Value("version"), Agency: v.Value("agency"), Channel: v.Value("channel"),
		Channels: withChannels(v.Value("channel")), Once: frame.Once(), Today: dayText(today()), Reads: v.Can("read.usage"),
	}
	if key := v.Value("key"); page.Version == "" && key != "" {
		for _, c := range page.Choices {
			if c.Key == key {
				page.Version = c.Value()
			}
		}
	}
	if page.Agency == "" {
		page.Agency = v.Viewer.Agency
	}
	if v.Can("agencies.manage") {
		var err error
		if page.Agencies, err = agenciesOf(v); err != nil {
			return err
		}
	}
	return v.Show("audits/declare", page)
}

const declareDocument = `mutation AuditsDeclare($input: DeclareUseInput!) { declareUse(input: $input) { position } }`

// declare declares a use.
func declare(v *frame.Visit) error {
	if err := v.Need("usage.declare"); err != nil {
		return err
	}
	version := v.Value("version")
	if other := v.Value("other"); other != "" {
		version = other
	}
	key, number, _ := strings.Cut(version, " ")
	in := frame.Vars{
		"agency": v.Optional("agency"), "key": key, "channel": channelTyped(v), "place": v.Value("place"), "since": v.Optional("since"),
		"idempotencyKey": v.Optional("once"), "version": 0,
	}
	if n, err := strconv.Atoi(strings.TrimSpace(number)); err == nil {
		in["version"] = n
	}
	if err := v.Ask(declareDocument, frame.Vars{"input": in}, nil); err != nil {
		if err := v.Refused(typedWrongly(err)); err != nil {
			return err
		}
		return showDeclaration(v)
	}
	if !v.Can("read.usage") {
		return v.Go("/usage/declare?done=audits-declared")
	}
	return v.Go("/usage?view=declared&done=audits-declared")
}

// typedWrongly makes a wrong input of what is not there: the form has named it.
func typedWrongly(err error) error {
	var r *graph.Refusal
	if !errors.As(err, &r) || r.Code != graph.NotFound {
		return err
	}
	wrong := *r
	wrong.Code = graph.BadUserInput
	return &wrong
}

// channelTyped is the channel of a form: another one that was written, or the chosen.
func channelTyped(v *frame.Visit) string {
	if other := v.Value("channel-other"); other != "" {
		return other
	}
	return v.Value("channel")
}
