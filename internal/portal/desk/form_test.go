package desk

import (
	"net/url"
	"reflect"
	"testing"
)

func FuzzAForm(f *testing.F) {
	f.Add("u.0.id=name&u.0.role=NAME&u.0.text=T%C3%AAn&c.1.hex=%23b3261e&c.1.name.vi=%C4%90%E1%BB%8F&p.0.name=x&p.0.form.0.text=%23")
	f.Add("u.10.text=b&u.9.text=a&u.-1.text=c&u.x.text=d&u.00.text=e&f.0.name=bi%E1%BB%83u-t%C6%B0%E1%BB%A3ng&was=a+b&was=c")
	f.Add("do=raise-unit+1&u.0.id=a&u.1.id=b")
	f.Fuzz(func(t *testing.T, query string) {
		form, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		c := readContent(form, "vi")
		shown := readPieces(form["was"])
		c.act(form.Get("do"), shown)
		c.describe("vi")
		c.tidy("vi")
		if again := readPieces(shown.hidden()); !reflect.DeepEqual(again, shown) {
			t.Errorf("%v came back as %v", shown, again)
		}
		if changes := c.join(c, c.pieces("vi"), "vi"); len(changes) > 0 {
			t.Errorf("nobody else wrote, and yet %v", changes)
		}
		c.input()
	})
}

func TestButtonsOfTheForm(t *testing.T) {
	shown := pieces{"a": "1", "b": "2", "message-2": "3"}
	for do, want := range map[string]string{
		"add-unit MESSAGE": "a=1 b=2 message= L", "remove-unit 0": "b=2 L", "raise-unit 1": "b=2 a=1 L",
		"raise-unit 0": "a=1 b=2 L", "remove-unit 7": "a=1 b=2 L", "remove-unit -1": "a=1 b=2 L", "look": "a=1 b=2 L", "": "a=1 b=2 L",
	} {
		c := said("L", "a=1", "b=2")
		c.act(do, shown)
		if got := c.written(); got != want {
			t.Errorf("%q: %s, want %s", do, got, want)
		}
	}
	// A new unit does not take over the translations of one that was just removed.
	c := said("L", "a=1", "message=2")
	if id := c.act("add-unit MESSAGE", shown); id != "message-3" {
		t.Errorf("the new one is called %s", id)
	}
}

func TestTextIsReadAsTheRegistryKeepsIt(t *testing.T) {
	if got := typed(url.Values{"a": {" x\r\ny\r\n"}}, "a"); got != "x\ny" {
		t.Errorf("%q", got)
	}
}

func TestAVariantIsGuessedByTheName(t *testing.T) {
	for name, want := range map[string][2]string{
		"hải-phòng-ngang-đủ-màu.svg": {"FULL", "HORIZONTAL"}, "hải phòng dọc một màu.png": {"ONE", "STACKED"},
		"Logo_Mark_REVERSED.svg": {"REVERSED", "MARK"}, "x.svg": {"FULL", "HORIZONTAL"},
	} {
		f := file{Name: name}
		f.guess()
		if got := [2]string{f.Colour, f.Layout}; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	said := file{Name: "mark-white.svg", Colour: "FULL", Layout: "STACKED"}
	if said.guess(); said.Colour != "FULL" || said.Layout != "STACKED" {
		t.Errorf("what its author said became %+v", said)
	}
}
