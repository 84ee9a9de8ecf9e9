package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// players hold the tokens of those who write during the kill test.
type players struct{ author, lead, partner string }

// castOfKill begins a registry with two agencies, their members and policies.
func castOfKill(t *testing.T, dir string, l *ledger, place ...string) players {
	t.Helper()
	token := func(args ...string) string {
		return strings.TrimSpace(must(t, dir, slices.Concat([]string{"token"}, place, args)...))
	}
	admin := token("--agency", "lead", "--agency-name", "Chủ trì", "--role", "admin", "--role", "auditor")
	cast := players{
		author:  token("--agency", "lead", "--role", "author"),
		lead:    token("--agency", "lead", "--role", "reviewer"),
		partner: token("--agency", "partner", "--agency-name", "Phối hợp", "--role", "reviewer"),
	}
	l.auditor = admin
	p := serving(t, dir, place...)
	for _, kind := range []string{"SLOGAN", "LOGO"} {
		p.ask(admin, `mutation($in: SetPolicyInput!) { setPolicy(input: $in) { position } }`,
			vars{"in": vars{"kind": kind, "leads": []string{"lead"}, "required": []string{"partner"}, "reason": "hàng 3"}})
	}
	p.stop()
	return cast
}

// load writes with several clients until the server is gone.
func load(p *process, l *ledger, cast players, seed uint64, round int) {
	const clients = 8
	var all sync.WaitGroup
	for n := range clients {
		all.Go(func() {
			c := client{t: p.t, node: func() string { return p.url }, l: l, cast: cast, dice: rand.New(rand.NewPCG(seed, uint64(n)))}
			for i := 0; ; i++ {
				key := fmt.Sprintf("item-%d-%d-%d", round, n, i)
				if n%4 == 3 && !c.logo(key) || n%4 != 3 && !c.slogan(key) {
					return
				}
			}
		})
	}
	all.Wait()
}

// client writes one thing after the other.
type client struct {
	t    *testing.T
	node func() string // the URL of the server that is asked next
	// patient, if not nil, says whether to ask again, perhaps another server, after
	// nobody knows what became of a deed. Otherwise that ends the client.
	patient func() bool
	// also is a code that such a client takes for another UNAVAILABLE, if any.
	also string
	// over, if not nil, says whether the client begins nothing new any more.
	over func() bool
	l    *ledger
	cast players
	dice *rand.Rand
}

// slogan leads a slogan through its life; false when the server is gone.
func (c *client) slogan(key string) bool {
	text := fmt.Sprintf("Khẩu hiệu %s số %d", key, c.dice.Uint64())
	return c.begin(key, "SLOGAN", deed{in: vars{"content": sloganOf(text)}, text: text}) && c.sign(key)
}

// logo uploads a picture and leads a logo that is made of it through its life.
func (c *client) logo(key string) bool {
	digest, ok := c.upload()
	if !ok {
		return false
	}
	name := "Biểu trưng " + key
	content := vars{
		"units": []vars{{"id": "name", "role": "NAME", "texts": []vars{{"locale": "vi", "text": name}}}},
		"files": []vars{{"colour": "FULL", "layout": "MARK", "name": key + ".png", "digest": digest}},
	}
	return c.begin(key, "LOGO", deed{in: vars{"content": content}, text: name, file: digest}) && c.sign(key)
}

func (c *client) begin(key, kind string, draft deed) bool {
	draft.in["key"] = key
	draft.token, draft.item, draft.steps = c.cast.author, key, []string{"DRAFTED"}
	draft.query = `mutation($in: DraftVersionInput!) { draftVersion(input: $in) { position } }`
	return c.do(deed{
		token: c.cast.author, item: key, steps: []string{"REGISTERED"}, in: vars{"key": key, "kind": kind},
		query: `mutation($in: RegisterItemInput!) { registerItem(input: $in) { position } }`,
	}) && c.do(draft)
}

// sign submits a version, lets both agencies sign it, and uses it.
func (c *client) sign(key string) bool {
	sign := `mutation($in: SignVersionInput!) { signVersion(input: $in) { position } }`
	version := func() vars { return vars{"key": key, "version": 1} }
	use := version()
	use["channel"], use["place"] = "portal", "trang "+key
	return c.do(deed{
		token: c.cast.author, item: key, steps: []string{"SUBMITTED"}, in: version(),
		query: `mutation($in: SubmitVersionInput!) { submitVersion(input: $in) { position } }`,
	}) && c.do(deed{token: c.cast.partner, item: key, steps: []string{"SIGNED"}, in: version(), query: sign}) &&
		c.do(deed{token: c.cast.lead, item: key, steps: []string{"SIGNED", "APPROVED"}, in: version(), query: sign}) &&
		c.do(deed{
			token: c.cast.author, item: key, use: true, in: use,
			query: `mutation($in: DeclareUseInput!) { declareUse(input: $in) { position } }`,
		})
}

// do asks for a deed and notes what is known of it; false when that is nothing, or the
// client's time is over.
func (c *client) do(d deed) bool {
	if c.over != nil && c.over() {
		return false
	}
	d.in["idempotencyKey"] = fmt.Sprintf("%s-%d", d.item, c.dice.Uint64())
	for {
		a, err := graphql(c.t.Context(), c.node(), d.token, d.query, vars{"in": d.in})
		switch {
		case err != nil || (a.unavailable() || c.also != "" && a.coded(c.also)) && c.patient != nil:
			if c.patient != nil && c.patient() {
				continue
			}
			c.l.unknown(d)
			return false
		case len(a.Errors) > 0 || positionOf(a) < 0:
			c.t.Errorf("%s %v: %s", d.query, d.in, a.raw)
			return false
		}
		c.l.acknowledged(d, positionOf(a))
		return true
	}
}

// upload streams a picture of random pixels, without saying how long it is.
func (c *client) upload() (digest string, ok bool) {
	picture := image.NewNRGBA(image.Rect(0, 0, 16+c.dice.IntN(300), 16+c.dice.IntN(300)))
	for i := range picture.Pix {
		picture.Pix[i] = byte(c.dice.Uint32())
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		c.t.Error(err)
		return "", false
	}
	sum := sha256.Sum256(b.Bytes())
	var status int
	var text []byte
	// A full disk is something to be patient with, too.
	away := func() bool {
		return status == http.StatusServiceUnavailable || status == http.StatusInsufficientStorage || c.also != "" && status == http.StatusInternalServerError
	}
	for err := io.ErrUnexpectedEOF; err != nil || away() && c.patient != nil; {
		stream := struct{ io.Reader }{bytes.NewReader(b.Bytes())}
		status, _, text, err = send(c.t.Context(), http.MethodPost, c.node()+"/files", c.cast.author, "application/octet-stream", stream)
		if failed := err != nil || away(); failed && (c.patient == nil || !c.patient()) {
			return "", false
		}
	}
	var told struct{ Digest string }
	if err := json.Unmarshal(text, &told); err != nil || status != http.StatusCreated || told.Digest != hex.EncodeToString(sum[:]) {
		c.t.Errorf("upload: status %d, %s", status, text)
		return "", false
	}
	c.l.uploaded(told.Digest)
	return told.Digest, true
}
