package audits

import "strings"

// prose is what somebody wrote, in a language that is not recorded.
type prose string

// Lang is "vi" for what has letters of Vietnamese alone; else it is empty, and the text
// is read in the language of the page.
func (p prose) Lang() string {
	for _, r := range string(p) {
		if strings.ContainsRune("ăâđêôơưĂÂĐÊÔƠƯ", r) || r >= 'ạ' && r <= 'ỹ' {
			return "vi"
		}
	}
	return ""
}
