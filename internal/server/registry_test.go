package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"signet/assets/disk"
	"signet/assets/rendition"
	"signet/domain"
	"signet/internal/access"
	"signet/internal/catalogue"
	"signet/internal/commands"
	"signet/internal/eventlog"
	"signet/internal/eventlog/logtest"
	"signet/internal/kit"
	"signet/internal/links"
	"signet/internal/merkle"
	"signet/internal/notary"
	"signet/internal/proof"
	"signet/internal/sample"
	"signet/internal/server"
	"signet/internal/testneeds/tool"
	"signet/projections"
)

// registry is a server of a registry that tests ask as people would.
type registry struct {
	t      *testing.T
	url    string
	server *server.Server
	runner *commands.Runner
	views  *projections.Views
	store  *disk.Store
	log    *failing
	tokens map[domain.Role]string

	renditions *rendition.Maker
	notary     *notary.Notary
}

// failing is a log that can be told to refuse appends.
type failing struct {
	eventlog.Log

	refuse atomic.Bool
}

func (l *failing) Append(ctx context.Context, stream string, expected eventlog.Revision, records ...eventlog.Record) (eventlog.Position, error) {
	if l.refuse.Load() {
		return 0, eventlog.ErrUnavailable
	}
	return l.Log.Append(ctx, stream, expected, records...)
}

// newRegistry serves an empty registry.
func newRegistry(t *testing.T) *registry {
	t.Helper()
	store, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	views, err := projections.Open(filepath.Join(t.TempDir(), "views.db"))
	if err != nil {
		t.Fatal(err)
	}
	renditions, err := rendition.New(store, tool.Renditions(t), rendition.Options{})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := links.Open(filepath.Join(t.TempDir(), "links.key"))
	if err != nil {
		t.Fatal(err)
	}
	prints, err := catalogue.OpenPrints(t.TempDir(), renditions)
	if err != nil {
		t.Fatal(err)
	}
	r := &registry{t: t, views: views, store: store, log: &failing{Log: logtest.NewMemory()}, tokens: map[domain.Role]string{}, renditions: renditions}
	r.runner = &commands.Runner{Log: r.log, Clock: time.Now}
	r.withNotary()
	if r.server, err = server.New(server.Options{
		Runner: r.runner, Views: views, Store: store, Renditions: renditions, Links: keys, Prints: prints, Notary: r.notary, StampedDir: t.TempDir(), MaxUpload: 1 << 20, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(r.server)
	r.url = web.URL
	t.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
		if err := errors.Join(renditions.Close(context.Background()), views.Close(), store.Close()); err != nil {
			t.Error(err)
		}
	})
	return r
}

// withNotary gives the registry a notary, which signs when it is told to.
func (r *registry) withNotary() {
	r.t.Helper()
	dir := r.t.TempDir()
	key, err := proof.OpenKey(filepath.Join(dir, proof.KeyFile), "")
	if err != nil {
		r.t.Fatal(err)
	}
	tree, err := merkle.Open(filepath.Join(dir, "tree.db"))
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = tree.Close() })
	if r.notary, err = notary.New(r.t.Context(), notary.Options{Log: r.log, Tree: tree, Key: key, Clock: time.Now}); err != nil {
		r.t.Fatal(err)
	}
}

// follow lets the read models follow the log.
func (r *registry) follow() *registry {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := r.views.CatchUp(ctx, r.log, nil); !errors.Is(err, context.Canceled) {
			r.t.Error(err)
		}
	}()
	r.t.Cleanup(func() { cancel(); <-ended })
	return r
}

// withSample adds the sample kit, and members of so-ngoai-vu with a token each.
func (r *registry) withSample() *registry {
	r.t.Helper()
	report, err := kit.Import(context.Background(), sample.HaiPhong(), kit.Target{Runner: r.runner, Store: r.store, Future: true}, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	last := report.Position
	for _, role := range domain.MemberRoles {
		id, token := uuid.New(), access.NewToken()
		var locales []domain.Locale
		if role == domain.RoleTranslator {
			locales = []domain.Locale{"ja"}
		}
		r.run(domain.AddMember{Agency: "so-ngoai-vu", Member: id, Roles: []domain.Role{role}, Locales: locales})
		last = r.run(domain.IssueToken{Agency: "so-ngoai-vu", Member: id, Token: token.ID, Hash: token.Hash})
		r.tokens[role] = token.Secret
	}
	if err := r.views.WaitFor(context.Background(), last); err != nil {
		r.t.Fatal(err)
	}
	return r
}

func (r *registry) run(c domain.Command[domain.Agency]) eventlog.Position {
	r.t.Helper()
	result, err := commands.Run(context.Background(), r.runner, domain.Agencies, c, commands.Request{Actor: kit.Operator})
	if err != nil {
		r.t.Fatal(err)
	}
	return result.Position
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// problem is the code and the reason of an error.
func (a answer) problem() string {
	var body struct {
		Error struct{ Code, Reason, Field, RequestID string }
	}
	if err := json.Unmarshal(a.body, &body); err != nil || body.Error.RequestID != a.header.Get("X-Request-Id") {
		return "none"
	}
	return strings.TrimSpace(body.Error.Code + " " + body.Error.Reason + " " + body.Error.Field)
}

// varies tells whether an answer says that it depends on a header of the request.
func (a answer) varies(header string) bool {
	return strings.Contains(strings.Join(a.header.Values("Vary"), ", "), header)
}

// ask sends a request as somebody of the role; "" is nobody in particular.
func (r *registry) ask(method, path string, role domain.Role, body io.Reader, headers ...string) answer {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.url+path, body)
	if err != nil {
		r.t.Fatal(err)
	}
	if role != "" {
		req.Header.Set("Authorization", "Bearer "+r.tokens[role])
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, text}
}

// query asks the API and decodes the data.
func (r *registry) query(role domain.Role, document string, into any) {
	r.t.Helper()
	body, err := json.Marshal(map[string]string{"query": document})
	if err != nil {
		r.t.Fatal(err)
	}
	a := r.ask(http.MethodPost, "/graphql", role, bytes.NewReader(body), "Content-Type", "application/json")
	var res struct {
		Data   json.RawMessage
		Errors []any
	}
	if err := json.Unmarshal(a.body, &res); err != nil || len(res.Errors) > 0 {
		r.t.Fatalf("%d %s", a.status, a.body)
	}
	if into != nil {
		if err := json.Unmarshal(res.Data, into); err != nil {
			r.t.Fatal(err)
		}
	}
}

// downloads counts those of an agency that were recorded.
func (r *registry) downloads() int {
	r.t.Helper()
	var data struct {
		Usage struct {
			Edges []struct{ Node struct{ Downloads int } }
		}
	}
	r.query(domain.RoleAuditor, `{ usage(filter: {key: "logo-sample"}) { edges { node { downloads } } } }`, &data)
	n := 0
	for _, e := range data.Usage.Edges {
		n += e.Node.Downloads
	}
	return n
}

const logoFile = "hải-phòng-ngang-đủ-màu.svg"

// logo is the path of a file of the sample logo.
func logo(version string) string {
	return "/files/logo-sample/" + version + "/" + url.PathEscape(logoFile)
}
