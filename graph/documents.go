package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"signet/internal/access"
)

// TrustedOnly tells for whom no documents but the trusted ones are run.
type TrustedOnly int

// The callers for whom only trusted documents are run.
const (
	TrustedOnlyForNobody   TrustedOnly = iota
	TrustedOnlyWithoutName             // callers without a token
	TrustedOnlyForAll
)

// DocumentRules say which documents are run, and for whom. The zero value runs any.
type DocumentRules struct {
	// Trusted are documents that can be asked for by their ids; nil if there are none.
	Trusted *Trusted
	// Only tells who may run no others.
	Only TrustedOnly
	// PublicSchema lets callers without a token ask for the schema, once in an
	// operation, in any way. Otherwise they may so by a trusted document. The schema is
	// no secret (it is published as schema.graphql), but long.
	PublicSchema bool
}

func (r *DocumentRules) mayRunAny(v access.Viewer) bool {
	return r.Only == TrustedOnlyForNobody || r.Only == TrustedOnlyWithoutName && !v.Anonymous()
}

// Codes of errors by which clients know what to do about a document that they did not
// send in full: Apollo's send it, once more and with its text
// (https://www.apollographql.com/docs/apollo-server/performance/apq).
const (
	DocumentNotFound     Code = "PERSISTED_QUERY_NOT_FOUND"
	DocumentNotSupported Code = "PERSISTED_QUERY_NOT_SUPPORTED"
	DocumentMismatch     Code = "PERSISTED_QUERY_HASH_MISMATCH"
	// DocumentNotTrusted refuses a document that is not on the list of those that are
	// run for the caller.
	DocumentNotTrusted Code = "PERSISTED_QUERY_NOT_IN_LIST"
)

const (
	// idParameter is the name of a document's id in a request, see
	// https://github.com/graphql/graphql-over-http/blob/main/spec/Appendix%20A%20--%20Persisted%20Documents.md.
	idParameter = "documentId"
	// digestPrefix begins an id that is the digest of the document's text.
	digestPrefix = "sha256:"
	// persistedQuery is the extension in which Apollo's clients send a digest.
	persistedQuery = "persistedQuery"
)

// unknownDocument has the message that older clients compare.
func unknownDocument() *gqlerror.Error {
	return refusedAs(DocumentNotFound, "unknown_document", "PersistedQueryNotFound")
}

// named returns the document whose id or digest the parameters have; nil if they have
// none, or the text has to be looked at.
func (d *documents) named(params *graphql.RawParams) (*document, *gqlerror.Error) {
	id, given := params.Extensions[idParameter]
	persisted, byDigest := params.Extensions[persistedQuery]
	switch {
	case given && (byDigest || params.Query != ""):
		return nil, invalid("invalid_document_id", "name a document in one way, or send it")
	case given:
		return d.byID(id)
	case byDigest:
		return d.byDigest(persisted, params.Query)
	}
	return nil, nil
}

// byID finds a document by its id: one of the list, or the digest of a text.
func (d *documents) byID(id any) (*document, *gqlerror.Error) {
	text, ok := id.(string)
	if payload, isDigest := strings.CutPrefix(text, digestPrefix); isDigest {
		_, ok = digestOf(payload)
	}
	if !ok || text == "" || len(text) > maxDocumentID {
		return nil, invalid("invalid_document_id", `an id is one of the list, or "sha256:" and 64 digits 0-9a-f`)
	}
	if known := d.known(text); known != nil {
		return known, nil
	}
	return nil, unknownDocument()
}

// known returns the document of an id, or of a digest; nil if there is none.
func (d *documents) known(id string) *document {
	if list := d.rules.Trusted; list != nil && list.byID[id] != nil {
		return list.byID[id]
	}
	digest, ok := digestOf(strings.TrimPrefix(id, digestPrefix))
	if !ok {
		return nil
	}
	if trusted := d.trusted(digest); trusted != nil {
		return trusted
	}
	return d.recent.get(digest)
}

// byDigest reads the extension persistedQuery. With a text, that must have the digest:
// whoever asks for a digest later gets the text that was sent for it.
func (d *documents) byDigest(extension any, text string) (*document, *gqlerror.Error) {
	fields, _ := extension.(map[string]any)
	id, ok := fields["sha256Hash"].(string)
	switch {
	case !ok || id == "" || len(id) > maxDocumentID:
		return nil, invalid("invalid_document_id", "the extension persistedQuery has a version and a sha256Hash")
	case fields["version"] != json.Number("1"):
		return nil, refusedAs(DocumentNotSupported, "unsupported_version", "PersistedQueryNotSupported")
	}
	known := d.known(id)
	if text == "" && known == nil {
		return nil, unknownDocument()
	}
	sum := sha256.Sum256([]byte(text))
	if text == "" || known != nil && known.text == text || hex.EncodeToString(sum[:]) == id {
		return known, nil
	}
	return nil, refusedAs(DocumentMismatch, "hash_mismatch", "the document has another digest than sha256Hash")
}

// maxDocumentID is the longest id, in bytes.
const maxDocumentID = 200

// digestOf reads 64 digits 0-9a-f.
func digestOf(text string) (digest [sha256.Size]byte, ok bool) {
	if len(text) != 2*sha256.Size || strings.ToLower(text) != text {
		return digest, false
	}
	_, err := hex.Decode(digest[:], []byte(text))
	return digest, err == nil
}

// statusOf is the HTTP status of errors for which nothing was executed. For
// application/json that is 200 where the request itself was well formed, as clients
// expect who know no other media type; but a text that is not what it claims to be,
// and a document that may not be run, are told to every cache on the way.
func statusOf(media string, errs gqlerror.List) int {
	for _, e := range errs {
		switch e.Extensions["code"] {
		case DocumentMismatch, BadUserInput:
			return http.StatusBadRequest
		case DocumentNotTrusted, Forbidden:
			return http.StatusForbidden
		}
	}
	if media == responseJSON {
		return http.StatusBadRequest
	}
	return http.StatusOK
}
