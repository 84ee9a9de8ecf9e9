package xliff_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"signet/internal/xliff"
)

func TestRefusesToRead(t *testing.T) {
	ok := file12("<source>a</source>")
	cut, _, _ := strings.Cut(ok, "</trans-unit>")
	segment := "<segment><source>a</source></segment>"
	replace := func(old, by string) string { return strings.Replace(ok, old, by, 1) }
	begin, end := strings.Index(ok, "<file"), strings.Index(ok, "</xliff>")
	second := func(old, by string) string {
		return ok[:end] + "\n" + strings.NewReplacer(`id="slogan"`, `id="body"`, old, by).Replace(ok[begin:end]) + ok[end:]
	}
	for name, c := range map[string]struct {
		code string
		line int
		file string
	}{
		"nothing":                             {xliff.CodeNotWellFormed, 1, ""},
		"only a comment":                      {xliff.CodeNotWellFormed, 2, "<!--\n-->"},
		"a file that is cut off":              {xliff.CodeNotWellFormed, 4, cut},
		"tags that do not match":              {xliff.CodeNotWellFormed, 3, replace("</source>", "</sauce>")},
		"an attribute twice":                  {xliff.CodeNotWellFormed, 2, replace(`<trans-unit `, `<trans-unit id="a" `)},
		"two roots":                           {xliff.CodeNotWellFormed, 5, ok + "\n<a/>"},
		"text after the root":                 {xliff.CodeNotWellFormed, 4, ok + "a"},
		"a late XML declaration":              {xliff.CodeNotWellFormed, 2, "\n<?xml version='1.0'?>" + ok},
		"an entity that nobody declared":      {xliff.CodeNotWellFormed, 3, replace(">a<", ">&a;<")},
		"a character that is referred to":     {xliff.CodeNotWellFormed, 3, replace(">a<", ">&#0;<")},
		"XML 1.1":                             {xliff.CodeNotWellFormed, 1, "<?xml version='1.1'?>" + ok},
		"bytes of Latin-1":                    {xliff.CodeNotUTF8, 3, replace(">a<", ">\xe9<")},
		"a replacement character":             {xliff.CodeNotUTF8, 2, replace(">a<", ">\uFFFD<")},
		"a declaration of Latin-1":            {xliff.CodeNotUTF8, 1, "<?xml version='1.0' encoding='ISO-8859-1'?>" + ok},
		"UTF-16":                              {xliff.CodeNotUTF8, 1, "\xff\xfe<\x00a\x00"},
		"UTF-16 without a mark":               {xliff.CodeNotUTF8, 1, "<\x00a\x00/\x00>\x00"},
		"a vertical tab":                      {xliff.CodeControlCharacter, 3, replace(">a<", ">\x0b<")},
		"a delete in a source":                {xliff.CodeControlCharacter, 2, replace(">a<", ">&#x7F;<")},
		"a bidirectional control in a target": {xliff.CodeControlCharacter, 3, replace("</source>", "</source><target>\u202E</target>")},
		"a bell by a code point":              {xliff.CodeControlCharacter, 2, file21("<segment><source>a<cp hex='0007'/></source></segment>")},
		"a code point that is none":           {xliff.CodeControlCharacter, 3, file21("<segment><source>a<cp hex='D800'/></source></segment>")},
		"a control in a note of ours":         {xliff.CodeControlCharacter, 3, replace("</source>", "</source><note from='signet'>\u0085</note>")},
		"a document type":                     {xliff.CodeDoctype, 1, "<!DOCTYPE xliff>" + ok},
		"entities that grow":                  {xliff.CodeDoctype, 2, "<?xml version='1.0'?>\n<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>" + ok},
		"a document type in the middle":       {xliff.CodeDoctype, 3, replace("<source>", "<!DOCTYPE x><source>")},
		"another root":                        {xliff.CodeNotXLIFF, 1, "<tmx version='1.2' xmlns='urn:oasis:names:tc:xliff:document:1.2'/>"},
		"a unit outside of a file":            {xliff.CodeNotXLIFF, 1, "<xliff xmlns='urn:oasis:names:tc:xliff:document:1.2' version='1.2'><trans-unit id='a'/></xliff>"},
		"a file inside a file":                {xliff.CodeNotXLIFF, 1, replace("<body>", "<file original='k/1'/><body>")},
		"a unit after its file":               {xliff.CodeNotXLIFF, 4, replace("</xliff>", "<trans-unit id='a'/></xliff>")},
		"version 2.0":                         {xliff.CodeUnsupportedVersion, 1, strings.Replace(file21(segment), `"2.1"`, `"2.0"`, 1)},
		"no version":                          {xliff.CodeUnsupportedVersion, 1, replace(` version="1.2"`, "")},
		"no namespace":                        {xliff.CodeUnsupportedVersion, 1, "<xliff version='1.2'/>"},
		"the version of the other namespace":  {xliff.CodeUnsupportedVersion, 1, replace(`"1.2"`, `"2.1"`)},
		"a file of something else":            {xliff.CodeItemInvalid, 1, replace(`"k/1"`, `"Khẩu hiệu.docx"`)},
		"a file of no version":                {xliff.CodeItemInvalid, 1, replace(`"k/1"`, `"k/0"`)},
		"a version with a sign":               {xliff.CodeItemInvalid, 1, replace(`"k/1"`, `"k/+1"`)},
		"no original":                         {xliff.CodeItemInvalid, 1, replace(` original="k/1"`, "")},
		"files of two items":                  {xliff.CodeSeveralItems, 5, second(`"k/1"`, `"l/1"`)},
		"files of two versions":               {xliff.CodeSeveralItems, 5, second(`"k/1"`, `"k/2"`)},
		"files in two languages":              {xliff.CodeSeveralLanguages, 5, second(`"ja"`, `"zh"`)},
		"no source language":                  {xliff.CodeLanguageMissing, 1, replace(` source-language="vi"`, "")},
		"no target language, and a target":    {xliff.CodeLanguageMissing, 1, strings.Replace(replace("</source>", "</source><target>A</target>"), ` target-language="ja"`, "", 1)},
		"no trgLang, and a target":            {xliff.CodeLanguageMissing, 1, strings.Replace(file21("<segment><source>a</source><target>A</target></segment>"), ` trgLang="ja"`, "", 1)},
		"no srcLang":                          {xliff.CodeLanguageMissing, 1, strings.Replace(file21(segment), ` srcLang="vi"`, "", 1)},
		"a language that there is not":        {xliff.CodeLanguageInvalid, 1, replace(`"ja"`, `"japanese!"`)},
		"no units":                            {xliff.CodeNoUnits, 2, "<xliff xmlns='urn:oasis:names:tc:xliff:document:1.2' version='1.2'>\n<file original='k/1'><body/></file></xliff>"},
		"no files":                            {xliff.CodeNoUnits, 2, "\n<xliff xmlns='urn:oasis:names:tc:xliff:document:1.2' version='1.2'/>"},
		"a unit without an id":                {xliff.CodeUnitIDMissing, 2, replace(` id="slogan"`, "")},
		"a unit with an id of another name":   {xliff.CodeUnitIDMissing, 2, replace(` id="slogan"`, ` xmlns:z="urn:z" z:id="slogan"`)},
		"an id that is no key":                {xliff.CodeUnitIDInvalid, 2, replace(`"slogan"`, `"Slogan 1"`)},
		"a unit twice":                        {xliff.CodeUnitIDDuplicate, 4, replace("</trans-unit>", "</trans-unit><trans-unit id='slogan'><source>a</source></trans-unit>")},
		"a unit without a source":             {xliff.CodeSourceMissing, 2, replace("<source>a</source>", "<target>a</target>")},
		"a blank source":                      {xliff.CodeSourceMissing, 2, replace(">a<", ">\n<")},
		"a segment without a source":          {xliff.CodeSourceMissing, 4, file21(segment + "\n<segment/>")},
		"a unit without segments":             {xliff.CodeSourceMissing, 2, file21("")},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, c.file, c.code, c.line)
		})
	}
	read(t, ok)
}

