package assets

import "strings"

// Media is a media type of the IANA registry, without parameters. The
// registry keeps those below and no others.
type Media string

// The kinds of files that are kept. The first five are pictures that have
// renditions.
const (
	SVG  Media = "image/svg+xml"
	PNG  Media = "image/png"
	JPEG Media = "image/jpeg"
	WebP Media = "image/webp"
	GIF  Media = "image/gif"

	PDF   Media = "application/pdf"
	WOFF2 Media = "font/woff2"
	WOFF  Media = "font/woff"
	TTF   Media = "font/ttf"
	OTF   Media = "font/otf"
	DOCX  Media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX  Media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	PPTX  Media = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	DOTX  Media = "application/vnd.openxmlformats-officedocument.wordprocessingml.template"
	POTX  Media = "application/vnd.openxmlformats-officedocument.presentationml.template"
	ODT   Media = "application/vnd.oasis.opendocument.text"
	ODS   Media = "application/vnd.oasis.opendocument.spreadsheet"
	ODP   Media = "application/vnd.oasis.opendocument.presentation"
	ODG   Media = "application/vnd.oasis.opendocument.graphics"
	OTT   Media = "application/vnd.oasis.opendocument.text-template"
	OTP   Media = "application/vnd.oasis.opendocument.presentation-template"
)

// extensions are the usual ends of file names.
var extensions = map[Media]string{
	SVG: ".svg", PNG: ".png", JPEG: ".jpg", WebP: ".webp", GIF: ".gif", PDF: ".pdf",
	WOFF2: ".woff2", WOFF: ".woff", TTF: ".ttf", OTF: ".otf",
	DOCX: ".docx", XLSX: ".xlsx", PPTX: ".pptx", DOTX: ".dotx", POTX: ".potx",
	ODT: ".odt", ODS: ".ods", ODP: ".odp", ODG: ".odg", OTT: ".ott", OTP: ".otp",
}

// ParseMedia reads a media type that an earlier [Info] told, or returns
// [ErrUnsupportedMedia].
func ParseMedia(s string) (Media, error) {
	if _, known := extensions[Media(s)]; !known {
		return "", ErrUnsupportedMedia
	}
	return Media(s), nil
}

// Extension returns the usual end of a file name, with its dot; "" for a type
// that is not kept.
func (m Media) Extension() string { return extensions[m] }

// IsBitmap reports whether the file is a picture made of pixels.
func (m Media) IsBitmap() bool {
	return m == PNG || m == JPEG || m == WebP || m == GIF
}

// HasRenditions reports whether pictures of other sizes can be made of it.
func (m Media) HasRenditions() bool { return m == SVG || m.IsBitmap() }

// IsFont reports whether the file is a font.
func (m Media) IsFont() bool { return strings.HasPrefix(string(m), "font/") }
