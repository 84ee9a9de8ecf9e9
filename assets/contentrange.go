package assets

import (
	"strconv"
	"strings"
)

// endsContent reports whether a Content-Range ("bytes 10-19/20", RFC 9110,
// section 14.4) has the last byte. For "Range: bytes=-0" net/http answers with
// "bytes 20-19/20", in which there is none.
func endsContent(contentRange string) bool {
	positions, size, ok := strings.Cut(strings.TrimPrefix(contentRange, "bytes "), "/")
	first, last, hasLast := strings.Cut(positions, "-")
	begin, errBegin := strconv.ParseInt(first, 10, 64)
	end, errEnd := strconv.ParseInt(last, 10, 64)
	length, errLength := strconv.ParseInt(size, 10, 64)
	return ok && hasLast && errBegin == nil && errEnd == nil && errLength == nil && begin <= end && end == length-1
}
