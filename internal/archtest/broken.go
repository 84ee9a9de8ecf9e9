package archtest

import (
	"fmt"
	"path"
)

// broken holds the rule against a folder and returns a sentence for every
// import that it forbids.
func (m module) broken(folder string, rule Rule) ([]string, error) {
	imports, err := m.imports(folder, rule.Alone)
	if err != nil {
		return nil, err
	}
	var sentences []string
	for _, i := range imports {
		if why := rule.refuses(m.name, folder, i.path); why != "" {
			sentences = append(sentences, rule.sentence(i.file, i.path, why))
		}
	}
	return sentences, nil
}

// intruders returns a sentence for every file outside of the folders that
// imports the package at folder.
func (m module) intruders(folder string, allowed []string) ([]string, error) {
	imports, err := m.imports(".", false)
	if err != nil {
		return nil, err
	}
	guarded := m.name + "/" + folder
	var sentences []string
	for _, i := range imports {
		if i.path == guarded && !matchesAny(allowed, path.Dir(i.file)) {
			sentences = append(sentences,
				fmt.Sprintf("%s imports %s, which only %s may know", i.file, guarded, list(allowed)))
		}
	}
	return sentences, nil
}
