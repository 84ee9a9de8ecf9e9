package fill

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is what is wrong with a text, its placeholders or its values.
type Error struct {
	// Code is missing_value, extra_value, invalid_number, invalid_date,
	// invalid_text, value_too_long, missing_form, unknown_form, unknown_locale,
	// unknown_type, unknown_style, unknown_target, unknown_placeholder,
	// duplicate_placeholder or result_too_long.
	Code string

	// Field is where it is: text, locale, target, values.<name>,
	// placeholders.<name>.type (or style), or [placeholders.<name>.]forms.<locale>.<category>.
	// It ends one step earlier if there are several Names.
	Field string

	// Message says it in English.
	Message string

	// Names are all the values, placeholders or categories that it is about,
	// sorted, each once; nil if it is not about names.
	Names []string
}

func (e *Error) Error() string {
	if e.Names == nil {
		return fmt.Sprintf("%s: %s", e.Field, e.Message)
	}
	return fmt.Sprintf("%s: %s: %s", e.Field, e.Message, strings.Join(e.Names, ", "))
}

func refuse(code, field, format string, args ...any) *Error {
	return &Error{Code: code, Field: field, Message: fmt.Sprintf(format, args...)}
}

// naming adds the names; if it is one, and the field has such parts, also there.
func (e *Error) naming(names ...string) *Error {
	slices.SortFunc(names, cmp.Compare[string])
	e.Names = slices.Compact(names)
	if e.Field != "text" && len(e.Names) == 1 && !strings.HasSuffix(e.Field, "."+e.Names[0]) {
		e.Field += "." + e.Names[0]
	}
	return e
}

func unknownLocale(locale string) *Error {
	return refuse("unknown_locale", "locale", "how %.40q writes numbers, dates and plurals is not known", locale)
}

func tooLong() *Error {
	return refuse("result_too_long", "text", "the filled text would be longer than %d bytes", maxResult)
}
