package kit_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"

	"signet/domain"
	"signet/internal/commands"
	"signet/internal/kit"
)

const (
	letter  = "items/template/template-investor-letter.yaml"
	release = "items/template/template-press-release.yaml"
)

// returns takes a kit in, which must be accepted, and out again, which must be the
// same bytes.
func returns(t *testing.T, files fstest.MapFS) *registry {
	t.Helper()
	r := newRegistry(t)
	if _, err := kit.Import(t.Context(), files, r.target(), nil); err != nil {
		t.Fatal(err)
	}
	same(t, files, os.DirFS(r.export(t, t.TempDir())))
	return r
}

// missed lets a template miss the first edition, and wait for the second one, in
// which it is taken in.
func missed(t failer, files fstest.MapFS) {
	swap(t, files, root, "      - item: template-press-release\n        version: 1\n        at: 2026-11-10T02:34:00Z\n", "")
	swap(t, files, root, "    opened: 2026-11-16T04:00:00Z\n    agency: ban-tuyen-giao-dan-van\n",
		"    opened: 2026-11-15T04:00:00Z\n    agency: ban-tuyen-giao-dan-van\n    entries:\n      - item: template-press-release\n        version: 1\n        at: 2026-11-16T02:00:00Z\n")
	swap(t, files, release, "        at: 2026-10-14T09:52:00Z\n",
		"        at: 2026-10-14T09:52:00Z\n    rescheduled:\n      agency: so-vhttdl\n      at: 2026-11-16T02:00:00Z\n      with_edition: 2\n      reason: lỡ đợt\n")
}

func replaced(t failer, files fstest.MapFS) {
	body := string(files[gateway].Data)
	files[gateway] = &fstest.MapFile{Data: []byte(body + "      replacement:\n        item: slogan-open-sea\n        version: 1\n")}
	if !strings.Contains(body, "withdrawn:") {
		t.Fatal("the sample's gateway is not withdrawn")
	}
}

func TestAVersionThatMissedItsEditionWaitsForTheOneItWasMovedTo(t *testing.T) {
	files := tree(t)
	missed(t, files) // all at the instant of the issue
	r := returns(t, files)
	v := load(t, r, domain.Items, domain.ItemStream("template-press-release")).Versions[0]
	if v.Effective.Edition != 2 {
		t.Errorf("it waits for edition %d", v.Effective.Edition)
	}
}

func TestAWithdrawalNamesWhatReplacesIt(t *testing.T) {
	files := tree(t)
	replaced(t, files)
	r := returns(t, files)
	for _, e := range r.stored(t) {
		if w, is := e.Event.(domain.VersionWithdrawn); is && (w.Replacement == nil || *w.Replacement != domain.VersionRef{Item: "slogan-open-sea", Version: 1}) {
			t.Errorf("%+v", w)
		}
	}
}

func TestOtherAgenciesAndSurvivalComeBack(t *testing.T) {
	files := tree(t)
	swap(t, files, root, "    lead_last: true\n", "    others:\n      - ban-ql-kkt\n      - so-khcn\n    quorum: 1\n    lead_last: true\n")
	swap(t, files, root, "    revision_days: 10\n", "    revision_days: 10\n    survival: none\n")
	r := returns(t, files)
	terms := load(t, r, domain.Policies, domain.PolicyStream(domain.Logo)).Terms
	want := domain.PolicyTerms{
		Leads: []string{"ban-tuyen-giao-dan-van"}, Required: []string{"bao-ptth", "so-ngoai-vu", "so-vhttdl"}, Others: []string{"ban-ql-kkt", "so-khcn"},
		Quorum: 1, LeadLast: true, CoordinatingDays: 15, LeadDays: 10, RevisionDays: 10, Survival: domain.SurviveNone,
	}
	equal(t, want, terms)
}

