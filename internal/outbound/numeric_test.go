package outbound

import "testing"

func TestHostsThatSomeReadAsAnAddress(t *testing.T) {
	for host, want := range map[string]bool{
		"127.1": true, "0x7f.0.0.1": true, "2130706433": true, "017700000001": true, "0x": true, "a.0X1F": true, "": true, "a.": true,
		"example.test": false, "1.example": false, "0xyz": false, "a1": false,
	} {
		if Numeric(host) != want {
			t.Error(host)
		}
	}
}
