package domain

import (
	"fmt"
	"reflect"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// pools make generated events meet: with few keys and numbers they are about the
// same things, and with free text everything that can be stored occurs.
type pools struct {
	text    *rapid.Generator[string]
	number  *rapid.Generator[int64]
	instant *rapid.Generator[time.Time]
}

var narrow = pools{
	text:    rapid.SampledFrom([]string{"", "a", "b", party, foreign}),
	number:  rapid.Int64Range(-1, 3),
	instant: rapid.SampledFrom([]time.Time{earlier, noon, later}),
}

var wide = pools{
	text:   rapid.String(),
	number: rapid.Int64Range(-1<<31, 1<<31-1),
	instant: rapid.Custom(func(t *rapid.T) time.Time {
		const year10000 = 253402300800 // RFC 3339 has four digits for a year
		return time.Unix(rapid.Int64Range(0, year10000-1).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
	}),
}

// anyEvent generates an event of any stored name, in its present shape.
func anyEvent(p pools) *rapid.Generator[Event] {
	names := EventTypes()
	return rapid.Custom(func(t *rapid.T) Event {
		name := rapid.SampledFrom(names).Draw(t, "name")
		blank, err := Decode(name, []byte("{}"), noon)
		if err != nil {
			t.Fatal(err)
		}
		v := reflect.New(reflect.TypeOf(blank)).Elem()
		p.fill(t, v)
		return v.Interface().(Event)
	})
}

// fill sets a value to anything that its type allows. Slices and maps are nil
// rather than empty, as they are after reading.
func (p pools) fill(t *rapid.T, v reflect.Value) {
	switch v.Interface().(type) {
	case uuid.UUID:
		v.Set(reflect.ValueOf(person(byte(rapid.IntRange(0, 3).Draw(t, "person")))))
		return
	case time.Time:
		v.Set(reflect.ValueOf(p.instant.Draw(t, "instant")))
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.String:
		v.SetString(p.text.Draw(t, "text"))
	case reflect.Int, reflect.Int64:
		v.SetInt(p.number.Draw(t, "number"))
	case reflect.Struct:
		for i := range v.NumField() {
			p.fill(t, v.Field(i))
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "there") {
			v.Set(reflect.New(v.Type().Elem()))
			p.fill(t, v.Elem())
		}
	case reflect.Slice:
		for range rapid.IntRange(0, 2).Draw(t, "length") {
			element := reflect.New(v.Type().Elem()).Elem()
			p.fill(t, element)
			v.Set(reflect.Append(v, element))
		}
	case reflect.Map:
		for range rapid.IntRange(0, 2).Draw(t, "size") {
			if v.IsNil() {
				v.Set(reflect.MakeMap(v.Type()))
			}
			key, element := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			p.fill(t, key)
			p.fill(t, element)
			v.SetMapIndex(key, element)
		}
	default:
		panic(fmt.Sprintf("no generator for %s", v.Type()))
	}
}

// anyText generates texts of the kinds that people paste: letters in both normal
// forms, marks without a letter, line ends, white space and what is refused.
var anyText = rapid.Custom(func(t *rapid.T) string {
	pieces := rapid.SampledFrom([]string{
		"Hải Phòng", "Ha\u0309i", "\u0301", "\u0323", "\r\n", "\n", " ", "\u00a0", "\u3000", "\u2028", "海", "\u0958", "\ufb2c", "\u1100\u1161\u11a8",
		"각", "{{a}}", "{", "}", "\ufeff", "\u200d", "\U0001d160", "\u0344", "\t",
	})
	s := ""
	for range rapid.IntRange(0, 12).Draw(t, "pieces") {
		if rapid.IntRange(0, 9).Draw(t, "free") == 0 {
			s += rapid.String().Draw(t, "free text")
			continue
		}
		s += pieces.Draw(t, "piece")
	}
	return s
})

// anyContent generates contents that are often right for an item of the kind.
func anyContent(kind Kind) *rapid.Generator[Content] {
	return rapid.Custom(func(t *rapid.T) Content {
		c := contentOf(kind)
		locales := rapid.SampledFrom([]Locale{"vi", "en", "EN", "zh-cn", "ja"})
		for i := range c.Units {
			if rapid.Bool().Draw(t, "rewrite") {
				c.Units[i].Text[locales.Draw(t, "locale")] = anyText.Draw(t, "text")
			}
		}
		for i := range c.Placeholders {
			if rapid.Bool().Draw(t, "describe") {
				c.Placeholders[i].Note = Texts{locales.Draw(t, "locale"): anyText.Draw(t, "note")}
				c.Placeholders[i].Example = anyText.Draw(t, "example")
			}
		}
		for i := range c.Files {
			if rapid.Bool().Draw(t, "rename") {
				c.Files[i].Name = anyText.Draw(t, "file name")
			}
		}
		if rapid.Bool().Draw(t, "licensed") {
			c.Licence = anyText.Draw(t, "licence")
		}
		return c
	})
}
