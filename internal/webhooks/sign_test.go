package webhooks_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"signet/internal/webhooks"
)

// The vector that the implementations of Standard Webhooks share.
const (
	vectorSecret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	vectorID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	vectorBody      = `{"test": 2432232314}`
	vectorSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

var vectorTime = time.Unix(1614265330, 0)

// code sees that an error is one of the package, and returns its code.
func code(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var e *webhooks.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no error of the caller", err)
	}
	if e.Field == "" || e.Sentence == "" {
		t.Errorf("%+v says too little", e)
	}
	return e.Code
}

func TestSignsAsTheSpecificationDoes(t *testing.T) {
	got, err := webhooks.Sign(vectorSecret, vectorID, vectorTime.Add(999*time.Millisecond), []byte(vectorBody))
	if err != nil || got != vectorSignature {
		t.Errorf("%q, %v", got, err)
	}
}

func TestWhatCannotBeSigned(t *testing.T) {
	key := func(n int) string { return "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, n)) }
	for name, c := range map[string]struct{ secret, id, code string }{
		"a key of 24 bytes is enough":             {key(24), "m", ""},
		"a key of 64 bytes is not too much":       {key(64), "m", ""},
		"a key of 23 bytes is too short":          {key(23), "m", "secret_malformed"},
		"a key of 65 bytes is too long":           {key(65), "m", "secret_malformed"},
		"a secret without its prefix":             {vectorSecret[6:], "m", "secret_malformed"},
		"a secret that is no base64":              {"whsec_" + strings.Repeat("!", 32), "m", "secret_malformed"},
		"a secret with a line break":              {vectorSecret[:20] + "\n" + vectorSecret[20:], "m", "secret_malformed"},
		"no secret":                               {"", "m", "secret_malformed"},
		"an id with a full stop could be a time":  {vectorSecret, "m.1", "message_id"},
		"an id with a line break splits a header": {vectorSecret, "m\r\nX: y", "message_id"},
		"an id with a space":                      {vectorSecret, "m 1", "message_id"},
		"an id that is not ASCII":                 {vectorSecret, "mã", "message_id"},
		"no id":                                   {vectorSecret, "", "message_id"},
		"an id of 200 bytes":                      {vectorSecret, strings.Repeat("m", 200), ""},
		"an id of 201 bytes":                      {vectorSecret, strings.Repeat("m", 201), "message_id"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := webhooks.Sign(c.secret, c.id, vectorTime, nil)
			if got := code(t, err); got != c.code {
				t.Errorf("%q, %v", got, err)
			}
			if err != nil && len(c.secret) > 6 && strings.Contains(err.Error(), c.secret[6:]) {
				t.Error("the error tells the secret")
			}
		})
	}
}

func headers(id, timestamp, signature string) http.Header {
	h := http.Header{}
	for name, value := range map[string]string{"webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature} {
		if value != "" {
			h.Set(name, value)
		}
	}
	return h
}

