package pressure_test

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"testing"
	"time"

	"signet/internal/pressure"
)

// clock is a clock that stands until it is moved.
type clock struct{ now time.Time }

func (c *clock) read() time.Time { return c.now }

var (
	limits = pressure.Limits{Address: pressure.Limit{Rate: 10, Burst: 50}, Token: pressure.Limit{Rate: 20, Burst: 100}}
	alice  = netip.MustParseAddr("192.0.2.1")
)

func newLimiter(t *testing.T, l pressure.Limits) (*pressure.Limiter, *clock) {
	t.Helper()
	c := &clock{time.Date(2027, 1, 4, 5, 0, 0, 0, time.UTC)}
	return pressure.NewLimiter(l, c.read), c
}

// spend asks by new requests until one is refused, and tells how many were not.
func spend(l *pressure.Limiter, from netip.Addr, token string, cost, most int) (done int) {
	for ; done < most; done++ {
		tab := l.Tab(from)
		if token != "" {
			tab.Holder(token)
		}
		if tab.Spend(cost) != nil {
			return done
		}
	}
	return done
}

func TestACallerHasABurstAndThenARate(t *testing.T) {
	l, c := newLimiter(t, limits)
	if n := spend(l, alice, "", pressure.Read, 1000); n != 50 {
		t.Errorf("%d at once", n)
	}
	for range 3 {
		c.now = c.now.Add(time.Second)
		if n := spend(l, alice, "", pressure.Read, 1000); n != 10 {
			t.Errorf("%d in a second", n)
		}
	}
	c.now = c.now.Add(time.Hour)
	if n := spend(l, alice, "", pressure.Mutation, 1000); n != 5 {
		t.Errorf("%d mutations after an hour", n)
	}
}

func TestWhatCostsMoreThanTheBurstNeedsAllOfIt(t *testing.T) {
	l, c := newLimiter(t, limits)
	if n := spend(l, alice, "", 1000, 9); n != 1 {
		t.Errorf("%d", n)
	}
	c.now = c.now.Add(5*time.Second - time.Nanosecond)
	if n := spend(l, alice, "", 1000, 9); n != 0 {
		t.Errorf("%d before all is there again", n)
	}
	c.now = c.now.Add(time.Nanosecond)
	if n := spend(l, alice, "", 1000, 9); n != 1 {
		t.Errorf("%d", n)
	}
}

func TestTheHeadersTellHowACallerStands(t *testing.T) {
	l, c := newLimiter(t, limits)
	spend(l, alice, "", 1, 30)
	for title, want := range map[string]struct {
		cost, left int
		full, wait int64
		refused    bool
		state      string
	}{
		"what is there":     {cost: 15, left: 5, full: 5, state: `"address";r=5;t=5`},
		"what is not there": {cost: 25, left: 20, full: 3, wait: 1, refused: true, state: `"address";r=20;t=3`},
	} {
		t.Run(title, func(t *testing.T) {
			l, _ := newLimiter(t, limits)
			spend(l, alice, "", 1, 30)
			tab := l.Tab(alice)
			err := tab.Spend(want.cost)
			q := tab.Quota()
			if errors.Is(err, pressure.ErrLimited) != want.refused || q.Left != want.left || pressure.Seconds(q.Full) != want.full || pressure.Seconds(q.Wait) != want.wait {
				t.Errorf("%v, %+v", err, q)
			}
			if q.State() != want.state || q.Policy() != `"address";q=50;w=5` {
				t.Errorf("%s, %s", q.State(), q.Policy())
			}
		})
	}
	// Who waits as long as he is told is let in.
	tab := l.Tab(alice)
	if tab.Spend(25) == nil {
		t.Fatal("it was let in")
	}
	c.now = c.now.Add(tab.Quota().Wait)
	if err := tab.Spend(25); err != nil {
		t.Error(err)
	}
}

func TestCallersAreToldApart(t *testing.T) {
	for title, c := range map[string]struct {
		one, other string
		same       bool
	}{
		"two addresses":                    {one: "192.0.2.1", other: "192.0.2.2"},
		"an address as IPv6 writes it":     {one: "192.0.2.1", other: "::ffff:192.0.2.1", same: true},
		"two addresses of one IPv6 site":   {one: "2001:db8:1:2::1", other: "2001:db8:1:2:ffff::9", same: true},
		"two IPv6 sites":                   {one: "2001:db8:1:2::1", other: "2001:db8:1:3::1"},
		"an address with a zone, and none": {one: "fe80::1%eth0", other: "fe80::1", same: true},
	} {
		t.Run(title, func(t *testing.T) {
			l, _ := newLimiter(t, limits)
			spend(l, netip.MustParseAddr(c.one), "", 1, 1000)
			if n := spend(l, netip.MustParseAddr(c.other), "", 1, 1); (n == 0) != c.same {
				t.Errorf("%d", n)
			}
		})
	}
}

func TestWhoHoldsATokenIsLimitedByItAlone(t *testing.T) {
	l, _ := newLimiter(t, limits)
	if n := spend(l, alice, "t1", 1, 1000); n != 100 {
		t.Errorf("%d by a token", n)
	}
	if n := spend(l, netip.MustParseAddr("198.51.100.7"), "t1", 1, 1); n != 0 {
		t.Error("from another address the token may ask for more")
	}
	if n := spend(l, alice, "t2", 1, 1000); n != 100 {
		t.Errorf("%d by another token", n)
	}
	if n := spend(l, alice, "", 1, 1000); n != 50 {
		t.Errorf("%d by the address", n)
	}
}

