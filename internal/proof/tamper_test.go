package proof_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"signet/domain"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/proof"
)

// copied is a file that may be changed.
func copied(f *proof.File) *proof.File {
	c := *f
	c.Events = slices.Clone(f.Events)
	for i, e := range c.Events {
		c.Events[i].Envelope, c.Events[i].Data, c.Events[i].Hashes = bytes.Clone(e.Envelope), bytes.Clone(e.Data), slices.Clone(e.Hashes)
	}
	return &c
}

func typeOf(tb testing.TB, e proof.Event) string {
	tb.Helper()
	var envelope eventlog.Envelope
	if err := json.Unmarshal(e.Envelope, &envelope); err != nil {
		tb.Fatal(err)
	}
	return envelope.Type
}

func TestNothingCanBeLeftOutOfAnApproval(t *testing.T) {
	w := history(t)
	for _, version := range []int{1, 2} {
		whole := w.version(slogan, version)
		approval := slices.IndexFunc(whole.Events, func(e proof.Event) bool { return typeOf(t, e) == "version.approved.v1" })
		for i, e := range whole.Events {
			name := fmt.Sprintf("version %d, %d: %s", version, i, typeOf(t, e))
			f := copied(whole)
			f.Events = slices.Delete(f.Events, i, i+1)
			v, err := f.Check(w.signer.VerifierKey())
			if i <= approval {
				if refused(t, err, proof.EventsIncomplete); t.Failed() {
					t.Errorf("%s can be left out", name)
				}
			} else if err != nil || v.Version.Withdrawn != nil || !slices.Contains(v.Unproved, proof.LaterEvents) {
				t.Errorf("without %s: %v", name, err)
			}
			if len(e.Data) == 0 {
				continue
			}
			f = copied(whole)
			f.Events[i].Data = nil
			v, err = f.Check(w.signer.VerifierKey())
			if i <= approval {
				if refused(t, err, proof.EventsIncomplete); t.Failed() {
					t.Errorf("the payload of %s can be left out", name)
				}
			} else if err != nil || v.Version.Withdrawn != nil || v.Events[i].Event != nil {
				t.Errorf("without the payload of %s: %v", name, err)
			}
		}
	}
}

