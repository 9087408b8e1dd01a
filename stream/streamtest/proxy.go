package streamtest

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// Proxy is a TCP relay to a Redis server that can lose replies: what the client
// asked is done, and the client never hears of it.
type Proxy struct {
	l      net.Listener
	target string
	every  atomic.Int64 // cut the connection instead of passing every n-th reply; 0 = never
	hold   atomic.Bool  // swallow replies and keep the connection open
	down   atomic.Bool  // refuse connections
	count  atomic.Int64
	cuts   atomic.Int64

	mu    sync.Mutex
	conns map[net.Conn]bool
	done  sync.WaitGroup
}

// StartProxy relays to target until the test ends.
func StartProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{l: l, target: target, conns: make(map[net.Conn]bool)}
	p.done.Add(1)
	go p.accept()
	t.Cleanup(p.close)
	return p
}

// URL is the address of the proxy as a Redis URL.
func (p *Proxy) URL() string { return "redis://" + p.l.Addr().String() + "/0" }

// CutEvery closes the connection instead of passing on every n-th chunk of
// replies; 0 stops it.
func (p *Proxy) CutEvery(n int) { p.every.Store(int64(n)) }

// Swallow keeps connections open and passes no reply on.
func (p *Proxy) Swallow(on bool) { p.hold.Store(on) }

// Cuts is how many replies were lost so far.
func (p *Proxy) Cuts() int { return int(p.cuts.Load()) }

// Down closes every connection and refuses new ones until Down(false).
func (p *Proxy) Down(on bool) {
	p.down.Store(on)
	if on {
		p.closeAll()
	}
}

func (p *Proxy) accept() {
	defer p.done.Done()
	for {
		client, err := p.l.Accept()
		if err != nil {
			return
		}
		if p.down.Load() {
			client.Close()
			continue
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			client.Close()
			continue
		}
		p.keep(client, server)
		p.done.Add(2)
		go p.requests(client, server)
		go p.replies(client, server)
	}
}

func (p *Proxy) requests(client, server net.Conn) {
	defer p.done.Done()
	defer p.drop(client, server)
	_, _ = io.Copy(server, client)
}

func (p *Proxy) replies(client, server net.Conn) {
	defer p.done.Done()
	defer p.drop(client, server)
	buf := make([]byte, 64<<10)
	for {
		n, err := server.Read(buf)
		if err != nil {
			return
		}
		if p.hold.Load() {
			p.cuts.Add(1)
			continue
		}
		if every := p.every.Load(); every > 0 && p.count.Add(1)%every == 0 {
			p.cuts.Add(1)
			return
		}
		if _, err := client.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (p *Proxy) keep(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.conns[c] = true
	}
}

func (p *Proxy) drop(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		c.Close()
		delete(p.conns, c)
	}
}

func (p *Proxy) closeAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
}

func (p *Proxy) close() {
	p.l.Close()
	p.closeAll()
	p.done.Wait()
}
