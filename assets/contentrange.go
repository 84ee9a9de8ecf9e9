package assets

import (
	"strconv"
	"strings"
)

// endsContent reports whether a Content-Range ("bytes 10-19/20", RFC 9110,
// section 14.4) reaches the last byte.
func endsContent(contentRange string) bool {
	positions, size, ok := strings.Cut(strings.TrimPrefix(contentRange, "bytes "), "/")
	_, last, hasLast := strings.Cut(positions, "-")
	end, errEnd := strconv.ParseInt(last, 10, 64)
	length, errLength := strconv.ParseInt(size, 10, 64)
	return ok && hasLast && errEnd == nil && errLength == nil && end == length-1
}
