package xliff_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signet/internal/xliff"
)

func TestReadsWhatToolsReturn(t *testing.T) {
	want := xliff.Document{
		Item: "slogan-open-sea", Number: 3, Source: "vi", Target: "ja",
		Units: []xliff.Unit{
			{
				ID: "body", Notes: []string{"Vai trò: thân bài", "{{city}}: tên thành phố"},
				Source: "{{city}} là thành phố cảng. Hẹn gặp năm {{year}}!",
				Target: "{{city}}は港の街です。{{year}}年に会いましょう!",
			},
			{ID: "order", Source: "Một, hai", Target: "二、一", State: xliff.Approved},
			{ID: "half-done", Source: "Xong. Chưa xong.", State: xliff.Missing},
			{
				ID: "stale", Source: "Lễ hội hoa phượng đỏ", Target: "海の祭り", State: xliff.Stale,
				PreviousSource: "Lễ hội biển",
			},
		},
	}
	// In 2.1 the segments are reviewed and translated, in 1.2 the unit is to be reviewed.
	for v, state := range map[xliff.Version]xliff.State{xliff.V21: xliff.Draft, xliff.V12: xliff.InReview} {
		b, err := os.ReadFile(filepath.Join("testdata", "cat-"+string(v)+".xlf"))
		if err != nil {
			t.Fatal(err)
		}
		want.Units[0].State = state
		got, version := read(t, string(b))
		if diff := cmp.Diff(want, got); diff != "" || version != v {
			t.Errorf("%s as %s: %s", v, version, diff)
		}
	}
}

