// Package links makes addresses that let anybody download one thing for some time, in
// the name of the member who made them.
//
// An address is signed with HMAC-SHA-256 (RFC 2104) over its path and its query, so
// that it can't be bent to anything else; nothing about it is stored. It ends when its
// time is over, when its member may not download any more, or when its key is taken
// out of the file of keys.
package links

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"signet/domain"
)

// MaxLifetime is how long an address is good for at most.
const MaxLifetime = 90 * 24 * time.Hour

// The parameters that an address has beside its own.
const (
	byParameter        = "by"    // agency and opaque id of the member
	untilParameter     = "until" // Unix time in seconds
	keyParameter       = "key"   // id of the key
	signatureParameter = "signature"
)

// maxAddress bounds an address, in bytes.
const maxAddress = 4000

// Maker is in whose name a download is made.
type Maker struct {
	Agency string
	Member uuid.UUID
}

// What is refused.
var (
	errInvalid = domain.Refuse(domain.Forbidden, "invalid_link", "the address is not as it was made, or its key is no longer in use")
	errExpired = domain.Refuse(domain.Forbidden, "link_expired", "the address was good for some time only, and that is over")
)

// Signed tells whether a query is that of a signed address.
func Signed(query url.Values) bool { return query.Has(signatureParameter) }

// Sign returns the address with a signature: a path with a query, which are the
// caller's to check. Refusals: invalid_link (parameters of its own, or too long),
// invalid_lifetime; other errors are those of reading the keys.
func (k *Keys) Sign(address *url.URL, maker Maker, now time.Time, lifetime time.Duration) (*url.URL, time.Time, error) {
	until := now.Add(lifetime).Truncate(time.Second)
	if lifetime < time.Minute || lifetime > MaxLifetime {
		return nil, until, domain.Refuse(domain.Invalid, "invalid_lifetime", "an address is good for a minute to %d days", int(MaxLifetime.Hours()/24))
	}
	q := address.Query()
	for _, own := range []string{byParameter, untilParameter, keyParameter, signatureParameter} {
		if q.Has(own) {
			return nil, until, domain.Refuse(domain.Invalid, "invalid_link", "the address has the parameter %q already", own)
		}
	}
	keys, err := k.current()
	if err != nil {
		return nil, until, err
	}
	q.Set(byParameter, maker.Agency+"."+base64.RawURLEncoding.EncodeToString(maker.Member[:]))
	q.Set(untilParameter, strconv.FormatInt(until.Unix(), 10))
	q.Set(keyParameter, keys[0].id)
	q.Set(signatureParameter, base64.RawURLEncoding.EncodeToString(keys[0].sign(address.Path, q)))
	out := &url.URL{Path: address.Path, RawQuery: q.Encode()}
	if len(out.String()) > maxAddress {
		return nil, until, domain.Refuse(domain.Invalid, "invalid_link", "an address has at most %d bytes", maxAddress)
	}
	return out, until, nil
}

// Verify returns who made an address, and its query without what the signature has
// added. Refusals: invalid_link, link_expired.
func (k *Keys) Verify(address *url.URL, now time.Time) (Maker, url.Values, error) {
	q := address.Query()
	signature, err := base64.RawURLEncoding.Strict().DecodeString(q.Get(signatureParameter))
	if err != nil {
		return Maker{}, nil, errInvalid
	}
	q.Del(signatureParameter)
	keys, err := k.current()
	if err != nil {
		return Maker{}, nil, err
	}
	for _, key := range keys {
		if key.id == q.Get(keyParameter) && hmac.Equal(key.sign(address.Path, q), signature) {
			return read(q, now)
		}
	}
	return Maker{}, nil, errInvalid
}

// read reads what a good signature vouches for.
func read(q url.Values, now time.Time) (Maker, url.Values, error) {
	agency, id, _ := strings.Cut(q.Get(byParameter), ".")
	raw, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil {
		return Maker{}, nil, errInvalid
	}
	member, err := uuid.FromBytes(raw)
	if err != nil {
		return Maker{}, nil, errInvalid
	}
	until, err := strconv.ParseInt(q.Get(untilParameter), 10, 64)
	if err != nil {
		return Maker{}, nil, errInvalid
	}
	if now.Unix() >= until {
		return Maker{}, nil, errExpired
	}
	for _, own := range []string{byParameter, untilParameter, keyParameter} {
		q.Del(own)
	}
	return Maker{Agency: agency, Member: member}, q, nil
}

// sign signs a path and a query. Encode sorts by name, so that it does not matter in
// which order a program on the way puts the parameters.
func (k key) sign(path string, q url.Values) []byte {
	mac := hmac.New(sha256.New, k.secret)
	mac.Write([]byte("signet link 1\n" + path + "\n" + q.Encode()))
	return mac.Sum(nil)
}