func TestAChangedFileIsRefusedAndTheEventNamed(t *testing.T) {
	w := history(t)
	w.item(lan, domain.DraftVersion{Key: logo, Content: logoContent()})
	first, second, other := w.version(slogan, 1), w.version(slogan, 2), w.version(logo, 1)
	for name, c := range map[string]struct {
		change func(f *proof.File)
		code   proof.Code
		leaf   int
	}{
		"an envelope":            {func(f *proof.File) { f.Events[3].Envelope[40] ^= 1 }, proof.InclusionWrong, 3},
		"no envelope":            {func(f *proof.File) { f.Events[3].Envelope = nil }, proof.InclusionWrong, 3},
		"a hash":                 {func(f *proof.File) { f.Events[3].Hashes[1][5] ^= 1 }, proof.InclusionWrong, 3},
		"a hash less":            {func(f *proof.File) { f.Events[3].Hashes = f.Events[3].Hashes[1:] }, proof.InclusionWrong, 3},
		"a hash more":            {func(f *proof.File) { f.Events[3].Hashes = append(f.Events[3].Hashes, tlog.Hash{}) }, proof.InclusionWrong, 3},
		"an index":               {func(f *proof.File) { f.Events[3].Index++ }, proof.InclusionWrong, 3},
		"an index out of range":  {func(f *proof.File) { f.Events[3].Index = 1 << 40 }, proof.InclusionWrong, 3},
		"another's payload":      {func(f *proof.File) { f.Events[3].Data = f.Events[2].Data }, proof.PayloadChanged, 3},
		"no JSON as the payload": {func(f *proof.File) { f.Events[3].Data = []byte("x") }, proof.PayloadChanged, 3},
		"swapped":                {func(f *proof.File) { f.Events[3], f.Events[4] = f.Events[4], f.Events[3] }, proof.EventsUnordered, 4},
		"twice":                  {func(f *proof.File) { f.Events = slices.Insert(f.Events, 3, f.Events[3]) }, proof.EventsUnordered, 4},
		"another item's":         {func(f *proof.File) { f.Events = append(f.Events, other.Events[1]) }, proof.EventForeign, -1},
		"another item's envelope": {func(f *proof.File) {
			f.Events = append(f.Events, proof.Event{Index: other.Events[1].Index, Envelope: other.Events[1].Envelope, Hashes: other.Events[1].Hashes})
		}, proof.EventForeign, -1},
		"another version's":       {func(f *proof.File) { f.Events = append(f.Events, second.Events[len(second.Events)-1]) }, proof.EventForeign, -1},
		"as another version's":    {func(f *proof.File) { f.Subject.Version = 2 }, proof.EventForeign, 1},
		"as another item's":       {func(f *proof.File) { f.Subject.Item = logo }, proof.EventForeign, 0},
		"as an edition's":         {func(f *proof.File) { f.Subject = proof.Subject{Kind: proof.KindEdition, Edition: 1} }, proof.EventForeign, 0},
		"another checkpoint's":    {func(f *proof.File) { f.Checkpoint = w.sign(30, w.tree.root(t, 30)).Note }, proof.InclusionWrong, 0},
		"an empty log's":          {func(f *proof.File) { f.Checkpoint = w.sign(0, tlog.Hash{}).Note }, proof.InclusionWrong, 0},
		"a drafting twice":        {func(f *proof.File) { f.Events = f.Events[:1] }, proof.EventsIncomplete, -1},
		"no events":               {func(f *proof.File) { f.Events = nil }, proof.EventsIncomplete, -1},
		"without a subject":       {func(f *proof.File) { f.Subject = proof.Subject{} }, proof.ProofMalformed, -1},
		"a checkpoint with words": {func(f *proof.File) { f.Checkpoint = []byte("haiphong") }, proof.CheckpointMalformed, -1},
	} {
		t.Run(name, func(t *testing.T) {
			f := copied(first)
			c.change(f)
			_, err := f.Check(w.signer.VerifierKey())
			e := refused(t, err, c.code)
			if c.leaf >= 0 && (e.Event == nil || e.Event.Leaf != f.Events[c.leaf].Index) {
				t.Errorf("it names %v", e.Event)
			}
		})
	}
}

func logoContent() domain.Content {
	return domain.Content{
		Units: []domain.Unit{{ID: "name", Role: domain.UnitName, Text: text("Biểu trưng", "Logo")}},
		Files: []domain.File{{
			Colour: domain.FullColour, Layout: domain.Horizontal, Name: "biểu-trưng.svg", Digest: strings.Repeat("ab", 32), MediaType: "image/svg+xml", Size: 10,
		}},
	}
}

