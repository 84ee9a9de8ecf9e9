package fill_test

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"signet/internal/fill"
)

func TestHTML(t *testing.T) {
	for _, c := range []struct {
		title, locale, text string
		values              []string
		want                string
	}{
		{"a line is a paragraph", "en", "Hello {{who}}", []string{"you"}, "<p>Hello you</p>"},
		{"a line break is one", "en", "a\n{{who}}", []string{"b\nc"}, "<p>a<br>b<br>c</p>"},
		{"a blank line begins a paragraph", "en", "a\n\nb\n \t\n\nc", nil, "<p>a</p><p>b</p><p>c</p>"},
		{"also in a value", "en", "a{{who}}d", []string{"b\n\nc"}, "<p>ab</p><p>cd</p>"},
		{"blank lines around the text are dropped", "en", "\n\na\n\n", nil, "<p>a</p>"},
		{"a blank text is nothing", "en", " \n{{who}}", []string{""}, ""},
		{"the text is escaped", "en", `<b>"R&D"</b> 'a'`, nil, "<p>&lt;b&gt;&#34;R&amp;D&#34;&lt;/b&gt; &#39;a&#39;</p>"},
		{"a value is escaped", "en", "{{who}}", []string{`"><script>alert('&amp;')</script>`}, "<p>&#34;&gt;&lt;script&gt;alert(&#39;&amp;amp;&#39;)&lt;/script&gt;</p>"},
		{"a value from right to left is isolated", "en", "{{who}} (1)", []string{"شركة"}, "<p><bdi>شركة</bdi> (1)</p>"},
		{"so is one of both directions", "vi", "{{who}} 1", []string{"ABC שלום"}, "<p><bdi>ABC שלום</bdi> 1</p>"},
		{"each of its lines by itself", "en", "{{who}}.", []string{"א\nb\n\nג"}, "<p><bdi>א</bdi><br>b</p><p><bdi>ג</bdi>.</p>"},
		{"a value of the same direction is not", "ar", "{{who}}", []string{"شركة"}, "<p>شركة</p>"},
		{"Latin letters among Arabic are", "ar", "{{who}}", []string{"SIGNET"}, "<p><bdi>SIGNET</bdi></p>"},
		{"so is a telephone number", "ar-EG", "{{who}}", []string{"+84 225 384"}, "<p><bdi>+84 225 384</bdi></p>"},
		{"the direction is known where the rest is not", "he", "{{who}}", []string{"SIGNET"}, "<p><bdi>SIGNET</bdi></p>"},
		{"what the locale writes itself is not isolated", "ar", "{{count}}", []string{"3"}, "<p>3 مشاريع</p>"},
		{"punctuation has no direction", "ar", "{{who}}", []string{"…!"}, "<p>…!</p>"},
		{"Chinese characters run from left to right", "en", "{{who}}", []string{"海防"}, "<p>海防</p>"},
	} {
		t.Run(c.title, func(t *testing.T) {
			if got := render(t, c.text, c.locale, fill.HTML, c.values...); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestPlainTextIsIsolatedOnlyAgainstTheDirection(t *testing.T) {
	for _, c := range []struct{ locale, value, want string }{
		{"en", "شركة", "\u2068شركة\u2069"},
		{"en", "א\nb", "\u2068א\u2069\nb"},
		{"en", "٣", "\u2068٣\u2069"},
		{"en", "<Hải Phòng> 3", "<Hải Phòng> 3"},
		{"ar", "شركة", "شركة"},
		{"ar", "Hải Phòng", "\u2068Hải Phòng\u2069"},
		{"ar", "", ""},
	} {
		if got := render(t, "{{who}}", c.locale, fill.Plain, c.value); got != c.want {
			t.Errorf("%s: got %q, want %q", c.locale, got, c.want)
		}
	}
}

// token is all that a fragment may consist of: our four tags, our five
// references, and text without a character that HTML has a meaning for.
var token = regexp.MustCompile(`^(?:<(/?)(p|br|bdi)>|&(?:amp|lt|gt|#34|#39);|[^<>&"'\n]+)`)

// scan reads a fragment, sees that its tags are ours and nested as they should
// be, and returns its text, with line feeds for breaks and ends of paragraphs.
func scan(t interface {
	Helper()
	Errorf(format string, args ...any)
}, fragment string,
) string {
	t.Helper()
	if strings.ContainsRune(norm.NFC.String(fragment), '≯') && !strings.ContainsRune(fragment, '≯') {
		t.Errorf("%q loses a tag in NFC", fragment)
	}
	var text strings.Builder
	open := ""
	for rest := fragment; rest != ""; {
		m := token.FindStringSubmatch(rest)
		if m == nil {
			t.Errorf("%q is not HTML from %.20q", fragment, rest)
			return ""
		}
		rest = rest[len(m[0]):]
		var allowed bool
		switch m[1] + m[2] {
		case "p":
			allowed, open = open == "", "p"
		case "bdi":
			allowed, open = open == "p", "bdi"
		case "br":
			allowed = open == "p"
			text.WriteByte('\n')
		case "/bdi":
			allowed, open = open == "bdi", "p"
		case "/p":
			allowed, open = open == "p", ""
			text.WriteByte('\n')
		case "/br":
			allowed = false
		default:
			allowed = open != ""
			text.WriteString(html.UnescapeString(m[0]))
		}
		if !allowed {
			t.Errorf("%q: %s where it must not be", fragment, m[0])
		}
	}
	if open != "" {
		t.Errorf("%q ends within <%s>", fragment, open)
	}
	return text.String()
}

// lines are the lines of a text that say something, without isolates.
func lines(s string) string {
	var kept []string
	for line := range strings.SplitSeq(strings.NewReplacer("\u2068", "", "\u2069", "").Replace(s), "\n") {
		if strings.Trim(line, " \t") != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

func TestNoValueCanMakeATag(t *testing.T) {
	hostile := rapid.SliceOfN(rapid.SampledFrom([]string{
		"<", ">", "&", `"`, "'", "/", "=", "!--", "--", "]]", "script", "p", "bdi", "br", "img onerror", "lt;", "&lt", "#60;", "{{", "}}", "who", "note",
		"\n", "\n\n", " ", "\t", "a", "א", "ש", "\u0338", "\u0301", "\u202e", "\u2069", "\u200f", "\u2028", "\x00", "\xff", "<p>", "</p>", "</bdi>", "<br>",
	}), 0, 12)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(hostile.Draw(t, "text"), "") + "{{who}}" + rapid.SampledFrom([]string{"", "\n", "</p>", "{{note}}", "{{who}}"}).Draw(t, "end")
		values := map[string]string{"who": strings.Join(hostile.Draw(t, "who"), ""), "note": rapid.String().Draw(t, "note")}
		checkTargets(t, text, rapid.SampledFrom([]string{"en", "ar", "vi", "?"}).Draw(t, "locale"), values)
	})
}

// checkTargets sees that a text is refused for both targets or for none, that the
// HTML is ours, and that both say the same.
func checkTargets(t interface {
	Helper()
	Errorf(format string, args ...any)
}, text, locale string, values map[string]string,
) {
	t.Helper()
	fragment, err := fill.Render(text, locale, placeholders, values, fill.HTML)
	plain, errPlain := fill.Render(text, locale, placeholders, values, fill.Plain)
	if (err == nil) != (errPlain == nil) {
		if len(text) < 10_000 { // only what is long may be too long for one of them
			t.Errorf("%v, but %v", err, errPlain)
		}
		return
	}
	if err != nil {
		return
	}
	if !utf8.ValidString(fragment) || !norm.NFC.IsNormalString(plain) || !norm.NFC.IsNormalString(fragment) {
		t.Errorf("%q and %q are not NFC", fragment, plain)
	}
	if got, want := lines(scan(t, fragment)), lines(plain); got != want {
		t.Errorf("%q says %q, not %q", fragment, got, want)
	}
}
