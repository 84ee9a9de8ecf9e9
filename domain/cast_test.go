package domain

import (
	"strings"
	"time"

	"github.com/google/uuid"
)

// The agencies of row 3 of the city's plan, and one that it does not name.
const (
	party    = "ban-tuyen-giao" // lead
	foreign  = "so-ngoai-vu"    // signs
	culture  = "so-van-hoa"     // signs
	industry = "so-cong-thuong" // is not asked

	sloganKey = "slogan-quoc-te"
)

// person returns the opaque id of a member.
func person(n byte) uuid.UUID { return uuid.UUID{6: 0x70, 8: 0x80, 15: n} }

func member(n byte, agency string, roles ...Role) Actor {
	return Actor{Member: person(n), Agency: agency, Roles: roles}
}

// Those who appear in the stories.
var (
	lan    = member(1, foreign, RoleAuthor)               // writes the versions
	minh   = member(2, foreign, RoleAuthor, RoleReviewer) // her colleague
	hoa    = member(3, party, RoleReviewer)
	tung   = member(4, culture, RoleReviewer)
	khanh  = member(5, industry, RoleAuthor, RoleReviewer)
	an     = member(6, industry, RoleAdmin)
	long   = member(7, party, RoleAuthor, RoleReviewer)
	binh   = member(8, foreign, RoleReviewer)
	terms  = PolicyTerms{Leads: []string{party}, Required: []string{foreign, culture}}
	title  = Texts{"vi": "Ấn bản thứ nhất"}
	digest = strings.Repeat("0123456789abcdef", 4)
)

// city is a past in which the agencies and the policies of all kinds are known.
var city = func() past {
	var p past
	for _, key := range []string{party, foreign, culture, industry} {
		p = p.and(AgencyRegistered{Key: key, Name: Texts{"vi": key}})
	}
	for _, kind := range Kinds {
		p = p.and(PolicySet{Kind: kind, Terms: terms, Reason: "Đề án, dòng 3"})
	}
	return p
}()

// kit is a past in which the slogan is registered, without a version.
var kit = city.and(ItemRegistered{Key: sloganKey, Kind: Slogan, Source: "vi", Agency: foreign})

// edition1 is a past in which the first edition is open and version 1 of the
// slogan was approved for it.
var edition1 = kit.and(
	EditionOpened{Number: 1, Title: title, Due: "2027-07-31", Agency: industry},
	drafted(1), submitted(1, Effective{Edition: 1}), signed(1, hoa), signed(1, binh), signed(1, tung),
	VersionApproved{Key: sloganKey, Version: 1, Edition: 1},
)

func drafted(n int) Event {
	return VersionDrafted{Key: sloganKey, Version: n, Author: lan.Member, Agency: lan.Agency, Content: sloganContent()}
}

func revised(n int, by Actor) Event {
	return VersionRevised{Key: sloganKey, Version: n, Author: by.Member, Content: sloganContent()}
}

func submitted(n int, e Effective) Event {
	return VersionSubmitted{Key: sloganKey, Version: n, Policy: terms, Effective: e}
}

func signed(n int, by Actor) Event {
	return VersionSigned{Key: sloganKey, Version: n, Agency: by.Agency, Member: by.Member}
}

func returned(n int, by Actor) Event {
	return VersionReturned{Key: sloganKey, Version: n, Agency: by.Agency, Member: by.Member, Reason: "chưa rõ"}
}

func approved(n int, from time.Time) Event {
	return VersionApproved{Key: sloganKey, Version: n, From: &from}
}

func withdrawn(n int, from time.Time) Event {
	return VersionWithdrawn{Key: sloganKey, Version: n, Agency: party, From: from, Reason: "sai"}
}

// passed is a version's life until it was approved.
func passed(n int) []Event {
	return []Event{drafted(n), submitted(n, Effective{}), signed(n, hoa), signed(n, binh), signed(n, tung), approved(n, earlier)}
}

func unit(id string, role UnitRole, text Texts) Unit { return Unit{ID: id, Role: role, Text: text} }

func sloganContent() Content {
	return Content{Units: []Unit{
		unit("name", UnitName, Texts{"vi": "Khẩu hiệu (mẫu đề xuất)"}),
		unit("slogan", UnitSlogan, Texts{"vi": "Hải Phòng – cửa ngõ ra biển", "en": "Hai Phong – gateway to the sea", "ja": "海への玄関口"}),
	}}
}

func messageContent() Content {
	return Content{Units: []Unit{
		unit("name", UnitName, Texts{"vi": "Bộ thông điệp"}),
		{ID: "cang", Role: UnitMessage, Pillar: "logistics", Audience: "nha-dau-tu", Text: Texts{"vi": "Cảng nước sâu", "zh": "深水港口"}},
	}}
}

func templateContent() Content {
	return Content{
		Units: []Unit{
			unit("name", UnitName, Texts{"vi": "Thư gửi nhà đầu tư"}),
			unit("subject", UnitSubject, Texts{"vi": "Kính gửi {{investor}}", "en": "Dear {{investor}}"}),
			unit("body", UnitBody, Texts{"vi": "Ngày {{date}}: {{investor}} & cảng", "en": "{{investor}}, on {{date}}: <port>"}),
		},
		Placeholders: []Placeholder{{Name: "investor"}, {Name: "date"}},
	}
}

func logoContent() Content {
	return Content{
		Units: []Unit{unit("name", UnitName, Texts{"vi": "Biểu trưng"})},
		Files: []File{
			{Colour: FullColour, Layout: Horizontal, Name: "biểu-trưng.svg", Digest: digest, MediaType: "image/svg+xml", Size: 900},
			{Colour: FullColour, Layout: Horizontal, Name: "biểu-trưng.png", Digest: digest, MediaType: "image/png", Size: 9000, Width: 400, Height: 200},
		},
		Colours: []Colour{{Name: Texts{"vi": "Đỏ phượng"}, Hex: "#D7263D"}},
	}
}

// contentOf returns a content that is right for an item of the kind.
func contentOf(kind Kind) Content {
	switch kind {
	case Logo:
		return logoContent()
	case MessageSet:
		return messageContent()
	case Template:
		return templateContent()
	default:
		return sloganContent()
	}
}
