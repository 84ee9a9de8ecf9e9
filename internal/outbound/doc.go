// Package outbound guards the connections that the program makes to servers that
// somebody else has named: receivers of webhooks, web sites that are checked. None
// leads into the operator's own network, unless the operator allows it.
package outbound
