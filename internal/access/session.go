package access

import (
	"context"
	"net/http"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"

	"signet/domain"
)

// doors are the ways in beside a token of ours in a header. They are set before the
// first request.
type doors struct {
	sessions Sessions
	origins  *http.CrossOriginProtection
	foreign  Foreign
	bearers  *lru.Cache[string, foreignEntry] // by id
}

// ErrCrossSite refuses a request that carries the cookie of a session, but may have been
// made by a page of somebody else in the browser of who is signed in.
var ErrCrossSite = &domain.Error{
	Code: domain.Forbidden, Reason: "cross_site",
	Sentence: "a session counts only for requests that pages of the registry make; programs send a token as Authorization: Bearer …",
}

// Sessions let browsers in by a cookie that holds a token of ours.
type Sessions struct {
	// Cookie is its name.
	Cookie string
	// Origin is that of the registry as browsers know it, such as
	// "https://registry.example". Without one it is whatever host a request names: a
	// proxy before the registry must pass that on.
	Origin string
	// Guarded tells of requests by GET or HEAD that must come from the registry itself,
	// as all by other methods must.
	Guarded func(*http.Request) bool
}

// UseSessions lets the authenticator take cookies. It is called before the first
// request. It fails when the origin is none.
func (a *Authenticator) UseSessions(s Sessions) error {
	origins := http.NewCrossOriginProtection()
	if s.Origin != "" {
		if err := origins.AddTrustedOrigin(s.Origin); err != nil {
			return err
		}
	}
	a.sessions, a.origins = s, origins
	return nil
}

// fromCookie returns who has signed in with a browser. Cookies go along with every
// request to a site, whoever made the browser send it: who calls counts only if that
// was a page of the registry, or a link that somebody followed.
func (a *Authenticator) fromCookie(r *http.Request) (Viewer, error) {
	if a.sessions.Cookie == "" {
		return Viewer{}, nil
	}
	cookie, err := r.Cookie(a.sessions.Cookie)
	if err != nil || cookie.Value == "" {
		return Viewer{}, nil //nolint:nilerr // there is none
	}
	if !a.OwnPage(r) {
		return Viewer{}, ErrCrossSite
	}
	return a.Ours(r.Context(), cookie.Value)
}

// Ours is Authenticate for tokens of the registry alone: those of another server are not
// for cookies.
func (a *Authenticator) Ours(ctx context.Context, secret string) (Viewer, error) {
	if !strings.HasPrefix(secret, prefix) {
		return Viewer{}, ErrBadToken
	}
	return a.Authenticate(ctx, secret)
}

// OwnPage tells whether a request can't have been forged by another site: by what
// browsers say of where it came from (https://www.w3.org/TR/fetch-metadata/). One
// that says nothing of it is no browser that keeps to this. It is for who has called
// UseSessions.
func (a *Authenticator) OwnPage(r *http.Request) bool {
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	if reads && r.Header.Get("Upgrade") == "" && (a.sessions.Guarded == nil || !a.sessions.Guarded(r)) {
		return true
	}
	if r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "" {
		return false
	}
	// The protection lets every GET through, which here may open a WebSocket.
	asWrite := &http.Request{Method: http.MethodPost, URL: r.URL, Host: r.Host, Header: r.Header}
	return a.origins.Check(asWrite) == nil
}

// sessionMark stands in the id of a session between that of the token that it was begun
// with and its own. It is none of the letters of encoding.
const sessionMark = "0"

// NewSession makes the token of a session that is begun with another token, by its id. It
// is good only as long as that one is, whenever it expires itself.
func NewSession(with string) Token { return newToken(with + sessionMark) }

// BegunWith is the id of the token that a session was begun with, by its id; of any
// other token it is the id itself.
func BegunWith(id string) string {
	first, _, session := strings.Cut(id, sessionMark)
	if !session || strings.HasPrefix(id, foreignPrefix) { // a digest has any digits
		return id
	}
	return first
}