func TestVerify(t *testing.T) {
	const at, minute = "1614265330", time.Minute
	other, _ := webhooks.Sign(webhooks.Secret([]byte("m"), "r", 1), vectorID, vectorTime, []byte(vectorBody))
	dotted := "a.b"
	for name, c := range map[string]struct {
		header http.Header
		body   string
		late   time.Duration
		code   string
	}{
		"a good one":                            {headers(vectorID, at, vectorSignature), vectorBody, 0, ""},
		"a good one after a foreign one":        {headers(vectorID, at, other+" "+vectorSignature), vectorBody, 0, ""},
		"a good one before another kind":        {headers(vectorID, at, vectorSignature+" v1a,AAAA"), vectorBody, 0, ""},
		"only a foreign one":                    {headers(vectorID, at, other), vectorBody, 0, "signature_mismatch"},
		"another version of the same signature": {headers(vectorID, at, "v2"+vectorSignature[2:]), vectorBody, 0, "signature_mismatch"},
		"a part of it":                          {headers(vectorID, at, vectorSignature[:20]), vectorBody, 0, "signature_mismatch"},
		"another body":                          {headers(vectorID, at, vectorSignature), vectorBody + " ", 0, "signature_mismatch"},
		"another id":                            {headers("msg_other", at, vectorSignature), vectorBody, 0, "signature_mismatch"},
		"another time":                          {headers(vectorID, "1614265331", vectorSignature), vectorBody, 0, "signature_mismatch"},
		"the same time, written otherwise":      {headers(vectorID, "01614265330", vectorSignature), vectorBody, 0, "signature_mismatch"},
		"as late as is tolerated":               {headers(vectorID, at, vectorSignature), vectorBody, minute, ""},
		"later than is tolerated":               {headers(vectorID, at, vectorSignature), vectorBody, minute + 1, "timestamp_too_old"},
		"as early as is tolerated":              {headers(vectorID, at, vectorSignature), vectorBody, -minute, ""},
		"earlier than is tolerated":             {headers(vectorID, at, vectorSignature), vectorBody, -minute - 1, "timestamp_too_new"},
		"without an id":                         {headers("", at, vectorSignature), vectorBody, 0, "header_missing"},
		"without a time":                        {headers(vectorID, "", vectorSignature), vectorBody, 0, "header_missing"},
		"without a signature":                   {headers(vectorID, at, ""), vectorBody, 0, "header_missing"},
		"a time with a sign":                    {headers(vectorID, "+1614265330", vectorSignature), vectorBody, 0, "timestamp_malformed"},
		"a time before 1970":                    {headers(vectorID, "-1", vectorSignature), vectorBody, 0, "timestamp_malformed"},
		"a time with a fraction":                {headers(vectorID, at+".5", vectorSignature), vectorBody, 0, "timestamp_malformed"},
		"a time that no arithmetic survives":    {headers(vectorID, "9223372036854775807", vectorSignature), vectorBody, 0, "timestamp_malformed"},
		"an id with a full stop":                {headers(dotted, at, vectorSignature), vectorBody, 0, "message_id"},
		"more signatures than anybody sends":    {headers(vectorID, at, strings.Repeat("v1,x ", 50)+vectorSignature), vectorBody, 0, "signature_mismatch"},
	} {
		t.Run(name, func(t *testing.T) {
			err := webhooks.Verify(vectorSecret, c.header, []byte(c.body), vectorTime.Add(c.late), minute)
			if got := code(t, err); got != c.code {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	if err := webhooks.Verify("whsec_", headers(vectorID, at, vectorSignature), nil, vectorTime, minute); code(t, err) != "secret_malformed" {
		t.Error(err)
	}
}

// A full stop in an id must not let one message pass for another: what is signed
// for "a" at 1 with the body "2.x" is not that of "a.1" at 2 with the body "x".
func TestAnIDCannotTakeTheTimesPlace(t *testing.T) {
	signed, err := webhooks.Sign(vectorSecret, "a", time.Unix(1, 0), []byte("2.x"))
	if err != nil {
		t.Fatal(err)
	}
	if err := webhooks.Verify(vectorSecret, headers("a.1", "2", signed), []byte("x"), time.Unix(2, 0), time.Minute); err == nil {
		t.Error("it passed for another message")
	}
}

func TestSecretsAreDerived(t *testing.T) {
	master := []byte("thirty-two bytes of a master key")
	first := webhooks.Secret(master, "r1", 1)
	if first != webhooks.Secret(master, "r1", 1) {
		t.Error("it is another one the second time")
	}
	// Stored nowhere, a secret must be derived alike for ever.
	mac := hmac.New(sha256.New, master)
	mac.Write([]byte("signet-webhook\x00\x00\x00\x00\x00\x00\x00\x00\x01r1"))
	if want := "whsec_" + base64.StdEncoding.EncodeToString(mac.Sum(nil)); first != want {
		t.Errorf("%s is not %s", first, want)
	}
	seen := map[string]string{first: "the first"}
	for name, other := range map[string]string{
		"of another receiver":            webhooks.Secret(master, "r2", 1),
		"of another generation":          webhooks.Secret(master, "r1", 2),
		"of a receiver with a digit":     webhooks.Secret(master, "r11", 1),
		"of a generation of two digits":  webhooks.Secret(master, "r1", 11),
		"of another master key":          webhooks.Secret(append(master, 'x'), "r1", 1),
		"of a receiver that holds a nul": webhooks.Secret(master, "\x00r1", 1),
	} {
		if twin, ok := seen[other]; ok {
			t.Errorf("the one %s is %s", name, twin)
		}
		seen[other] = name
		if _, err := webhooks.Sign(other, "m", vectorTime, nil); err != nil {
			t.Errorf("the one %s does not sign: %v", name, err)
		}
	}
}

// Whatever headers say, only what was signed is verified.
func FuzzVerify(f *testing.F) {
	f.Add(vectorSecret, vectorID, "1614265330", vectorSignature, []byte(vectorBody))
	f.Add("whsec_", "", "-1", "v1, v1,", []byte(nil))
	f.Add(vectorSecret, "a.b", "99999999999999999999", "v1a,x v1,=", []byte("{}"))
	f.Fuzz(func(t *testing.T, secret, id, timestamp, signature string, body []byte) {
		err := webhooks.Verify(secret, headers(id, timestamp, signature), body, vectorTime, time.Hour)
		if err != nil {
			code(t, err)
			return
		}
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil {
			t.Fatal(err)
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + timestamp + "." + string(body)))
		if !strings.Contains(signature, base64.StdEncoding.EncodeToString(mac.Sum(nil))) {
			t.Errorf("%q was taken", signature)
		}
	})
}
