package phrases_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"signet/internal/phrases"
)

// measureVariable is set to 1 by who wants recall and speed to be measured.
const measureVariable = "SIGNET_MEASURE_PHRASES"

func measuring(t *testing.T) {
	t.Helper()
	if os.Getenv(measureVariable) != "1" {
		t.Skipf("it is measured if %s is 1", measureVariable)
	}
}

// units are what changes of wording are made of: words, or pairs of characters
// where there are no blanks.
func units(language, text string) []string {
	if language != "ja" && language != "zh" {
		return strings.Fields(text)
	}
	var out []string
	for pair := range slices.Chunk([]rune(text), 2) {
		out = append(out, string(pair))
	}
	return out
}

func joined(language string, words []string) string {
	if language == "ja" || language == "zh" {
		return strings.Join(words, "")
	}
	return strings.Join(words, " ")
}

// others are words to replace words by.
var others = map[string][]string{
	"vi": {"và", "xa", "mới", "sông", "người", "tương lai"},
	"en": {"and", "far", "new", "river", "people", "future"},
	"ja": {"未来", "新し", "人々", "遠い"},
	"zh": {"未来", "崭新", "人民", "远方"},
	"ko": {"그리고", "새로운", "강의", "미래", "사람"},
}

// without removes n characters that are no blanks or punctuation, at random.
func without(r *rand.Rand, text string, n int) string {
	letters := []rune(text)
	for n > 0 {
		i := r.IntN(len(letters))
		if !strings.ContainsRune(" –—,、。，.", letters[i]) {
			letters = slices.Delete(letters, i, i+1)
			n--
		}
	}
	return string(letters)
}

// change is a way of changing the wording.
type change struct {
	title string
	make  func(r *rand.Rand, language, text string) string
}

var changes = []change{
	{"one letter missing", func(r *rand.Rand, _, text string) string { return without(r, text, 1) }},
	{"two letters missing", func(r *rand.Rand, _, text string) string { return without(r, text, 2) }},
	{"one word replaced", func(r *rand.Rand, language, text string) string {
		words := units(language, text)
		words[r.IntN(len(words))] = others[language][r.IntN(len(others[language]))]
		return joined(language, words)
	}},
	{"two words exchanged", func(r *rand.Rand, language, text string) string {
		words := units(language, text)
		i := r.IntN(len(words) - 1)
		words[i], words[i+1] = words[i+1], words[i]
		return joined(language, words)
	}},
}

// recall returns in how many of the changed texts, each within prose, the phrase
// that was changed is told: alone, or among those that are equally near.
func recall(t *testing.T, language string, c change, rounds int) (told, all int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	texts := slices.Concat(slogans[language], messages[language])
	x := index(t, texts...)
	for range rounds {
		for i, text := range texts {
			changed := c.make(r, language, text)
			if slices.Contains(texts, changed) {
				continue
			}
			all++
			uses := x.Find(file(t, prose[language][0]+" "+changed+" "+prose[language][1]))
			if slices.ContainsFunc(uses, func(u phrases.Use) bool { return slices.Contains(u.Phrases, i) }) {
				told++
			}
		}
	}
	return told, all
}

// TestRecall measures how many changes of wording are seen:
//
//	SIGNET_MEASURE_PHRASES=1 go test -run 'TestRecall|TestSpeed' -v ./internal/phrases
func TestRecall(t *testing.T) {
	measuring(t)
	for _, c := range changes {
		line := fmt.Sprintf("%-20s", c.title)
		for _, language := range languages {
			told, all := recall(t, language, c, 100)
			line += fmt.Sprintf("  %s %.2f", language, float64(told)/float64(all))
		}
		t.Log(line)
	}
}

// vocabulary are the few words of which sentences are made that have much more in
// common than those of a kit.
var vocabulary = strings.Fields(strings.Join(prose["vi"], " ") + " " + strings.Join(messages["vi"], " "))

func sentence(r *rand.Rand, words int) string {
	var b strings.Builder
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(vocabulary[r.IntN(len(vocabulary))])
	}
	return b.String()
}

// TestSpeed measures 10,000 phrases against a page of 1 MB, in which every sentence
// begins as every third phrase does.
func TestSpeed(t *testing.T) {
	measuring(t)
	r := rand.New(rand.NewPCG(1, 2))
	texts := make([]string, 10_000)
	for i := range texts {
		if texts[i] = sentence(r, 3+r.IntN(12)); i%3 == 0 {
			texts[i] = "Hải Phòng – " + texts[i]
		}
	}
	var source strings.Builder
	for source.Len() < 1<<20 {
		source.WriteString("<p>")
		for range 5 {
			fmt.Fprintf(&source, "Hải Phòng %s. ", sentence(r, 8))
		}
	}
	began := time.Now()
	x := index(t, texts...)
	t.Logf("index: %v", time.Since(began))
	began = time.Now()
	d := page(t, source.String())
	t.Logf("HTML: %v", time.Since(began))
	var times []time.Duration
	for range 5 {
		began = time.Now()
		x.Find(d)
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	t.Logf("Find: %v", times[len(times)/2])
	if times[0] > time.Second {
		t.Errorf("a page of 1 MB took %v at least", times[0])
	}
}