func TestATranslationThatItsSourceLeftBehindIsConfirmedForTheSubmission(t *testing.T) {
	files := tree(t)
	body := string(files[openSea].Data)
	head, second, _ := strings.Cut(body, "  - number: 2\n")
	second, third, _ := strings.Cut(second, "  - number: 3\n")
	third = strings.Replace(third, "vi: Khẩu hiệu quốc tế «Biển lớn»", "vi: Khẩu hiệu quốc tế «Biển cả»", 1) // a draft: nobody has looked yet
	second = regexp.MustCompile("en: Hai Phong – .*").ReplaceAllString(second, "en: Hai Phong – Reaching for the Open Sea")
	files[openSea] = &fstest.MapFile{Data: []byte(head + "  - number: 2\n" + second + "  - number: 3\n" + third)}
	r := returns(t, files)
	var confirmed []stored
	for _, e := range r.stored(t) {
		switch event := e.Event.(type) {
		case domain.VersionTranslated:
			confirmed = append(confirmed, e)
			equal(t, map[string]string{"slogan": "Hai Phong – Reaching for the Open Sea"}, event.Texts)
		case domain.VersionSubmitted:
			if event.Key == "slogan-open-sea" && event.Version == 2 && (len(confirmed) != 1 || confirmed[0].At != e.At || confirmed[0].Member != e.Member) {
				t.Errorf("%+v was confirmed before %+v", confirmed, e)
			}
		}
	}
	if len(confirmed) != 1 {
		t.Errorf("confirmed: %+v", confirmed)
	}
	v := load(t, r, domain.Items, domain.ItemStream("slogan-open-sea")).Versions[2]
	if len(v.Stale) != 4 { // en, ja, ko and zh of its name
		t.Errorf("the draft has %v stale", v.Stale)
	}
}

// reviewed is a registry in which agency a must sign, and b and c lead and sign
// last, with a slogan that was submitted. Time does not stand still in it.
func reviewed(t *testing.T) *historian {
	t.Helper()
	h := &historian{failer: t, registry: newRegistry(t), rng: rand.New(rand.NewPCG(1, 1)), now: epoch, agencies: []string{"a", "b", "c"}}
	for _, key := range h.agencies {
		h.must(domain.RegisterAgency{Key: key, Name: domain.Texts{"vi": key}}, h.operator())
	}
	h.must(domain.AddMember{Agency: "a", Member: memberOf("a", 3), Roles: domain.Roles{domain.RoleReviewer}}, h.operator())
	terms := domain.PolicyTerms{Leads: []string{"b", "c"}, Required: []string{"a"}, LeadLast: true}
	h.must(domain.SetPolicy{Kind: domain.Slogan, Terms: terms, Reason: "x"}, h.operator())
	author := h.person("a", domain.RoleAuthor)
	h.must(domain.RegisterItem{Key: "s", Kind: domain.Slogan}, author)
	content := domain.Content{Units: []domain.Unit{
		{ID: "name", Role: domain.UnitName, Text: domain.Texts{"vi": "Tên", "en": "Name"}}, {ID: "slogan", Role: domain.UnitSlogan, Text: domain.Texts{"vi": "Biển"}},
	}}
	h.must(domain.DraftVersion{Key: "s", Content: content}, author)
	h.must(domain.SubmitVersion{Key: "s", Version: 1}, author)
	return h
}

// person is somebody who does one thing only.
func (h *historian) person(agency string, role domain.Role) domain.Actor {
	return domain.Actor{Member: uuid.NewSHA1(uuid.NameSpaceOID, []byte(agency+string(role))), Agency: agency, Roles: domain.Roles{role}}
}

// must takes a step an hour after the last one, and it must lead to something.
func (h *historian) must(command any, by domain.Actor) {
	h.Helper()
	h.now = h.now.Add(time.Hour)
	runner := &commands.Runner{Log: h.log, Clock: func() time.Time { return h.now }}
	var result commands.Result
	var err error
	switch c := command.(type) {
	case domain.Command[domain.Item]:
		result, err = commands.Run(context.Background(), runner, domain.Items, c, commands.Request{Actor: by})
	case domain.Command[domain.Policy]:
		result, err = commands.Run(context.Background(), runner, domain.Policies, c, commands.Request{Actor: by})
	case domain.Command[domain.Agency]:
		result, err = commands.Run(context.Background(), runner, domain.Agencies, c, commands.Request{Actor: by})
	}
	if err != nil || len(result.Events) == 0 {
		h.Fatal(command, err)
	}
}