func refused(t *testing.T, file, code string, line int) *xliff.Error {
	t.Helper()
	d, v, err := xliff.Read(strings.NewReader(file))
	if err == nil {
		t.Fatalf("%s is read as %+v", v, d)
	}
	e := refusal(t, err)
	if e.Code != code || e.Line != line || d.Item != "" || v != "" {
		t.Errorf("%s in line %d: %v", e.Code, e.Line, e)
	}
	return e
}

// TestRefusesPlaceholdersThatAreNotThoseOfTheSource: the target is on line 4.
func TestRefusesPlaceholdersThatAreNotThoseOfTheSource(t *testing.T) {
	const (
		source21 = "<segment><source>a <ph id='1' equiv='day'/> b <ph id='2' equiv='year'/><pc id='3'>c</pc></source>\n"
		source12 = "<source>a <ph id='1' equiv-text='day'/> b <ph id='2' equiv-text='year'/><g id='3'>c</g></source>\n"
	)
	for name, c := range map[string]struct {
		target string
		only   xliff.Version // if it is of one version
	}{
		"one is missing":                      {"<ph id='1'/>", ""},
		"all are missing":                     {"A", ""},
		"one is there twice":                  {"<ph id='1'/><ph id='2'/><ph id='1'/>", ""},
		"one is there in place of another":    {"<ph id='1'/><ph id='1'/>", ""},
		"one is unknown":                      {"<ph id='1'/><ph id='2'/><ph id='4'/>", ""},
		"one has no id":                       {"<ph id='1'/><ph id='2'/><ph/>", ""},
		"one says that it is another":         {"<ph id='1' equiv='year' equiv-text='year'/><ph id='2' equiv='day' equiv-text='day'/>", ""},
		"one more is typed":                   {"<ph id='1'/><ph id='2'/>{{day}}", ""},
		"another is typed":                    {"<ph id='1'/>{{years}}", ""},
		"other markup in place of one":        {"<ph id='1'/><pc id='2'>A</pc>", xliff.V21},
		"a pair of codes":                     {"<ph id='1'/><ph id='2'/><pc id='4'>A</pc>", xliff.V21},
		"a start of a code":                   {"<ph id='1'/><ph id='2'/><sc id='4'/>", xliff.V21},
		"an end of a code":                    {"<ph id='1'/><ph id='2'/><ec startRef='3'/>", xliff.V21},
		"markup twice":                        {"<ph id='1'/><ph id='2'/><pc id='3'/><pc id='3'/>", xliff.V21},
		"a group":                             {"<ph id='1'/><ph id='2'/><g id='4'>A</g>", xliff.V12},
		"an x":                                {"<ph id='1'/><ph id='2'/><x id='4'/>", xliff.V12},
		"a bx":                                {"<ph id='1'/><ph id='2'/><bx id='1'/>", xliff.V12},
		"a bpt":                               {"<ph id='1'/><ph id='2'/><bpt id='1'>&lt;b></bpt>", xliff.V12},
		"an it":                               {"<ph id='1'/><ph id='2'/><it id='1' pos='open'/>", xliff.V12},
		"markup of a stranger":                {"<ph id='1'/><ph id='2'/><z:b xmlns:z='urn:z'>A</z:b>", ""},
		"markup that nobody knows":            {"<ph id='1'/><ph id='2'/><blink id='1'>A</blink>", ""},
		"one is inside of another's markup":   {"<ph id='1'/><g id='3'><ph id='1'/></g>", xliff.V12},
		"one is hidden in the text of a code": {"<ph id='1'><sub><ph id='2'/></sub></ph>", xliff.V12},
	} {
		t.Run(name, func(t *testing.T) {
			for _, v := range versions {
				unit := source21 + "<target>" + c.target + "</target></segment>"
				if v == xliff.V12 {
					unit = source12 + "<target>" + c.target + "</target>"
				}
				if c.only == "" || c.only == v {
					if e := refused(t, file(v, unit), xliff.CodePlaceholderMismatch, 4); e.Unit != "slogan" {
						t.Errorf("unit %q", e.Unit)
					}
				}
			}
		})
	}
	read(t, file21(source21+"<target><ph id='2'/><ph id='1'/></target></segment>"))
	read(t, file12(source12+"<target><ph id='2'/><x id='1'/></target>"))
}

