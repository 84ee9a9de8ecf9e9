// Package oidctest gives tests a real OpenID provider: the example server of
// github.com/zitadel/oidc, with two people whose groups a test can change. The program is
// in internal/tools/oidcprovider, a module of its own.
package oidctest