// told is what an export says of the slogan after its content; it must come back
// the same.
func (h *historian) told(t *testing.T) string {
	t.Helper()
	first := h.export(t, t.TempDir())
	copied := newRegistry(t)
	if _, err := kit.Import(t.Context(), os.DirFS(first), copied.lateTarget(), nil); err != nil {
		t.Fatal(err)
	}
	same(t, os.DirFS(first), os.DirFS(copied.export(t, t.TempDir())))
	body, err := os.ReadFile(filepath.Join(first, "items", "slogan", "s.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(body), "            vi: Biển\n")
	return after
}

func TestALeadsSignatureThatSurvivedIsToldWhenItsTurnHasCome(t *testing.T) {
	h := reviewed(t) // submitted at 08:04:05
	sign := domain.SignVersion{Key: "s", Version: 1}
	h.must(sign, h.person("a", domain.RoleReviewer))
	h.must(sign, h.person("b", domain.RoleReviewer))
	h.must(domain.ReturnVersion{Key: "s", Version: 1, Reason: "x"}, h.person("a", domain.RoleReviewer))
	h.must(domain.SubmitVersion{Key: "s", Version: 1}, h.person("a", domain.RoleAuthor))
	submitted := "    submitted: " + h.now.Format(time.RFC3339) + "\n"
	equal(t, submitted, h.told(t)) // b's stands, but it is a's turn
	h.must(sign, h.person("a", domain.RoleReviewer))
	at := func() string { return "        at: " + h.now.Format(time.RFC3339) + "\n" }
	signed := submitted + "    signed:\n      - agency: a\n" + at() + "      - agency: b\n" + at()
	equal(t, signed, h.told(t))
	delegate := domain.Actor{Member: memberOf("a", 3), Agency: "a", Roles: domain.Roles{domain.RoleDelegate}}
	h.must(domain.DelegateSigning{
		Agency: "c", Delegation: uuid.Max, Member: delegate.Member, MemberAgency: "a", Until: h.now.AddDate(0, 0, 9), Reason: "x",
	}, h.person("c", domain.RoleReviewer))
	h.must(domain.SignVersion{Key: "s", Version: 1, Agency: "c"}, delegate)
	equal(t, signed+"      - agency: c\n"+at(), h.told(t))
}

func TestASignatureThatStandsOnSomePartsOnlyIsNotTold(t *testing.T) {
	h := reviewed(t)
	author := h.person("a", domain.RoleAuthor)
	h.must(domain.SignVersion{Key: "s", Version: 1}, h.person("a", domain.RoleReviewer))
	h.must(domain.WithdrawSubmission{Key: "s", Version: 1, Reason: "x"}, author)
	equal(t, "", h.told(t)) // a draft again
	h.must(domain.TranslateVersion{Key: "s", Version: 1, Locale: "en", Texts: map[string]string{"name": "Title"}}, author)
	h.must(domain.SubmitVersion{Key: "s", Version: 1}, author)
	equal(t, "    submitted: "+h.now.Format(time.RFC3339)+"\n", h.told(t))
}

func TestAReturnedVersionThatWasTranslatedIsADraft(t *testing.T) {
	h := reviewed(t)
	h.must(domain.ReturnVersion{Key: "s", Version: 1, Reason: "x"}, h.person("b", domain.RoleReviewer))
	if told := h.told(t); !strings.Contains(told, "    returned:\n") {
		t.Error(told)
	}
	h.must(domain.TranslateVersion{Key: "s", Version: 1, Locale: "ja", Texts: map[string]string{"name": "題"}}, h.person("a", domain.RoleAuthor))
	equal(t, "", h.told(t))
}
