package crawl

import "fmt"

// Resource is one thing that was found.
type Resource struct {
	// Address is its URL in canonical form, after redirects; of a folder its path, with
	// slashes; of an inline resource the address of the page or sheet that holds it,
	// with "#inline-1" and so on.
	Address string
	// Media is what it is, such as "image/png": by its bytes where they tell, otherwise
	// as declared. JavaScript is always "text/javascript".
	Media string
	// Declared is the media type that the server says, or the file's name; it may be
	// empty.
	Declared string
	// Charset is what a text was decoded from, by its name in the Encoding Standard
	// (https://encoding.spec.whatwg.org), "utf-8" mostly; empty if it is no text.
	Charset string
	// Body is all of it: UTF-8 without a byte order mark if it is a text, and byte by
	// byte as it was found otherwise, also if it is an SVG. An inline <svg> is written
	// as a document of its own. It belongs to the visit.
	Body []byte
	// From are the first places that refer to it, at most MaxFrom. A page, and what a link
	// leads to whose name does not tell that it is none, is visited before all pages are
	// known, and has only the place where it was found.
	From []Reference
	// References is how many places there are in all.
	References int
	// Inline tells that it is a data: URI or an inline <svg>, which stands at the first
	// place of From.
	Inline bool
}

// MaxFrom is how many places are kept for a resource.
const MaxFrom = 5

// Reference is a place that refers to a resource.
type Reference struct {
	Page string // address of the page, style sheet, manifest or site map
	Line int    // from 1; 0 if it is not known
}

// Reason is why something was not visited.
type Reason string

// Why something is not visited.
const (
	SkippedURL        Reason = "malformed_url"      // no URL that can be asked for
	SkippedUser       Reason = "user_info"          // the URL holds a user or password
	SkippedHost       Reason = "other_host"         // the host does not belong to the site, or is one of too many
	SkippedTrap       Reason = "trap"               // one of too many pages of a kind, or too far away
	SkippedRobots     Reason = "robots"             // robots.txt forbids it
	SkippedNoRobots   Reason = "robots_unavailable" // the server does not say what robots.txt allows
	SkippedStatus     Reason = "status"             // the server answered with another status than 200
	SkippedRedirects  Reason = "redirects"          // redirected in a circle, too often, or to nowhere
	SkippedEncoding   Reason = "encoding"           // a content encoding that was not asked for
	SkippedMedia      Reason = "media"              // a media type that nobody looks at, or another than the page wants
	SkippedSize       Reason = "too_large"          // larger than a resource may be
	SkippedLinks      Reason = "too_many_links"     // visited, but not all that it refers to was noted
	SkippedFile       Reason = "unreadable"         // the file can't be read
	SkippedLink       Reason = "link"               // a link of the file system out of the folder, or to a folder
	SkippedTimeout    Reason = "timeout"            // no answer in time
	SkippedName       Reason = "name"               // the name of the host is not known
	SkippedAddress    Reason = "address"            // the host is at an address, or a port, that is not asked
	SkippedConnect    Reason = "connect"            // nobody takes the connection
	SkippedTLS        Reason = "tls"                // the certificate or the handshake is not good
	SkippedConnection Reason = "connection"         // the connection broke, or the answer is no HTTP
)

// Skipped is what was not visited.
type Skipped struct {
	Address string // as in Resource; what the page says if it is no URL
	Reason  Reason
	Status  int       // of HTTP, with SkippedStatus
	From    Reference // the first place that refers to it; empty if it is a start
}

// Truncation is why not all was visited; empty if it was.
type Truncation string

// Why not all is visited.
const (
	TruncatedPages     Truncation = "pages"     // Options.MaxPages
	TruncatedResources Truncation = "resources" // Options.MaxResources
	TruncatedBytes     Truncation = "bytes"     // Options.MaxTotal
	TruncatedDuration  Truncation = "duration"  // Options.MaxDuration
)

// Summary is what came of it.
type Summary struct {
	Pages     int   // HTML documents that were visited
	Resources int   // all that was visited, also pages and what is inline
	Bytes     int64 // that were read, unpacked
	// Skipped are the first 1000 things that were not visited, sorted by address.
	Skipped []Skipped
	// SkippedBy counts all of them.
	SkippedBy map[Reason]int
	// Truncated is why there is more than was visited, and Unread how much of it was
	// known.
	Truncated Truncation
	Unread    int
	// RobotsIgnored are the hosts of which robots.txt was not obeyed, sorted.
	RobotsIgnored []string
}

// Error is what a caller did wrong.
type Error struct {
	// Code is stable, in snake_case: "malformed_url".
	Code string
	// Field is what is refused, such as "start[1]".
	Field string
	// Sentence says it in English, for a person.
	Sentence string
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s: %s", e.Code, e.Field, e.Sentence) }
