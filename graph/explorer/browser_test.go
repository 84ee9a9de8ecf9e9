package explorer_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	"signet/graph/explorer"
	"signet/internal/testneeds/browser"
)

// screenshotVariable names the environment variable that holds the file to
// write a picture of the page to, for a person to look at.
const screenshotVariable = "SIGNET_EXPLORER_SCREENSHOT"

const slogan = "Cảng xanh, thành phố xanh"

// introspection describes a schema with one query and one subscription.
const introspection = `{"data":{"__schema":{
	"queryType":{"name":"Query"},"mutationType":null,"subscriptionType":{"name":"Subscription"},"directives":[],
	"types":[
		{"kind":"OBJECT","name":"Query","description":"What can be read.","interfaces":[],"fields":[
			{"name":"slogan","description":"Một slogan.","args":[],"type":{"kind":"SCALAR","name":"String"},"isDeprecated":false}]},
		{"kind":"OBJECT","name":"Subscription","interfaces":[],"fields":[
			{"name":"approved","args":[],"type":{"kind":"SCALAR","name":"String"},"isDeprecated":false}]},
		{"kind":"SCALAR","name":"String"},{"kind":"SCALAR","name":"Boolean"}]}}}`

// endpoint is a GraphQL server that knows one answer, and remembers who asked.
type endpoint struct {
	mu             sync.Mutex
	authorizations []string
	answered       int
}

func (e *endpoint) note(authorization string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.authorizations = append(e.authorizations, authorization)
}

// lastAuthorization returns what the latest caller said of itself.
func (e *endpoint) lastAuthorization() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.authorizations) == 0 {
		return "nobody has called"
	}
	return e.authorizations[len(e.authorizations)-1]
}

func (e *endpoint) answer(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Query string }
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	e.note(r.Header.Get("Authorization"))
	w.Header().Set("Content-Type", "application/json")
	if strings.Contains(asked.Query, "__schema") {
		_, _ = w.Write([]byte(introspection))
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]string{"slogan": e.next()}})
}

// next is another answer each time, so that a test can tell a new one.
func (e *endpoint) next() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answered++
	return fmt.Sprintf("%s %d", slogan, e.answered)
}

// coming is what next will say.
func (e *endpoint) coming() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return fmt.Sprintf("%s %d", slogan, e.answered+1)
}

// subscribe speaks just enough of graphql-transport-ws for one subscription.
func (e *endpoint) subscribe(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{Subprotocols: []string{"graphql-transport-ws"}}
	socket, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer socket.Close()
	for {
		var m struct {
			ID      string `json:"id,omitempty"`
			Type    string `json:"type"`
			Payload any    `json:"payload,omitempty"`
		}
		if socket.ReadJSON(&m) != nil {
			return
		}
		switch m.Type {
		case "connection_init":
			payload, _ := m.Payload.(map[string]any)
			authorization, _ := payload["Authorization"].(string)
			e.note(authorization)
			_ = socket.WriteJSON(map[string]string{"type": "connection_ack"})
		case "subscribe":
			_ = socket.WriteJSON(map[string]any{"id": m.ID, "type": "next", "payload": map[string]any{"data": map[string]string{"approved": e.next()}}})
			_ = socket.WriteJSON(map[string]string{"id": m.ID, "type": "complete"})
		}
	}
}

// openExplorer serves the page beside a fake endpoint and opens it.
func openExplorer(t *testing.T) (*browser.Page, *endpoint, *url.URL) {
	t.Helper()
	fake := &endpoint{}
	mux := http.NewServeMux()
	mux.Handle("GET /graphql", explorer.Handler(explorer.Options{
		Endpoint:             "/graphql",
		SubscriptionEndpoint: "/graphql/subscriptions",
		Examples: []explorer.Example{
			{TitleVi: "Slogan đang có hiệu lực", TitleEn: "Slogans in force", Query: "query Slogan {\n  slogan\n}\n"},
			{TitleVi: "Theo dõi việc phê duyệt", TitleEn: "Follow approvals", Query: "subscription Followed {\n  approved\n}\n"},
		},
	}))
	mux.HandleFunc("POST /graphql", fake.answer)
	mux.HandleFunc("GET /graphql/subscriptions", fake.subscribe)
	mux.Handle(explorer.FilesPath, explorer.Files())
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	page := browser.Open(t, server.URL+"/graphql", 1280, 800)
	page.Wait(editorJS + ` && document.querySelectorAll(".examples button").length === 2`)
	return page, fake, address
}

// editorJS and answerJS are JavaScript expressions for the two editors.
const (
	editorJS = `document.querySelector(".graphiql-query-editor .CodeMirror")?.CodeMirror`
	answerJS = `document.querySelector(".result-window .CodeMirror").CodeMirror.getValue()`
)

