package oidc

import (
	"crypto/subtle"
	"slices"
	"time"

	"golang.org/x/text/unicode/norm"

	"signet/domain"
)

// leeway is by how much the provider's clock may differ from ours.
const leeway = 60 * time.Second

// maxSubject is the length of the longest subject, in bytes (Core, section 2).
const maxSubject = 255

// object is a JSON object, whose names are compared exactly: "SUB" is not "sub".
type object map[string]any

// text is a value that is a string; empty if it is none.
func (o object) text(name string) string {
	s, _ := o[name].(string)
	return s
}

// Identity is somebody whom the provider vouches for.
type Identity struct {
	Issuer, Subject string // who it is, for ever
	Name, Mail      string // in NFC; empty if the provider does not tell
	// Issued is when the provider said so, and Expires when that ends.
	Issued, Expires time.Time
	// Claims are all that the provider has said.
	Claims map[string]any
}

// check sees that a token is the provider's, for the audience, and of now. go-oidc has
// looked at the first two too, but does not say which of them failed.
func (p *Provider) check(claims object, audience string) (Identity, error) {
	now := p.Clock()
	issued, toldIssued := claims.instant("iat")
	expires, toldExpires := claims.instant("exp")
	from, toldFrom := claims.instant("nbf")
	subject := claims.text("sub")
	switch {
	case claims.text("iss") != p.Issuer:
		return Identity{}, refuse(reasonIssuer, "it is of another issuer")
	case !slices.Contains(claims.audience(), audience):
		return Identity{}, refuse(reasonAudience, "it is for somebody else")
	case !toldExpires || !now.Before(expires.Add(leeway)):
		return Identity{}, refuse(reasonTime, "it has expired, or does not say when")
	case !toldIssued || issued.After(now.Add(leeway)), claims["nbf"] != nil && !toldFrom, toldFrom && from.After(now.Add(leeway)):
		return Identity{}, refuse(reasonTime, "it is not good yet, or does not say when it was made")
	case subject == "" || len(subject) > maxSubject:
		return Identity{}, refuse(reasonSubject, "it does not say of whom it is")
	}
	i := Identity{Issuer: p.Issuer, Subject: subject, Issued: issued, Expires: expires, Claims: claims}
	i.Name = norm.NFC.String(claims.text("name"))
	// A provider that has seen that the address is wrong, or not looked, says false.
	if verified, told := claims["email_verified"]; !told || verified == true || verified == "true" {
		i.Mail = norm.NFC.String(claims.text("email"))
	}
	return i, nil
}

// instant reads seconds since 1970, which may have a fraction (RFC 7519, section 2).
func (o object) instant(name string) (time.Time, bool) {
	seconds, ok := o[name].(float64)
	if !ok || seconds < 0 || seconds > 1e11 { // the year 5138: no sums overflow
		return time.Time{}, false
	}
	return time.UnixMicro(int64(seconds * 1e6)), true
}

// audience is one or several (RFC 7519, section 4.1.3).
func (o object) audience() []string {
	return words(o["aud"])
}

// words are the strings of a claim that is one, or a list of them.
func words(claim any) []string {
	switch c := claim.(type) {
	case string:
		return []string{c}
	case []any:
		var all []string
		for _, v := range c {
			if s, ok := v.(string); ok {
				all = append(all, s)
			}
		}
		return all
	}
	return nil
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func isReason(err error, reason string) bool {
	refused := domain.AsError(err)
	return refused != nil && refused.Reason == reason
}
