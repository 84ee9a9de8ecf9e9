package pressure_test

import (
	"encoding/binary"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"signet/internal/pressure"
)

// stranger is one of many addresses that belong to different networks.
func stranger(n int) netip.Addr {
	raw := [16]byte{0: 0x20, 1: 0x01}
	binary.BigEndian.PutUint32(raw[4:], uint32(n))
	return netip.AddrFrom16(raw)
}

// What is remembered is bounded, and who is over the limit is not forgotten for it.
func TestWhoChangesAddressesMakesNobodyForgotten(t *testing.T) {
	const attacker, many = 1 << 16, 1 << 16
	l, c := newLimiter(t, limits)
	var before, after runtime.MemStats
	spend(l, alice, "", 1, 1000)
	for i := range attacker {
		spend(l, stranger(i), "", 1, 1)
	}
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range many {
		if i%(many/4) == 0 {
			c.now = c.now.Add(20 * time.Millisecond)
		}
		spend(l, stranger(attacker+i), "", 1, 1)
		if i%1000 == 0 && spend(l, alice, "", 10, 1) > 0 {
			t.Fatalf("after %d others the address is forgotten", i)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 8<<20 {
		t.Errorf("%d bytes more are in use", grown)
	}
	runtime.KeepAlive(l)
	c.now = c.now.Add(5 * time.Second)
	if n := spend(l, alice, "", 1, 1000); n != 50 {
		t.Errorf("%d after a while", n)
	}
}

func BenchmarkSpend(b *testing.B) {
	l := pressure.NewLimiter(pressure.Limits{Address: pressure.Limit{Rate: 1e9, Burst: 1e9}}, time.Now)
	b.ReportAllocs()
	for b.Loop() {
		tab := l.Tab(alice)
		if err := tab.Spend(1); err != nil {
			b.Fatal(err)
		}
		q := tab.Quota()
		_, _ = q.State(), q.Policy()
	}
}

// The cost when the memory is full, and every request is from another address.
func BenchmarkSpendByStrangers(b *testing.B) {
	l := pressure.NewLimiter(limits, time.Now)
	for i := range 1 << 16 {
		spend(l, stranger(i), "", 1, 1)
	}
	i := 1 << 16
	for b.Loop() {
		spend(l, stranger(i), "", 1, 1)
		i++
	}
}
