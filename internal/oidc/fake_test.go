package oidc_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"signet/domain"
	"signet/internal/oidc"
)

const (
	clientID = "signet"
	audience = "signet-api"
	public   = "https://registry.example"
)

var noon = time.Date(2027, 1, 4, 5, 0, 0, 0, time.UTC)

// Keys take long to make, and are all the same to tests.
var (
	rsaKeys = sync.OnceValue(func() [2]*rsa.PrivateKey {
		var keys [2]*rsa.PrivateKey
		for i := range keys {
			keys[i], _ = rsa.GenerateKey(rand.Reader, 2048)
		}
		return keys
	})
	ecKey256, _   = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ecKey521, _   = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	_, edKey, _   = ed25519.GenerateKey(rand.Reader)
	base64Encoder = base64.RawURLEncoding
)

type object = map[string]any

// fake is a provider that says whatever a test wants.
type fake struct {
	*httptest.Server

	mu       sync.Mutex
	asked    map[string]int // guarded by mu; by path
	metadata object         // guarded by mu; beside the usual
	keys     []object       // guarded by mu
	rawKeys  string         // guarded by mu; what is said in their place, if anything
	down     bool           // guarded by mu
	// token answers the exchange of a code; guarded by mu
	token func(form url.Values) (int, object)
	now   time.Time // guarded by mu
}

// newFake is a provider, and the registry's side of it.
func newFake(t testing.TB, change ...func(*oidc.Options)) (*fake, *oidc.Provider) {
	t.Helper()
	f := &fake{asked: map[string]int{}, now: noon, keys: []object{publicOf("rsa", &rsaKeys()[0].PublicKey)}}
	f.Server = httptest.NewServer(http.HandlerFunc(f.answer))
	t.Cleanup(f.Close)
	o := oidc.Options{
		Issuer: f.URL, ClientID: clientID, ClientSecret: "secret", PublicURL: public, Audience: audience,
		Key: make([]byte, oidc.KeySize), Clock: f.clock,
	}
	for _, c := range change {
		c(&o)
	}
	p, err := oidc.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return f, p
}

func (f *fake) clock() time.Time { f.mu.Lock(); defer f.mu.Unlock(); return f.now }

func (f *fake) later(by time.Duration) { f.set(func() { f.now = f.now.Add(by) }) }

func (f *fake) set(change func()) { f.mu.Lock(); defer f.mu.Unlock(); change() }

func (f *fake) count(path string) int { f.mu.Lock(); defer f.mu.Unlock(); return f.asked[path] }

func (f *fake) answer(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked[r.URL.Path]++
	if f.down {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	status, body := http.StatusOK, object{}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		body = object{"issuer": f.URL, "authorization_endpoint": f.URL + "/authorize", "token_endpoint": f.URL + "/token", "jwks_uri": f.URL + "/keys"}
		maps.Copy(body, f.metadata)
	case "/keys":
		body["keys"] = f.keys
		if f.rawKeys != "" {
			_, _ = io.WriteString(w, f.rawKeys)
			return
		}
	case "/token":
		if id, secret, ok := r.BasicAuth(); !ok || id != clientID || secret != "secret" {
			status = http.StatusUnauthorized
			break
		}
		_ = r.ParseForm()
		status, body = f.token(r.PostForm)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// claims are those of a good access token, changed by pairs of name and value; nil
// takes one away.
func (f *fake) claims(change ...any) object {
	c := object{"iss": f.URL, "sub": "hoa", "aud": audience, "iat": f.clock().Unix(), "exp": f.clock().Add(time.Hour).Unix(), "groups": []string{"a"}}
	for i := 0; i < len(change); i += 2 {
		if c[change[i].(string)] = change[i+1]; change[i+1] == nil {
			delete(c, change[i].(string))
		}
	}
	return c
}

// publicOf is a key as the provider shows it.
func publicOf(kid string, key crypto.PublicKey) object {
	encode := base64Encoder.EncodeToString
	switch k := key.(type) {
	case *rsa.PublicKey:
		return object{"kty": "RSA", "kid": kid, "use": "sig", "n": encode(k.N.Bytes()), "e": encode(big.NewInt(int64(k.E)).Bytes())}
	case *ecdsa.PublicKey:
		point, _ := k.Bytes()
		half := len(point) / 2
		return object{"kty": "EC", "kid": kid, "crv": k.Params().Name, "x": encode(point[1 : 1+half]), "y": encode(point[1+half:])}
	case ed25519.PublicKey:
		return object{"kty": "OKP", "kid": kid, "crv": "Ed25519", "x": encode(k)}
	}
	return nil
}

// sign makes a token. The key is private, or bytes for HMAC, or nil for none at all.
func sign(header, claims object, key any) string {
	h, _ := json.Marshal(header)
	c, _ := json.Marshal(claims)
	return signText(string(h), string(c), header["alg"], key)
}

func signText(header, claims string, alg, key any) string {
	signed := base64Encoder.EncodeToString([]byte(header)) + "." + base64Encoder.EncodeToString([]byte(claims))
	sum, sum512 := sha256.Sum256([]byte(signed)), sha512.Sum512([]byte(signed))
	var signature []byte
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if alg == "PS256" {
			signature, _ = rsa.SignPSS(rand.Reader, k, crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		} else {
			signature, _ = rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, sum[:])
		}
	case *ecdsa.PrivateKey:
		digest, size := sum[:], (k.Params().BitSize+7)/8
		if alg == "ES512" {
			digest = sum512[:]
		}
		r, s, _ := ecdsa.Sign(rand.Reader, k, digest)
		signature = append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
	case ed25519.PrivateKey:
		signature = ed25519.Sign(k, []byte(signed))
	case []byte:
		mac := hmac.New(sha256.New, k)
		mac.Write([]byte(signed))
		signature = mac.Sum(nil)
	}
	return signed + "." + base64Encoder.EncodeToString(signature)
}

// good is the header of the provider's usual tokens.
func good(change ...any) object {
	h := object{"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}
	for i := 0; i < len(change); i += 2 {
		if h[change[i].(string)] = change[i+1]; change[i+1] == nil {
			delete(h, change[i].(string))
		}
	}
	return h
}

// reason is that of a refusal; otherwise the whole error.
func reason(err error) string {
	if refused := domain.AsError(err); refused != nil {
		return refused.Reason
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