// TestReadsOneUnit has what a unit says of its source and its target, by version.
func TestReadsOneUnit(t *testing.T) {
	const source = "<source>Từ <ph id='1' equiv='day' equiv-text='day'/></source>"
	segment := func(s string) string { return "<segment>" + s + "</segment>" }
	for name, c := range map[string]struct {
		version        xliff.Version
		unit           string
		source, target string
	}{
		"an empty target is missing":              {xliff.V12, source + "<target/>", "Từ {{day}}", ""},
		"a blank target is missing":               {xliff.V12, source + "<target>\n </target>", "Từ {{day}}", ""},
		"an empty target is missing (2.1)":        {xliff.V21, segment(source + "<target/>"), "Từ {{day}}", ""},
		"the text of a code is no text":           {xliff.V12, "<source>a<ph id='1'>&lt;br/></ph>b</source><target>A<ph id='1'>&lt;br/></ph>B</target>", "ab", "AB"},
		"a name that only the text tells":         {xliff.V12, "<source>a<ph id='1'>{{day}}</ph></source><target>A<ph id='1'/></target>", "a{{day}}", "A{{day}}"},
		"a name that only the data tells":         {xliff.V21, "<originalData><data id='q'>{{day}}</data></originalData>" + segment("<source>a<ph id='1' dataRef='q'/></source><target>A<ph id='1'/></target>"), "a{{day}}", "A{{day}}"},
		"a name that only disp tells":             {xliff.V21, segment("<source>a<ph id='1' disp='{{day}}'/></source><target>A<ph id='1'/></target>"), "a{{day}}", "A{{day}}"},
		"a code that became text":                 {xliff.V12, source + "<target>{{day}}から</target>", "Từ {{day}}", "{{day}}から"},
		"markup that both have is left out":       {xliff.V12, "<source>a<g id='1'>b<x id='2'/></g></source><target><g id='1'>B</g>A<x id='2'/></target>", "ab", "BA"},
		"markup that the source has (2.1)":        {xliff.V21, segment("<source>a<pc id='1'>b</pc><sc id='2'/>c<ec startRef='2'/></source><target><pc id='1'>B</pc>A</target>"), "abc", "BA"},
		"a code point (2.1)":                      {xliff.V21, segment("<source>a<cp hex='000A'/>b</source>"), "a\nb", ""},
		"a space between segments is kept":        {xliff.V21, segment("<source>a.</source><target>A.</target>") + "<ignorable><source> </source></ignorable>" + segment("<source>b.</source><target>B.</target>"), "a. b.", "A. B."},
		"a placeholder between segments is kept":  {xliff.V21, segment("<source>a</source><target>A</target>") + "<ignorable><source><ph id='1' equiv='day'/></source></ignorable>", "a{{day}}", "A{{day}}"},
		"a blank segment needs no target":         {xliff.V21, segment("<source>a</source><target>A</target>") + segment("<source>\n</source>"), "a\n", "A\n"},
		"codes may move between segments":         {xliff.V21, segment("<source>a<ph id='1' equiv='day'/></source><target>A</target>") + segment("<source>b</source><target>B<ph id='1'/></target>"), "a{{day}}b", "AB{{day}}"},
		"only ignorable is no translation":        {xliff.V21, "<ignorable><source>a</source></ignorable>", "a", ""},
		"line ends become LF":                     {xliff.V12, "<source>a\r\nb&#13;&#10;c&#xD;d\re</source>", "a\nb\nc\nd\ne", ""},
		"decomposed letters are put together":     {xliff.V12, "<source>Ha\u0309i <mrk mtype='x'>Pho</mrk>\u0300ng</source><target>が</target>", "Hải Phòng", "が"},
		"strangers in the source are left out":    {xliff.V12, "<source>a<z:b xmlns:z='urn:z'>c<z:d/></z:b></source>", "a", ""},
		"comments and instructions are left out":  {xliff.V12, "<source>a<!-- x -->b<?y z?>c<![CDATA[<d>]]></source>", "abc<d>", ""},
		"other marks than segments do not matter": {xliff.V12, "<source>a</source><seg-source><mrk mtype='seg' mid='1'>a</mrk></seg-source><target>A</target>", "a", "A"},
		"a segment that the target lacks":         {xliff.V12, "<source>ab</source><seg-source><mrk mtype='seg' mid='1'>a</mrk><mrk mtype='seg' mid='2'>b</mrk></seg-source><target><mrk mtype='seg' mid='1'>A</mrk></target>", "ab", ""},
		"a mark inside of a segment is none":      {xliff.V12, "<source>ab</source><seg-source><mrk mtype='seg' mid='1'>a<mrk mtype='term' mid='2'>b</mrk></mrk></seg-source><target><mrk mtype='seg' mid='1'>A</mrk></target>", "ab", "A"},
		"a blank segment may be left out":         {xliff.V12, "<source>a </source><seg-source><mrk mtype='seg' mid='1'>a</mrk><mrk mtype='seg' mid='2'> </mrk></seg-source><target><mrk mtype='seg' mid='1'>A</mrk></target>", "a ", "A"},
		"a target may be annotated":               {xliff.V21, segment("<source>a</source><target><sm id='1'/>A<em startRef='1'/><mrk id='2'>!</mrk></target>"), "a", "A!"},
		"ends of codes are told by their starts":  {xliff.V21, segment("<source><sc id='1'/><sc id='2'/>a<ec startRef='2'/><ec startRef='1'/></source><target><sc id='1'/><sc id='2'/>A<ec startRef='1'/><ec startRef='2'/></target>"), "a", "A"},
		"names of strangers are not ours":         {xliff.V12, "<z:source xmlns:z='urn:z'>x</z:source><source>a</source><z:target xmlns:z='urn:z'>x</z:target><z:note xmlns:z='urn:z' from='previous-target'>x</z:note>", "a", ""},
		"a note of a translator is no target":     {xliff.V12, "<source>a</source><note>x</note><note from='translator'>y</note>", "a", ""},
		"a blank note is none":                    {xliff.V12, "<source>a</source><note from='signet'> </note><note from='previous-source'/><note from='previous-target'>\n</note>", "a", ""},
		"what is no placeholder is text":          {xliff.V12, "<source>{{Day}} {{{day}}} {{ x }}</source><target>{{Day}} {{day}}</target>", "{{Day}} {{{day}}} {{ x }}", "{{Day}} {{day}}"},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := read(t, file(c.version, c.unit))
			u := d.Units[0]
			if u.Notes != nil || u.PreviousSource != "" {
				t.Errorf("%q, %q", u.Notes, u.PreviousSource)
			}
			if u.Source != c.source || u.Target != c.target {
				t.Errorf("%q, %q", u.Source, u.Target)
			}
			if (u.State == xliff.Missing) != (c.target == "") {
				t.Errorf("state %s", u.State)
			}
		})
	}
}

