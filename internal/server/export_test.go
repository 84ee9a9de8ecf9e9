package server

// Patterns are the addresses that are served, as http.ServeMux writes them.
func (s *Server) Patterns() []string { return s.patterns }
