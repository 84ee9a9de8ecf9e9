// Package frame is what all pages of the portal share: the way from a request to a
// page, the look, the words of two languages, and how a page asks the API.
//
// The portal is made of areas, each a package of its own beside this one: its routes,
// its pages as html/template, its words, and what it adds to the one style sheet and
// the one script. A page asks the GraphQL API in process, for who has come with the
// request, so that no page shows or does more than the API would.
//
// A page file defines "title" and "main"; files whose names begin with "_" are parts
// that all pages of their area can use. The dot is a [Page].
package frame
