// Package portal is what people see of the registry in a browser: the brand book, the
// desks of those who write and sign, the history, the audits and the administration, in
// Vietnamese and English. Each area is a package below this one; package frame is what
// they share.
package portal

import (
	"signet/internal/portal/account"
	"signet/internal/portal/frame"
)

// New makes the portal with all its areas.
func New(o frame.Options) (*frame.Site, error) {
	return frame.New(o, account.Area())
}
