package report

// Word is a text of the catalogue, for tests that must not know the wording.
func (l Lang) Word(key string) string { return catalogues[l][key] }

// Catalogue is all of a language.
func (l Lang) Catalogue() map[string]string { return catalogues[l] }
