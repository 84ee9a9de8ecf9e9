package oidc_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/internal/oidc"
)

func TestAccessTokensOfTheProviderAreTaken(t *testing.T) {
	f, p := newFake(t)
	f.keys = append(f.keys, publicOf("ec", &ecKey256.PublicKey), publicOf("ec5", &ecKey521.PublicKey), publicOf("ed", edKey.Public()))
	for name, token := range map[string]string{
		"RS256":               sign(good(), f.claims(), rsaKeys()[0]),
		"PS256":               sign(good("alg", "PS256"), f.claims(), rsaKeys()[0]),
		"ES256":               sign(good("alg", "ES256", "kid", "ec"), f.claims(), ecKey256),
		"ES512":               sign(good("alg", "ES512", "kid", "ec5"), f.claims(), ecKey521),
		"EdDSA":               sign(good("alg", "EdDSA", "kid", "ed"), f.claims(), edKey),
		"without a type":      sign(good("typ", nil), f.claims(), rsaKeys()[0]),
		"Keycloak's type":     sign(good("typ", "JWT"), f.claims("typ", "Bearer"), rsaKeys()[0]),
		"a long type":         sign(good("typ", "application/AT+JWT"), f.claims(), rsaKeys()[0]),
		"several audiences":   sign(good(), f.claims("aud", []string{"account", audience}), rsaKeys()[0]),
		"expired just now":    sign(good(), f.claims("exp", noon.Add(-59*time.Second).Unix()), rsaKeys()[0]),
		"from in a moment on": sign(good(), f.claims("nbf", noon.Add(59*time.Second).Unix(), "iat", noon.Add(time.Minute).Unix()), rsaKeys()[0]),
		"with a fraction":     sign(good(), f.claims("exp", float64(noon.Unix())+0.5), rsaKeys()[0]),
	} {
		i, err := p.Bearer(t.Context(), token)
		if err != nil || i.Subject != "hoa" || i.Issuer != f.URL || len(i.Claims["groups"].([]any)) != 1 {
			t.Errorf("%s: %+v, %v", name, i, err)
		}
	}
	if n := f.count("/keys"); n != 1 {
		t.Errorf("the keys were asked for %d times", n)
	}
}