func TestGuessesLockNobodyOutButTheAddressThatMadeThem(t *testing.T) {
	var refused []pressure.Reason
	guarded := limits
	guarded.Refused = func(r pressure.Reason) { refused = append(refused, r) }
	l, c := newLimiter(t, guarded)
	if err := l.Tab(alice).Guessed(); err != nil {
		t.Error(err)
	}
	for range 100 {
		if err := l.Tab(alice).Guessed(); !errors.Is(err, pressure.ErrLimited) {
			t.Fatal(err)
		}
	}
	if len(refused) != 100 || refused[0] != pressure.Guessing {
		t.Errorf("%d were refused: %v", len(refused), refused[:1])
	}
	if n := spend(l, alice, "", 1, 1); n != 0 {
		t.Error("the address may go on")
	}
	if n := spend(l, alice, "t1", 1, 1000); n != 100 {
		t.Errorf("%d by a token that is valid", n)
	}
	c.now = c.now.Add(5 * time.Second)
	holder := l.Tab(alice)
	holder.Holder("t2")
	if err := holder.Guessed(); err != nil {
		t.Errorf("%v, after a while", err)
	}
	if n := spend(l, alice, "t2", 1, 1000); n != 100 {
		t.Errorf("%d by a token whose holder has guessed another", n)
	}
}

func TestWhoHasNoLimit(t *testing.T) {
	exempt, err := pressure.ParseNetworks([]string{"10.1.0.0/16", "2001:db8::/32"})
	if err != nil {
		t.Fatal(err)
	}
	some := limits
	some.Exempt = exempt
	for title, c := range map[string]struct {
		from    netip.Addr
		token   string
		limited bool
	}{
		"the machine itself":            {from: netip.MustParseAddr("127.0.0.1")},
		"the machine itself, by IPv6":   {from: netip.MustParseAddr("::1")},
		"a network that was named":      {from: netip.MustParseAddr("10.1.2.3")},
		"an IPv6 network of these":      {from: netip.MustParseAddr("2001:db8::5")},
		"any other network":             {from: netip.MustParseAddr("10.2.2.3"), limited: true},
		"an address that nobody knows":  {limited: true},
		"a token on the machine itself": {from: netip.MustParseAddr("127.0.0.1"), token: "t", limited: true},
	} {
		t.Run(title, func(t *testing.T) {
			l, _ := newLimiter(t, some)
			if n := spend(l, c.from, c.token, 1, 1000); (n < 1000) != c.limited {
				t.Errorf("%d", n)
			}
		})
	}
	l, _ := newLimiter(t, pressure.Limits{})
	if n := spend(l, alice, "", 1, 1000) + spend(l, alice, "t", 1, 1000); n != 2000 || l.Tab(alice).Quota().Name != "" {
		t.Errorf("%d without limits", n)
	}
	var none *pressure.Limiter
	if n := spend(none, alice, "", 1, 1000); n != 1000 {
		t.Errorf("%d without a limiter", n)
	}
}

func TestManyAtOnceGetNoMoreThanOneAfterTheOther(t *testing.T) {
	l, _ := newLimiter(t, limits)
	var group sync.WaitGroup
	var mu sync.Mutex
	all := 0
	for range 8 {
		group.Go(func() {
			n := spend(l, alice, "", 1, 100)
			mu.Lock()
			defer mu.Unlock()
			all += n
		})
	}
	group.Wait()
	if all != 50 {
		t.Errorf("%d", all)
	}
}

func TestTheContextCarriesTheTab(t *testing.T) {
	l, _ := newLimiter(t, limits)
	if err := pressure.Spend(context.Background(), 1000); err != nil {
		t.Errorf("nobody was charged: %v", err)
	}
	tab := l.Tab(alice)
	ctx := pressure.With(t.Context(), tab)
	if err := pressure.Spend(ctx, 20); err != nil || tab.Quota().Left != 30 {
		t.Errorf("%v, %+v", err, tab.Quota())
	}
	if err := pressure.Spend(ctx, 31); !errors.Is(err, pressure.ErrLimited) || tab.Quota().Left != 30 {
		t.Errorf("%v, %+v", err, tab.Quota())
	}
	if who := tab.Who(); who != "192.0.2.1" {
		t.Error(who)
	}
	tab.Holder("t")
	if who := tab.Who(); who != "token t" {
		t.Error(who)
	}
	if who := l.Tab(netip.MustParseAddr("127.0.0.1")).Who(); who != "" {
		t.Error(who)
	}
}

func TestWhatAnOperationCosts(t *testing.T) {
	for _, c := range []struct{ mutations, fields, want int }{{0, 0, 0}, {0, 499, 0}, {0, 500, 1}, {0, 20_000, 40}, {1, 10, 10}, {20, 1000, 202}} {
		if got := pressure.CostOf(c.mutations, c.fields); got != c.want {
			t.Errorf("%d mutations and %d fields cost %d", c.mutations, c.fields, got)
		}
	}
}
