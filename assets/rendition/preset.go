package rendition

import "slices"

// PresetKind groups presets by where the picture goes.
type PresetKind string

// The kinds.
const (
	Web    PresetKind = "web"
	Print  PresetKind = "print"
	Social PresetKind = "social"
	Icon   PresetKind = "icon"
)

// Preset is a rendition that has a name.
type Preset struct {
	// Name is stable, in kebab-case, and unique over all kinds.
	Name string
	Kind PresetKind
	// English and Vietnamese are titles for people.
	English, Vietnamese string
	Spec                Spec
}

// contained fits into a width and leaves the height to the proportions.
func contained(width int) Spec { return Spec{Width: width, Fit: Contain, Format: PNG} }

// padded is the whole picture on a transparent square or box, with clear space.
func padded(width, height, padding int) Spec {
	return Spec{Width: width, Height: height, Fit: Pad, Padding: padding, Format: PNG}
}

// filled covers a box as a JPEG, as social networks show it.
func filled(width, height int) Spec {
	return Spec{Width: width, Height: height, Fit: Cover, Format: JPEG, Quality: 90, Background: white}
}

// printed is a PNG of that length of its longer side on paper, at 300 pixels per
// inch, which is what printers ask for.
func printed(millimetres float64) Spec {
	const perInch, inch = 300, 25.4
	side := int(millimetres/inch*perInch + 0.5)
	return Spec{Width: side, Height: side, Fit: Contain, Format: PNG, Compression: Best}
}

// onWhite lies on opaque white, for where transparency is shown black.
func onWhite(s Spec) Spec {
	s.Background = white
	return s
}

// presets is the table. Sizes of platforms change; each group names where its
// sizes stand.
var presets = []Preset{
	// Our own widths: those of StandardWidths, and twice a column.
	{"web-page", Web, "Whole page, 1600 px wide", "Cả trang, rộng 1600 px", contained(1600)},
	{"web-column", Web, "Column, 800 px wide", "Cột nội dung, rộng 800 px", contained(800)},
	{"web-card", Web, "Card, 400 px wide", "Thẻ, rộng 400 px", contained(400)},
	{"web-list", Web, "List, 200 px wide", "Danh sách, rộng 200 px", contained(200)},
	{"web-mark", Web, "Small mark, 64 px wide", "Dấu nhỏ, rộng 64 px", contained(64)},
	{"web-card-webp", Web, "Card, 400 px wide, WebP", "Thẻ, rộng 400 px, WebP", Spec{Width: 400, Fit: Contain, Format: WebP}},

	// Lengths on paper: ISO 216 (A4 is 210 × 297 mm); a business card as ISO/IEC
	// 7810 ID-1 (85.6 mm), whose logo takes a third.
	{"print-card", Print, "Business card, 28.5 mm at 300 dpi", "Danh thiếp, 28,5 mm ở 300 dpi", printed(28.5)},
	{"print-letterhead", Print, "Letterhead, 50 mm at 300 dpi", "Tiêu đề thư, 50 mm ở 300 dpi", printed(50)},
	{"print-a5", Print, "A5 long side, 210 mm at 300 dpi", "Cạnh dài A5, 210 mm ở 300 dpi", printed(210)},
	{"print-a4", Print, "A4 long side, 297 mm at 300 dpi", "Cạnh dài A4, 297 mm ở 300 dpi", printed(297)},

	// The Open Graph protocol names no size; Facebook asks for 1200 × 630:
	// https://developers.facebook.com/docs/sharing/webmasters/images
	{"social-link", Social, "Link preview (Open Graph), 1200 × 630", "Ảnh xem trước liên kết (Open Graph), 1200 × 630", filled(1200, 630)},
	// https://www.facebook.com/help/125379114252045: a page's cover is shown at
	// 851 × 315 on computers.
	{"social-facebook-cover", Social, "Facebook page cover, 851 × 315", "Ảnh bìa trang Facebook, 851 × 315", filled(851, 315)},
	// https://help.x.com/en/managing-your-account/common-issues-when-uploading-profile-photo
	{"social-x-profile", Social, "X profile picture, 400 × 400", "Ảnh đại diện X, 400 × 400", onWhite(padded(400, 400, 40))},
	{"social-x-header", Social, "X header, 1500 × 500", "Ảnh bìa X, 1500 × 500", filled(1500, 500)},
	// https://support.google.com/youtube/answer/2972003
	{"social-youtube-banner", Social, "YouTube channel banner, 2560 × 1440", "Biểu ngữ kênh YouTube, 2560 × 1440", filled(2560, 1440)},
	{"social-youtube-profile", Social, "YouTube profile picture, 800 × 800", "Ảnh đại diện YouTube, 800 × 800", onWhite(padded(800, 800, 80))},
	// https://www.linkedin.com/help/linkedin/answer/a563309
	{"social-linkedin-logo", Social, "LinkedIn page logo, 400 × 400", "Logo trang LinkedIn, 400 × 400", onWhite(padded(400, 400, 40))},
	// https://help.instagram.com/1631821640426723: 1080 wide, 1.91:1 to 3:4.
	{"social-instagram-square", Social, "Instagram post, 1080 × 1080", "Bài đăng Instagram, 1080 × 1080", filled(1080, 1080)},

	// Sizes that browsers look for (https://html.spec.whatwg.org/#rel-icon); 180
	// is Apple's, on an opaque ground, as transparency becomes black
	// (https://developer.apple.com/library/archive/documentation/AppleApplications/Reference/SafariWebContent/ConfiguringWebApplications/ConfiguringWebApplications.html);
	// 192 and 512 those of a manifest (https://web.dev/articles/add-manifest#icons).
	{"icon-16", Icon, "Browser tab, 16 × 16", "Thẻ trình duyệt, 16 × 16", padded(16, 16, 0)},
	{"icon-32", Icon, "Browser tab on fine displays, 32 × 32", "Thẻ trình duyệt màn hình nét cao, 32 × 32", padded(32, 32, 0)},
	{"icon-48", Icon, "Desktop shortcut, 48 × 48", "Lối tắt màn hình, 48 × 48", padded(48, 48, 0)},
	{"icon-180", Icon, "Home screen of iPhone and iPad, 180 × 180", "Màn hình chính iPhone và iPad, 180 × 180", onWhite(padded(180, 180, 18))},
	{"icon-192", Icon, "Web application, 192 × 192", "Ứng dụng web, 192 × 192", padded(192, 192, 0)},
	{"icon-512", Icon, "Web application, start screen, 512 × 512", "Ứng dụng web, màn hình khởi động, 512 × 512", padded(512, 512, 0)},
	// A maskable icon keeps its mark within 80 % (https://www.w3.org/TR/appmanifest/#icon-masks).
	{"icon-512-maskable", Icon, "Web application, cut to any shape, 512 × 512", "Ứng dụng web, cắt theo mọi hình, 512 × 512", onWhite(padded(512, 512, 52))},
}

// FindPreset returns the preset of that name.
func FindPreset(name string) (Preset, bool) {
	i := slices.IndexFunc(presets, func(p Preset) bool { return p.Name == name })
	if i < 0 {
		return Preset{}, false
	}
	return presets[i], true
}

// Presets returns those of a kind, or all of them for "", in the order in which
// they are offered.
func Presets(kind PresetKind) []Preset {
	var of []Preset
	for _, p := range presets {
		if kind == "" || p.Kind == kind {
			of = append(of, p)
		}
	}
	return of
}