func TestRefusesASourceWhoseCodesCannotBeToldApart(t *testing.T) {
	for _, source := range []string{
		"<source>a<ph id='1' equiv-text='day'/><ph id='1' equiv-text='year'/></source>",
		"<source>a<ph equiv-text='day'/></source>",
	} {
		refused(t, file12(source), xliff.CodePlaceholderMismatch, 3)
	}
}

func TestCodeIsRefusedTwiceAlsoInTwoSegments(t *testing.T) {
	refused(t, file21("<segment><source>a<ph id='1' equiv='d'/></source><target>A<ph id='1'/></target></segment>\n"+
		"<segment><source>b</source><target>B<ph id='1'/></target></segment>"), xliff.CodePlaceholderMismatch, 4)
}

func TestLimits(t *testing.T) {
	nested := func(depth int) string { // what holds it has 4 elements
		n := depth - 4
		return file12("<source>a</source><alt-trans>" + strings.Repeat("<a>", n-1) + strings.Repeat("</a>", n-1) + "</alt-trans>")
	}
	read(t, nested(xliff.MaxDepth))
	refused(t, nested(xliff.MaxDepth+1), xliff.CodeTooDeep, 3)

	units := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "</trans-unit>\n<trans-unit id='u%d'><source>a</source>", i)
		}
		return file12("<source>a</source>" + b.String())
	}
	if d, _ := read(t, units(xliff.MaxUnits-1)); len(d.Units) != xliff.MaxUnits {
		t.Errorf("%d units", len(d.Units))
	}
	refused(t, units(xliff.MaxUnits), xliff.CodeTooManyUnits, 3+xliff.MaxUnits)

	refused(t, file12("<source>a</source>"+strings.Repeat("<a/>", 500_000)), xliff.CodeTooLarge, 3)

	padded := file12("<source>a</source>")
	padded += strings.Repeat(" ", xliff.MaxBytes-len(padded))
	read(t, padded)
	refused(t, padded+" ", xliff.CodeTooLarge, 4)
}

// TestReadsNoMoreThanTheLimit: what is endless is given up.
func TestReadsNoMoreThanTheLimit(t *testing.T) {
	n := int64(0)
	_, _, err := xliff.Read(readerFunc(func(b []byte) (int, error) {
		n += int64(len(b))
		if n > 4*xliff.MaxBytes {
			return 0, io.ErrNoProgress
		}
		return len(b), nil
	}))
	if e := refusal(t, err); e.Code != xliff.CodeTooLarge {
		t.Errorf("%+v", e)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }
