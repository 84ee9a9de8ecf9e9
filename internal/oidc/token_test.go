package oidc_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"signet/internal/oidc"
)

// signRaw signs claims as they are, without base64 (RFC 7797).
func signRaw(header, claims string) string {
	header = base64Encoder.EncodeToString([]byte(header))
	sum := sha256.Sum256([]byte(header + "." + claims))
	signature, _ := rsa.SignPKCS1v15(rand.Reader, rsaKeys()[0], crypto.SHA256, sum[:])
	return header + "." + base64Encoder.EncodeToString([]byte(claims)) + "." + base64Encoder.EncodeToString(signature)
}

func TestTokensThatCanBeReadInTwoWaysAreRefused(t *testing.T) {
	f, p := newFake(t)
	claims := func(change ...any) string {
		text, _ := json.Marshal(f.claims(change...))
		return string(text)
	}
	const header = `{"alg":"RS256","kid":"rsa"}`
	whole := signText(header, claims(), "RS256", rsaKeys()[0])
	parts := strings.Split(whole, ".")
	signature := object{"protected": parts[0], "signature": parts[2]}
	flat, _ := json.Marshal(object{"payload": parts[1], "protected": parts[0], "signature": parts[2]})
	several, _ := json.Marshal(object{"payload": parts[1], "signatures": []object{signature, signature}})
	more := func(member string) string { return strings.TrimSuffix(claims(), "}") + "," + member + "}" }
	for name, c := range map[string]struct{ token, reason string }{
		"not in base64":                {signRaw(`{"alg":"RS256","kid":"rsa","b64":false,"crit":["b64"]}`, claims()), "jwt_malformed"},
		"not in base64, not critical":  {signRaw(`{"alg":"RS256","kid":"rsa","b64":false}`, claims()), "jwt_malformed"},
		"as JSON":                      {string(flat), "jwt_malformed"},
		"as JSON with two signatures":  {string(several), "jwt_malformed"},
		"with spaces around":           {" " + whole + "\n", "jwt_malformed"},
		"with a space within":          {parts[0] + ". " + parts[1] + "." + parts[2], "jwt_malformed"},
		"with spare bits":              {spare(whole), "jwt_malformed"},
		"two keys":                     {signText(`{"alg":"RS256","kid":"rsa","kid":"x"}`, claims(), "RS256", rsaKeys()[0]), "jwt_malformed"},
		"a key that is a number":       {signText(`{"alg":"RS256","kid":7}`, claims(), "RS256", rsaKeys()[0]), "jwt_malformed"},
		"of two people":                {signText(header, more(`"sub":"lan"`), "RS256", rsaKeys()[0]), "jwt_malformed"},
		"of two people, deep inside":   {signText(header, more(`"act":{"sub":"hoa","sub":"lan"}`), "RS256", rsaKeys()[0]), "jwt_malformed"},
		"of somebody in other letters": {signText(header, strings.Replace(claims(), `"sub"`, `"SUB"`, 1), "RS256", rsaKeys()[0]), "jwt_subject"},
		"claims that are elsewhere":    {signText(header, more(`"_claim_names":{"groups":"x"}`), "RS256", rsaKeys()[0]), "jwt_malformed"},
	} {
		if i, err := p.Bearer(t.Context(), c.token); reason(err) != c.reason || i.Subject != "" {
			t.Errorf("%s: %q, %+v; want %s", name, reason(err), i.Subject, c.reason)
		}
	}
	if i, err := p.Bearer(t.Context(), signText(header, more(`"SUB":"lan"`), "RS256", rsaKeys()[0])); err != nil || i.Subject != "hoa" {
		t.Errorf("a claim of nearly the same name: %+v, %v", i.Subject, err)
	}
}

// spare sets a bit of the last letter that counts for nothing.
func spare(token string) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := len(token) - 1
	return token[:last] + string(letters[strings.IndexByte(letters, token[last])|1])
}

func TestOneBadKeyDoesNotSpoilTheOthers(t *testing.T) {
	f, p := newFake(t)
	ec := publicOf("bad", &ecKey256.PublicKey)
	offCurve := maps.Clone(ec)
	offCurve["y"] = ec["x"]
	secret := publicOf("rsa2", &rsaKeys()[1].PublicKey)
	for name, part := range map[string][]byte{
		"d": rsaKeys()[1].D.Bytes(), "p": rsaKeys()[1].Primes[0].Bytes(), "q": rsaKeys()[1].Primes[1].Bytes(),
	} {
		secret[name] = base64Encoder.EncodeToString(part)
	}
	f.keys = []object{
		offCurve,
		{"kty": "EC", "crv": "P-224", "kid": "bad"},
		{"kty": "OKP", "crv": "X448", "kid": "bad"},
		{},
		secret,
		{"kty": "RSA", "kid": 7},
		f.keys[0],
	}
	if _, err := p.Bearer(t.Context(), sign(good(), f.claims(), rsaKeys()[0])); err != nil {
		t.Error(err)
	}
	if _, err := p.Bearer(t.Context(), sign(good("kid", "rsa2"), f.claims(), rsaKeys()[1])); reason(err) != "jwt_key" {
		t.Errorf("a key whose other half everybody knows: %v", err)
	}
}

func TestKeysOfOrderFourAreNotMadeOfNothing(t *testing.T) {
	f, p := newFake(t)
	// Zeroes are a point of order four: one in four messages has the signature 1, 0.
	f.keys = []object{{"kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": ""}}
	forged := append([]byte{1}, make([]byte, 63)...)
	for n := range 64 {
		token := sign(good("alg", "EdDSA", "kid", "ed"), f.claims("n", n), nil) + base64Encoder.EncodeToString(forged)
		if _, err := p.Bearer(t.Context(), token); reason(err) != "jwt_key" {
			t.Fatal(err)
		}
	}
}

func TestSignaturesThatAreWrongDoNotMakeTheProviderBeAsked(t *testing.T) {
	f, p := newFake(t)
	for range 3 {
		if _, err := p.Bearer(t.Context(), sign(good(), f.claims(), rsaKeys()[1])); reason(err) != "jwt_signature" {
			t.Error(err)
		}
		f.later(2 * time.Minute)
	}
	if n := f.count("/keys"); n != 1 {
		t.Errorf("the keys were asked for %d times", n)
	}
}

func TestAnswersThatAreTooLongAreNone(t *testing.T) {
	long := strings.Repeat("a", 1<<20)
	f, p := newFake(t)
	f.metadata = object{"x": long}
	if _, _, err := p.Begin(t.Context(), "/"); !errors.Is(err, oidc.ErrUnavailable) {
		t.Errorf("what it says of itself: %v", err)
	}
	f, p = newFake(t)
	f.keys = append(f.keys, object{"kty": long})
	if _, err := p.Bearer(t.Context(), sign(good(), f.claims(), rsaKeys()[0])); !errors.Is(err, oidc.ErrUnavailable) {
		t.Errorf("its keys: %v", err)
	}
}

func TestAnIDTokenIsOfTheAccessTokenBesideIt(t *testing.T) {
	f, p := newFake(t)
	f.keys = append(f.keys, publicOf("ed", edKey.Public()))
	sum, long := sha256.Sum256([]byte("a")), sha512.Sum512([]byte("a"))
	half, longHalf := base64Encoder.EncodeToString(sum[:16]), base64Encoder.EncodeToString(long[:32])
	rsaSigned := func(hash any) func(url.Values) string {
		return func(asked url.Values) string { return sign(good(), f.idClaims(asked, "at_hash", hash), rsaKeys()[0]) }
	}
	for name, c := range map[string]struct {
		token  func(asked url.Values) string
		reason string
	}{
		"its hash": {rsaSigned(half), ""},
		"its longer hash": {func(asked url.Values) string {
			return sign(good("alg", "EdDSA", "kid", "ed"), f.idClaims(asked, "at_hash", longHalf), edKey)
		}, ""},
		"the hash of another": {rsaSigned(longHalf), "jwt_hash"},
		"no hash":             {rsaSigned(""), "jwt_hash"},
		"a number":            {rsaSigned(7), "jwt_malformed"},
	} {
		asked, sealed := begin(t, p, "/")
		f.gives(asked, func() string { return c.token(asked) })
		if i, _, err := p.Finish(t.Context(), sealed, back(asked)); reason(err) != c.reason || (i.Subject == "") != (c.reason != "") {
			t.Errorf("%s: %v; want %q", name, err, c.reason)
		}
	}
}
