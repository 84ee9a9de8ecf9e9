package accesslog

import "strings"

// robotWords are in the user agents of programs that say that they are some: words
// that they have in common, and names of well-known ones that have none of those.
var robotWords = []string{
	"bot", "crawler", "spider", "slurp", "archiver", "facebookexternalhit", "mediapartners", "feedfetcher", "lighthouse",
	"uptime", "monitor", "curl/", "wget/", "python-", "go-http-client", "okhttp", "java/", "libwww", "headless",
}

// IsRobot tells whether a program says by its user agent that it is one. One that
// says otherwise, or nothing, is counted as a person.
func IsRobot(userAgent string) bool {
	lower := strings.ToLower(userAgent)
	for _, word := range robotWords {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}
