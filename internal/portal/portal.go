// Package portal is what people see of the registry in a browser: the brand book, the
// desks of those who write and sign, the history, the audits and the administration, in
// Vietnamese and English. Each area is a package below this one; package frame is what
// they share.
package portal

import (
	"signet/internal/portal/account"
	"signet/internal/portal/admin"
	"signet/internal/portal/audits"
	"signet/internal/portal/book"
	"signet/internal/portal/desk"
	"signet/internal/portal/frame"
	"signet/internal/portal/history"
	"signet/internal/portal/review"
)

// New makes the portal with all its areas.
func New(o frame.Options) (*frame.Site, error) {
	return frame.New(o, account.Area(), admin.Area(), book.Area(), desk.Area(), review.Area(), history.Area(), audits.Area())
}
