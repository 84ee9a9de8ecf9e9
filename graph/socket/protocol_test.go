package socket_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"signet/graph/socket"
)

const (
	initially = `{"type":"connection_init"}`
	ack       = `{"type":"connection_ack"}`
	ticks     = `{"type":"subscribe","id":"1","payload":{"query":"ticks"}}`
)

func TestWhatIsWrongClosesTheSocketByTheCodeOfTheProtocol(t *testing.T) {
	long := strings.Repeat("d", socket.MaxID)
	for _, c := range []struct {
		what string
		says []string
		code websocket.StatusCode
	}{
		{"no JSON", []string{`hello`}, 4400},
		{"two values", []string{initially + initially}, 4400},
		{"an array", []string{`[]`}, 4400},
		{"null", []string{`null`}, 4400},
		{"bytes that are not UTF-8", []string{"{\"type\":\"ping\",\"payload\":{\"a\":\"\xff\"}}"}, 4400},
		{"no type", []string{`{}`}, 4400},
		{"a type that is no text", []string{`{"type":1}`}, 4400},
		{"a type in other letters", []string{`{"TYPE":"connection_init"}`}, 4400},
		{"an unknown type", []string{`{"type":"start"}`}, 4400},
		{"what only a server says", []string{`{"type":"connection_ack"}`}, 4400},
		{"a result", []string{`{"type":"next","id":"1","payload":{}}`}, 4400},
		{"a payload of a ping that is no object", []string{`{"type":"ping","payload":"x"}`}, 4400},
		{"a payload of an init that is no object", []string{`{"type":"connection_init","payload":[]}`}, 4400},
		{"no id", []string{initially, `{"type":"subscribe","payload":{"query":"query"}}`}, 4400},
		{"an empty id", []string{initially, `{"type":"subscribe","id":"","payload":{"query":"query"}}`}, 4400},
		{"an id that is no text", []string{initially, `{"type":"subscribe","id":1,"payload":{"query":"query"}}`}, 4400},
		{"an id that is too long", []string{initially, `{"type":"subscribe","id":"` + long + `d","payload":{"query":"query"}}`}, 4400},
		{"complete without an id", []string{initially, `{"type":"complete"}`}, 4400},
		{"no payload", []string{initially, `{"type":"subscribe","id":"1"}`}, 4400},
		{"a payload that is null", []string{initially, `{"type":"subscribe","id":"1","payload":null}`}, 4400},
		{"no query", []string{initially, `{"type":"subscribe","id":"1","payload":{}}`}, 4400},
		{"a query that is no text", []string{initially, `{"type":"subscribe","id":"1","payload":{"query":{}}}`}, 4400},
		{"variables that are no object", []string{initially, `{"type":"subscribe","id":"1","payload":{"query":"query","variables":[]}}`}, 4400},
		{"extensions that are no object", []string{initially, `{"type":"subscribe","id":"1","payload":{"query":"query","extensions":"x"}}`}, 4400},
		{"an operation's name that is no text", []string{initially, `{"type":"subscribe","id":"1","payload":{"query":"query","operationName":1}}`}, 4400},
		{"too many bytes", []string{initially, `{"type":"ping","payload":{"a":"` + strings.Repeat("a", 3<<20) + `"}}`}, websocket.StatusMessageTooBig},
		{"an operation before the init", []string{ticks}, 4401},
		{"a bad token", []string{`{"type":"connection_init","payload":{"Authorization":"Bearer bad"}}`}, 4403},
		{"a token that is no text", []string{`{"type":"connection_init","payload":{"Authorization":1}}`}, 4403},
		{"a token that can't be looked up", []string{`{"type":"connection_init","payload":{"Authorization":"Bearer broken"}}`}, websocket.StatusTryAgainLater},
		{"an id that is in use", []string{initially, ticks, ticks}, 4409},
		{"a long id that is in use", []string{initially, strings.ReplaceAll(ticks, `"1"`, `"`+long+`"`), strings.ReplaceAll(ticks, `"1"`, `"`+long+`"`)}, 4409},
		{"a second init", []string{initially, initially}, 4429},
		{"a second init with a token", []string{initially, `{"type":"connection_init","payload":{"Authorization":"Bearer good"}}`}, 4429},
		{"an operation that panics", []string{initially, `{"type":"subscribe","id":"1","payload":{"query":"panics"}}`}, 4500},
	} {
		t.Run(c.what, func(t *testing.T) {
			run(t, nil, func(a *api) {
				t := a.t
				socket := a.open()
				socket.say(c.says...)
				if code := socket.ended(); code != c.code {
					t.Errorf("closed by %d, want %d; heard %q", code, c.code, socket.heard())
				}
			})
		})
	}
}

func TestOtherProtocolsAreNotSpoken(t *testing.T) {
	for _, protocols := range [][]string{nil, {"graphql-ws"}} {
		run(t, nil, func(a *api) {
			t := a.t
			c := a.open(func(o *websocket.DialOptions) { o.Subprotocols = protocols })
			if code := c.ended(); code != 4406 {
				t.Errorf("%q: closed by %d", protocols, code)
			}
		})
	}
}

func TestWhoSaysNothingIsNotWaitedFor(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		silent, begun := a.open(), a.begin()
		time.Sleep(socket.InitPatience - time.Second)
		silent.say(`{"type":"ping"}`)
		silent.expect(`{"type":"pong"}`)
		time.Sleep(time.Second)
		if code := silent.ended(); code != 4408 {
			t.Errorf("closed by %d", code)
		}
		if code := begun.ended(); code != 0 {
			t.Errorf("one that had begun was closed by %d", code)
		}
	})
}

