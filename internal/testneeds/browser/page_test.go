package browser_test

import (
	"bytes"
	"image/png"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"signet/internal/testneeds/browser"
)

// open serves one page with a policy that forbids inline scripts.
func open(t *testing.T, body string) (*browser.Page, string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "script-src 'self'; connect-src 'self'")
		_, _ = w.Write([]byte(`<!doctype html><link rel="icon" href="data:,">` + body))
	}))
	t.Cleanup(server.Close)
	page := browser.Open(t, server.URL+"/", 400, 300)
	page.Wait(`document.readyState === "complete" && location.protocol === "http:"`)
	return page, server.URL + "/"
}

func TestAPageIsReadTypedIntoAndSeen(t *testing.T) {
	page, address := open(t, `<input id="field" autofocus>`)
	page.Eval(`document.getElementById("field").focus()`, nil)
	page.Type("Hải Phòng 港口")
	page.Wait(`document.getElementById("field").value !== ""`)
	var typed string
	page.Eval(`Promise.resolve(document.getElementById("field").value)`, &typed)
	if typed != "Hải Phòng 港口" {
		t.Errorf("typed %q", typed)
	}
	if shot, err := png.DecodeConfig(bytes.NewReader(page.Screenshot())); err != nil || shot.Width != 400 {
		t.Errorf("no picture of 400 pixels: %+v, %v", shot, err)
	}
	if !slices.Contains(page.Requests(), address) {
		t.Errorf("the page itself is not in %q", page.Requests())
	}
	if problems := page.Problems(); len(problems) != 0 {
		t.Errorf("a good page has problems: %q", problems)
	}
}

func TestABreachOfThePolicyIsAProblem(t *testing.T) {
	page, _ := open(t, `<script>document.title = "ran"</script><p id="end">`)
	page.Wait(`document.getElementById("end")`)
	var title string
	page.Eval(`document.title`, &title)
	if title == "ran" || len(page.Problems()) == 0 {
		t.Fatalf("an inline script was not refused aloud: title %q, problems %q", title, page.Problems())
	}
}

func TestAnExceptionAndAForeignRequestAreSeen(t *testing.T) {
	page, _ := open(t, "")
	page.Eval(`new Promise((done) => {
		addEventListener("error", () => done(), { once: true });
		setTimeout(() => { throw new Error("oh") });
	})`, nil)
	page.Eval(`fetch("http://foreign.invalid/").catch(() => null)`, nil)
	if len(page.Problems()) < 2 {
		t.Fatalf("want the exception and the refused request, got %q", page.Problems())
	}
}