// TestTheRulesOfSigningAreCheckedAgain: a registry that breaks them can't prove an approval.
func TestTheRulesOfSigningAreCheckedAgain(t *testing.T) {
	content := sloganContent("Hải Phòng", "Haiphong")
	terms := domain.PolicyTerms{Leads: []string{lead}, Required: []string{joint}}
	registered := domain.ItemRegistered{Key: slogan, Kind: domain.Slogan, Source: "vi"}
	drafted := domain.VersionDrafted{Key: slogan, Version: 1, Author: lan.Member, Agency: author, Content: content}
	submitted := domain.VersionSubmitted{Key: slogan, Version: 1, Policy: terms}
	kept := submitted
	kept.Kept = []domain.Signature{{Agency: joint, Member: hoa.Member, Parts: []domain.Locale{"en", "vi"}}}
	signed := func(by domain.Actor) domain.Event {
		return domain.VersionSigned{Key: slogan, Version: 1, Agency: by.Agency, Member: by.Member}
	}
	writer := lan
	writer.Agency = joint
	approved := domain.VersionApproved{Key: slogan, Version: 1, From: &start}
	returned := domain.VersionReturned{Key: slogan, Version: 1, Agency: lead, Member: minh.Member}
	revised := domain.VersionRevised{Key: slogan, Version: 1, Author: lan.Member, Content: sloganContent("Khác", "Other")}
	for name, c := range map[string]struct {
		events []domain.Event
		code   proof.Code // empty: it is good
	}{
		"all have signed":                  {[]domain.Event{submitted, signed(hoa), signed(minh), approved}, ""},
		"one has not signed":               {[]domain.Event{submitted, signed(minh), approved}, proof.ApprovalUnfounded},
		"nobody has signed":                {[]domain.Event{submitted, approved}, proof.ApprovalUnfounded},
		"the author has signed":            {[]domain.Event{submitted, signed(writer), signed(minh), approved}, proof.ApprovalUnfounded},
		"one who was not asked has signed": {[]domain.Event{submitted, signed(binh)}, proof.ApprovalUnfounded},
		"a signature is kept of nobody":    {[]domain.Event{kept, signed(minh), approved}, proof.EventsIncomplete},
		"it was never submitted":           {[]domain.Event{approved}, proof.EventsIncomplete},
		"it is signed after a return":      {[]domain.Event{submitted, returned, signed(hoa)}, proof.EventsIncomplete},
		"it is rewritten under review":     {[]domain.Event{submitted, revised}, proof.EventsIncomplete},
		"it is rewritten when approved":    {[]domain.Event{submitted, signed(hoa), signed(minh), approved, revised}, proof.EventsIncomplete},
		"it is approved twice":             {[]domain.Event{submitted, signed(hoa), signed(minh), approved, approved}, proof.EventsIncomplete},
		"it is drafted twice":              {[]domain.Event{drafted}, proof.EventsIncomplete},
		"the signatures fall by a return": {
			[]domain.Event{submitted, signed(hoa), returned, revised, submitted, signed(minh), approved}, proof.ApprovalUnfounded,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := logged(t, domain.ItemStream(slogan), lan, append([]domain.Event{registered, drafted}, c.events...)...)
			checkpoint := w.checkpoint(0)
			_, err := proof.Version(t.Context(), w.log, w.tree, checkpoint, slogan, 1)
			if c.code != "" {
				refused(t, err, c.code)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAnEditionsEventsAreCheckedToo(t *testing.T) {
	opened := domain.EditionOpened{Number: 1, Title: text("Ấn bản", "Edition")}
	issued := domain.EditionIssued{Number: 1, Entries: []domain.EditionEntry{{Item: slogan, Version: 1}}}
	included := domain.EditionIncluded{Number: 1, Item: slogan, Version: 2}
	for name, c := range map[string]struct {
		events []domain.Event
		drop   int // an event that is taken out; 0: none
		code   proof.Code
	}{
		"open":                    {[]domain.Event{opened, included, included}, 0, ""},
		"with one left out":       {[]domain.Event{opened, included, included}, 1, proof.EventsIncomplete},
		"issued":                  {[]domain.Event{opened, included, issued}, 0, ""},
		"without its opening":     {[]domain.Event{issued}, 0, proof.EventsIncomplete},
		"goes on after its issue": {[]domain.Event{opened, issued, included}, 0, proof.EventsIncomplete},
		"issued twice":            {[]domain.Event{opened, issued, issued, included}, 0, proof.EventsIncomplete},
		"opened twice":            {[]domain.Event{opened, opened}, 0, proof.EventsIncomplete},
		"of another number":       {[]domain.Event{domain.EditionOpened{Number: 2}}, 0, proof.EventForeign},
	} {
		t.Run(name, func(t *testing.T) {
			w := logged(t, domain.EditionStream(1), minh, c.events...)
			checkpoint := w.checkpoint(0)
			f, err := proof.Edition(t.Context(), w.log, w.tree, checkpoint, 1)
			if err == nil && c.drop > 0 {
				f.Events = slices.Delete(f.Events, c.drop, c.drop+1)
				_, err = f.Check(w.signer.VerifierKey())
			}
			if c.code != "" {
				refused(t, err, c.code)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// by makes a file of any leaves, as somebody may who has the log.
func (w *world) by(subject proof.Subject, leaves ...int64) *proof.File {
	w.tb.Helper()
	f := &proof.File{Subject: subject, Checkpoint: w.checkpoint(0).Note}
	var all []eventlog.Recorded
	for r, err := range w.log.Follow(w.tb.Context(), 0) {
		if err != nil {
			w.tb.Fatal(err)
		}
		if r.CaughtUp {
			break
		}
		all = append(all, r)
	}
	for _, leaf := range leaves {
		hashes, err := w.tree.Inclusion(w.tb.Context(), leaf, int64(len(all)))
		if err != nil {
			w.tb.Fatal(err)
		}
		f.Events = append(f.Events, proof.Event{Index: leaf, Envelope: all[leaf].Meta, Data: all[leaf].Data, Hashes: hashes})
	}
	return f
}

// TestAStreamBeginsAtItsBeginning: a second registration or opening, which no registry
// writes, does not hide the first.
func TestAStreamBeginsAtItsBeginning(t *testing.T) {
	registered := domain.ItemRegistered{Key: slogan, Kind: domain.Slogan, Source: "vi"}
	drafted := domain.VersionDrafted{Key: slogan, Version: 1, Author: lan.Member, Agency: author}
	opened := domain.EditionOpened{Number: 1}
	item := logged(t, domain.ItemStream(slogan), lan, registered, registered, drafted)
	version := proof.Subject{Kind: proof.KindVersion, Item: slogan, Version: 1}
	edition := logged(t, domain.EditionStream(1), minh, opened, opened)
	for name, c := range map[string]struct {
		w    *world
		file *proof.File
		good bool
	}{
		"an item":                {item, item.by(version, 0, 2), true},
		"an item, late":          {item, item.by(version, 1, 2), false},
		"an edition":             {edition, edition.by(proof.Subject{Kind: proof.KindEdition, Edition: 1}, 0), true},
		"an edition, late":       {edition, edition.by(proof.Subject{Kind: proof.KindEdition, Edition: 1}, 1), false},
		"an edition, two at all": {edition, edition.by(proof.Subject{Kind: proof.KindEdition, Edition: 1}, 0, 1), false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.file.Check(c.w.signer.VerifierKey())
			if c.good && err != nil {
				t.Error(err)
			} else if !c.good {
				refused(t, err, proof.EventsIncomplete)
			}
		})
	}
}

// TestAnEventOfNoVersionIsNoneOfThisOne: only what is about the item as a whole has no number.
func TestAnEventOfNoVersionIsNoneOfThisOne(t *testing.T) {
	w := logged(
		t, domain.ItemStream(slogan), lan, domain.ItemRegistered{Key: slogan, Kind: domain.Slogan, Source: "vi"},
		domain.VersionDrafted{Key: slogan, Version: 1}, domain.ItemVisibilityChanged{Key: slogan}, domain.VersionApproved{Key: slogan},
	)
	version := proof.Subject{Kind: proof.KindVersion, Item: slogan, Version: 1}
	if _, err := w.by(version, 0, 1, 2).Check(w.signer.VerifierKey()); err != nil {
		t.Error(err)
	}
	_, err := w.by(version, 0, 1, 2, 3).Check(w.signer.VerifierKey())
	refused(t, err, proof.EventForeign)
	version.Version = 1 << 40
	_, err = w.by(version, 0, 1).Check(w.signer.VerifierKey())
	refused(t, err, proof.ProofMalformed)
}

// TestTheBorderOfTheSaltStandsFast: the commitment is to salt and payload in one piece.
func TestTheBorderOfTheSaltStandsFast(t *testing.T) {
	name, payload, err := domain.Encode(domain.EditionOpened{Number: 1, Title: text("Ấn bản", "Edition")})
	if err != nil {
		t.Fatal(err)
	}
	for salt, good := range map[string]bool{"": false, "fifteen bytes..": false, "sixteen bytes...": true, "seventeen bytes..": false} {
		sum := sha256.Sum256(append([]byte(salt), payload...))
		meta := fmt.Appendf(nil, `{"v":1,"id":%q,"type":%q,"stream":"edition-1","revision":0,"commitment":"%x"}`, minh.Member, name, sum)
		data := fmt.Appendf(nil, `{"salt":%q,"payload":%s}`, base64.StdEncoding.EncodeToString([]byte(salt)), payload)
		log := logtest.NewMemory()
		r := eventlog.Record{ID: minh.Member, Type: name, Data: data, Meta: meta}
		if _, err := log.Append(t.Context(), "edition-1", eventlog.NoStream, r); err != nil {
			t.Fatal(err)
		}
		w := newWorld(t, log)
		c := w.checkpoint(0)
		_, err := proof.Edition(t.Context(), log, w.tree, c, 1)
		if good && err != nil {
			t.Error(err)
		} else if !good {
			refused(t, err, proof.PayloadChanged)
		}
	}
}
