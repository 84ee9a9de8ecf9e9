package generate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"

	"signet/domain"
)

var keyPrefix = map[domain.Kind]string{
	domain.Slogan: "slogan", domain.Logo: "logo", domain.MessageSet: "messages", domain.Template: "template",
}

// keyOf is the key of the item with the number n.
func keyOf(n int) string {
	return fmt.Sprintf("%s-%07d", keyPrefix[domain.Kinds[n%len(domain.Kinds)]], n)
}

// vocabulary holds words of which texts are made that look like the city's own,
// so that an index over them has common and rare words as a real one has.
var vocabulary = map[domain.Locale]struct {
	words string
	space string
}{
	"vi": {"Hải Phòng cảng biển cửa ngõ thành phố hội nhập đầu tư phượng đỏ sông Cấm đảo Cát Bà logistics xanh du lịch di sản bền vững kết nối khát vọng vươn xa", " "},
	"en": {"Hai Phong port gateway sea city green investment heritage island river flame connected world tomorrow growth trade harbour bright future", " "},
	"ja": {"ハイフォン 港 海 玄関口 都市 未来 投資 観光 遺産 緑 島 世界 つながる 成長 がんばる 物流 赤い 花", ""},
	"ko": {"하이퐁 항구 바다 관문 도시 미래 투자 관광 유산 녹색 섬 세계 연결 성장 물류 붉은 꽃", " "},
	"zh": {"海防 港口 海洋 门户 城市 未来 投资 旅游 遗产 绿色 岛屿 世界 连接 增长 物流 凤凰花", ""},
}

var (
	pillars   = []string{"cang-bien", "dau-tu", "du-lich", "van-hoa"}
	audiences = []string{"nha-dau-tu", "du-khach", "nguoi-dan", "doi-tac", "kieu-bao", "bao-chi"}
)

// sentence makes a text of some words. Lower numbers of words come more often, as
// in a language; a locale without a vocabulary says it in English.
func sentence(rng *rand.Rand, l domain.Locale, length int) string {
	v, ok := vocabulary[l]
	if !ok {
		v = vocabulary["en"]
	}
	words := strings.Fields(v.words)
	out := make([]string, length)
	for i := range out {
		out[i] = words[min(rng.IntN(len(words)), rng.IntN(len(words)))]
	}
	return strings.Join(out, v.space)
}

// writeTexts makes a text in the source locale and in the others chosen.
func writeTexts(rng *rand.Rand, locales []domain.Locale, length int, suffix string) domain.Texts {
	out := domain.Texts{domain.DefaultSource: sentence(rng, domain.DefaultSource, length) + suffix}
	for _, l := range locales {
		out[l] = sentence(rng, l, length) + suffix
	}
	return out
}

// content makes what a version says: about 1 KB of JSON.
func content(rng *rand.Rand, kind domain.Kind, n, version int, of []domain.Locale) domain.Content {
	var locales []domain.Locale
	for _, l := range of {
		if rng.IntN(5) > 0 {
			locales = append(locales, l)
		}
	}
	unit := func(id string, role domain.UnitRole, length int, suffix string) domain.Unit {
		return domain.Unit{ID: id, Role: role, Text: writeTexts(rng, locales, length, suffix)}
	}
	c := domain.Content{Units: []domain.Unit{unit("name", domain.UnitName, 3, fmt.Sprintf(" %d", n))}}
	switch kind {
	case domain.Slogan:
		c.Units = append(c.Units, unit("slogan", domain.UnitSlogan, 6, ""))
	case domain.Logo:
		c.Files, c.Colours = files(n, version), []domain.Colour{{Name: domain.Texts{"vi": "Đỏ phượng"}, Hex: "#D7263D"}}
	case domain.MessageSet:
		c.Units = append(c.Units, unit("core", domain.UnitCore, 12, ""))
		for i := range 2 {
			u := unit(fmt.Sprintf("message-%d", i+1), domain.UnitMessage, 10, "")
			u.Pillar, u.Audience = pillars[rng.IntN(len(pillars))], audiences[rng.IntN(len(audiences))]
			c.Units = append(c.Units, u)
		}
	case domain.Template:
		c.Units = append(c.Units, unit("subject", domain.UnitSubject, 5, ": {{investor}}"), unit("body", domain.UnitBody, 30, " {{investor}}, {{date}}"))
	}
	return c
}

// files makes two files of a logo. Their digests name bytes that no store holds.
func files(n, version int) []domain.File {
	var out []domain.File
	for i, media := range []string{"image/svg+xml", "image/png"} {
		extension := []string{"svg", "png"}[i]
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %s", n, version, extension))
		out = append(out, domain.File{
			Colour: domain.FullColour, Layout: domain.Horizontal, Name: fmt.Sprintf("biểu-trưng-%d.%s", n, extension),
			Digest: hex.EncodeToString(sum[:]), MediaType: media, Size: int64(1000 + n%9000), Width: 400, Height: 200,
		})
	}
	return out
}
