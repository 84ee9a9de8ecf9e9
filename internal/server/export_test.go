package server

import "net/http"

// Patterns are the addresses that are served, as http.ServeMux writes them.
func (s *Server) Patterns() []string { return s.patterns }

// WithPages is the server with other pages for people, which tests bring.
func (s *Server) WithPages(pages http.Handler) http.Handler {
	s.pages = pages
	return s.identified(s.recovered(s.routes()))
}
