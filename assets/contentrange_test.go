package assets

import "testing"

func TestEndsContent(t *testing.T) {
	for header, want := range map[string]bool{
		"bytes 0-9/10": true, "bytes 9-9/10": true, "bytes 0-8/10": false, "bytes 0-0/10": false,
		"bytes */10": false, "bytes 0-9/*": false, "": false, "bytes 0-9": false, "bytes 0-x/10": false, "bytes 09/10": false, "bytes 10-9/10": false,
	} {
		if got := endsContent(header); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}