func TestHostileAccessTokensAreRefused(t *testing.T) {
	f, p := newFake(t)
	f.keys = append(f.keys, publicOf("ec", &ecKey256.PublicKey))
	der, _ := x509.MarshalPKIXPublicKey(&rsaKeys()[0].PublicKey)
	shown := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	mine := rsaKeys()[1]
	ours := func(header, claims object) string { return sign(header, claims, rsaKeys()[0]) }
	whole := ours(good(), f.claims())
	parts := strings.Split(whole, ".")
	other := strings.Split(ours(good(), f.claims("sub", "lan")), ".")
	for name, c := range map[string]struct{ token, reason string }{
		"no algorithm":                  {sign(good("alg", "none"), f.claims(), nil), "jwt_algorithm"},
		"no algorithm, in capitals":     {sign(good("alg", "nOnE"), f.claims(), nil), "jwt_algorithm"},
		"no algorithm, but signed":      {sign(good("alg", "none"), f.claims(), rsaKeys()[0]), "jwt_algorithm"},
		"algorithm left out":            {sign(good("alg", nil), f.claims(), rsaKeys()[0]), "jwt_algorithm"},
		"algorithm in other letters":    {signText(`{"ALG":"RS256","kid":"rsa"}`, "{}", "", rsaKeys()[0]), "jwt_algorithm"},
		"two algorithms":                {signText(`{"alg":"RS256","kid":"rsa","alg":"none"}`, "{}", "", nil), "jwt_malformed"},
		"HMAC by the public key":        {sign(good("alg", "HS256"), f.claims(), shown), "jwt_algorithm"},
		"HMAC by the modulus":           {sign(good("alg", "HS256"), f.claims(), rsaKeys()[0].N.Bytes()), "jwt_algorithm"},
		"HMAC that says RS256":          {sign(good(), f.claims(), shown), "jwt_signature"},
		"another key":                   {sign(good(), f.claims(), mine), "jwt_signature"},
		"another key that it shows":     {sign(good("jwk", publicOf("rsa", &mine.PublicKey), "jku", "https://evil.example/keys", "x5u", "https://evil.example"), f.claims(), mine), "jwt_signature"},
		"a key of another kind":         {sign(good("alg", "ES256"), f.claims(), ecKey256), "jwt_signature"},
		"RSA that says ES256":           {sign(good("alg", "ES256", "kid", "ec"), f.claims(), rsaKeys()[0]), "jwt_signature"},
		"an unknown key":                {sign(good("kid", "gone"), f.claims(), mine), "jwt_key"},
		"no key named, of several":      {sign(good("kid", nil), f.claims(), rsaKeys()[0]), "jwt_key"},
		"a key that is a path":          {sign(good("kid", "../../dev/null"), f.claims(), []byte{}), "jwt_key"},
		"another issuer":                {ours(good(), f.claims("iss", "https://evil.example")), "jwt_issuer"},
		"nearly the issuer":             {ours(good(), f.claims("iss", f.URL+"/")), "jwt_issuer"},
		"no issuer":                     {ours(good(), f.claims("iss", nil)), "jwt_issuer"},
		"issuers":                       {ours(good(), f.claims("iss", []string{f.URL})), "jwt_issuer"},
		"another audience":              {ours(good(), f.claims("aud", "other")), "jwt_audience"},
		"for the client":                {ours(good(), f.claims("aud", clientID)), "jwt_audience"},
		"no audience":                   {ours(good(), f.claims("aud", nil)), "jwt_audience"},
		"an audience within another":    {ours(good(), f.claims("aud", []any{[]any{audience}, "x" + audience})), "jwt_audience"},
		"expired":                       {ours(good(), f.claims("exp", noon.Add(-time.Minute).Unix())), "jwt_time"},
		"never expires":                 {ours(good(), f.claims("exp", nil)), "jwt_time"},
		"expires as a text":             {ours(good(), f.claims("exp", "9999999999")), "jwt_time"},
		"expires at the end of time":    {ours(good(), f.claims("exp", 1e300)), "jwt_time"},
		"not yet":                       {ours(good(), f.claims("nbf", noon.Add(61*time.Second).Unix())), "jwt_time"},
		"not yet, as a text":            {ours(good(), f.claims("nbf", "0")), "jwt_time"},
		"made tomorrow":                 {ours(good(), f.claims("iat", noon.Add(24*time.Hour).Unix())), "jwt_time"},
		"made never":                    {ours(good(), f.claims("iat", nil)), "jwt_time"},
		"nobody's":                      {ours(good(), f.claims("sub", nil)), "jwt_subject"},
		"of a number":                   {ours(good(), f.claims("sub", 7)), "jwt_subject"},
		"of somebody very long":         {ours(good(), f.claims("sub", strings.Repeat("a", 256))), "jwt_subject"},
		"an ID token by its nonce":      {ours(good("typ", "JWT"), f.claims("nonce", "n")), "jwt_type"},
		"an ID token by its hash":       {ours(good("typ", "JWT"), f.claims("at_hash", "h")), "jwt_type"},
		"Keycloak's ID token":           {ours(good("typ", "JWT"), f.claims("typ", "ID")), "jwt_type"},
		"Keycloak's refresh token":      {ours(good("typ", "JWT"), f.claims("typ", "Refresh")), "jwt_type"},
		"a logout token":                {ours(good("typ", "logout+jwt"), f.claims()), "jwt_type"},
		"a type that is a list":         {ours(good("typ", []string{"at+jwt"}), f.claims()), "jwt_type"},
		"bound to a key":                {ours(good(), f.claims("cnf", object{"jkt": "x"})), "jwt_type"},
		"must be understood":            {ours(good("crit", []string{"exp"}, "exp", 1), f.claims()), "jwt_malformed"},
		"claims not as signed":          {parts[0] + "." + other[1] + "." + parts[2], "jwt_signature"},
		"without a signature":           {parts[0] + "." + parts[1] + ".", "jwt_signature"},
		"two parts":                     {parts[0] + "." + parts[1], "jwt_malformed"},
		"five parts, as encrypted":      {whole + ".a.b", "jwt_malformed"},
		"padded":                        {whole + "=", "jwt_malformed"},
		"with a line break":             {parts[0] + "\n." + parts[1] + "." + parts[2], "jwt_malformed"},
		"claims that are a list":        {signText(`{"alg":"RS256","kid":"rsa"}`, "[]", "", rsaKeys()[0]), "jwt_malformed"},
		"claims that are null":          {signText(`{"alg":"RS256","kid":"rsa"}`, "null", "", rsaKeys()[0]), "jwt_malformed"},
		"claims twice":                  {signText(`{"alg":"RS256","kid":"rsa"}`, "{}{}", "", rsaKeys()[0]), "jwt_malformed"},
		"too long":                      {ours(good(), f.claims("x", strings.Repeat("a", oidc.MaxToken))), "jwt_malformed"},
		"nothing":                       {"", "jwt_malformed"},
		"dots":                          {"..", "jwt_malformed"},
		"an ECDSA signature, stretched": {stretched(sign(good("alg", "ES256", "kid", "ec"), f.claims(), ecKey256)), "jwt_signature"},
		"an ECDSA signature of zeroes":  {strings.Join(strings.Split(sign(good("alg", "ES256", "kid", "ec"), f.claims(), nil), ".")[:2], ".") + "." + base64Encoder.EncodeToString(make([]byte, 64)), "jwt_signature"},
	} {
		if i, err := p.Bearer(t.Context(), c.token); reason(err) != c.reason || i.Subject != "" {
			t.Errorf("%s: %q, %+v; want %s", name, reason(err), i.Subject, c.reason)
		}
	}
	if _, err := p.Bearer(t.Context(), whole); err != nil {
		t.Error(err)
	}
}

