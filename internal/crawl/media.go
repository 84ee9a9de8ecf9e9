package crawl

import (
	"bytes"
	"mime"
	"net/http"
	"path"
	"strings"
)

const (
	mediaHTML     = "text/html"
	mediaXHTML    = "application/xhtml+xml"
	mediaCSS      = "text/css"
	mediaScript   = "text/javascript"
	mediaManifest = "application/manifest+json"
	mediaSVG      = "image/svg+xml"
	mediaUnknown  = "application/octet-stream"
)

// byExtension is what a name's end says. The system's table is not asked: it is
// another one on every machine.
var byExtension = func() map[string]string {
	out := map[string]string{
		"htm": mediaHTML, "html": mediaHTML, "xhtml": mediaXHTML, "css": mediaCSS, "js": mediaScript, "mjs": mediaScript,
		"json": "application/json", "webmanifest": mediaManifest, "xml": "application/xml", "txt": "text/plain", "md": "text/plain",
		"jpg": "image/jpeg", "ico": "image/x-icon", "svg": mediaSVG, "tif": "image/tiff", "pdf": "application/pdf",
		"gz": "application/gzip", "tgz": "application/gzip", "zip": "application/zip",
		"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
		"odt":  "application/vnd.oasis.opendocument.text", "mp3": "audio/mpeg", "mov": "video/quicktime", "mkv": "video/x-matroska",
	}
	for kind, names := range map[string]string{
		"image": "png jpeg gif webp avif bmp tiff jxl heic",
		"font":  "woff woff2 ttf otf eot",
		"video": "mp4 webm avi mpeg",
		"audio": "ogg wav flac m4a",
	} {
		for name := range strings.FieldsSeq(names) {
			out[name] = kind + "/" + name
		}
	}
	return out
}()

// extensionMedia is the media type that a path's end says, or nothing.
func extensionMedia(name string) string {
	return byExtension[strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))]
}

// essence is the media type of a Content-Type, without parameters and by one name.
func essence(contentType string) string {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		media, _, _ = strings.Cut(contentType, ";")
		media = strings.ToLower(strings.TrimSpace(media))
	}
	switch media {
	case "application/javascript", "application/x-javascript", "application/ecmascript", "text/ecmascript", "text/x-javascript":
		return mediaScript
	}
	return media
}

// sniffLength is how many bytes are looked at before the rest is read.
const sniffLength = 1024

// marks are those that net/http does not know, with where they stand.
var marks = []struct {
	at          int
	mark, media string
}{
	{0, "II*\x00", "image/tiff"},
	{0, "MM\x00*", "image/tiff"},
	{0, "\xff\x0a", "image/jxl"},
	{0, "\x00\x00\x00\x0cJXL \r\n", "image/jxl"},
	{0, "8BPS", "image/vnd.adobe.photoshop"},
	{4, "ftypavif", "image/avif"},
	{4, "ftypavis", "image/avif"},
	{4, "ftyphei", "image/heic"},
	{4, "ftypmif1", "image/heic"},
	{0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{0, "BZh", "application/x-bzip2"},
	{0, "\xfd7zXZ\x00", "application/x-xz"},
	{0, "\x28\xb5\x2f\xfd", "application/zstd"},
	{257, "ustar", "application/x-tar"},
}

// sniff tells what bytes are, by their beginning.
func sniff(b []byte) string {
	for _, m := range marks {
		if len(b) > m.at && bytes.HasPrefix(b[m.at:], []byte(m.mark)) {
			return m.media
		}
	}
	if isSVG(b) {
		return mediaSVG
	}
	return essence(http.DetectContentType(b))
}

// isSVG looks for the root element behind what may stand before it.
func isSVG(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	for {
		b = bytes.TrimLeft(b, " \t\r\n")
		end := ">"
		switch {
		case bytes.HasPrefix(b, []byte("<svg")):
			return len(b) == 4 || strings.IndexByte(" \t\r\n>/:", b[4]) >= 0
		case bytes.HasPrefix(b, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(b, []byte("<!DOCTYPE svg")) && bytes.IndexByte(b, '[') >= 0 && bytes.IndexByte(b, '[') < bytes.IndexByte(b, '>'):
			end = "]" // an internal subset, as some drawing programs write
		case bytes.HasPrefix(b, []byte("<?")), bytes.HasPrefix(b, []byte("<!DOCTYPE svg")), bytes.HasPrefix(b, []byte(">")):
		default:
			return false
		}
		_, rest, found := bytes.Cut(b, []byte(end))
		if !found {
			return false
		}
		b = rest
	}
}

// mediaOf joins what is said with what is seen. Bytes with a mark of their own
// are what they are; text is what it is said to be.
func mediaOf(declared string, body []byte) string {
	seen := sniff(body)
	weak := strings.HasPrefix(seen, "text/") || seen == mediaUnknown
	switch {
	case declared == "" || declared == mediaUnknown:
		return seen
	case len(body) == 0:
		return declared
	case seen == "application/zip" && (strings.HasPrefix(declared, "application/vnd.") || declared == "application/epub+zip"):
		return declared // a document in a ZIP
	case !weak, strings.HasPrefix(declared, "image/") && declared != mediaSVG && strings.HasPrefix(seen, "text/"):
		return seen
	}
	return declared
}

// unwanted tells of media types that nobody looks at.
func unwanted(media string) bool {
	kind, sub, _ := strings.Cut(media, "/")
	switch kind {
	case "video", "audio", "font":
		return true
	case "application":
		switch sub {
		case "zip", "gzip", "x-gzip", "x-tar", "x-rar-compressed", "vnd.rar", "x-7z-compressed", "x-bzip2", "x-xz", "zstd", "x-zip-compressed",
			"java-archive", "vnd.android.package-archive", "x-msdownload", "x-apple-diskimage", "x-iso9660-image", "wasm",
			"vnd.ms-fontobject", "font-woff", "font-woff2", "font-sfnt", "ogg", "octet-stream":
			return true
		}
		return strings.HasPrefix(sub, "x-font-")
	}
	return false
}

func isPage(media string) bool { return media == mediaHTML || media == mediaXHTML }

func isManifest(media string) bool { return media == mediaManifest || media == "application/json" }

// isText tells of media types that are delivered in UTF-8. XML is not: it says itself
// in which encoding it is.
func isText(media string) bool {
	switch {
	case media == "text/xml":
		return false
	case strings.HasPrefix(media, "text/"), isPage(media), isManifest(media):
		return true
	}
	return strings.HasSuffix(media, "+json")
}