func TestOperationsOfAllKinds(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		c := a.begin()
		c.subscribe("q", "query")
		c.expect(next("q", "query"), complete("q"))
		c.subscribe("m", "mutation")
		c.expect(next("m", "mutation"), complete("m"))
		c.subscribe("q", "wrong")
		c.expect(failure("q", "not_valid"))
		c.subscribe("q", "")
		c.expect(failure("q", "no_query"))
		c.subscribe("e", "ends")
		c.expect(complete("e"))
		c.subscribe("s", "ticks")
		for _, tick := range []string{"a", "b"} {
			a.ticks <- tick
			c.expect(next("s", tick))
		}
		c.say(`{"type":"complete","id":"s"}`, `{"type":"complete","id":"unknown"}`, `{"type":"pong"}`, `{"type":"ping","payload":{"a":1}}`)
		c.expect(`{"type":"pong","payload":{"a":1}}`)
		if a.listened.Load() != 0 {
			t.Error("a subscription goes on that the client has completed")
		}
		c.subscribe("s", "ticks") // its id is free again
		a.ticks <- "c"
		c.expect(next("s", "c"))
	})
}

func TestAMessageInBytesIsAMessage(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		c := a.open()
		if err := c.ws.Write(t.Context(), websocket.MessageBinary, []byte(initially)); err != nil {
			t.Fatal(err)
		}
		c.expect(ack)
	})
}

func TestADocumentMayBeNamed(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		c := a.begin()
		c.say(`{"type":"subscribe","id":"1","payload":{"documentId":"sha256:00"}}`, `{"type":"subscribe","id":"2","payload":{"query":null,"extensions":{"persistedQuery":{}}}}`)
		if got := len(c.heard()); got != 2 || c.ended() != 0 { // this API knows none
			t.Errorf("%d answers, closed by %d", got, c.ended())
		}
	})
}

func TestTheTokenIsFoundWhereClientsPutIt(t *testing.T) {
	for payload, want := range map[string]string{
		`{"Authorization":"Bearer good"}`:                                        "good",
		`{"authorization":"Bearer good"}`:                                        "good",
		`{"headers":{"Authorization":"Bearer good"}}`:                            "good",
		`{"headers":{"authorization":"Bearer good"}}`:                            "good",
		`{"Authorization":"Bearer good","headers":{"Authorization":"Bearer x"}}`: "good",
		`{"Authorization":null,"headers":null}`:                                  "",
		`{"authToken":"x"}`:                                                      "",
		`{}`:                                                                     "",
		`null`:                                                                   "",
	} {
		run(t, nil, func(a *api) {
			c := a.open()
			c.say(`{"type":"connection_init","payload":` + payload + `}`)
			c.expect(ack)
			c.subscribe("1", "viewer")
			c.expect(next("1", "viewer:"+want), complete("1"))
		})
	}
}

func TestASocketHasSoManyOperations(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		c := a.begin()
		const asked = 2_000
		for i := range asked {
			c.subscribe(fmt.Sprint(i), "ticks")
		}
		refused := 0
		for _, line := range c.heard() {
			if !strings.Contains(line, "too_many_subscriptions") || !strings.Contains(line, `"type":"error"`) {
				t.Fatal(line)
			}
			refused++
		}
		if want := asked - socket.DefaultMaxOperations; refused != want || int(a.listened.Load()) != socket.DefaultMaxOperations {
			t.Errorf("%d were refused, want %d; %d listen", refused, want, a.listened.Load())
		}
		c.subscribe("another", "query")
		c.expect(failure("another", "too_many_subscriptions"))
		c.say(`{"type":"complete","id":"7"}`, `{"type":"ping"}`)
		c.expect(`{"type":"pong"}`)
		c.subscribe("another", "query")
		c.expect(next("another", "query"), complete("another"))
	})
}

func TestWhenTheServerStopsEverySocketIsTold(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		c := a.begin()
		c.subscribe("1", "ticks")
		synctest.Wait()
		a.stop()
		if code := c.ended(); code != websocket.StatusGoingAway {
			t.Errorf("closed by %d", code)
		}
		a.served.Wait()
	})
}

func TestWhenTheClientLeavesNothingGoesOn(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		polite, rude := a.begin(), a.begin()
		polite.subscribe("1", "ticks")
		rude.subscribe("1", "stalls")
		synctest.Wait()
		if err := polite.ws.Close(websocket.StatusNormalClosure, ""); err != nil {
			t.Error(err)
		}
		_ = rude.ws.CloseNow()
		a.served.Wait()
		synctest.Wait()
		if n := a.listened.Load(); n != 0 {
			t.Errorf("%d go on", n)
		}
	})
}

func TestASubscriptionHasBegunBeforeWhatIsAskedForNext(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		c := a.begin()
		c.subscribe("1", "stalls")
		c.subscribe("2", "query")
		c.expect(next("2", "query"), complete("2"))
		if a.listened.Load() != 1 {
			t.Error("it has not begun")
		}
	})
}

func TestWhoWantsNoMoreIsToldNoMore(t *testing.T) {
	run(t, nil, func(a *api) {
		c := a.begin()
		c.subscribe("1", "slow")
		c.say(`{"type":"complete","id":"1"}`)
		time.Sleep(time.Minute)
		c.expect()
	})
}

func TestASocketIsServedUntilNothingGoesOnOnIt(t *testing.T) {
	run(t, nil, func(a *api) {
		t := a.t
		c := a.begin()
		begun := time.Now()
		c.subscribe("1", "slow")
		synctest.Wait()
		a.stop()
		a.served.Wait()
		if took := time.Since(begun); took != time.Second {
			t.Errorf("it was served for %v", took)
		}
	})
}
