package kit

import (
	"signet/domain"
)

// Format is the first line's value: the name and version of the form. A reader
// refuses any other.
const Format = "signet-kit/v1"

// Limits of a kit. They are far above what a city's kit needs, and keep what a
// hostile one can cost within bounds.
const (
	// MaxFileBytes is the size of kit.yaml, or of one item's file.
	MaxFileBytes = 4 << 20
	// MaxFileParts is how many lines and commas one of them may have; YAML makes
	// something of each that needs a hundred times its memory.
	MaxFileParts = 200_000
	// MaxTextBytes is the size of all YAML of a kit. Import keeps it in memory; a
	// registry that is larger moves as a backup.
	MaxTextBytes = 1 << 30
	// MaxAssetBytes is the size of one file of a logo.
	MaxAssetBytes = 64 << 20
	// maxEntries bounds how many files and folders are listed.
	maxEntries = 1_000_000
)

// rootFile is the file at the top of a kit.
const rootFile = "kit.yaml"

// The structs below are the YAML, in the order in which its fields are written.

type document struct {
	Format   string    `yaml:"format"`
	Agencies []agency  `yaml:"agencies,omitempty"`
	Policies []policy  `yaml:"policies,omitempty"`
	Editions []edition `yaml:"editions,omitempty"`
}

type agency struct {
	Key        string       `yaml:"key"`
	Name       domain.Texts `yaml:"name"`
	Registered instant      `yaml:"registered"`
}

type policy struct {
	Kind             domain.Kind     `yaml:"kind"`
	At               instant         `yaml:"at"`
	Leads            []string        `yaml:"leads"`
	Required         []string        `yaml:"required,omitempty"`
	Others           []string        `yaml:"others,omitempty"`
	Quorum           int             `yaml:"quorum,omitempty"`
	LeadLast         bool            `yaml:"lead_last,omitempty"`
	CoordinatingDays int             `yaml:"coordinating_days,omitempty"`
	LeadDays         int             `yaml:"lead_days,omitempty"`
	RevisionDays     int             `yaml:"revision_days,omitempty"`
	Survival         domain.Survival `yaml:"survival,omitempty"` // absent: domain.SurviveTranslations
	Reason           string          `yaml:"reason"`
}

type edition struct {
	Number  int          `yaml:"number"`
	Title   domain.Texts `yaml:"title"`
	Due     day          `yaml:"due"`
	Basis   *basis       `yaml:"basis,omitempty"`
	Opened  instant      `yaml:"opened"`
	Agency  string       `yaml:"agency,omitempty"` // absent: the operator of the registry
	Entries []entry      `yaml:"entries,omitempty"`
	Retired []retirement `yaml:"retired,omitempty"`
	Issued  *issue       `yaml:"issued,omitempty"`
}

type basis struct {
	Decision string `yaml:"decision"`
	Decided  day    `yaml:"decided"`
}

type entry struct {
	Item    string  `yaml:"item"`
	Version int     `yaml:"version"`
	At      instant `yaml:"at"`
}

type retirement struct {
	Item string  `yaml:"item"`
	At   instant `yaml:"at"`
}

type issue struct {
	At       instant `yaml:"at"`
	Decision string  `yaml:"decision"`
	Decided  day     `yaml:"decided"`
}

type item struct {
	Key        string        `yaml:"key"`
	Kind       domain.Kind   `yaml:"kind"`
	Source     domain.Locale `yaml:"source,omitempty"` // absent: domain.DefaultSource
	Public     bool          `yaml:"public"`
	Registered instant       `yaml:"registered"`
	Agency     string        `yaml:"agency,omitempty"` // absent: the operator of the registry
	Versions   []version     `yaml:"versions,omitempty"`
}

type version struct {
	Number      int           `yaml:"number"`
	Agency      string        `yaml:"agency"`
	Drafted     instant       `yaml:"drafted"`
	Content     content       `yaml:"content"`
	Effective   *effective    `yaml:"effective,omitempty"`
	Submitted   *instant      `yaml:"submitted,omitempty"`
	Signed      []signature   `yaml:"signed,omitempty"`
	Returned    *returned     `yaml:"returned,omitempty"`
	Rescheduled *rescheduling `yaml:"rescheduled,omitempty"`
	Withdrawn   *withdrawal   `yaml:"withdrawn,omitempty"`
}

type effective struct {
	At          *instant `yaml:"at,omitempty"`
	WithEdition int      `yaml:"with_edition,omitempty"`
}

type signature struct {
	Agency string  `yaml:"agency"`
	At     instant `yaml:"at"`
}

type returned struct {
	Agency string  `yaml:"agency"`
	At     instant `yaml:"at"`
	Reason string  `yaml:"reason"`
}

type rescheduling struct {
	Agency      string  `yaml:"agency"`
	At          instant `yaml:"at"`
	WithEdition int     `yaml:"with_edition"`
	Reason      string  `yaml:"reason"`
}

type withdrawal struct {
	Agency      string       `yaml:"agency"`
	At          instant      `yaml:"at"`
	From        instant      `yaml:"from"`
	Reason      string       `yaml:"reason"`
	Replacement *replacement `yaml:"replacement,omitempty"`
}

type replacement struct {
	Item    string `yaml:"item"`
	Version int    `yaml:"version"`
}

type content struct {
	Units        []unit        `yaml:"units"`
	Placeholders []placeholder `yaml:"placeholders,omitempty"`
	Files        []file        `yaml:"files,omitempty"`
	Colours      []colour      `yaml:"colours,omitempty"`
	Licence      string        `yaml:"licence,omitempty"`
}

type unit struct {
	ID       string          `yaml:"id"`
	Role     domain.UnitRole `yaml:"role"`
	Pillar   string          `yaml:"pillar,omitempty"`
	Audience string          `yaml:"audience,omitempty"`
	Text     domain.Texts    `yaml:"text"`
}

type placeholder struct {
	Name    string                               `yaml:"name"`
	Type    domain.PlaceholderType               `yaml:"type,omitempty"`
	Style   string                               `yaml:"style,omitempty"`
	Forms   map[domain.Locale]domain.PluralForms `yaml:"forms,omitempty"`
	Note    domain.Texts                         `yaml:"note,omitempty"`
	Example string                               `yaml:"example,omitempty"`
}

type file struct {
	Colour domain.LogoColour `yaml:"colour"`
	Layout domain.LogoLayout `yaml:"layout"`
	Path   string            `yaml:"path"`
}

type colour struct {
	Name domain.Texts `yaml:"name,omitempty"`
	Hex  string       `yaml:"hex"`
}

// source is the locale in which the item's texts are written first.
func (i *item) source() domain.Locale {
	if i.Source == "" {
		return domain.DefaultSource
	}
	return i.Source
}
