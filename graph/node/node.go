// Package node makes and reads the ids that are unique in the whole registry.
package node

import (
	"encoding/base64"
	"strings"
)

// Node is a row of a read model that has an id.
type Node any

// Type is what an id is of.
type Type string

// The types of nodes, as they are called in the schema.
const (
	Item    Type = "Item"
	Version Type = "Version"
	Agency  Type = "Agency"
	Edition Type = "Edition"
	Use     Type = "DeclaredUse"
	Webhook Type = "Webhook"
	Audit   Type = "Audit"
	Finding Type = "Finding"
)

// ID makes an id: opaque to callers, and the same for ever.
func ID(t Type, key string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(string(t) + ":" + key))
}

// Parse reads what ID made; ok is false for anything else.
func Parse(id string) (t Type, key string, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil {
		return "", "", false
	}
	name, key, ok := strings.Cut(string(raw), ":")
	return Type(name), key, ok && key != ""
}
