package server

import (
	"context"
	"io"
	"net/http"

	"signet/assets"
	"signet/domain"
	"signet/internal/access"
	"signet/internal/portal"
	"signet/internal/portal/frame"
)

// newPages makes the pages for people, which ask the API.
func (s *Server) newPages() (http.Handler, error) {
	site, err := portal.New(frame.Options{
		API: s.api, Receive: s.receiveForPage, Origin: origin, FirstLogin: s.login.open,
		Provider: s.Door != nil, Links: s.Links != nil, Log: s.Log,
	})
	if err != nil {
		return nil, err
	}
	return site.Handler(), nil
}

// receiveForPage takes in a file that came with a form.
func (s *Server) receiveForPage(ctx context.Context, from io.Reader) (assets.Info, error) {
	if err := access.From(ctx).Require(domain.UploadAssets); err != nil {
		return assets.Info{}, err
	}
	return assets.Receive(ctx, s.Store, from, s.MaxUpload)
}

// start sends a browser to the first page, in the language that it asks for. What is no
// browser is told what this is all the same: the answer has the address of the page.
func (s *Server) start(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Add("Vary", "Accept-Language")
	http.Redirect(w, r, "/"+string(frame.LangOf(r.Header.Get("Accept-Language")))+"/", http.StatusFound)
}
