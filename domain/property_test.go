package domain

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func TestEncodeThenDecodeIsIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		event := anyEvent(wide).Draw(t, "event")
		name, payload, err := Encode(event)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(name, payload, noon)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, event) {
			t.Errorf("%s\nread as  %+v\ninstead of %+v", payload, got, event)
		}
		_, again, err := Encode(got)
		if err != nil || !bytes.Equal(again, payload) {
			t.Errorf("written back as %s, not %s (%v)", again, payload, err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, payload); err != nil || !bytes.Equal(compact.Bytes(), payload) {
			t.Errorf("the payload is not compact JSON: %s", payload)
		}
	})
}

func TestEvolveTakesAnyEventsAndLeavesThePastAlone(t *testing.T) {
	t.Run("item", func(t *testing.T) { rapid.Check(t, evolveLeavesThePastAlone(Items, itemEvent)) })
	t.Run("policy", func(t *testing.T) { rapid.Check(t, evolveLeavesThePastAlone(Policies, anyEvent(narrow))) })
	t.Run("edition", func(t *testing.T) { rapid.Check(t, evolveLeavesThePastAlone(Editions, anyEvent(narrow))) })
	t.Run("agency", func(t *testing.T) { rapid.Check(t, evolveLeavesThePastAlone(Agencies, anyEvent(narrow))) })
	t.Run("usage", func(t *testing.T) { rapid.Check(t, evolveLeavesThePastAlone(DownloadLog, anyEvent(narrow))) })
	t.Run("registry", func(t *testing.T) { rapid.Check(t, evolveLeavesThePastAlone(Registries, anyEvent(narrow))) })
	t.Run("token use", func(t *testing.T) { rapid.Check(t, evolveLeavesThePastAlone(TokenUses, anyEvent(narrow))) })
	t.Run("use", func(t *testing.T) { rapid.Check(t, evolveLeavesThePastAlone(Uses, anyEvent(narrow))) })
}

// itemEvent generates events that are mostly about the first version, so that its
// lists grow long enough to have room to spare, which two branches could share.
var itemEvent = rapid.Custom(func(t *rapid.T) Event {
	by := []Actor{lan, minh, hoa, tung, khanh}[dice(t, 5)]
	switch dice(t, 8) {
	case 0:
		return anyEvent(narrow).Draw(t, "event")
	case 1:
		return drafted(1)
	case 2, 3, 4:
		return revised(1, by)
	default:
		return signed(1, by)
	}
})

// evolveLeavesThePastAlone grows a tree of states, each from any earlier one, and
// then sees that every state is still as it was: also one whose slices share
// memory with those of another branch.
func evolveLeavesThePastAlone[S any](d Decider[S], event *rapid.Generator[Event]) func(*rapid.T) {
	type seen struct {
		state S
		copy  []byte
	}
	return func(t *rapid.T) {
		snapshot := func(s S) []byte {
			b, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		var zero S
		states := []seen{{zero, snapshot(zero)}}
		for _, e := range rapid.SliceOfN(event, 10, 40).Draw(t, "events") {
			from := len(states) - 1
			if rapid.IntRange(0, 3).Draw(t, "branch") == 0 {
				from = rapid.IntRange(0, from).Draw(t, "from")
			}
			next := d.Evolve(states[from].state, e)
			states = append(states, seen{next, snapshot(next)})
		}
		for i, s := range states {
			if now := snapshot(s.state); !bytes.Equal(now, s.copy) {
				t.Fatalf("state %d was\n%s\nand has become\n%s", i, s.copy, now)
			}
		}
	}
}

func TestNormaliseTextIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once, err := NormaliseText(anyText.Draw(t, "text"), 40)
		if err != nil {
			return
		}
		if twice, err := NormaliseText(once, 40); err != nil || twice != once {
			t.Errorf("%+q becomes %+q (%v)", once, twice, err)
		}
	})
}

func TestNormaliseIsIdempotentAndLeavesItsInputAlone(t *testing.T) {
	for _, kind := range Kinds {
		t.Run(string(kind), func(t *testing.T) {
			kept := 0
			rapid.Check(t, func(t *rapid.T) {
				in := anyContent(kind).Draw(t, "content")
				before, _ := marshalPlain(in)
				once, err := in.Normalise(kind, "vi")
				if after, _ := marshalPlain(in); !bytes.Equal(before, after) {
					t.Fatalf("the input was\n%s\nand has become\n%s", before, after)
				}
				if err != nil {
					if AsError(err) == nil {
						t.Fatalf("refused by something else than a refusal: %v", err)
					}
					return
				}
				kept++
				twice, err := once.Normalise(kind, "vi")
				if err != nil || !twice.Equal(once) {
					t.Fatalf("%+v becomes %+v (%v)", once, twice, err)
				}
			})
			if kept == 0 {
				t.Error("no content that was generated is right")
			}
		})
	}
}