// stretched puts a zero between the two numbers of an ECDSA signature, which leaves them
// as they are.
func stretched(token string) string {
	dot := strings.LastIndex(token, ".") + 1
	signature, _ := base64Encoder.DecodeString(token[dot:])
	return token[:dot] + base64Encoder.EncodeToString(slices.Insert(signature, len(signature)/2, 0))
}

func TestNoAccessTokensAreTakenWithoutAnAudience(t *testing.T) {
	f, p := newFake(t, func(o *oidc.Options) { o.Audience = "" })
	if _, err := p.Bearer(t.Context(), sign(good(), f.claims("aud", ""), rsaKeys()[0])); reason(err) != "jwt_audience" {
		t.Error(err)
	}
}

func TestUnknownKeysMakeTheProviderBeAskedOnceAMinute(t *testing.T) {
	f, p := newFake(t)
	token := func() string { return sign(good("kid", "new"), f.claims(), rsaKeys()[1]) }
	if _, err := p.Bearer(t.Context(), sign(good(), f.claims(), rsaKeys()[0])); err != nil {
		t.Fatal(err)
	}
	hostile := func() {
		var all sync.WaitGroup
		for n := range 50 {
			all.Go(func() {
				if _, err := p.Bearer(t.Context(), sign(good("kid", fmt.Sprint(n)), f.claims(), []byte{1})); reason(err) != "jwt_key" {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	hostile()
	if n := f.count("/keys"); n != 1 {
		t.Errorf("within a minute the keys were asked for %d times", n)
	}
	f.set(func() { f.keys = append(f.keys, publicOf("new", &rsaKeys()[1].PublicKey)) })
	if _, err := p.Bearer(t.Context(), token()); reason(err) != "jwt_key" {
		t.Errorf("before the minute is over: %v", err)
	}
	f.later(time.Minute)
	if _, err := p.Bearer(t.Context(), token()); err != nil {
		t.Errorf("a key that the provider has added: %v", err)
	}
	hostile()
	if n := f.count("/keys"); n != 2 {
		t.Errorf("the keys were asked for %d times", n)
	}
	f.set(func() { f.keys = f.keys[1:] })
	f.later(time.Hour)
	if _, err := p.Bearer(t.Context(), sign(good(), f.claims(), rsaKeys()[0])); reason(err) != "jwt_key" {
		t.Errorf("a key that the provider has taken away: %v", err)
	}
}

func TestTokensAreCheckedWhileTheProviderIsAway(t *testing.T) {
	f, p := newFake(t)
	f.set(func() { f.down = true })
	token := sign(good(), f.claims("exp", noon.Add(9*time.Hour).Unix()), rsaKeys()[0])
	for range 3 {
		if _, err := p.Bearer(t.Context(), token); !errors.Is(err, oidc.ErrUnavailable) {
			t.Errorf("keys that nobody knows: %v", err)
		}
	}
	if n := f.count("/.well-known/openid-configuration"); n != 1 {
		t.Errorf("a provider that is away was asked %d times", n)
	}
	f.set(func() { f.down = false })
	f.later(5 * time.Second)
	if _, err := p.Bearer(t.Context(), token); err != nil {
		t.Errorf("when it is back: %v", err)
	}
	f.set(func() { f.down = true })
	f.later(2 * time.Hour)
	if _, err := p.Bearer(t.Context(), token); err != nil {
		t.Errorf("keys that are known: %v", err)
	}
}

func TestKeysThatAreOfNoUseArePassedOver(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024) //nolint:gosec // that is the point
	if err != nil {
		t.Fatal("this Go makes no keys that are too small: ", err)
	}
	f, p := newFake(t)
	with := func(key object, change ...any) object {
		key = maps.Clone(key)
		for i := 0; i < len(change); i += 2 {
			key[change[i].(string)] = change[i+1]
		}
		return key
	}
	rsa0, ec := publicOf("rsa", &rsaKeys()[0].PublicKey), publicOf("rsa", &ecKey256.PublicKey)
	for name, key := range map[string]object{
		"for encryption":         with(rsa0, "use", "enc"),
		"of another algorithm":   with(rsa0, "alg", "PS256"),
		"too small":              publicOf("rsa", &small.PublicKey),
		"exponent 1":             with(rsa0, "e", "AQ"),
		"even exponent":          with(rsa0, "e", "BA"),
		"a long exponent":        with(rsa0, "e", "AQABAQAB"),
		"no modulus":             with(rsa0, "n", ""),
		"symmetric":              {"kty": "oct", "kid": "rsa", "k": "AAAA"},
		"not on the curve":       with(ec, "y", ec["x"]),
		"a curve that is none":   with(ec, "crv", "P-224"),
		"a curve of other bytes": with(ec, "crv", "P-384"),
		"Ed25519 that is short":  {"kty": "OKP", "kid": "rsa", "crv": "Ed25519", "x": "AAAA"},
		"of another kind":        {"kty": "x"},
	} {
		f.set(func() { f.keys = []object{key} })
		f.later(time.Hour)
		for _, token := range []string{sign(good(), f.claims(), rsaKeys()[0]), sign(good("alg", "HS256"), f.claims(), []byte{0, 0, 0}), sign(good(), f.claims(), small)} {
			if _, err := p.Bearer(t.Context(), token); !slices.Contains([]string{"jwt_key", "jwt_algorithm"}, reason(err)) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func FuzzBearer(f *testing.F) {
	provider, p := newFake(f)
	whole := sign(good(), provider.claims(), rsaKeys()[0])
	for _, seed := range []string{
		whole, "..", whole + ".", sign(good("alg", "none"), provider.claims(), nil), sign(good("kid", 7, "typ", nil), object{"exp": "x"}, rsaKeys()[1]),
		signText(`{"alg":"ES256"}`, `{"aud":[[]]}`, "", nil), signText("[", "{", "", nil),
		spare(whole), " " + whole, signRaw(`{"alg":"RS256","kid":"rsa","b64":false}`, "{}"), `{"payload":"","signatures":[{},{}]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if i, err := p.Bearer(t.Context(), token); err == nil && token != whole {
			t.Errorf("%q is taken for %+v", token, i)
		}
	})
}

// FuzzClaims has the provider sign anything: who is let in is somebody whom the claims
// name, for us, now, and as any other reader finds it there.
func FuzzClaims(f *testing.F) {
	fake, p := newFake(f)
	fake.set(func() { fake.keys = []object{publicOf("ed", edKey.Public())} })
	header := good("alg", "EdDSA", "kid", "ed")
	for _, claims := range []object{
		fake.claims(), fake.claims("aud", []any{"x", audience, 7}), fake.claims("exp", 1e11), fake.claims("exp", -1), fake.claims("nbf", "x"), fake.claims("iat", 1.5), fake.claims("cnf", object{}),
		fake.claims("email", "hoa@haiphong.example", "email_verified", "false", "name", "Hòa"), fake.claims("sub", ""), fake.claims("sub", nil, "SUB", "x"), fake.claims("typ", "ID"),
	} {
		text, err := json.Marshal(claims)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(strings.ReplaceAll(string(text), fake.URL, "ISSUER"))
	}
	f.Add(`{"iss":"ISSUER","iss":"x"}`)
	f.Add(`{"iss":"ISSUER","exp":1e999}`)
	f.Add("null")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ReplaceAll(text, "ISSUER", fake.URL) // another one in each process
		h, err := json.Marshal(header)
		if err != nil {
			t.Fatal(err)
		}
		i, err := p.Bearer(t.Context(), signText(string(h), text, "EdDSA", edKey))
		if err != nil {
			if !strings.HasPrefix(reason(err), "jwt_") {
				t.Fatalf("%s: %v", text, err)
			}
			return
		}
		var other struct {
			Issuer  string  `json:"iss"`
			Subject string  `json:"sub"`
			Expires float64 `json:"exp"`
			For     any     `json:"aud"`
		}
		if err := json.Unmarshal([]byte(text), &other); err != nil {
			t.Fatalf("%s lets in %+v: %v", text, i, err)
		}
		now := float64(noon.Unix())
		if other.Issuer != fake.URL || other.Subject == "" || other.Subject != i.Subject || other.Expires+60 <= now || !strings.Contains(fmt.Sprint(other.For), audience) {
			t.Fatalf("%s lets in %+v", text, i)
		}
		if i.Expires.Before(noon.Add(-time.Minute)) || i.Issued.After(noon.Add(time.Minute)) {
			t.Fatalf("%s lets in %+v", text, i)
		}
	})
}

// FuzzKeys has the provider show anything for its keys: a token is good only if the key
// that has signed it is among them, and whatever they are it is known why it is not.
func FuzzKeys(f *testing.F) {
	fake, p := newFake(f)
	stranger := sign(good(), fake.claims(), rsaKeys()[1])
	encoded := base64Encoder.EncodeToString(edKey.Public().(ed25519.PublicKey))
	point, err := ecKey256.PublicKey.Bytes()
	if err != nil {
		f.Fatal(err)
	}
	words := strings.NewReplacer("ED", encoded, "ECX", base64Encoder.EncodeToString(point[1:33]), "ECY", base64Encoder.EncodeToString(point[33:]), "RSA_N", base64Encoder.EncodeToString(rsaKeys()[0].N.Bytes()))
	for _, set := range []string{
		`{"keys":[{"kty":"OKP","kid":"ed","crv":"Ed25519","x":"ED"}]}`, `{"keys":[{"kty":"RSA","kid":"ed","n":"RSA_N","e":"AQAB"},{"kty":"EC","kid":"ed","crv":"P-256","x":"ECX","y":"ECY"}]}`,
		`{"keys":[{"kty":"OKP","kid":"ed","crv":"Ed25519","x":"ED"},{"kty":"OKP","kid":"ed","crv":"Ed25519","x":"ED","d":"ED"}]}`, `{"keys":[{"kty":"oct","kid":"ed","k":"ED"}]}`,
		`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"ED","use":"enc"}]}`, `{"keys":[{"kty":"OKP","kid":"ed","crv":"X25519","x":"ED"}]}`, `{"keys":[{"kty":"EC","kid":"ed","crv":"P-521","x":"ECX","y":"ECY"}]}`,
		`{"keys":[{"kty":"RSA","kid":"rsa","n":"RSA_N","e":"AAAA"}]}`, `{"keys":[{"kty":"RSA","kid":"rsa","x5c":["AAAA"],"n":"RSA_N","e":"AQAB"}]}`, `{"keys":null}`, `{"keys":[null,1,[]]}`, `{}`, `[]`, ` `,
	} {
		f.Add(set)
	}
	f.Fuzz(func(t *testing.T, set string) {
		set = words.Replace(set)
		fake.set(func() { fake.rawKeys = set + " " })
		fake.later(time.Hour)
		_, err := p.Bearer(t.Context(), sign(good("alg", "EdDSA", "kid", "ed"), fake.claims(), edKey))
		switch {
		case err == nil && !strings.Contains(set, encoded[:40]):
			t.Errorf("%s: the token is good", set)
		case err != nil && !errors.Is(err, oidc.ErrUnavailable) && !strings.HasPrefix(reason(err), "jwt_"):
			t.Errorf("%s: %v", set, err)
		}
		if _, err := p.Bearer(t.Context(), stranger); err == nil {
			t.Errorf("%s: a stranger's token is good", set)
		}
	})
}
