package phrases_test

import (
	"strings"

	"signet/internal/phrases"
)

// slogans are those of the sample kit, and what else they must be told apart from:
// three versions of one, in each language.
var slogans = map[string][]string{
	"vi": {
		"Hải Phòng – vươn ra biển lớn",
		"Hải Phòng – cùng vươn ra biển lớn",
		"Hải Phòng – cùng bạn vươn ra biển lớn",
	},
	"en": {
		"Hai Phong – Reaching for the Open Sea",
		"Hai Phong – Together to the Open Sea",
		"Hai Phong – With You to the Open Sea",
	},
	"ja": {
		"ハイフォン、大海原へ",
		"ハイフォン、ともに大海原へ",
		"ハイフォン、あなたとともに大海原へ",
	},
	"zh": {
		"海防——驶向大海",
		"海防——携手驶向大海",
		"海防——与你驶向大海",
	},
	"ko": {
		"하이퐁, 큰 바다로",
		"하이퐁, 함께 큰 바다로",
		"하이퐁, 당신과 함께 큰 바다로",
	},
}

var languages = []string{"vi", "en", "ja", "zh", "ko"}

// kit is all of slogans, in order of languages.
func kit() []string {
	var all []string
	for _, l := range languages {
		all = append(all, slogans[l]...)
	}
	return all
}

// test is a testing.TB or a *rapid.T.
type test interface {
	Helper()
	Fatal(args ...any)
}

func index(t test, texts ...string) *phrases.Index {
	t.Helper()
	x, err := phrases.New(texts)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func page(t test, source string) phrases.Document {
	t.Helper()
	d, err := phrases.HTML(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func file(t test, source string) phrases.Document {
	t.Helper()
	d, err := phrases.Plain(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// messages are sentences as a kit has them beside its slogans.
var messages = map[string][]string{
	"vi": {
		"Cảng của ngày mai",
		"Thành phố Hoa phượng đỏ",
		"Nơi dòng sông gặp biển cả",
		"Hải Phòng – điểm đến của những con tàu lớn",
		"Thành phố cảng xanh, thông minh và đáng sống",
		"Mỗi chuyến tàu là một lời mời trở lại Hải Phòng",
		"Đầu tư vào Hải Phòng là đầu tư vào cửa ngõ của miền Bắc Việt Nam.",
		"Từ cảng nước sâu Lạch Huyện, hàng hoá của cả vùng ra thẳng đại dương, không phải chờ trung chuyển ở nơi khác.",
	},
	"en": {
		"Port of Tomorrow",
		"City of the Red Flamboyant",
		"Where the river meets the sea",
		"Hai Phong – Gateway to Every Journey",
		"A green, smart and liveable port city",
		"Every ship that leaves invites you to return",
		"To invest in Hai Phong is to invest in the gateway of northern Vietnam.",
		"From the deep-water port of Lach Huyen the goods of a whole region reach the ocean without waiting for transshipment elsewhere.",
	},
	"ja": {
		"明日をひらく港",
		"赤い火炎樹の街",
		"川と海が出会うところ",
		"ハイフォン、すべての旅の玄関口",
		"緑豊かで賢い、暮らしやすい港町",
		"出航するたびに、また帰りたくなる街へ",
		"ハイフォンへの投資は、北部ベトナムの玄関口への投資です。",
		"ラックフエン深水港からは、地域の貨物が積み替えを待たずに直接大洋へ出ていきます。",
	},
	"zh": {
		"通向明天的港口",
		"红色凤凰木之城",
		"江河与大海相会之地",
		"海防——每段旅程的门户",
		"绿色、智慧、宜居的港口城市",
		"每一次启航，都邀请您再度归来",
		"投资海防，就是投资越南北部的门户。",
		"从沥县深水港出发，整个地区的货物无需在别处等待中转，即可直达远洋。",
	},
	"ko": {
		"내일을 여는 항구",
		"붉은 화염수의 도시",
		"강이 바다를 만나는 곳",
		"하이퐁, 모든 여정의 관문",
		"푸르고 똑똑하며 살기 좋은 항구 도시",
		"떠나는 배마다 다시 오라고 손짓하는 도시",
		"하이퐁에 대한 투자는 베트남 북부의 관문에 대한 투자입니다.",
		"락후옌 심수항에서는 지역 전체의 화물이 다른 곳에서 환적을 기다리지 않고 곧바로 대양으로 나갑니다.",
	},
}
