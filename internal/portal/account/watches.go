package account

import (
	"fmt"
	"slices"
	"strings"

	"signet/internal/portal/frame"
)

// watched is an item that the visitor is told of by mail.
type watched struct{ Key, Name string }

// mostNames is of how many watched items the names are asked for, a few in a document.
const (
	mostNames = 60
	together  = 20 // root fields of one document
)

// names asks for the names of items; one that is not there for the visitor any more has
// none.
func names(v *frame.Visit, keys []string) ([]watched, error) {
	all := make([]watched, len(keys))
	for i, key := range keys {
		all[i].Key = key
	}
	for some := range slices.Chunk(all[:min(len(all), mostNames)], together) {
		var parameters, fields []string
		vars := frame.Vars{"locale": v.Lang}
		for i, w := range some {
			name := fmt.Sprintf("k%d", i)
			vars[name] = w.Key
			parameters = append(parameters, "$"+name+": String!")
			fields = append(fields, fmt.Sprintf("%s: item(key: $%s) { name(locale: $locale) }", name, name))
		}
		told := map[string]*struct{ Name string }{}
		document := "query PortalWatched($locale: Locale!, " + strings.Join(parameters, ", ") + ") { " + strings.Join(fields, " ") + " }"
		if err := v.Ask(document, vars, &told); err != nil {
			return nil, err
		}
		for i := range some {
			if item := told[fmt.Sprintf("k%d", i)]; item != nil {
				some[i].Name = item.Name
			}
		}
	}
	return all, nil
}

// watch begins or ends that the visitor is told of an item by mail, or of the whole kit if
// the form names none:
//
//	POST /me/watches  do=watch|unwatch [key=…] [back=item]
//
// With back=item it leads to the item's page, else to one's own.
func watch(v *frame.Visit) error {
	document, done := `mutation PortalWatch($in: WatchItemInput!) { watchItem(input: $in) { viewer { member } } }`, "account-watched"
	switch v.Value("do") {
	case "watch":
	case "unwatch":
		document, done = `mutation PortalUnwatch($in: UnwatchItemInput!) { unwatchItem(input: $in) { viewer { member } } }`, "account-unwatched"
	default:
		return v.Go("/me")
	}
	key := v.Value("key")
	if err := v.Ask(document, frame.Vars{"in": frame.Vars{"key": v.Optional("key")}}, nil); err != nil {
		if err := v.Refused(err); err != nil {
			return err
		}
		return me(v)
	}
	if v.Value("back") == "item" && key != "" {
		return v.Go("/items/", key, "?done=", done)
	}
	return v.Go("/me?done=", done)
}

// home leads from the address of a form to the page that has it.
func home(v *frame.Visit) error { return v.Go("/me") }
