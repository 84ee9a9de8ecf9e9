// Package domain holds the rules of the registry: what may happen to a slogan,
// a logo, a message set or a template, who must agree, and what follows.
//
// It is pure. Commands decide on a state which is folded from events, and answer
// with events; nothing here reads a clock, a disk or a network. The only imports
// are the standard library, google/uuid and golang.org/x/text (for Unicode
// normalisation and BCP 47), which is kept by a test.
package domain
