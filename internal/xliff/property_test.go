package xliff_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"signet/internal/xliff"
)

var (
	// prose has no braces: what is made of it has only the placeholders put in.
	prose = []string{
		"Hải Phòng", "ngừng", "thuở", " ", "  ", "\n", "\t", "\n  ", "ハイフォン", "が", "か\u3099", "海防", "항구", "🌊", "👩🏽‍🚀", "\u00a0", "\u200d",
		"&", "<", ">", "\"", "'", "]]>", "<![CDATA[", "<!--", "-->", "&amp;", "&#10;", "a", "day", "_", "\u0301", "\u0323", "e\u0302", "\U0010FFFD",
	}
	braces = []string{"{", "}", "{{", "}}", "{{{", "{{Day}}", "{{ day }}", "{{}}", "{{9}}", "{{a.b}}"}
	codes  = []string{"{{day}}", "{{city}}", "{{a}}", "{{a_1}}", "{{" + strings.Repeat("z", 40) + "}}"}
	isCode = regexp.MustCompile(`\{\{[a-z][a-z0-9_]{0,39}\}\}`)
)

func text(from ...[]string) *rapid.Generator[string] {
	var all []string
	for _, f := range from {
		all = append(all, f...)
	}
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom(all), 1, 12), func(parts []string) string {
		return norm.NFC.String(strings.Join(parts, ""))
	}).Filter(func(s string) bool { return strings.TrimSpace(s) != "" })
}

// translation makes a target with the placeholders of a source, in some order.
func translation(t *rapid.T, source string) string {
	parts := isCode.FindAllString(source, -1)
	parts = append(parts, text(prose).Draw(t, "target"))
	seed := rapid.Uint64().Draw(t, "order")
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return norm.NFC.String(strings.Join(parts, ""))
}

func unit(t *rapid.T, i int) xliff.Unit {
	anything := text(prose, braces, codes)
	u := xliff.Unit{
		ID: fmt.Sprintf("%s-%d", rapid.StringMatching(`[a-z0-9]{1,5}(-[a-z0-9]{1,3})?`).Draw(t, "id"), i),
		// nil and not empty, as it is read
		Notes:  append([]string(nil), rapid.SliceOfN(anything, 0, 3).Draw(t, "notes")...),
		Source: anything.Draw(t, "source"),
		State:  rapid.SampledFrom([]xliff.State{xliff.Missing, xliff.Draft, xliff.InReview, xliff.Approved, xliff.Stale}).Draw(t, "state"),
	}
	if u.State != xliff.Missing {
		u.Target = translation(t, u.Source)
	}
	if u.State == xliff.Stale {
		u.PreviousSource = anything.Draw(t, "previous source")
		if rapid.Bool().Draw(t, "other placeholders") {
			u.Target = translation(t, u.PreviousSource)
		}
	}
	return u
}

func document(t *rapid.T) xliff.Document {
	d := xliff.Document{
		Item:   rapid.StringMatching(`[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}`).Draw(t, "item"),
		Number: rapid.IntRange(0, 1000).Draw(t, "number"),
		Source: rapid.SampledFrom([]string{"vi", "en-GB"}).Draw(t, "source language"),
		Target: rapid.SampledFrom([]string{"ja", "zh-Hans", "ko", "fr-CA"}).Draw(t, "target language"),
	}
	for i := range rapid.IntRange(1, 5).Draw(t, "units") {
		d.Units = append(d.Units, unit(t, i))
	}
	return d
}

func TestEveryDocumentSurvives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := document(t)
		for _, v := range versions {
			var first, again, second bytes.Buffer
			if err := xliff.Write(&first, d, v); err != nil {
				t.Fatal(err)
			}
			if err := xliff.Write(&again, d, v); err != nil || !bytes.Equal(first.Bytes(), again.Bytes()) {
				t.Fatalf("the same document gives other bytes: %v", err)
			}
			got, version, err := xliff.Read(bytes.NewReader(first.Bytes()))
			if err != nil {
				t.Fatalf("%v\n%s", err, first.Bytes())
			}
			if diff := cmp.Diff(d, got); diff != "" || version != v {
				t.Fatalf("%s: %s\n%s", version, diff, first.Bytes())
			}
			if err := xliff.Write(&second, got, v); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
				t.Fatalf("%v\n%s\n%s", err, first.Bytes(), second.Bytes())
			}
		}
	})
}

// FuzzRead: whatever is read can be written, in both versions, and is then read
// as the same. The seeds are short: the engine tries to shorten each file that
// shows it something new, which takes a minute for one as long as those in testdata.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"", "<", "\uFEFF<xliff/>", "<!DOCTYPE a>", "<?xml version='1.0' encoding='UTF-16'?><xliff/>",
		file21("<segment><source>a<cp hex='41'/><ph id='1' disp='{{a}}'/></source><target order='2'>{{a}}</target></segment><ignorable><source> </source></ignorable>"),
		file21("<notes><note category='previous-target'>{{b}}</note></notes><segment><source>a</source></segment>"),
		file12("<source>a<g id='1'>&#13;<x id='2' equiv-text='b'/></g></source><target state='final'><mrk mtype='seg' mid='1'><ph id='2'/></mrk></target>"),
		file12("<source>e</source><target>\u0301</target>"),
		file12("<source>a</source><seg-source><mrk mtype='seg' mid='1'>a</mrk></seg-source><target state-qualifier='x-signet-stale'><mrk mtype='seg' mid='1'/></target>"),
		file12("<source>a</source><target state='needs-translation' state-qualifier='x-signet-stale'>A</target><note from='previous-source'>b</note><note from='signet'>c</note>"),
		file21("<m:m xmlns:m='urn:m'><source>x</source></m:m><originalData><data id='d'>{{a}}</data></originalData><segment state='final'><source><ph id='1' dataRef='d'/></source><target><mrk id='m'><ph id='1'/></mrk></target></segment>"),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		began := time.Now()
		d, _, err := xliff.Read(bytes.NewReader(b))
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("took %v", took)
		}
		if err != nil {
			if e := refusal(t, err); e.Code == "" || e.Line < 1 || e.Line > 1+bytes.Count(b, []byte("\n")) {
				t.Errorf("%+v", e)
			}
			return
		}
		for _, v := range versions {
			got, version := read(t, string(write(t, d, v)))
			if diff := cmp.Diff(d, got); diff != "" || version != v {
				t.Errorf("%s: %s", version, diff)
			}
		}
	})
}
