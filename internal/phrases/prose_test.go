package phrases_test

import (
	"slices"
	"testing"
)

// prose is ordinary text in which nothing of the kit is said, though it tells of
// the same things in the same words.
var prose = map[string][]string{
	"vi": {
		"Sáng nay, đoàn tàu cá của phường ra khơi từ rất sớm. Biển lặng, gió nhẹ, ai cũng mong một chuyến đi đầy ắp cá tôm.",
		"Thành phố có hơn hai triệu dân, nhiều khu công nghiệp và một cảng nước sâu. Người dân ở đây nói chuyện to và rất mến khách.",
		"Khách sạn còn hai phòng trống, một phòng nhìn ra biển lớn hơn phòng kia. Giá phòng đã gồm bữa sáng và vé vào hang động.",
		"Hải Phòng cách Hà Nội khoảng một trăm cây số. Đi xe khách mất gần hai tiếng, đi tàu hoả lâu hơn một chút nhưng ngắm được cảnh đồng quê.",
		"Các em học sinh cùng bạn bè trồng hoa phượng dọc bờ sông, mong đến mùa hè hoa sẽ đỏ cả con đường.",
		"Hàng hoá từ các tỉnh phía Bắc được đưa đến cảng, bốc lên tàu lớn rồi đi châu Âu và châu Mỹ.",
	},
	"en": {
		"The fishing boats left the harbour before dawn. The sea was calm, the wind light, and everybody hoped for a good catch.",
		"The city has more than two million people, many industrial parks and a deep-water port. Its people speak loudly and are hospitable.",
		"Two rooms are still free at the hotel; one of them looks out over the open sea. Breakfast is included.",
		"Hai Phong is about a hundred kilometres from Hanoi. The bus takes nearly two hours, the train a little longer.",
		"You reach for the rail and look out at the sea together with the other passengers.",
		"Goods from the north come to the port, are loaded onto large ships, and go to Europe and America tomorrow.",
	},
	"ja": {
		"今朝早く、漁船は港を出た。海は静かで風も弱く、だれもが大漁を願っていた。",
		"市の人口は二百万人を超え、多くの工業団地と水深の深い港がある。人々は声が大きく、客をよくもてなす。",
		"ホテルにはまだ二部屋空いていて、そのうち一部屋からは大きな海が見える。朝食も料金に含まれる。",
		"ハイフォンはハノイからおよそ百キロ離れている。バスで二時間近く、列車ならもう少しかかる。",
		"あなたと友だちは川沿いに木を植え、夏になれば道が赤く染まるのを楽しみにしている。",
		"北部の各省からの貨物は港に集められ、大きな船に積まれてヨーロッパやアメリカへ向かう。",
	},
	"zh": {
		"今天清晨，渔船离开了港口。海面平静，微风轻拂，人人都盼着满载而归。",
		"这座城市有两百多万人口，有许多工业区和一个深水港。当地人说话声音大，也很好客。",
		"旅馆还剩两个房间，其中一间可以看到大海。房价包含早餐。",
		"海防距河内大约一百公里。乘大巴将近两个小时，坐火车要久一些，但可以看到田野风光。",
		"你和朋友们沿着河岸种树，等到夏天，整条路都会被花染红。",
		"北部各省的货物运到港口，装上大船，驶向欧洲和美洲。",
	},
	"ko": {
		"오늘 새벽 어선들이 항구를 떠났다. 바다는 잔잔하고 바람은 약해서 모두가 만선을 바랐다.",
		"이 도시에는 이백만 명이 넘는 사람들이 살고, 많은 공단과 수심이 깊은 항구가 있다.",
		"호텔에는 방이 두 개 남아 있는데, 그중 하나는 큰 바다가 보인다. 아침 식사가 포함되어 있다.",
		"하이퐁은 하노이에서 약 백 킬로미터 떨어져 있다. 버스로 두 시간 가까이, 기차로는 조금 더 걸린다.",
		"당신과 친구들은 강가에 나무를 심고 여름이면 길이 붉게 물들기를 기다린다.",
		"북부 여러 성의 화물은 항구로 와서 큰 배에 실려 유럽과 미국으로 간다.",
	},
}

// everything is all slogans and messages, in order of languages.
func everything() []string {
	var all []string
	for _, l := range languages {
		all = slices.Concat(all, slogans[l], messages[l])
	}
	return all
}

func TestOrdinaryProseSaysNothingOfTheKit(t *testing.T) {
	x := index(t, everything()...)
	for _, language := range languages {
		for _, text := range prose[language] {
			for _, u := range x.Find(file(t, text)) {
				t.Errorf("%s: %+v", language, u)
			}
		}
	}
}
