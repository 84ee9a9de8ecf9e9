package socket

import (
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/coder/websocket"
)

// The close codes of the protocol. Clients try again after 4403 and 4408, and give
// up after the others.
const (
	closeInvalid       websocket.StatusCode = 4400
	closeUnauthorized  websocket.StatusCode = 4401
	closeForbidden     websocket.StatusCode = 4403
	closeSubprotocol   websocket.StatusCode = 4406
	closeInitTimeout   websocket.StatusCode = 4408
	closeDuplicate     websocket.StatusCode = 4409
	closeTooManyInits  websocket.StatusCode = 4429
	closeInternalError websocket.StatusCode = 4500
)

// The types of messages.
const (
	typeInit      = "connection_init"
	typeAck       = "connection_ack"
	typePing      = "ping"
	typePong      = "pong"
	typeSubscribe = "subscribe"
	typeNext      = "next"
	typeError     = "error"
	typeComplete  = "complete"
)

const (
	// maxID is the longest id of an operation, in bytes: it is kept, and sent back with
	// each result.
	maxID = 256
	// maxReason is the longest reason of a close frame, in bytes (RFC 6455, section 5.5).
	maxReason = 123
)

// closing is the end of a socket that is told to the other side.
type closing struct {
	code   websocket.StatusCode
	reason string
}

func (c closing) Error() string { return "socket: closed: " + c.reason }

var (
	errInvalid       = closing{closeInvalid, "Invalid message received"}
	errUnauthorized  = closing{closeUnauthorized, "Unauthorized"}
	errForbidden     = closing{closeForbidden, "Forbidden"}
	errInitTimeout   = closing{closeInitTimeout, "Connection initialisation timeout"}
	errTooManyInits  = closing{closeTooManyInits, "Too many initialisation requests"}
	errInternal      = closing{closeInternalError, "Internal server error"}
	errTryAgainLater = closing{websocket.StatusTryAgainLater, "Try again later"}
	errStopping      = closing{websocket.StatusGoingAway, "Going away"}
	errTooLarge      = closing{websocket.StatusMessageTooBig, "Message too big"}
)

func duplicate(id string) closing {
	reason := "Subscriber for " + id + " already exists"
	if len(reason) > maxReason {
		reason = "Subscriber already exists"
	}
	return closing{closeDuplicate, reason}
}

// message is what a client sends.
type message struct {
	kind string
	id   string // of an operation; empty for other messages
	// payload is JSON: an object or null, and what the message's type asks for.
	payload json.RawMessage
}

var errMessage = errors.New("socket: not a message of the protocol")

// decodeMessage reads a message. Its errors are all for close code 4400.
func decodeMessage(text []byte) (message, error) {
	parts, err := object(text)
	if err != nil || !utf8.Valid(text) {
		return message{}, errMessage
	}
	m := message{payload: parts["payload"]}
	if m.kind, err = word(parts["type"]); err != nil {
		return message{}, err
	}
	switch m.kind {
	case typeInit, typePing, typePong:
		_, err = object(m.payload)
	case typeSubscribe:
		if m.id, err = identity(parts["id"]); err == nil {
			err = checkOperation(m.payload)
		}
	case typeComplete:
		m.id, err = identity(parts["id"])
	default: // also what only a server sends
		err = errMessage
	}
	if err != nil {
		return message{}, err
	}
	return m, nil
}

// object reads the members of a JSON object; none if it is null or missing. Their
// names are compared as they are, which those of a struct's fields would not be.
func object(text json.RawMessage) (map[string]json.RawMessage, error) {
	if len(text) == 0 {
		return nil, nil //nolint:nilnil // no members
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return nil, errMessage
	}
	return parts, nil
}

// word reads a JSON string.
func word(text json.RawMessage) (string, error) {
	var s *string
	if json.Unmarshal(text, &s) != nil || s == nil {
		return "", errMessage
	}
	return *s, nil
}

func identity(text json.RawMessage) (string, error) {
	id, err := word(text)
	if err != nil || id == "" || len(id) > maxID {
		return "", errMessage
	}
	return id, nil
}

// checkOperation sees to the types of an operation's parts. The query may be left
// out by who names a document that is known by other parts.
func checkOperation(payload json.RawMessage) error {
	parts, err := object(payload)
	if err != nil || parts == nil {
		return errMessage
	}
	for _, name := range []string{"query", "operationName", "documentId"} {
		if text, given := parts[name]; given && json.Unmarshal(text, new(string)) != nil {
			return errMessage
		}
	}
	for _, name := range []string{"variables", "extensions"} {
		if _, err := object(parts[name]); err != nil {
			return err
		}
	}
	if isNull(parts["query"]) && isNull(parts["documentId"]) && isNull(parts["extensions"]) {
		return errMessage
	}
	return nil
}

func isNull(text json.RawMessage) bool { return len(text) == 0 || string(text) == "null" }

// authorization finds the text of an Authorization header in the payload of a
// connection_init: at its top or among "headers", as clients have it. It is an error
// if there is something else than a text.
func authorization(payload json.RawMessage) (string, error) {
	parts, err := object(payload)
	if err != nil {
		return "", err
	}
	within, err := object(parts["headers"])
	if err != nil {
		return "", err
	}
	for _, place := range []map[string]json.RawMessage{parts, within} {
		for _, name := range []string{"Authorization", "authorization"} {
			if !isNull(place[name]) {
				return word(place[name])
			}
		}
	}
	return "", nil
}

// encode writes a message of ours; a payload that is nil is left out.
func encode(id, kind string, payload any) ([]byte, error) {
	return json.Marshal(struct {
		ID      string `json:"id,omitempty"`
		Type    string `json:"type"`
		Payload any    `json:"payload,omitempty"`
	}{id, kind, payload})
}
