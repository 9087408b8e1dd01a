//go:build linux && (amd64 || arm64)

package receiver

import (
	"testing"
	"time"
)

// The kernel's time of arrival is used: a packet that waited is as old as it is.
func TestArrivalIsTheKernels(t *testing.T) {
	g := newRig(t, Config{Ports: 1}, listener())
	s := newSender(t, "127.0.0.1")
	_, at := g.open(Expect{Remote: s.addr().Addr(), Port: s.addr().Port()})
	const wait = 60 * time.Millisecond
	var age time.Duration
	for n := range uint16(20) { // the kernel begins to stamp packets some time after it was asked to
		s.send(at, packet(1, n+1))
		time.Sleep(wait)
		g.Poll(g.now, func(_ LegID, _ []byte, arrival time.Duration) { age = g.now - arrival })
		if age >= wait && age < time.Second {
			return
		}
	}
	t.Errorf("packet is %v old, it waited at least %v", age, wait)
}

// What the kernel had to drop is counted.
func TestKernelDropsAreCounted(t *testing.T) {
	g := newRig(t, Config{Ports: 1}, listener()) // 64 KiB of buffer
	s := newSender(t, "127.0.0.1")
	leg, at := g.open(Expect{Remote: s.addr().Addr(), Port: s.addr().Port()})
	const flood = 3000
	for n := range uint16(flood) {
		s.send(at, packet(1, n))
	}
	poll := func() {
		g.Poll(g.now, func(leg LegID, _ []byte, _ time.Duration) { g.rtp[leg] = append(g.rtp[leg], 0) })
	}
	for range 10 {
		poll()
	}
	s.send(at, packet(1, flood)) // the kernel tells the count with the next packet
	for range 100 {
		if poll(); g.Counters().KernelLost > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	c := g.Counters()
	if c.KernelLost == 0 || c.RTP+c.KernelLost != flood+1 || uint64(len(g.rtp[leg])) != c.RTP {
		t.Errorf("%d came, %d lost of %d", c.RTP, c.KernelLost, flood+1)
	}
}