// execute presses the button and waits for an answer with the text in it.
func execute(page *browser.Page, text string) {
	page.Eval(`document.querySelector(".graphiql-execute-button").click()`, nil)
	page.Wait(answerJS + `.includes(` + quote(text) + `)`)
}

// waitForOperation waits until the editor has understood the operation that it
// holds, which is a little after its text is there.
func waitForOperation(page *browser.Page, name string) {
	page.Wait(editorJS + `.operationName === ` + quote(name))
}

func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has a form in JSON
	}
	return string(quoted)
}

func TestTheExplorerInABrowser(t *testing.T) {
	page, fake, address := openExplorer(t)

	t.Run("a typed query is answered", func(t *testing.T) {
		page := page.In(t)
		page.Eval(editorJS+`.focus()`, nil)
		page.Eval(editorJS+`.execCommand("selectAll")`, nil)
		page.Type("query Typed { slogan }")
		waitForOperation(page, "Typed")
		execute(page, fake.coming())
		if got := fake.lastAuthorization(); got != "" {
			t.Errorf("nobody gave a token, but %q was sent", got)
		}
	})

	t.Run("a pasted token is sent, and kept by the tab alone", func(t *testing.T) {
		page := page.In(t)
		page.Eval(`document.getElementById("token").focus()`, nil)
		page.Type("Bearer sgn_secret")
		page.Eval(`document.querySelector("#token-form button[type=submit]").click()`, nil)
		page.Wait(`document.getElementById("token").value === ""`)
		execute(page, fake.coming())
		if got := fake.lastAuthorization(); got != "Bearer sgn_secret" {
			t.Errorf("Authorization was %q", got)
		}
		var kept string
		page.Eval(`JSON.stringify(localStorage) + document.cookie + location.href`, &kept)
		if strings.Contains(kept, "secret") {
			t.Errorf("the token is kept beyond the tab: %s", kept)
		}
	})

	t.Run("an example opens in a tab of its own, and a subscription is followed", func(t *testing.T) {
		page := page.In(t)
		page.Eval(`document.querySelectorAll(".examples button")[1].click()`, nil)
		waitForOperation(page, "Followed")
		execute(page, `"approved": `+quote(fake.coming()))
		if got := fake.lastAuthorization(); got != "Bearer sgn_secret" {
			t.Errorf("the subscription's Authorization was %q", got)
		}
		var tabs int
		page.Eval(`document.querySelectorAll(".graphiql-tab").length`, &tabs)
		if tabs != 2 {
			t.Errorf("want the typed query and the example, got %d tabs", tabs)
		}
		savePicture(t, page)
	})

	t.Run("a forgotten token is sent no more", func(t *testing.T) {
		page := page.In(t)
		page.Eval(`document.getElementById("token-forget").click()`, nil)
		page.Eval(`document.querySelectorAll(".examples button")[0].click()`, nil)
		waitForOperation(page, "Slogan")
		execute(page, fake.coming())
		if got := fake.lastAuthorization(); got != "" {
			t.Errorf("a forgotten token was sent: %q", got)
		}
	})

	t.Run("the dialogues, a menu and the documentation open", func(t *testing.T) {
		page := page.In(t)
		for _, label := range []string{"Open short keys dialog", "Open settings dialog"} {
			page.Eval(`document.querySelector("button[aria-label='`+label+`']").click()`, nil)
			page.Wait(`document.querySelector(".graphiql-dialog")`)
			page.Eval(`document.querySelector(".graphiql-dialog-close").click()`, nil)
			page.Wait(`!document.querySelector(".graphiql-dialog")`)
		}
		page.Eval(editorJS+`.setValue("query One { slogan } query Two { slogan }")`, nil)
		page.Wait(editorJS + `.operations.length === 2`)
		openMenu := `new PointerEvent("pointerdown", {bubbles: true, button: 0})`
		page.Eval(`document.querySelector(".graphiql-execute-button").dispatchEvent(`+openMenu+`)`, nil)
		page.Wait(`document.querySelectorAll("[role=menuitem]").length === 2`)
		page.Eval(`document.querySelector("[role=menuitem]").click()`, nil)
		page.Eval(`document.querySelector("button[aria-label='Show Documentation Explorer']").click()`, nil)
		page.Wait(`document.querySelector(".graphiql-doc-explorer")`)
	})

	if problems := page.Problems(); len(problems) != 0 {
		t.Errorf("the browser complains: %q", problems)
	}
	for _, request := range page.Requests() {
		asked, err := url.Parse(request)
		if err != nil {
			t.Fatal(err)
		}
		if asked.Host != address.Host && asked.Scheme != "data" {
			t.Errorf("a request to another host: %s", request)
		}
	}
}

func savePicture(t *testing.T, page *browser.Page) {
	t.Helper()
	name := os.Getenv(screenshotVariable)
	if name == "" {
		return
	}
	if err := os.WriteFile(name, page.Screenshot(), 0o600); err != nil {
		t.Fatal(err)
	}
}