func TestStatesOfOtherTools(t *testing.T) {
	for _, c := range []struct {
		attributes string // of the segment in 2.1, of the target in 1.2
		version    xliff.Version
		want       xliff.State
	}{
		{"", xliff.V21, xliff.Draft},
		{"state='initial'", xliff.V21, xliff.Draft},
		{"state='translated' subState='cat:x'", xliff.V21, xliff.Draft},
		{"state='reviewed'", xliff.V21, xliff.InReview},
		{"state='final'", xliff.V21, xliff.Approved},
		{"subState='signet:stale'", xliff.V21, xliff.Stale},
		{"state='initial' subState='signet:stale'", xliff.V21, xliff.Stale},
		{"state='translated' subState='signet:stale'", xliff.V21, xliff.Draft},
		{"state='translated' subState='signet:in_review'", xliff.V21, xliff.InReview},
		{"state='final' subState='signet:draft'", xliff.V21, xliff.Approved},
		{"state='initial' subState='signet:missing'", xliff.V21, xliff.Draft},
		{"state='initial' subState='signet:approved'", xliff.V21, xliff.Draft},
		{"", xliff.V12, xliff.Draft},
		{"state='new'", xliff.V12, xliff.Draft},
		{"state='needs-adaptation'", xliff.V12, xliff.Draft},
		{"state='translated' state-qualifier='exact-match'", xliff.V12, xliff.Draft},
		{"state='needs-review-translation'", xliff.V12, xliff.InReview},
		{"state='needs-review-l10n'", xliff.V12, xliff.InReview},
		{"state='signed-off'", xliff.V12, xliff.Approved},
		{"state='final'", xliff.V12, xliff.Approved},
		{"state='x-cat'", xliff.V12, xliff.Draft},
		{"state='needs-translation' state-qualifier='x-signet-stale'", xliff.V12, xliff.Stale},
		{"state='translated' state-qualifier='x-signet-stale'", xliff.V12, xliff.Draft},
	} {
		unit := "<segment " + c.attributes + "><source>a</source><target>A</target></segment>"
		if c.version == xliff.V12 {
			unit = "<source>a</source><target " + c.attributes + ">A</target>"
		}
		if d, _ := read(t, file(c.version, unit)); d.Units[0].State != c.want {
			t.Errorf("%s %q is %s", c.version, c.attributes, d.Units[0].State)
		}
	}
}

func TestUnitIsAsFarAsItsLeastSegment(t *testing.T) {
	const one = "<segment state='final'><source>a</source><target>A</target></segment>"
	for other, want := range map[string]xliff.State{
		"state='final'":                           xliff.Approved,
		"state='reviewed'":                        xliff.InReview,
		"state='translated'":                      xliff.Draft,
		"state='initial' subState='signet:stale'": xliff.Stale,
	} {
		for _, unit := range []string{one + strings.Replace(one, "state='final'", other, 1), strings.Replace(one, "state='final'", other, 1) + one} {
			if d, _ := read(t, file21(unit)); d.Units[0].State != want {
				t.Errorf("%s: %s", other, d.Units[0].State)
			}
		}
	}
}

func TestWhatLiesBetweenSegmentsHasNoState(t *testing.T) {
	d, _ := read(t, file21("<segment state='final'><source>a</source><target>A</target></segment><ignorable><source> </source><target>-</target></ignorable>"))
	if u := d.Units[0]; u.State != xliff.Approved || u.Target != "A-" {
		t.Errorf("%+v", u)
	}
}

func TestFilesOfOneItemAreJoined(t *testing.T) {
	one := file12("<source>a</source>")
	begin, end := strings.Index(one, "<file"), strings.Index(one, "</xliff>")
	second := strings.Replace(one[begin:end], `id="slogan"`, `id="body"`, 1)
	d, _ := read(t, one[:end]+second+one[end:])
	if len(d.Units) != 2 || d.Units[0].ID != "slogan" || d.Units[1].ID != "body" || d.Item != "k" || d.Number != 1 {
		t.Errorf("%+v", d)
	}
}

func TestByteOrderMarkIsTakenOff(t *testing.T) {
	read(t, "\uFEFF<?xml version='1.0' encoding='UTF-8'?>\n"+file12("<source>a</source>"))
}

func TestItemIsTheIDWhereTheOriginalIsLost(t *testing.T) {
	d, _ := read(t, strings.Replace(file21("<segment><source>a</source></segment>"), ` original="k/1"`, "", 1))
	if d.Item != "k" || d.Number != 0 {
		t.Errorf("%+v", d)
	}
}

func TestErrorOfTheReaderIsReturned(t *testing.T) {
	want := errors.New("the line is cut")
	if _, _, err := xliff.Read(failing{want}); !errors.Is(err, want) {
		t.Error(err)
	}
}
