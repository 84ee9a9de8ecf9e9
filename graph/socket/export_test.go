package socket

// Decode tells what a message says, and whether it is one.
func Decode(text []byte) (kind, id string, payload []byte, ok bool) {
	m, err := decodeMessage(text)
	return m.kind, m.id, m.payload, err == nil
}

// AuthorizationOf finds a token in the payload of a connection_init.
var AuthorizationOf = authorization

// InitPatience, Pulse, Recheck and WritePatience are how long things may take.
const (
	InitPatience  = initPatience
	Pulse         = pulse
	Recheck       = recheck
	WritePatience = writePatience
	MaxID         = maxID
)
