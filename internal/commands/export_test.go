package commands

import "runtime"

// AwaitWaiting returns when so many downloads stand in line for a stream.
func AwaitWaiting(d *Downloads, stream string, waiting int) {
	for {
		d.mu.Lock()
		s := d.streams[stream]
		n := 0
		if s != nil {
			n = len(s.waiting)
		}
		d.mu.Unlock()
		if n >= waiting {
			return
		}
		runtime.Gosched()
	}
}
